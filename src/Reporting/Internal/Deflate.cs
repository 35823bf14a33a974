namespace BigMap.Analysis.Reporting.Internal;

/// <summary>A small DEFLATE (RFC 1951) and zlib (RFC 1950) writer for pictures.</summary>
/// <remarks>
/// Written here because the compressor of the runtime is a native library whose output changes with version and processor, and equal
/// figures must be equal bytes. Greedy matches from a table of the last place of every four bytes; one block with its own Huffman codes.
/// </remarks>
internal static class Deflate
{
    private const int MinMatch = 4;
    private const int MaxMatch = 258;
    private const int Window = 32768;
    private const int EndOfBlock = 256;

    private static readonly int[] LengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly int[] LengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly int[] DistanceBase = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
    private static readonly int[] DistanceBits = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
    private static readonly int[] CodeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Compresses into a zlib stream.</summary>
    public static byte[] Zlib(ReadOnlySpan<byte> data)
    {
        List<(int Length, int Value)> tokens = Tokens(data);
        var literalCounts = new int[286];
        var distanceCounts = new int[30];
        literalCounts[EndOfBlock] = 1;
        foreach ((int length, int value) in tokens)
        {
            if (length == 0)
            {
                literalCounts[value]++;
                continue;
            }

            literalCounts[257 + Find(LengthBase, length)]++;
            distanceCounts[Find(DistanceBase, value)]++;
        }

        int[] literalLengths = CodeLengths(literalCounts, 15), distanceLengths = CodeLengths(distanceCounts, 15);
        int[] literalCodes = Codes(literalLengths), distanceCodes = Codes(distanceLengths);
        var bits = new BitWriter();
        bits.Byte(0x78);
        bits.Byte(0x01);
        bits.Write(1, 1);
        bits.Write(2, 2);
        WriteTables(bits, literalLengths, distanceLengths);
        foreach ((int length, int value) in tokens)
        {
            if (length == 0)
            {
                bits.Write(literalCodes[value], literalLengths[value]);
                continue;
            }

            int l = Find(LengthBase, length), d = Find(DistanceBase, value);
            bits.Write(literalCodes[257 + l], literalLengths[257 + l]);
            bits.Write(length - LengthBase[l], LengthBits[l]);
            bits.Write(distanceCodes[d], distanceLengths[d]);
            bits.Write(value - DistanceBase[d], DistanceBits[d]);
        }

        bits.Write(literalCodes[EndOfBlock], literalLengths[EndOfBlock]);
        bits.Flush();
        uint a = 1, b = 0;
        foreach (byte value in data)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        uint adler = (b << 16) | a;
        for (int shift = 24; shift >= 0; shift -= 8)
            bits.Byte((byte)(adler >> shift));
        return bits.ToArray();
    }

    private static List<(int Length, int Value)> Tokens(ReadOnlySpan<byte> data)
    {
        var tokens = new List<(int, int)>(data.Length / 2);
        var last = new int[1 << 15];
        Array.Fill(last, -1);
        int i = 0;
        while (i < data.Length)
        {
            int length = 0, distance = 0;
            if (i + MinMatch <= data.Length)
            {
                int hash = Hash(data[i..]);
                int candidate = last[hash];
                last[hash] = i;
                if (candidate >= 0 && i - candidate <= Window)
                {
                    int limit = Math.Min(MaxMatch, data.Length - i);
                    while (length < limit && data[candidate + length] == data[i + length])
                        length++;
                    distance = i - candidate;
                }
            }

            if (length < MinMatch)
            {
                tokens.Add((0, data[i]));
                i++;
                continue;
            }

            tokens.Add((length, distance));
            int end = i + length;
            for (i++; i < end; i++)
            {
                if (i + MinMatch <= data.Length)
                    last[Hash(data[i..])] = i;
            }
        }

        return tokens;
    }

