namespace BigMap.Analysis.Numerics;

/// <summary>Rows of a matrix in k clusters of least inertia, Σ‖x − centre‖².</summary>
/// <remarks>
/// <para>Every start draws its centres by k-means++ (D. Arthur, S. Vassilvitskii, Proc. SODA 2007, 1027), runs Lloyd's iteration to its end and then moves single rows as long as
/// that lowers the inertia (J. A. Hartigan, M. A. Wong, doi:10.2307/2346830); the start with the smallest inertia counts, the first of equal ones. Every start has its own random
/// numbers, so the result depends on the seed alone, not on threads. No method guarantees the global minimum: more starts come closer.</para>
/// <para>A row goes to the nearest centre, the lower number on a tie. Clusters are numbered from 0 by the first row that belongs to them. With fewer distinct rows than clusters
/// there are as many clusters as distinct rows. The mean of all rows is subtracted first, so that offsets cost no digits.</para>
/// <para>Silhouette: mean of (b − a)/max(a, b), a the mean distance of a row to the others of its cluster, b to those of the nearest other (P. J. Rousseeuw,
/// doi:10.1016/0377-0427(87)90125-7); 0 for a cluster of one row; above 2,000 rows it is taken of 2,000 of them, evenly spaced. Memory: a copy of the matrix. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>KMeans clusters = KMeans.Fit(values, columns: 100, new KMeansOptions { Clusters = 3 });</code></example>
public sealed class KMeans
{
    // Bounds are sums of rounded distances.
    private const double RoundingAllowance = 1 + 1e-9;
    private const int SilhouetteRows = 2000;

    private KMeans(int[] labels, double[] centres, int count, double inertia, bool converged) =>
        (Labels, Centres, Count, Inertia, Converged) = (labels, centres, count, inertia, converged);

    /// <summary>Number of clusters.</summary>
    public int Count { get; }

    /// <summary>Cluster of every row, from 0.</summary>
    public ReadOnlyMemory<int> Labels { get; }

    /// <summary>Centres, one after the other: <see cref="Count"/> × columns.</summary>
    public ReadOnlyMemory<double> Centres { get; }

    /// <summary>Σ‖x − centre‖².</summary>
    public double Inertia { get; }

    /// <summary>Whether the best start came to its end within the passes allowed.</summary>
    public bool Converged { get; }

    /// <summary>What was tried: <c>clusters</c>, <c>inertia</c>, <c>silhouette</c>; one row where the number was given.</summary>
    public ResultTable Choice { get; private init; } = new("clusters", [new IntegerColumn("clusters", ReadOnlyMemory<long>.Empty)]);

    /// <summary>Finds the clusters.</summary>
    /// <param name="values">The matrix, row after row; not changed.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="options">Options; null for the defaults. The normalisation applies to series only.</param>
    /// <param name="context">Threads and progress; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The clusters.</returns>
    /// <exception cref="ArgumentException">Not whole rows, or a value that is not finite.</exception>
    public static KMeans Fit(ReadOnlySpan<double> values, int columns, KMeansOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        options ??= new KMeansOptions();
        options.Validate();
        int rows = Matrix.Rows(values, columns);
        return Fit(values.ToArray(), (rows, columns), options, context ?? AnalysisContext.Default, cancellationToken);
    }

