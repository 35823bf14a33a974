using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Two-phase operando series with known truth: the simulated series sim-003, and series of our own with other tracks.</summary>
public class TwoPhaseSeriesTests
{
    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 0)]
    [InlineData(1, 20)]
    public void The_simulated_series_003(int degree, int intervals)
    {
        var data = new GoldenCsv(ReferenceData.File("spectra/sim-003/patterns.csv"));
        var truth = new GoldenCsv(ReferenceData.File("spectra/sim-003/truth.csv"));
        int rows = data.Names.Length - 1;
        SpectrumSeries series = Series(data[0], Enumerable.Range(1, rows).SelectMany(c => data[c]).ToArray(), rows);
        Component[][] components = [.. Enumerable.Range(0, rows).Select(r => new[] { "1", "2" }.Select(n => new Component(truth["area" + n][r], truth["centre" + n][r], truth["fwhm" + n][r], truth["eta" + n][r])).ToArray())];
        FitSeries fits = series.Trim(17.6, 20.6).Fit(new PeakFitOptions
        {
            Peaks =
            [
                new() { Name = "H1", Center = Parameter.Between(18.3, 18.8), Fwhm = new(Max: 0.5) },
                new() { Name = "H3", Center = Parameter.Between(19.35, 19.8), Fwhm = new(Max: 0.5) },
            ],
            Background = new() { Degree = degree },
            Spline = new() { Intervals = intervals },
            Weighting = Weighting.Poisson,
        });
        Judge(fits, components, quadratic: degree == 2, found: 0.95);
        if (intervals > 0)
            TestContext.Current.TestOutputHelper!.WriteLine($"spline: {fits.Numbers("background.edf").Values.ToArray().Order().ElementAt(75):F1} parameters (median)");
        if (degree != 3)
            return;
        double best = double.PositiveInfinity;
        for (int turn = 0; turn < 4; turn++)
        {
            TimeSpan begin = Environment.CpuUsage.TotalTime;
            series.Trim(17.6, 20.6).Fit(fits.Model.Options, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 });
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds / rows);
        }

        // Processor time, for the log: other tests run at the same time.
        TestContext.Current.TestOutputHelper!.WriteLine($"{best:F2} ms per pattern");
    }

    public static TheoryData<int, double, double> Tracks() => new()
    {
        { 1, 1, 40 },
        { 2, 3, 400 },
        { 3, 0.3, 15 },
        { 4, 10, 2000 },
    };

    /// <summary>Other centres, tracks, widths, backgrounds and counting times: a first component that shifts and vanishes, a second one that appears.</summary>
    [Theory]
    [MemberData(nameof(Tracks))]
    public void Series_of_our_own_with_other_tracks(int seed, double intensity, double level)
    {
        const int Rows = 120, Points = 400;
        var random = new Random(seed);
        double[] x = [.. Enumerable.Range(0, Points).Select(i => 42 + (0.01 * i))];
        double start = 42.9 + (0.3 * random.NextDouble()), drift = 0.5 * (random.NextDouble() - 0.3), second = 44.7 + (0.3 * random.NextDouble()), back = 0.2 * random.NextDouble();
        double appears = 0.4 + (0.3 * random.NextDouble()), vanishes = 0.85 + (0.1 * random.NextDouble());
        var components = new Component[Rows][];
        var y = new double[Rows * Points];
        for (int r = 0; r < Rows; r++)
        {
            double t = (double)r / (Rows - 1), two = t < appears ? 0 : Math.Min(1, (t - appears) / (vanishes - appears));
            components[r] =
            [
                new(800 * intensity * (1 - two), start + (drift * t * t), 0.09 + (0.05 * t), 0.3 + (0.5 * t)),
                new(800 * intensity * two, second - (back * two), 0.2 - (0.06 * two), 0.6),
            ];
            for (int i = 0; i < Points; i++)
            {
                double u = (x[i] - 44) / 2, mean = level * (1.5 - (0.4 * u) + (0.2 * u * u) - (0.1 * u * u * u));
                foreach (Component c in components[r])
                    mean += c.Area > 0 ? ScalarShapes.Value("pseudoVoigt", x[i], c.Area, c.Center, c.Fwhm, c.Eta) : 0;
                y[(r * Points) + i] = Poisson(random, mean);
            }
        }

        FitSeries fits = Series(x, y, Rows).Fit(new PeakFitOptions
        {
            Peaks =
            [
                new() { Name = "H1", Center = Parameter.Between(42.6, 43.8), Fwhm = new(Max: 0.5) },
                new() { Name = "H3", Center = Parameter.Between(44.3, 45.2), Fwhm = new(Max: 0.5) },
            ],
            Background = new() { Degree = 3 },
            Weighting = Weighting.Poisson,
        });
        Judge(fits, components, quadratic: false, found: level < 30 ? 0.9 : 0.95);
    }

    private static void Judge(FitSeries fits, Component[][] truth, bool quadratic, double found)
    {
        var log = TestContext.Current.TestOutputHelper!;
        int rows = fits.Count, inside = 0, intervals = 0;
        log.WriteLine(string.Join(", ", fits.Info.ToArray().GroupBy(i => i.Status).Select(g => $"{g.Count()} {g.Key}")) + "; " + string.Join(", ", fits.Info.ToArray().GroupBy(i => i.Flags).Select(g => $"{g.Count()} {g.Key}")));
        Assert.All(fits.Info.ToArray(), i => Assert.True(i.Status.IsUsable()));
        for (int k = 0; k < 2; k++)
        {
            string peak = k == 0 ? "H1" : "H3";
            int there = 0, seen = 0, absent = 0;
            double largest = 0;
            var bias = new List<double>();
            for (int r = 0; r < rows; r++)
            {
                Component own = truth[r][k], other = truth[r][1 - k];
                double fraction = own.Area / (own.Area + other.Area);
                bool present = fits[r].IsPresent(peak);
                if (own.Area == 0)
                {
                    absent++;
                    largest = Math.Max(largest, fits[r][$"{peak}.area"] / other.Area);
                }

                if (fraction >= 0.01)
                {
                    there++;
                    seen += present ? 1 : 0;
                }

                if (fraction >= 0.2)
                    bias.Add((fits[r][$"{peak}.area"] / own.Area) - 1);
                if (!present)
                {
                    Assert.Equal(0, fits[r][$"{peak}.area"]);
                    Assert.Equal("the peak is absent", fits[r].MissingErrorReason($"{peak}.center"));
                    Assert.True(fits[r].DetectionLimit(peak) > 0);
                    continue;
                }

                if (own.Area == 0)
                    continue;
                foreach ((string name, double value) in new[] { ("center", own.Center), ("area", own.Area) })
                {
                    double error = fits[r].StandardError($"{peak}.{name}");
                    intervals++;
                    inside += Math.Abs(fits[r][$"{peak}.{name}"] - value) <= 1.96 * error ? 1 : 0;
                }
            }

            double median = bias.Order().ElementAt(bias.Count / 2);
            log.WriteLine($"{peak}: absent in {absent} rows, largest phantom {largest:P2}; found in {seen} of {there} rows with 1 % or more; median area bias {median:P2} where 20 % or more");
            Assert.True(largest <= 0.02);
            Assert.True(seen >= found * there);
            Assert.True(Math.Abs(median) <= 0.01);
        }

        double coverage = (double)inside / intervals;
        log.WriteLine($"95 % intervals of centres and areas: {inside} of {intervals} = {coverage:P1}");
        if (!quadratic)
            Assert.InRange(coverage, 0.92, 0.98);
        foreach (NumberColumn column in fits.Columns.OfType<NumberColumn>().Where(c => c.HasStandardErrors))
        {
            for (int row = 0; row < column.Count; row++)
            {
                Assert.Equal(double.IsNaN(column.StandardErrors.Span[row]), column.ErrorStatusOf(row) != StandardErrorStatus.Given);
                Assert.Equal(double.IsNaN(column.StandardErrors.Span[row]), fits[row].MissingErrorReason(column.Name).Length > 0);
            }
        }
    }

    private static SpectrumSeries Series(double[] x, double[] y, int rows) =>
        SpectrumSeries.Wrap(new Axis(x, AxisQuantity.TwoTheta, "deg"), y, rows, new SeriesAttributes { Kind = IntensityKind.Counts, IntensityUnit = "counts" });

    internal static double Poisson(Random random, double mean)
    {
        if (mean > 400)
            return Math.Round(mean + (Math.Sqrt(mean) * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
        double limit = Math.Exp(-mean), product = random.NextDouble();
        int count = 0;
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }

    internal readonly record struct Component(double Area, double Center, double Fwhm, double Eta);
}
