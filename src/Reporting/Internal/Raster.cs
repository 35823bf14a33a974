namespace BigMap.Analysis.Reporting.Internal;

/// <summary>Colour indices of a map: 254 levels of the colour map, two greys that hatch missing values, one transparent.</summary>
internal sealed class Raster
{
    public const int Levels = 253;
    private const byte MissingLight = 253;
    private const byte MissingDark = 254;
    private const byte Gap = 255;
    private readonly double[] _values;
    private readonly bool[] _covered;

    private Raster(int width, int height)
    {
        Width = width;
        Height = height;
        _values = new double[width * height];
        _covered = new bool[width * height];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Gathers the values under every sample.</summary>
    /// <param name="columns">Cells under each sample along x.</param>
    /// <param name="rows">Cells under each sample along y, from below.</param>
    /// <param name="value">The value of a cell.</param>
    /// <param name="binning">What stands for several values in one sample.</param>
    /// <param name="exists">Whether there is a cell at a place; null when there is one everywhere.</param>
    public static Raster Gather(Range[] columns, Range[] rows, Func<int, int, double> value, Binning binning, Func<int, int, bool>? exists = null)
    {
        var raster = new Raster(columns.Length, rows.Length);
        for (int j = 0; j < rows.Length; j++)
        {
            // The picture begins at the top.
            int line = (rows.Length - 1 - j) * columns.Length;
            if (j > 0 && rows[j].Equals(rows[j - 1]))
            {
                int below = line + columns.Length;
                Array.Copy(raster._values, below, raster._values, line, columns.Length);
                Array.Copy(raster._covered, below, raster._covered, line, columns.Length);
                continue;
            }

            for (int i = 0; i < columns.Length; i++)
            {
                double sum = 0, max = double.NegativeInfinity;
                int count = 0;
                bool covered = false;
                for (int r = rows[j].Start.Value; r < rows[j].End.Value; r++)
                {
                    for (int c = columns[i].Start.Value; c < columns[i].End.Value; c++)
                    {
                        if (exists is not null && !exists(c, r))
                            continue;
                        covered = true;
                        double v = value(c, r);
                        if (!double.IsFinite(v))
                            continue;
                        count++;
                        sum += v;
                        max = Math.Max(max, v);
                    }
                }

                raster._covered[line + i] = covered;
                raster._values[line + i] = count == 0 ? double.NaN : binning == Binning.Max ? max : sum / count;
            }
        }

        return raster;
    }

    public byte[] ToPng(Limits range, ColorMap map)
    {
        var pixels = new byte[_values.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            double v = _values[i];
            pixels[i] = !_covered[i] ? Gap
                : double.IsFinite(v) ? (byte)Math.Clamp(Math.Floor((v - range.Min) / range.Span * Levels), 0, Levels - 1)
                : (((i % Width) + (i / Width)) >> 2) % 2 == 0 ? MissingLight : MissingDark;
        }

        var palette = new byte[3 * 256];
        for (int i = 0; i < Levels; i++)
            (palette[3 * i], palette[(3 * i) + 1], palette[(3 * i) + 2]) = Colors.At(map, i / (Levels - 1.0));
        palette.AsSpan(3 * MissingLight, 3).Fill(0xC8);
        palette.AsSpan(3 * MissingDark, 3).Fill(0xAA);
        palette.AsSpan(3 * Gap, 3).Fill(0xFF);
        return Png.Encode(Width, Height, pixels, palette, Gap);
    }
}
