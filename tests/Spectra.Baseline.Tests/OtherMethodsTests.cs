using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Polynomial, window and anchor methods against plain loops.</summary>
public sealed class OtherMethodsTests
{
    private static readonly double[] Y = Workloads.W1(4, 400);
    private static readonly double[] X = [.. Enumerable.Range(0, 400).Select(i => 200 + i + (0.4 * Math.Sin(i)))];
    private static readonly double[] PchipValues = [1.0, 7.666666666666666, 9.0, 3.0, 4.296296296296297, 6.703703703703704, 8.0, 7.930803571428571, 7.565476190476191, 6.6674107142857135, 5.0];
    private static readonly double[] SplineValues = [1.0, 7.842508278145695, 9.0, 3.0, 1.343083149374539, 4.233903605592345, 8.0, 9.697537251655627, 9.297185430463577, 7.498240894039734, 4.999999999999998];
    private static readonly double Range = AslsReference.Range(Y);

    private static (double[] Baseline, BaselineInfo Info) Run(IBaselineEstimator estimator, double[]? y = null, bool[]? excluded = null, double[]? x = null)
    {
        y ??= Y;
        double[] z = new double[y.Length];
        BaselineInfo info = estimator.Estimate(new BaselineInput(y) { X = x ?? (y.Length == X.Length ? X : default(ReadOnlySpan<double>)), Excluded = excluded }, z);
        return (z, info);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(14)]
    public void A_polynomial_of_any_order_agrees_with_normal_equations_in_32_digits(int order)
    {
        (double[] z, BaselineInfo info) = Run(new PolynomialEstimator(400, new PolynomialOptions { Order = order }));
        Assert.Equal((RowStatus.Ok, 1), (info.Status, info.Solves));
        Assert.InRange(AslsReference.LargestDifference(z, PolynomialReference.Fit(X, Y, order)) / Range, 0, 1e-13);
        Assert.InRange(info.ErrorEstimate, 0, 1e-13);

        // Excluded points take no part, but the polynomial is given there, too.
        bool[] excluded = [.. Y.Select((_, i) => i is > 100 and < 180 || i % 7 == 0)];
        double[] expected = PolynomialReference.Fit(X, Y, order, [.. excluded.Select(e => e ? 0.0 : 1)]);
        Assert.InRange(AslsReference.LargestDifference(Run(new PolynomialEstimator(400, new PolynomialOptions { Order = order }), null, excluded).Baseline, expected) / Range, 0, 1e-12);
    }