    internal static KMeans Fit(double[] x, (int Rows, int Columns) size, KMeansOptions options, AnalysisContext context, CancellationToken cancellationToken)
    {
        (int rows, int columns) = size;
        var mean = new double[columns];
        for (int pass = 0; pass < 2 && rows > 0; pass++)
        {
            var part = new double[columns];
            for (int i = 0; i < rows; i++)
                VectorKernels.AddScaled(part, 1.0 / rows, x.AsSpan(i * columns, columns));
            for (int i = 0; i < rows; i++)
                VectorKernels.AddScaled(x.AsSpan(i * columns, columns), -1, part);
            VectorKernels.AddScaled(mean, 1, part);
        }

        int[] numbers = options.Clusters is { } given ? [given] : [.. Enumerable.Range(2, options.MaxClusters - 1).Where(k => k < Math.Max(3, rows))];
        var tried = new KMeans[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            tried[i] = Best(x, size, numbers[i], options, context, cancellationToken);
        double[] silhouettes = Silhouettes(x, size, tried, context, cancellationToken);
        int best = 0;
        for (int i = 1; i < tried.Length; i++)
        {
            if (silhouettes[i] > silhouettes[best] || double.IsNaN(silhouettes[best]))
                best = i;
        }

        KMeans chosen = tried[best];
        double[] centres = chosen.Centres.ToArray();
        for (int c = 0; c < chosen.Count; c++)
            VectorKernels.AddScaled(centres.AsSpan(c * columns, columns), 1, mean);
        return new KMeans(chosen.Labels.ToArray(), centres, chosen.Count, chosen.Inertia, chosen.Converged)
        {
            Choice = new ResultTable("clusters",
            [
                new IntegerColumn("clusters", tried.Select(t => (long)t.Count).ToArray()),
                new NumberColumn("inertia", string.Empty, tried.Select(t => t.Inertia).ToArray()),
                new NumberColumn("silhouette", string.Empty, silhouettes),
            ]),
        };
    }

    private static KMeans Best(double[] x, (int Rows, int Columns) size, int clusters, KMeansOptions options, AnalysisContext context, CancellationToken cancellationToken)
    {
        var results = new KMeans[options.Starts];
        RowScheduler.Run(
            new RowPlan(options.Starts, QualitySteps.KMeansOperation),
            context,
            () => 0,
            (start, _) =>
            {
                results[start] = Start(x, size, clusters, (options.Seed, start, options.MaxIterations), cancellationToken);
                return results[start].Converged;
            },
            cancellationToken);
        KMeans best = results[0];
        foreach (KMeans result in results)
        {
            if (result.Inertia < best.Inertia)
                best = result;
        }

        return best;
    }

    private static KMeans Start(double[] x, (int Rows, int Columns) size, int clusters, (int Seed, int Stream, int Passes) run, CancellationToken cancellationToken)
    {
        (int rows, int columns) = size;
        var random = new RandomNumbers(run.Seed, run.Stream);
        var centres = new double[Math.Min(clusters, rows) * columns];
        int k = Draw(x, size, clusters, ref random, centres);
        var labels = new int[rows];
        var counts = new int[k];
        bool converged = rows == 0, known = false;
        var bounds = new Bounds(rows, k, columns);
        Array.Fill(labels, -1);
        for (int pass = 0; pass < run.Passes && !converged; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            converged = !Assign(x, size, labels, (centres, counts, k), bounds, known);
            known = true;
            if (converged && Transfer(x, size, labels, (centres, counts, k)))
                converged = known = false;
            centres.AsSpan(0, k * columns).CopyTo(bounds.Before);
            Recentre(x, size, labels, (centres, counts, k));
            bounds.Move(labels, centres, columns);
        }

        // Numbered by the first row of each.
        var number = new int[k];
        Array.Fill(number, -1);
        int used = 0;
        double inertia = 0;
        for (int i = 0; i < rows; i++)
        {
            if (number[labels[i]] < 0)
                number[labels[i]] = used++;
        }

        var ordered = new double[used * columns];
        for (int c = 0; c < k; c++)
        {
            if (number[c] >= 0)
                centres.AsSpan(c * columns, columns).CopyTo(ordered.AsSpan(number[c] * columns));
        }

        for (int i = 0; i < rows; i++)
        {
            labels[i] = number[labels[i]];
            inertia += VectorKernels.SquaredDistance(x.AsSpan(i * columns, columns), ordered.AsSpan(labels[i] * columns, columns));
        }

        return new KMeans(labels, ordered, used, inertia, converged);
    }

    /// <summary>k-means++: every further centre is drawn with a chance that grows with the squared distance to those there are.</summary>
    private static int Draw(double[] x, (int Rows, int Columns) size, int clusters, ref RandomNumbers random, double[] centres)
    {
        (int rows, int columns) = size;
        if (rows == 0)
            return 0;
        var distance = new double[rows];
        Array.Fill(distance, double.PositiveInfinity);
        int next = Math.Min(rows - 1, (int)(random.Uniform() * rows));
        for (int k = 0; ; k++)
        {
            x.AsSpan(next * columns, columns).CopyTo(centres.AsSpan(k * columns));
            double total = 0;
            for (int i = 0; i < rows; i++)
            {
                distance[i] = Math.Min(distance[i], VectorKernels.SquaredDistance(x.AsSpan(i * columns, columns), centres.AsSpan(k * columns, columns)));
                total += distance[i];
            }

            if (k + 1 == Math.Min(clusters, rows) || !(total > 0))
                return k + 1;
            double aim = random.Uniform() * total;
            next = -1;
            for (int i = 0; i < rows; i++)
            {
                if (distance[i] == 0)
                    continue;
                next = i;
                aim -= distance[i];
                if (aim < 0)
                    break;
            }
        }
    }

    /// <summary>Gives every row its nearest centre; rows whose bounds say that it has not changed are not measured (G. Hamerly, doi:10.1137/1.9781611972801.12).</summary>
    private static bool Assign(double[] x, (int Rows, int Columns) size, int[] labels, (double[] Centres, int[] Counts, int K) state, Bounds bounds, bool known)
    {
        (int rows, int columns) = size;
        if (known)
            bounds.Measure(state.Centres, columns);
        bool changed = false;
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<double> row = x.AsSpan(i * columns, columns);
            if (known)
            {
                double bound = Math.Max(bounds.Half[labels[i]], bounds.Lower[i]);
                if (bounds.Upper[i] * RoundingAllowance < bound)
                    continue;
                bounds.Upper[i] = Math.Sqrt(VectorKernels.SquaredDistance(row, state.Centres.AsSpan(labels[i] * columns, columns)));
                if (bounds.Upper[i] * RoundingAllowance < bound)
                    continue;
            }

            int nearest = 0;
            double first = double.PositiveInfinity, second = double.PositiveInfinity;
            for (int c = 0; c < state.K; c++)
            {
                double distance = VectorKernels.SquaredDistance(row, state.Centres.AsSpan(c * columns, columns));
                if (distance < first)
                    (nearest, first, second) = (c, distance, first);
                else
                    second = Math.Min(second, distance);
            }

            changed |= nearest != labels[i];
            labels[i] = nearest;
            (bounds.Upper[i], bounds.Lower[i]) = (Math.Sqrt(first), Math.Sqrt(second));
        }

        return changed;
    }

