namespace BigMap.Analysis.Numerics;

/// <summary>Row-major matrices in arrays.</summary>
internal static class Matrix
{
    /// <summary>Number of rows of a matrix that must be whole and finite.</summary>
    public static int Rows(ReadOnlySpan<double> values, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (values.Length % columns != 0)
            throw new ArgumentException($"{values.Length} values are not whole rows of {columns}.", nameof(values));
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                throw new ArgumentException($"Row {i / columns}, column {i % columns} is not finite. Leave out or impute such rows first.", nameof(values));
        }

        return values.Length / columns;
    }

    public static double[] Transpose(ReadOnlySpan<double> x, int rows, int columns)
    {
        const int Tile = 32;
        var t = new double[x.Length];
        for (int i0 = 0; i0 < rows; i0 += Tile)
        {
            for (int j0 = 0; j0 < columns; j0 += Tile)
            {
                for (int i = i0; i < Math.Min(rows, i0 + Tile); i++)
                {
                    for (int j = j0; j < Math.Min(columns, j0 + Tile); j++)
                        t[(j * rows) + i] = x[(i * columns) + j];
                }
            }
        }

        return t;
    }
}
