namespace BigMap.Analysis.Provenance.Internal;

/// <summary>
/// Finds the rows of a series in a text file by their values: every number found was compared with the number that the reading step gave, bit by bit.
/// It knows no format: a row stands as fields side by side or as one field of many lines.
/// </summary>
internal sealed class TextLocator
{
    private static readonly (char Separator, bool DecimalComma)[] Ways = [('\t', false), (';', false), (',', false), (' ', false), ('\t', true), (';', true), (' ', true)];

    private readonly NumberText _text;

    public TextLocator(byte[] bytes) => _text = new NumberText(bytes);

    /// <summary>Finds consecutive rows, beginning with one; a row is looked for behind the one before it, so that equal rows are told apart.</summary>
    /// <param name="series">What the reading step gave.</param>
    /// <param name="first">First row of the series that can be in this file.</param>
    /// <param name="count">How many can be.</param>
    /// <returns>Where the rows lie, from the first on to the last that was found, and the axis; nothing when the first is not found.</returns>
    public (List<Place> Rows, Place? Axis) Find(SpectrumSeries series, int first, int count)
    {
        (List<Place> Rows, Place? Axis) best = ([], null);
        foreach ((char separator, bool decimalComma) in Ways)
        {
            var lines = new Grid(_text.Lines(separator, decimalComma));
            foreach (List<Place> rows in (ReadOnlySpan<List<Place>>)[InColumns(lines, series, first, count), SideBySide(lines, series, first, count)])
            {
                if (rows.Count > best.Rows.Count)
                    best = (rows, rows[0].Axis ?? Run(lines, series.Axis.Values, 0));
            }

            if (best.Rows.Count == count)
                break;
        }

        return best;
    }

    /// <summary>Turns a place into what a person and a program can use.</summary>
    public InputLocation Locate(Place place, int sourceRow, int start, int count)
    {
        TextField[] used = place.Fields[start..(start + count)];
        int[] lines = place.Lines[start..(start + count)];
        int[] numbers = place.Numbers[start..(start + count)];
        ByteRange[] bytes = place.IsRun
            ? [_text.Bytes(used[0], used[^1])]
            : [.. used.Select(f => _text.Bytes(f, f)).OrderBy(b => b.Start)];
        return new InputLocation
        {
            SourceRow = sourceRow,
            Points = count,
            FirstLine = lines.Min() + 1,
            LastLine = lines.Max() + 1,
            FirstField = numbers.Min() + 1,
            LastField = numbers.Max() + 1,
            Bytes = bytes,
        };
    }

    private static List<Place> InColumns(Grid grid, SpectrumSeries series, int first, int count)
    {
        var found = new List<Place>();
        if (grid.DataLines(series.Axis.Values) is not { } axis)
            return found;
        int field = 0;
        for (int row = first; row < first + count; row++)
        {
            ReadOnlySpan<double> y = series[row];
            while (field < axis.Width && (field == axis.Field || !grid.IsColumn(axis.Lines, field, y)))
                field++;
            if (field == axis.Width)
                break;
            found.Add(grid.Column(axis.Lines, field, grid.Column(axis.Lines, axis.Field, null)));
            field++;
        }

        int[] taken = [axis.Field, .. found.Select(p => p.Numbers[0])];
        foreach (int free in Enumerable.Range(0, axis.Width).Except(taken))
        {
            for (int i = 0; i < found.Count; i++)
            {
                if (grid.IsColumn(axis.Lines, free, series[first + i]))
                    found[i] = found[i] with { IsAmbiguous = true };
            }
        }

        return found;
    }

