using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Writes a table as a structured npy array.</summary>
internal static class NpyTable
{
    private const int PartBytes = 1 << 16;

    public static async Task WriteAsync(IResultTable table, Stream stream, CancellationToken cancellationToken)
    {
        var fields = new List<(string Name, string Descriptor, int Size, Action<int, Span<byte>> Write)>();
        foreach (TableColumn column in table.Columns)
        {
            switch (column)
            {
                case NumberColumn numbers:
                    Add(column.Name, "<f8", 8, (row, to) => BinaryPrimitives.WriteDoubleLittleEndian(to, numbers[row]));
                    if (numbers.HasStandardErrors)
                        Add(column.Name + TableCsv.StandardErrorSuffix, "<f8", 8, (row, to) => BinaryPrimitives.WriteDoubleLittleEndian(to, numbers.StandardErrors.Span[row]));
                    break;
                case IntegerColumn integers:
                    Add(column.Name, "<i8", 8, (row, to) => BinaryPrimitives.WriteInt64LittleEndian(to, integers[row]));
                    break;
                default:
                    int width = 1;
                    for (int row = 0; row < column.Count; row++)
                        width = Math.Max(width, column.Text(row).EnumerateRunes().Count());
                    Add(column.Name, string.Create(CultureInfo.InvariantCulture, $"<U{width}"), 4 * width, (row, to) =>
                    {
                        to.Clear();
                        int at = 0;
                        foreach (Rune rune in column.Text(row).EnumerateRunes())
                        {
                            BinaryPrimitives.WriteInt32LittleEndian(to[at..], rune.Value);
                            at += 4;
                        }
                    });
                    break;
            }
        }

        var descr = new StringBuilder("[");
        foreach ((string name, string descriptor, _, _) in fields)
            descr.Append(CultureInfo.InvariantCulture, $"({NpyWriter.Quote(name)}, '{descriptor}'), ");
        descr.Length -= 2;
        descr.Append(']');
        await stream.WriteAsync(NpyWriter.Header(descr.ToString(), [table.RowCount]), cancellationToken).ConfigureAwait(false);
        int size = fields.Sum(f => f.Size);
        var part = new byte[Math.Max(1, PartBytes / size) * size];
        for (int row = 0, used = 0; row < table.RowCount; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach ((_, _, int bytes, Action<int, Span<byte>> write) in fields)
            {
                write(row, part.AsSpan(used, bytes));
                used += bytes;
            }

            if (used == part.Length || row == table.RowCount - 1)
            {
                await stream.WriteAsync(part.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
                used = 0;
            }
        }

        void Add(string name, string descriptor, int bytes, Action<int, Span<byte>> write)
        {
            if (fields.Exists(f => f.Name == name))
                throw new DataMismatchException($"Two columns of table {table.Name} would be named {name} in the file. Rename one of them.");
            fields.Add((name, descriptor, bytes, write));
        }
    }
}