    private static void Recentre(double[] x, (int Rows, int Columns) size, int[] labels, (double[] Centres, int[] Counts, int K) state)
    {
        (int rows, int columns) = size;
        (double[] centres, int[] counts, int k) = state;
        counts.AsSpan().Clear();
        foreach (int label in labels)
            counts[label]++;
        for (int c = 0; c < k; c++)
        {
            // A cluster that lost its rows keeps its centre.
            if (counts[c] > 0)
                centres.AsSpan(c * columns, columns).Clear();
        }

        for (int i = 0; i < rows; i++)
            VectorKernels.AddScaled(centres.AsSpan(labels[i] * columns, columns), 1, x.AsSpan(i * columns, columns));
        for (int c = 0; c < k; c++)
        {
            for (int j = 0; j < columns && counts[c] > 0; j++)
                centres[(c * columns) + j] /= counts[c];
        }
    }

    /// <summary>One pass of single moves that lower the inertia: a row leaves a cluster of n₁ for one of n₂ when d₂² n₂/(n₂ + 1) is below d₁² n₁/(n₁ − 1).</summary>
    private static bool Transfer(double[] x, (int Rows, int Columns) size, int[] labels, (double[] Centres, int[] Counts, int K) state)
    {
        (int rows, int columns) = size;
        (double[] centres, int[] counts, int k) = state;
        Recentre(x, size, labels, state);
        bool moved = false;
        for (int i = 0; i < rows; i++)
        {
            int from = labels[i];
            if (counts[from] < 2)
                continue;
            ReadOnlySpan<double> row = x.AsSpan(i * columns, columns);
            double gain = VectorKernels.SquaredDistance(row, centres.AsSpan(from * columns, columns)) * counts[from] / (counts[from] - 1.0);
            int to = from;
            double smallest = gain * (1 - 1e-12);
            for (int c = 0; c < k; c++)
            {
                if (c == from)
                    continue;
                double cost = VectorKernels.SquaredDistance(row, centres.AsSpan(c * columns, columns)) * counts[c] / (counts[c] + 1.0);
                if (cost < smallest)
                    (to, smallest) = (c, cost);
            }

            if (to == from)
                continue;
            Shift(centres.AsSpan(from * columns, columns), row, -1.0 / (counts[from] - 1));
            Shift(centres.AsSpan(to * columns, columns), row, 1.0 / (counts[to] + 1));
            counts[from]--;
            counts[to]++;
            labels[i] = to;
            moved = true;
        }

        return moved;
    }

