using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>The bytes of an HDF5 file by address. Nothing outside the file is read, and nothing larger than the file is allocated.</summary>
/// <remarks>Thread-safe: every read names its place.</remarks>
internal sealed class Hdf5Bytes : IDisposable
{
    public const long Undefined = -1;
    private readonly SafeFileHandle _handle;

    public Hdf5Bytes(string path)
    {
        Path = path;
        try
        {
            // Sharing everything, so that a program that measures is never hindered.
            _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
            Size = RandomAccess.GetLength(_handle);
            WriteTime = File.GetLastWriteTimeUtc(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _handle?.Dispose();
            throw CannotRead(e);
        }
    }

    public string Path { get; }

    /// <summary>Bytes of the whole file when it was opened.</summary>
    public long Size { get; }

    public DateTime WriteTime { get; }

    /// <summary>Where the superblock lies: addresses count from there.</summary>
    public long Base { get; set; }

    public int OffsetSize { get; set; } = 8;

    public int LengthSize { get; set; } = 8;

    /// <summary>Bytes that can be addressed.</summary>
    public long Available => Size - Base;

    /// <summary>An error that names the byte of the file, where the address is known.</summary>
    public InputFormatException Damaged(string problem, long address = Undefined) =>
        Error($"The HDF5 file is damaged: {problem}", "Copy it again from its source, or restore it from a backup.", address);

    public InputFormatException Unsupported(string problem, string remedy, long address = Undefined) => Error(problem, remedy, address);

    /// <summary>The same error with the byte of what was being decoded, unless it names one already.</summary>
    public InputFormatException Located(InputFormatException error, long address) => error.Offset >= 0 || error.Line > 0 ? error : Error(error.Problem, error.Remedy, address);

    public InputFormatException CannotRead(Exception e) =>
        new(Path, 0, $"The file cannot be read: {e.Message}", "Check path, permissions and drive.");

    private InputFormatException Error(string problem, string remedy, long address) =>
        address >= 0 && address <= long.MaxValue - Base ? InputFormatException.AtByte(Path, Base + address, problem, remedy) : new(Path, 0, problem, remedy);

    public void Read(long address, Span<byte> target, string what)
    {
        if (address < 0 || target.Length > Available || address > Available - target.Length)
            throw Damaged($"{what} would lie at {address} to {(decimal)address + target.Length}, outside the {Available} bytes of the file.");
        try
        {
            long at = Base + address;
            while (target.Length > 0)
            {
                int read = RandomAccess.Read(_handle, target, at);
                if (read == 0)
                    throw InputFormatException.AtByte(Path, at, "The file became shorter while it was read.", "Set waitForStable to true if another program is writing it.");
                target = target[read..];
                at += read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (e is ObjectDisposedException)
                throw;
            throw CannotRead(e);
        }
    }

    public byte[] Read(long address, long length, string what)
    {
        if (length < 0 || length > Available || length > Array.MaxLength)
            throw Damaged($"{what} would have {length} bytes, more than the file.", address);
        var bytes = new byte[length];
        Read(address, bytes, what);
        return bytes;
    }

    /// <summary>Reads a block that ends with a checksum of everything before it.</summary>
    public byte[] ReadChecked(long address, long length, string what)
    {
        byte[] bytes = Read(address, length, what);
        CheckSum(bytes, what, address);
        return bytes;
    }

    public void CheckSum(ReadOnlySpan<byte> bytes, string what, long address = Undefined)
    {
        if (bytes.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != Lookup3.Hash(bytes[..^4]))
            throw Damaged($"the checksum of {what} does not agree.", address);
    }

    public bool HasChanged()
    {
        try
        {
            return RandomAccess.GetLength(_handle) != Size || File.GetLastWriteTimeUtc(Path) != WriteTime;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    public void Dispose() => _handle.Dispose();
}
