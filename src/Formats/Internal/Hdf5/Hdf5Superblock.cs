namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Finds and reads the superblock, versions 0 to 3, behind a user block too.</summary>
internal static class Hdf5Superblock
{
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Sets base and sizes of the file.</summary>
    /// <returns>Address of the root group.</returns>
    public static long Read(Hdf5Bytes file)
    {
        if (!Find(file))
            throw file.Unsupported("It is not an HDF5 file: its signature is nowhere.", "Check that it is HDF5 or NeXus; classic NeXus files (HDF4, XML) must be converted with nxconvert.");
        byte[] start = file.Read(0, Math.Min(file.Available, 128), "the superblock");
        var cursor = new Hdf5Cursor(file, start, "the superblock", 0);
        cursor.Skip(8);
        byte version = cursor.U8();
        if (version > 3)
            throw file.Unsupported($"The superblock has version {version}; versions 0 to 3 are read.", "Write the file with libver='v110' or earlier.", 8);
        long root, end, stored;
        if (version < 2)
        {
            cursor.Skip(4);
            SetSizes(file, cursor.U8(), cursor.U8());
            cursor.Skip(1);
            cursor.Skip(4 + 4);
            if (version == 1)
                cursor.Skip(4);
            stored = cursor.Offset();
            cursor.Offset();
            end = cursor.Offset();
            if (cursor.Offset() != Hdf5Bytes.Undefined)
                throw file.Unsupported("The file is one of several (family or multi driver).", "Join them with h5repart or h5repack.");
            cursor.Offset();
            root = cursor.Offset();
        }
        else
        {
            SetSizes(file, cursor.U8(), cursor.U8());
            byte flags = cursor.U8();
            stored = cursor.Offset();
            long extension = cursor.Offset();
            end = cursor.Offset();
            root = cursor.Offset();
            cursor.Skip(4);
            file.CheckSum(start.AsSpan(0, cursor.At), "the superblock", 0);
            if (version == 3 && (flags & 5) != 0)
                throw file.Unsupported("The file is marked as open for writing: it is being written, or the program that wrote it crashed.", "Set waitForStable to true and wait for the writer; for a crashed one clear the mark with h5clear -s.");
            if (extension != Hdf5Bytes.Undefined && new Hdf5ObjectHeader(file, extension).Find(0x14) is not null)
                throw file.Unsupported("The file is one of several (family or multi driver).", "Join them with h5repart or h5repack.");
        }

        // A user block put in front afterwards moves everything by the same amount.
        if (stored < 0 || end < stored || end - stored > file.Available)
            throw file.Damaged($"it says that it has {end} bytes, but it has {file.Size}; it was cut off or is still being written.", file.Available);
        return root >= 0 ? root : throw file.Damaged("it has no root group.");
    }

    private static bool Find(Hdf5Bytes file)
    {
        Span<byte> found = stackalloc byte[8];
        for (long at = 0; at <= file.Size - 16; at = at == 0 ? 512 : at * 2)
        {
            file.Base = 0;
            file.Read(at, found, "the signature");
            file.Base = at;
            if (found.SequenceEqual(Magic))
                return true;
        }

        file.Base = 0;
        return false;
    }

    private static void SetSizes(Hdf5Bytes file, byte offsets, byte lengths)
    {
        if (offsets is not (2 or 4 or 8) || lengths is not (2 or 4 or 8))
            throw file.Damaged($"addresses of {offsets} and lengths of {lengths} bytes.");
        file.OffsetSize = offsets;
        file.LengthSize = lengths;
    }
}