    private static int Hash(ReadOnlySpan<byte> d) => (int)(((uint)(d[0] | (d[1] << 8) | (d[2] << 16) | (d[3] << 24)) * 2654435761u) >> 17);

    private static int Find(int[] bases, int value)
    {
        int i = bases.Length - 1;
        while (bases[i] > value)
            i--;
        return i;
    }

    /// <summary>Huffman code lengths; counts are halved until no code is longer than allowed.</summary>
    private static int[] CodeLengths(ReadOnlySpan<int> counts, int limit)
    {
        var lengths = new int[counts.Length];
        int[] weights = counts.ToArray();
        while (true)
        {
            var queue = new PriorityQueue<int, (long Weight, int Node)>();
            var parent = new int[2 * weights.Length];
            int nodes = weights.Length;
            for (int i = 0; i < weights.Length; i++)
            {
                if (weights[i] > 0)
                    queue.Enqueue(i, (weights[i], i));
            }

            // Two codes at least, as decoders expect.
            for (int i = 0; queue.Count < 2; i++)
            {
                if (weights[i] == 0)
                {
                    weights[i] = 1;
                    queue.Enqueue(i, (1, i));
                }
            }

            while (queue.Count > 1)
            {
                queue.TryDequeue(out int left, out (long Weight, int Node) l);
                queue.TryDequeue(out int right, out (long Weight, int Node) r);
                parent[left] = parent[right] = nodes;
                queue.Enqueue(nodes, (l.Weight + r.Weight, nodes));
                nodes++;
            }

            int longest = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                lengths[i] = 0;
                for (int node = i; weights[i] > 0 && node != nodes - 1; node = parent[node])
                    lengths[i]++;
                longest = Math.Max(longest, lengths[i]);
            }

            if (longest <= limit)
                return lengths;
            for (int i = 0; i < weights.Length; i++)
                weights[i] = weights[i] == 0 ? 0 : Math.Max(1, weights[i] >> 1);
        }
    }

    /// <summary>Canonical codes, bits reversed for writing with the least significant bit first.</summary>
    private static int[] Codes(int[] lengths)
    {
        var count = new int[17];
        foreach (int length in lengths)
            count[length]++;
        count[0] = 0;
        var next = new int[17];
        for (int bits = 1; bits <= 15; bits++)
            next[bits] = (next[bits - 1] + count[bits - 1]) << 1;
        var codes = new int[lengths.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            int code = lengths[i] == 0 ? 0 : next[lengths[i]]++;
            for (int b = 0; b < lengths[i]; b++)
                codes[i] |= ((code >> b) & 1) << (lengths[i] - 1 - b);
        }

        return codes;
    }

    private static void WriteTables(BitWriter bits, int[] literals, int[] distances)
    {
        int[] all = [.. literals, .. distances];
        var counts = new int[19];
        foreach (int length in all)
            counts[length]++;
        int[] lengths = CodeLengths(counts, 7), codes = Codes(lengths);
        bits.Write(literals.Length - 257, 5);
        bits.Write(distances.Length - 1, 5);
        bits.Write(CodeLengthOrder.Length - 4, 4);
        foreach (int symbol in CodeLengthOrder)
            bits.Write(lengths[symbol], 3);
        foreach (int length in all)
            bits.Write(codes[length], lengths[length]);
    }

    private sealed class BitWriter
    {
        private readonly List<byte> _bytes = [];
        private uint _buffer;
        private int _used;

        public void Byte(byte value) => _bytes.Add(value);

        public void Write(int value, int count)
        {
            _buffer |= (uint)value << _used;
            _used += count;
            while (_used >= 8)
            {
                _bytes.Add((byte)_buffer);
                _buffer >>= 8;
                _used -= 8;
            }
        }

        public void Flush()
        {
            if (_used > 0)
                _bytes.Add((byte)_buffer);
            _buffer = 0;
            _used = 0;
        }

        public byte[] ToArray() => [.. _bytes];
    }
}