    private static void Shift(Span<double> centre, ReadOnlySpan<double> row, double weight)
    {
        for (int j = 0; j < centre.Length; j++)
            centre[j] += weight * (row[j] - centre[j]);
    }

    private static double[] Silhouettes(double[] x, (int Rows, int Columns) size, KMeans[] tried, AnalysisContext context, CancellationToken cancellationToken)
    {
        (int rows, int columns) = size;
        int sampled = Math.Min(rows, SilhouetteRows);
        var sample = new int[sampled];
        for (int i = 0; i < sampled; i++)
            sample[i] = (int)((long)i * rows / sampled);
        var scores = new double[sampled * tried.Length];
        var counts = new int[tried.Length][];
        for (int t = 0; t < tried.Length; t++)
        {
            counts[t] = new int[tried[t].Count];
            foreach (int i in sample)
                counts[t][tried[t].Labels.Span[i]]++;
        }

        RowScheduler.Run(
            new RowPlan(sampled, QualitySteps.KMeansOperation, 16),
            context with { Progress = null },
            () => tried.Select(t => new double[t.Count]).ToArray(),
            (i, sums) =>
            {
                foreach (double[] sum in sums)
                    sum.AsSpan().Clear();
                ReadOnlySpan<double> row = x.AsSpan(sample[i] * columns, columns);
                for (int j = 0; j < sampled; j++)
                {
                    double distance = Math.Sqrt(VectorKernels.SquaredDistance(row, x.AsSpan(sample[j] * columns, columns)));
                    for (int t = 0; t < sums.Length; t++)
                        sums[t][tried[t].Labels.Span[sample[j]]] += distance;
                }

                for (int t = 0; t < sums.Length; t++)
                {
                    int own = tried[t].Labels.Span[sample[i]];
                    double a = sums[t][own] / (counts[t][own] - 1), b = double.PositiveInfinity;
                    for (int c = 0; c < sums[t].Length; c++)
                    {
                        if (c != own && counts[t][c] > 0)
                            b = Math.Min(b, sums[t][c] / counts[t][c]);
                    }

                    scores[(i * sums.Length) + t] = counts[t][own] < 2 || (a == 0 && b == 0) ? 0 : (b - a) / Math.Max(a, b);
                }

                return true;
            },
            cancellationToken);
        var means = new double[tried.Length];
        for (int t = 0; t < tried.Length; t++)
        {
            double sum = 0;
            for (int i = 0; i < sampled; i++)
                sum += scores[(i * tried.Length) + t];
            means[t] = tried[t].Count < 2 ? double.NaN : sum / sampled;
        }

        return means;
    }

    /// <summary>What is known of distances without measuring them: to the own centre at most, to any other at least.</summary>
    private sealed class Bounds(int rows, int k, int columns)
    {
        public double[] Upper { get; } = new double[rows];

        public double[] Lower { get; } = new double[rows];

        /// <summary>Half the distance of every centre to the nearest other: a row closer than that has no nearer centre.</summary>
        public double[] Half { get; } = new double[k];

        public double[] Before { get; } = new double[k * columns];

        public void Measure(double[] centres, int length)
        {
            for (int a = 0; a < k; a++)
            {
                double nearest = double.PositiveInfinity;
                for (int b = 0; b < k; b++)
                {
                    if (b != a)
                        nearest = Math.Min(nearest, VectorKernels.SquaredDistance(centres.AsSpan(a * length, length), centres.AsSpan(b * length, length)));
                }

                Half[a] = 0.5 * Math.Sqrt(nearest);
            }
        }

        /// <summary>Widens the bounds by how far the centres have moved.</summary>
        public void Move(int[] labels, double[] centres, int length)
        {
            var moved = new double[k];
            for (int c = 0; c < k; c++)
                moved[c] = Math.Sqrt(VectorKernels.SquaredDistance(Before.AsSpan(c * length, length), centres.AsSpan(c * length, length)));
            double most = 0;
            foreach (double m in moved)
                most = Math.Max(most, m);
            for (int i = 0; i < labels.Length; i++)
            {
                Upper[i] += moved[labels[i]];
                Lower[i] -= most;
            }
        }
    }
}