    [Fact]
    public void Order_30_reproduces_a_polynomial_of_degree_30()
    {
        double[] y = [.. X.Select(v => Math.Cos(30 * Math.Acos(Math.Clamp((v - X[0] - ((X[^1] - X[0]) / 2)) / ((X[^1] - X[0]) / 2), -1, 1))))];
        Assert.InRange(AslsReference.LargestDifference(Run(new PolynomialEstimator(400, new PolynomialOptions { Order = 30 }), y).Baseline, y), 0, 1e-12);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Modpoly_agrees_with_the_plain_iteration(bool useOriginal, bool mask)
    {
        double[] y = [.. Y], z = PolynomialReference.Fit(X, y, 5), w = FamilyReference.Ones(400);
        if (mask)
        {
            double deviation = Deviation(y, z);
            w = [.. y.Zip(z, (a, b) => b + deviation < a ? 0.0 : 1)];
        }

        int fits = 1;
        for (double change = 1; !(change < 1e-4); fits++)
        {
            double[] before = z;
            y = [.. z.Select((v, i) => Math.Min(useOriginal ? Y[i] : y[i], v))];
            z = PolynomialReference.Fit(X, y, 5, w);
            change = Math.Sqrt(z.Zip(before, (a, b) => (a - b) * (a - b)).Sum() / before.Sum(v => v * v));
        }

        (double[] actual, BaselineInfo info) = Run(new ModpolyEstimator(400, new ModpolyOptions { Tolerance = 1e-4, UseOriginal = useOriginal, MaskInitialPeaks = mask }));
        Assert.Equal((RowStatus.Ok, fits), (info.Status, info.Solves));
        Assert.InRange(AslsReference.LargestDifference(actual, z) / Range, 0, 1e-11);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Imodpoly_agrees_with_the_plain_iteration(bool useOriginal, bool mask)
    {
        double[] y = [.. Y], z = PolynomialReference.Fit(X, y, 4), w = FamilyReference.Ones(400);
        double deviation = Deviation(y, z);
        if (mask)
            w = [.. y.Zip(z, (a, b) => b + deviation < a ? 0.0 : 1)];
        int fits = 1;
        for (double change = 1; !(change < 1e-3); fits++)
        {
            y = [.. z.Select((v, i) => Math.Min(useOriginal ? Y[i] : y[i], v + (1.5 * deviation)))];
            z = PolynomialReference.Fit(X, y, 4, w);
            double next = Deviation(y, z);
            change = Math.Abs(next - deviation) / next;
            deviation = next;
        }

        (double[] actual, BaselineInfo info) = Run(new ImodpolyEstimator(400, new ImodpolyOptions { Order = 4, Deviations = 1.5, UseOriginal = useOriginal, MaskInitialPeaks = mask }));
        Assert.Equal((RowStatus.Ok, fits), (info.Status, info.Solves));
        Assert.InRange(AslsReference.LargestDifference(actual, z) / Range, 0, 1e-11);
    }

    [Theory]
    [InlineData(PolynomialCost.AsymmetricTruncatedQuadratic)]
    [InlineData(PolynomialCost.SymmetricTruncatedQuadratic)]
    [InlineData(PolynomialCost.AsymmetricHuber)]
    [InlineData(PolynomialCost.SymmetricHuber)]
    [InlineData(PolynomialCost.AsymmetricIndec)]
    [InlineData(PolynomialCost.SymmetricIndec)]
    public void The_penalised_polynomial_descends_to_a_stationary_point_of_its_cost(PolynomialCost cost)
    {
        const double s = 40;
        bool symmetric = cost.ToString().StartsWith("Symmetric", StringComparison.Ordinal);
        double Phi(double e)
        {
            if (e < s && (!symmetric || e > -s))
                return e * e;
            double size = Math.Abs(e);
            return cost.ToString().EndsWith("Quadratic", StringComparison.Ordinal) ? s * s
                : cost.ToString().EndsWith("Huber", StringComparison.Ordinal) ? (2 * s * size) - (s * s)
                : (s * s * s / (2 * size)) + (s * s / 2);
        }

        double Cost(double[] z) => Y.Zip(z, (a, b) => Phi(a - b)).Sum();
        double before = double.PositiveInfinity;
        for (int k = 0; k < 12; k++)
        {
            double now = Cost(Run(new PenalisedPolynomialEstimator(400, new PenalisedPolynomialOptions { Order = 3, Cost = cost, Threshold = s, MaxIterations = k, Tolerance = 0 })).Baseline);
            Assert.True(now <= before * (1 + 1e-12), $"{k}: {now} after {before}");
            before = now;
        }

        // Indec is written with the derivative −s³/(2e²), which is that of half the 1/|e| term; at the fixed point no direction descends.
        (double[] z, BaselineInfo info) = Run(new PenalisedPolynomialEstimator(400, new PenalisedPolynomialOptions { Order = 3, Cost = cost, Threshold = s, MaxIterations = 100000, Tolerance = 1e-13 }));
        Assert.Equal(RowStatus.Ok, info.Status);
        double[] slope = [.. Y.Zip(z, (a, b) => Derivative(a - b))];
        for (int degree = 0; degree <= 3; degree++)
        {
            double moment = slope.Select((v, i) => v * Math.Pow((X[i] - 400) / 200, degree)).Sum() / slope.Sum(Math.Abs);
            Assert.InRange(Math.Abs(moment), 0, 1e-6);
        }

        double Derivative(double e) => e < s && (!symmetric || e > -s) ? 2 * e
            : cost.ToString().EndsWith("Quadratic", StringComparison.Ordinal) ? 0
            : cost.ToString().EndsWith("Huber", StringComparison.Ordinal) ? 2 * s * Math.Sign(e)
            : -s * s * s / (2 * e * e) * Math.Sign(e);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(4, true)]
    [InlineData(6, true)]
    [InlineData(8, true)]
    [InlineData(4, false)]
    public void SNIP_agrees_with_the_plain_loop(int order, bool decreasing)
    {
        const int m = 25;
        double[] left = PolynomialReference.Fit(Index(0, m), Y[..m], 1), right = PolynomialReference.Fit(Index(0, m), Y[^m..], 1);
        double[] z =
        [
            .. Enumerable.Range(1, m).Reverse().Select(k => left[0] - (k * (left[1] - left[0]))),
            .. Y,
            .. Enumerable.Range(1, m).Select(k => right[m - 1] + (k * (right[1] - right[0]))),
        ];
        foreach (int k in decreasing ? Enumerable.Range(1, m).Reverse() : Enumerable.Range(1, m))
        {
            double[] before = [.. z];
            for (int i = k; i < z.Length - k; i++)
            {
                double P(int j) => before[i - j] + before[i + j];
                double value = P(k) / 2;
                if (order >= 4)
                    value = Math.Max(value, (-P(k) + (4 * P(k / 2))) / 6);
                if (order >= 6)
                    value = Math.Max(value, (P(k) - (6 * P(2 * k / 3)) + (15 * P(k / 3))) / 20);
                if (order >= 8)
                    value = Math.Max(value, (-P(k) + (8 * P(3 * k / 4)) - (28 * P(k / 2)) + (56 * P(k / 4))) / 70);
                z[i] = Math.Min(before[i], value);
            }
        }

        double[] actual = Run(new SnipEstimator(400, new SnipOptions { HalfWindow = m, FilterOrder = order, Decreasing = decreasing })).Baseline;
        Assert.InRange(AslsReference.LargestDifference(actual, z[m..^m]) / Range, 0, 1e-13);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(399)]
    [InlineData(5000)]
    public void Windows_of_any_width_agree_with_plain_loops(int h)
    {
        double[] Extremum(double[] y, Func<IEnumerable<double>, double> of) => [.. y.Select((_, i) => of(y.Skip(i - h).Take(Math.Min(i, h) + h + 1)))];
        double[] opening = Extremum(Extremum(Y, v => v.Min()), v => v.Max());
        Assert.Equal(opening, Run(new MorphologicalEstimator(400, new MorphologicalOptions { HalfWindow = h, Kind = MorphologicalKind.Opening })).Baseline);
        double[] low = Extremum(opening, v => v.Min()), high = Extremum(opening, v => v.Max());
        double[] averaged = [.. opening.Select((v, i) => Math.Min(v, (low[i] + high[i]) / 2))];
        Assert.InRange(AslsReference.LargestDifference(averaged, Run(new MorphologicalEstimator(400, new MorphologicalOptions { HalfWindow = h })).Baseline) / Range, 0, 1e-15);

        int s = Math.Min(h, 400);
        double[] left = PolynomialReference.Fit(Index(0, Math.Max(s, 2)), s == 1 ? [opening[0], opening[0]] : opening[..s], 1), right = PolynomialReference.Fit(Index(0, Math.Max(s, 2)), s == 1 ? [opening[^1], opening[^1]] : opening[^s..], 1);
        double[] padded =
        [
            .. Enumerable.Range(1, s).Reverse().Select(k => left[0] - (k * (left[1] - left[0]))),
            .. opening,
            .. Enumerable.Range(1, s).Select(k => right[^1] + (k * (right[1] - right[0]))),
        ];
        double[] ball = [.. opening.Select((_, i) => padded[i..(i + (2 * s) + 1)].Average())];
        Assert.InRange(AslsReference.LargestDifference(ball, Run(new RollingBallEstimator(400, new RollingBallOptions { HalfWindow = h })).Baseline) / Range, 0, 1e-12);
    }

    [Fact]
    public void A_baseline_through_anchors_passes_the_local_means()
    {
        double[] points = [210, 260.5, 400, 480, 590];
        foreach (AnchorInterpolation curve in Enum.GetValues<AnchorInterpolation>())
        {
            var options = new AnchorOptions { Points = points, HalfWidth = 4.2, Interpolation = curve };
            double[] straight = [.. X.Select(v => 3 - (0.02 * v))], w = new double[400], z = new double[400];
            Assert.InRange(AslsReference.LargestDifference(straight, Run(new AnchorEstimator(400, options), straight).Baseline), 0, 1e-12);
            new AnchorEstimator(400, options).Estimate(new BaselineInput(Y) { X = X }, new BaselineOutput(z) { Weights = w });
            Assert.Equal(X.Select(v => points.Any(p => Math.Abs(p - v) <= 4.2) ? 1.0 : 0), w);
            foreach (double p in points)
            {
                int[] near = [.. Enumerable.Range(0, 400).Where(i => Math.Abs(X[i] - p) <= 4.2)];
                double meanX = near.Average(i => X[i]), meanY = near.Average(i => Y[i]);
                Assert.InRange(Math.Abs(At(X, z, meanX) - meanY) / Range, 0, 1e-2);
            }
        }
    }

    [Fact]
    public void Curves_through_anchors_agree_with_scipy()
    {
        // scipy 1.10.1: PchipInterpolator, CubicSpline(bc_type="natural"), at x = 0 … 10.
        double[] x = [.. Enumerable.Range(0, 11).Select(i => (double)i)], y = [1, 2, 9, 3, 3, 7, 8, 8, 8, 2, 5];
        foreach ((AnchorInterpolation curve, double[] expected) in new[] { (AnchorInterpolation.Pchip, PchipValues), (AnchorInterpolation.CubicSpline, SplineValues) })
        {
            (double[] z, BaselineInfo info) = Run(new AnchorEstimator(11, new AnchorOptions { Points = [0, 2, 3, 6, 10], Interpolation = curve }), y, null, x);
            Assert.Equal(RowStatus.Ok, info.Status);
            Assert.InRange(AslsReference.LargestDifference(z, expected), 0, 1e-13);
        }
    }

    [Fact]
    public void Anchors_that_cannot_be_used_give_a_status_in_the_row_and_an_error_before_a_series()
    {
        var excluded = new bool[400];
        Array.Fill(excluded, true, 190, 30);
        Assert.Equal(RowStatus.TooFewPoints, Run(new AnchorEstimator(400, new AnchorOptions { Points = [210, 400, 590], HalfWidth = 3 }), null, excluded).Info.Status);
        Assert.Equal(RowStatus.Ok, Run(new AnchorEstimator(400, new AnchorOptions { Points = [210, 400, 590] }), null, excluded).Info.Status);
        Assert.Equal(RowStatus.TooFewPoints, Run(new AnchorEstimator(400, new AnchorOptions { Points = [0, 400] })).Info.Status);
        Assert.Equal(RowStatus.Singular, Run(new AnchorEstimator(400, new AnchorOptions { Points = [400, 400.01], HalfWidth = 5 })).Info.Status);

        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(X, AxisQuantity.RamanShift, "cm^-1"), Y, 1);
        var error = Assert.Throws<DataMismatchException>(() => series.EstimateBaseline(new AnchorOptions { Points = [100, 400] }));
        Assert.Contains("anchor at 100 cm^-1", error.Message, StringComparison.Ordinal);
        Assert.Throws<OptionsException>(() => new AnchorOptions { Points = [400, 300] }.Validate());
        Assert.Throws<OptionsException>(() => new AnchorOptions { Points = [400] }.Validate());
        double[] ends = Run(new AnchorEstimator(400)).Baseline;
        Assert.Equal((Y[0], Y[^1]), (ends[0], ends[^1]));
        Assert.Equal(Y[0] + ((Y[^1] - Y[0]) * (X[200] - X[0]) / (X[^1] - X[0])), ends[200], 1e-10);
    }

    private static double At(double[] x, double[] z, double at)
    {
        int k = Array.FindLastIndex(x, v => v <= at);
        return z[k] + ((z[k + 1] - z[k]) * (at - x[k]) / (x[k + 1] - x[k]));
    }

    private static double[] Index(int from, int count) => [.. Enumerable.Range(from, count).Select(i => (double)i)];

    private static double Deviation(double[] y, double[] z)
    {
        double[] d = [.. y.Zip(z, (a, b) => a - b)];
        double mean = d.Average();
        return Math.Sqrt(d.Average(v => (v - mean) * (v - mean)));
    }
}