    private static List<Place> SideBySide(Grid grid, SpectrumSeries series, int first, int count)
    {
        var found = new List<Place>();
        int from = 0;
        for (int row = first; row < first + count; row++)
        {
            if (Run(grid, series[row], from) is not { } place)
                break;
            found.Add(place);
            from = place.Next;
        }

        // The same numbers in a part of the file that was not taken for a row.
        for (int gap = 0; gap <= found.Count; gap++)
        {
            int start = gap == 0 ? 0 : found[gap - 1].Next, end = gap == found.Count ? grid.All.Count : found[gap].Next - series.Length;
            for (int i = 0; i < found.Count && end - start >= series.Length; i++)
            {
                if (Run(grid, series[first + i], start, end) is not null)
                    found[i] = found[i] with { IsAmbiguous = true };
            }
        }

        return found;
    }

    private static Place? Run(Grid grid, ReadOnlySpan<double> values, int from, int end = int.MaxValue)
    {
        end = Math.Min(end, grid.All.Count);
        for (int at = from; at + values.Length <= end; at++)
        {
            if (grid.IsRun(at, values, 1))
                return grid.Run(at, values.Length, reversed: false);
            if (grid.IsRun(at + values.Length - 1, values, -1))
                return grid.Run(at, values.Length, reversed: true);
        }

        return null;
    }

    /// <summary>The fields of a row in the order of the axis, with their lines and numbers in the line, from 0.</summary>
    internal sealed record Place(TextField[] Fields, int[] Lines, int[] Numbers, bool IsRun, int Next, Place? Axis)
    {
        /// <summary>Whether the same numbers stand in another place too, which no row was found to be.</summary>
        public bool IsAmbiguous { get; init; }
    }

    private sealed class Grid
    {
        private readonly List<List<TextField>> _lines;

        public Grid(List<List<TextField>> lines)
        {
            _lines = lines;
            for (int line = 0; line < lines.Count; line++)
            {
                for (int number = 0; number < lines[line].Count; number++)
                    All.Add((lines[line][number], line, number));
            }
        }

        public List<(TextField Field, int Line, int Number)> All { get; } = [];

        /// <summary>The lines whose field is the axis, in the order of the axis.</summary>
        public (int[] Lines, int Field, int Width)? DataLines(ReadOnlySpan<double> axis)
        {
            for (int field = 0; field < 4; field++)
            {
                int[] numeric = [.. Enumerable.Range(0, _lines.Count).Where(l => _lines[l].Count > Math.Max(field, 1) && _lines[l][field].IsNumber)];
                if (numeric.Length < axis.Length)
                    continue;
                int width = _lines[numeric[^1]].Count;
                int[] alike = [.. numeric.Where(l => _lines[l].Count == width)];
                foreach (int[] candidate in (ReadOnlySpan<int[]>)[alike, alike.Length > axis.Length ? alike[^axis.Length..] : []])
                {
                    if (candidate.Length != axis.Length)
                        continue;
                    int[] ordered = [.. candidate.OrderBy(l => _lines[l][field].Value)];
                    if (IsColumn(ordered, field, axis))
                        return (ordered, field, width);
                }
            }

            return null;
        }

        public bool IsColumn(int[] lines, int field, ReadOnlySpan<double> values)
        {
            for (int i = 0; i < lines.Length; i++)
            {
                if (!_lines[lines[i]][field].Value.Equals(values[i]))
                    return false;
            }

            return true;
        }

        public Place Column(int[] lines, int field, Place? axis) =>
            new([.. lines.Select(l => _lines[l][field])], lines, [.. lines.Select(_ => field)], IsRun: false, 0, axis);

        public bool IsRun(int at, ReadOnlySpan<double> values, int direction)
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (!All[at + (direction * i)].Field.Value.Equals(values[i]))
                    return false;
            }

            return true;
        }

        public Place Run(int at, int length, bool reversed)
        {
            (TextField Field, int Line, int Number)[] run = [.. All.GetRange(at, length)];
            if (reversed)
                Array.Reverse(run);
            return new Place([.. run.Select(r => r.Field)], [.. run.Select(r => r.Line)], [.. run.Select(r => r.Number)], !reversed, at + length, null);
        }
    }
}
