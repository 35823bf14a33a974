namespace BigMap.Analysis.Numerics;

/// <summary>Multivariate curve resolution: non-negative least squares for concentrations and spectra in turns.</summary>
internal sealed class AlternatingLeastSquares(double[] x, int rows, int columns, McrOptions options, AnalysisContext context)
{
    private readonly int _k = options.Components;
    private readonly AnalysisContext _quiet = context with { Progress = null };

    public CurveResolution Run(CancellationToken cancellationToken)
    {
        var c = new double[rows * _k];
        double[] s = PurestRows(cancellationToken);
        double[] transposed = Matrix.Transpose(x, rows, columns);
        double total = 0, before = double.PositiveInfinity;
        for (int i = 0; i < rows; i++)
            total += VectorKernels.Dot(x.AsSpan(i * columns, columns), x.AsSpan(i * columns, columns));
        double[] best = [], bestSpectra = [];
        int iteration = 0;
        bool converged = rows == 0 || total == 0;
        double fewest = double.PositiveInfinity;
        while (!converged && iteration < options.MaxIterations)
        {
            iteration++;
            Solve(x, rows, columns, s, c, cancellationToken);
            if (options.Unimodal)
                MakeUnimodal(c);
            if (options.Closure)
                Close(c);
            double[] profiles = Matrix.Transpose(c, rows, _k), spectra = new double[columns * _k];
            Solve(transposed, columns, rows, profiles, spectra, cancellationToken);
            s = Matrix.Transpose(spectra, columns, _k);
            double squares = Squares(c, s);
            if (squares < fewest)
                (fewest, best, bestSpectra) = (squares, (double[])c.Clone(), (double[])s.Clone());

            // With constraints beyond non-negativity the squares may rise; then it is the standstill that counts.
            converged = Math.Abs(Math.Sqrt(before / total) - Math.Sqrt(squares / total)) <= options.Tolerance * Math.Sqrt(squares / total) || squares <= 1e-28 * total;
            before = squares;
            context.Progress?.Report(new BatchProgress(iteration, 0, options.MaxIterations, QualitySteps.McrOperation));
        }

        if (best.Length == 0)
            (best, bestSpectra) = (c, s);
        return CurveResolution.Finish(x, best, bestSpectra, (rows, columns, _k), !options.Closure, (iteration, converged));
    }

    /// <summary>Every row r of a target gets the c ≥ 0 with the fewest squares of r − c·basis.</summary>
    private void Solve(double[] target, int count, int length, double[] basis, double[] result, CancellationToken cancellationToken)
    {
        var gram = new double[_k * _k];
        for (int a = 0; a < _k; a++)
        {
            for (int b = 0; b < _k; b++)
                gram[(a * _k) + b] = VectorKernels.Dot(basis.AsSpan(a * length, length), basis.AsSpan(b * length, length));
        }

        RowScheduler.Run(
            new RowPlan(count, string.Empty, 64),
            _quiet,
            () => (Solver: new NonNegativeSolver(_k), F: new double[_k]),
            (row, work) =>
            {
                for (int a = 0; a < _k; a++)
                    work.F[a] = VectorKernels.Dot(target.AsSpan(row * length, length), basis.AsSpan(a * length, length));
                work.Solver.Solve(gram, work.F, result.AsSpan(row * _k, _k));
                return true;
            },
            cancellationToken);
    }

    /// <summary>Rows that stand out most from the space of those chosen before; what is negative in them becomes 0.</summary>
    private double[] PurestRows(CancellationToken cancellationToken)
    {
        var s = new double[_k * columns];
        double[] left = (double[])x.Clone();
        double first = 0;
        for (int a = 0; a < Math.Min(_k, rows); a++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int purest = 0;
            double largest = -1;
            for (int i = 0; i < rows; i++)
            {
                double square = VectorKernels.Dot(left.AsSpan(i * columns, columns), left.AsSpan(i * columns, columns));
                if (square > largest)
                    (purest, largest) = (i, square);
            }

            first = a == 0 ? largest : first;
            if (!(largest > 1e-28 * first))
                break;
            for (int j = 0; j < columns; j++)
                s[(a * columns) + j] = Math.Max(0, x[(purest * columns) + j]);
            double[] direction = left.AsSpan(purest * columns, columns).ToArray();
            for (int i = 0; i < rows; i++)
            {
                Span<double> row = left.AsSpan(i * columns, columns);
                VectorKernels.AddScaled(row, -VectorKernels.Dot(row, direction) / largest, direction);
            }
        }

        return s;
    }

    private void Close(double[] c)
    {
        for (int i = 0; i < rows; i++)
        {
            double sum = 0;
            for (int a = 0; a < _k; a++)
                sum += c[(i * _k) + a];
            for (int a = 0; a < _k && sum > 0; a++)
                c[(i * _k) + a] /= sum;
        }
    }

    private void MakeUnimodal(double[] c)
    {
        var profile = new double[rows];
        for (int a = 0; a < _k; a++)
        {
            int top = 0;
            for (int i = 0; i < rows; i++)
            {
                profile[i] = c[(i * _k) + a];
                if (profile[i] > profile[top])
                    top = i;
            }

            Isotonic(profile.AsSpan(0, top + 1));
            Span<double> falling = profile.AsSpan(top);
            falling.Reverse();
            Isotonic(falling);
            falling.Reverse();
            for (int i = 0; i < rows; i++)
                c[(i * _k) + a] = profile[i];
        }
    }

    /// <summary>The closest rising sequence: neighbours that fall are pooled.</summary>
    private static void Isotonic(Span<double> y)
    {
        var sums = new double[y.Length];
        var counts = new int[y.Length];
        int blocks = 0;
        foreach (double v in y)
        {
            (sums[blocks], counts[blocks]) = (v, 1);
            blocks++;
            while (blocks > 1 && sums[blocks - 2] * counts[blocks - 1] > sums[blocks - 1] * counts[blocks - 2])
            {
                sums[blocks - 2] += sums[blocks - 1];
                counts[blocks - 2] += counts[blocks - 1];
                blocks--;
            }
        }

        for (int b = 0, i = 0; b < blocks; b++)
        {
            double mean = sums[b] / counts[b];
            for (int n = 0; n < counts[b]; n++)
                y[i++] = mean;
        }
    }

    private double Squares(double[] c, double[] s)
    {
        var left = new double[columns];
        double squares = 0;
        for (int i = 0; i < rows; i++)
        {
            x.AsSpan(i * columns, columns).CopyTo(left);
            for (int a = 0; a < _k; a++)
                VectorKernels.AddScaled(left, -c[(i * _k) + a], s.AsSpan(a * columns, columns));
            squares += VectorKernels.Dot(left, left);
        }

        return squares;
    }
}
