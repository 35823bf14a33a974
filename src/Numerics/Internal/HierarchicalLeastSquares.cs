namespace BigMap.Analysis.Numerics;

/// <summary>One run of hierarchical alternating least squares from a random start.</summary>
internal sealed class HierarchicalLeastSquares(double[] x, int rows, int columns, NmfOptions options)
{
    private readonly int _k = options.Components;

    public CurveResolution Run(int start, CancellationToken cancellationToken)
    {
        var random = new RandomNumbers(options.Seed, start);
        double scale = 0, total = 0;
        foreach (double v in x)
            scale = Math.Max(scale, Math.Abs(v));
        var w = new double[rows * _k];
        var h = new double[_k * columns];
        if (rows == 0 || !(scale > 0))
            return CurveResolution.Finish(x, w, h, (rows, columns, _k), scale: true, (0, true));
        for (int i = 0; i < h.Length; i++)
            h[i] = random.Uniform();
        for (int i = 0; i < w.Length; i++)
            w[i] = scale * random.Uniform();
        foreach (double v in x)
            total += v / scale * (v / scale);

        var gram = new double[_k * _k];
        var cross = new double[Math.Max(rows, columns) * _k];
        double before = double.PositiveInfinity;
        for (int iteration = 1; iteration <= options.MaxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // W: X Hᵀ and H Hᵀ.
            Gram(h, columns, byRows: true, gram);
            for (int i = 0; i < rows; i++)
            {
                for (int a = 0; a < _k; a++)
                    cross[(i * _k) + a] = VectorKernels.Dot(x.AsSpan(i * columns, columns), h.AsSpan(a * columns, columns));
            }

            for (int a = 0; a < _k; a++)
            {
                if (!(gram[(a * _k) + a] > 0))
                    continue;
                for (int i = 0; i < rows; i++)
                {
                    double sum = cross[(i * _k) + a];
                    for (int b = 0; b < _k; b++)
                        sum -= b == a ? 0 : w[(i * _k) + b] * gram[(b * _k) + a];
                    w[(i * _k) + a] = Math.Max(0, sum / gram[(a * _k) + a]);
                }
            }

            // H: Wᵀ X and Wᵀ W; the squares come with them.
            Gram(w, rows, byRows: false, gram);
            Span<double> wx = cross.AsSpan(0, _k * columns);
            wx.Clear();
            for (int i = 0; i < rows; i++)
            {
                for (int a = 0; a < _k; a++)
                    VectorKernels.AddScaled(wx.Slice(a * columns, columns), w[(i * _k) + a], x.AsSpan(i * columns, columns));
            }

            for (int a = 0; a < _k; a++)
            {
                if (!(gram[(a * _k) + a] > 0))
                    continue;
                Span<double> target = h.AsSpan(a * columns, columns);
                for (int j = 0; j < columns; j++)
                {
                    double sum = wx[(a * columns) + j];
                    for (int b = 0; b < _k; b++)
                        sum -= b == a ? 0 : gram[(a * _k) + b] * h[(b * columns) + j];
                    target[j] = Math.Max(0, sum / gram[(a * _k) + a]);
                }
            }

            double squares = Squares(w, h, scale);
            if (before - squares <= options.Tolerance * squares || squares <= 1e-30 * total)
                return CurveResolution.Finish(x, w, h, (rows, columns, _k), scale: true, (iteration, true));
            before = squares;
        }

        return CurveResolution.Finish(x, w, h, (rows, columns, _k), scale: true, (options.MaxIterations, false));
    }

    private double Squares(double[] w, double[] h, double scale)
    {
        var left = new double[columns];
        double squares = 0;
        for (int i = 0; i < rows; i++)
        {
            x.AsSpan(i * columns, columns).CopyTo(left);
            for (int a = 0; a < _k; a++)
                VectorKernels.AddScaled(left, -w[(i * _k) + a], h.AsSpan(a * columns, columns));
            squares += VectorKernels.Dot(left, left) / scale / scale;
        }

        return squares;
    }

    private void Gram(double[] factor, int length, bool byRows, double[] gram)
    {
        for (int a = 0; a < _k; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double sum = 0;
                if (byRows)
                {
                    sum = VectorKernels.Dot(factor.AsSpan(a * length, length), factor.AsSpan(b * length, length));
                }
                else
                {
                    for (int i = 0; i < length; i++)
                        sum += factor[(i * _k) + a] * factor[(i * _k) + b];
                }

                gram[(a * _k) + b] = gram[(b * _k) + a] = sum;
            }
        }
    }
}
