using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Parameters that a whole series shares, and quantities derived from several values.</summary>
public class SharedTests
{
    private static readonly string[] Bands = ["820", "838", "860", "873"];

    private static readonly PeakFitOptions Electrolyte = new()
    {
        Peaks =
        [
            new() { Name = "p820", Center = new(820, 812, 828), Fwhm = new(16, 5, 30), Presence = PeakPresence.Required },
            new() { Name = "p838", Center = new(838, 832, 845), Fwhm = new(15, 5, 30), Presence = PeakPresence.Required },
            new() { Name = "p860", Center = new(860, 853, 866), Fwhm = new(15, 5, 30), Presence = PeakPresence.Required },
            new() { Name = "p873", Center = new(873, 868, 879), Fwhm = new(9, 4, 20), Presence = PeakPresence.Required },
        ],

        // What a lower degree leaves of the background goes into the wings of the bands: the coordination number comes out 0.002 low.
        Background = new() { Degree = 5 },
        Shared = [.. Bands.SelectMany(b => new[] { $"p{b}.fwhm", $"p{b}.eta" })],
        Derived = [new() { Name = "cn", Of = ["p820.area", "p860.area"], Over = ["p820.area", "p860.area", "p838.area"] }],
    };

    [Fact]
    public void Coordination_numbers_with_shared_widths_and_mixing()
    {
        var data = new GoldenCsv(ReferenceData.File("spectra/sim-ftir/spectra.csv"));
        var truth = new GoldenCsv(ReferenceData.File("spectra/sim-ftir/truth.csv"));
        int rows = data.Names.Length - 1;
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(data[0], AxisQuantity.Wavenumber, "cm^-1"), Enumerable.Range(1, rows).SelectMany(c => data[c]).ToArray(), rows);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        FitSeries fits = series.Fit(Electrolyte);
        double rmse = Math.Sqrt(Enumerable.Range(0, rows).Average(r => Math.Pow(fits[r]["cn"] - truth["cn"][r], 2)));
        var log = TestContext.Current.TestOutputHelper!;
        log.WriteLine($"{clock.Elapsed.TotalMilliseconds:F0} ms; RMSE {rmse:F5}, median standard error {Enumerable.Range(0, rows).Select(r => fits[r].StandardError("cn")).Order().ElementAt(rows / 2):F5}; " + string.Join(", ", fits.Info.ToArray().GroupBy(i => i.Status).Select(g => $"{g.Count()} {g.Key}")));
        log.WriteLine(fits[3].Report());
        Assert.True(rmse <= 0.003);
        foreach (string name in Electrolyte.Shared)
        {
            Assert.All(Enumerable.Range(0, rows), r => Assert.Equal(fits[0][name], fits[r][name]));
            Assert.All(Enumerable.Range(0, rows), r => Assert.Equal(fits[0].StandardError(name), fits[r].StandardError(name), 1e-6 * fits[0].StandardError(name)));
        }
    }

    [Fact]
    public void The_error_of_the_coordination_number_covers_the_truth_as_often_as_it_says()
    {
        // 500 seeds gave the figures in docs/fitting.md; a few are enough to notice a change.
        int seeds = int.TryParse(Environment.GetEnvironmentVariable("BIGMAP_LONG_SEEDS"), out int many) ? many : 3;
        var truth = new GoldenCsv(ReferenceData.File("spectra/sim-ftir/truth.csv"));
        var background = new GoldenCsv(ReferenceData.File("spectra/sim-ftir/true_background.csv"));
        int rows = truth["cn"].Length, n = background[0].Length;
        double[] x = background[0];
        double[] clean = [.. Enumerable.Range(0, rows).SelectMany(r => Enumerable.Range(0, n).Select(i =>
            background[Math.Min(r + 1, background.Names.Length - 1)][i] + Bands.Sum(b => ScalarShapes.Value("pseudoVoigt", x[i], truth[$"area_{b}"][r], truth[$"centre_{b}"][r], truth[$"fwhm_{b}"][r], truth[$"eta_{b}"][r]))))];
        int inside = 0;
        double squares = 0;
        for (int seed = 0; seed < seeds; seed++)
        {
            var random = new Random(1000 + seed);
            double[] y = [.. clean.Select(v => v + (0.002 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
            FitSeries fits = SpectrumSeries.Wrap(new Axis(x, AxisQuantity.Wavenumber, "cm^-1"), y, rows).Fit(Electrolyte);
            for (int r = 0; r < rows; r++)
            {
                double error = fits[r]["cn"] - truth["cn"][r];
                squares += error * error;
                inside += Math.Abs(error) <= fits[r].StandardError("cn") ? 1 : 0;
            }
        }

        double coverage = (double)inside / (seeds * rows), rmse = Math.Sqrt(squares / (seeds * rows));
        TestContext.Current.TestOutputHelper?.WriteLine($"{seeds} seeds: coverage at one standard error {coverage:P1}, RMSE {rmse:F5}");
        Assert.InRange(coverage, seeds < 100 ? 0.4 : 0.60, seeds < 100 ? 0.95 : 0.76);
        Assert.True(rmse <= 0.003);
    }

    [Fact]
    public void Shared_parameters_give_the_optimum_and_the_errors_of_one_large_fit()
    {
        // Reference: one problem with every parameter of every row, by the general solver.
        const int Rows = 4;
        SpectrumSeries series = TestSeries.W2b(Rows);
        PeakFitOptions options = TestSeries.Model with { Shared = ["a.fwhm", "b.eta"], TestPeaks = false, Peaks = [.. TestSeries.Model.Peaks.Select(p => p with { Shape = p.Name == "a" ? LineShapes.Gaussian : p.Shape })] };
        double[] weights = [.. Enumerable.Repeat(25.0, Rows * series.Length)];
        series = SpectrumSeries.Wrap(series.Axis, Enumerable.Range(0, Rows).SelectMany(r => series[r].ToArray()).ToArray(), Rows, new SeriesAttributes { Variance = weights });
        options = options with { Weighting = Weighting.Sigma };
        FitSeries fits = series.Fit(options);
        var whole = new Whole(series);
        double[] p = [fits[0]["a.fwhm"] * 1.05, fits[0]["b.eta"] * 0.9, .. Enumerable.Range(0, Rows).SelectMany(r => Whole.Names.Select(n => fits[r][n] * 1.001))];
        var solver = new Numerics.LevenbergMarquardt(p.Length, whole.ResidualCount);
        Numerics.LeastSquaresResult best = solver.Solve(whole, p);
        Assert.Equal(best.ChiSquare, fits.Info.ToArray().Sum(i => i.ChiSquare), 1e-8 * best.ChiSquare);
        double[] covariance = new double[p.Length * p.Length];
        solver.Covariance(covariance, new StandardErrorStatus[p.Length]);
        double Error(int k) => Math.Sqrt(covariance[(k * p.Length) + k]);
        for (int r = 0; r < Rows; r++)
        {
            Assert.Equal(p[0], fits[r]["a.fwhm"], 1e-4 * Error(0));
            Assert.Equal(1, fits[r].StandardError("a.fwhm") / Error(0), 1e-3);
            Assert.Equal(1, fits[r].StandardError("b.eta") / Error(1), 1e-3);
            for (int k = 0; k < Whole.Names.Length; k++)
            {
                int at = 2 + (r * Whole.Names.Length) + k;
                Assert.Equal(p[at], fits[r][Whole.Names[k]], 1e-4 * Error(at));
                Assert.Equal(1, fits[r].StandardError(Whole.Names[k]) / Error(at), 1e-3);
                Assert.Equal(covariance[at] / Error(0) / Error(at), fits[r].Correlation("a.fwhm", Whole.Names[k]), 1e-3);
            }
        }
    }

    [Fact]
    public void A_shared_fit_is_the_same_for_any_number_of_threads_and_leaves_out_bad_rows()
    {
        SpectrumSeries series = TestSeries.W2b(8, broken: s => s == 3);
        PeakFitOptions options = TestSeries.Model with { Shared = ["a.fwhm"] };
        FitSeries one = series.Fit(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }), two = series.Fit(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 2 });
        for (int row = 0; row < 8; row++)
        {
            Assert.Equal(one.Info[row], two.Info[row]);
            Assert.Equal(row != 3, one.StatusOf(row).IsUsable());
            if (row != 3)
                Assert.Equal(one[0]["a.fwhm"], two[row]["a.fwhm"]);
        }

        FitSeries without = series.Select([0, 1, 2, 4, 5, 6, 7]).Fit(options);
        Assert.Equal(without[0]["a.fwhm"], one[0]["a.fwhm"], 1e-9 * one[0]["a.fwhm"]);
    }

    [Fact]
    public void Derived_quantities_carry_the_whole_covariance()
    {
        PeakFitOptions options = TestSeries.Model with
        {
            Derived =
            [
                new() { Name = "fraction", Of = ["a.area"], Over = ["a.area", "b.area"] },
                new() { Name = "total", Kind = DerivedKind.Sum, Of = ["a.area", "b.area"], Unit = "counts cm^-1" },
                new() { Name = "d", Kind = DerivedKind.Spacing, Of = ["a.center"], Factor = 3, Wavelength = 1.5406, Unit = "angstrom" },
            ],
        };
        FitSeries fits = TestSeries.W2b(5).Fit(options);
        for (int row = 0; row < 5; row++)
        {
            FitResult fit = fits[row];
            double a = fit["a.area"], b = fit["b.area"], sa = fit.StandardError("a.area"), sb = fit.StandardError("b.area"), r = fit.Correlation("a.area", "b.area");
            Assert.Equal(a / (a + b), fit["fraction"], 1e-12);
            double s2 = a + b;
            double variance = ((b * b * sa * sa) + (a * a * sb * sb) - (2 * a * b * r * sa * sb)) / Math.Pow(s2, 4);
            Assert.Equal(1, fit.StandardError("fraction") / Math.Sqrt(variance), 1e-6);
            Assert.Equal(1, fit.StandardError("total") / Math.Sqrt((sa * sa) + (sb * sb) + (2 * r * sa * sb)), 1e-6);
            double theta = fit["a.center"] * Math.PI / 360;
            Assert.Equal(3 * 1.5406 / (2 * Math.Sin(theta)), fit["d"], 1e-12);
            Assert.Equal(1, fit.StandardError("d") / (fit["d"] / Math.Tan(theta) * Math.PI / 360 * fit.StandardError("a.center")), 1e-9);
        }

        Assert.Equal("angstrom", fits.Column("d").Unit);
    }

    [Theory]
    [InlineData("""{"peaks":[{"name":"a"}],"shared":["b.fwhm"]}""", "b.fwhm is to be shared, which is not a parameter")]
    [InlineData("""{"peaks":[{"name":"a"},{"name":"b"}],"ties":[{"parameter":"a.fwhm","to":"b.fwhm"}],"shared":["a.fwhm"]}""", "a.fwhm is tied to another parameter")]
    [InlineData("""{"peaks":[{"name":"a"}],"derived":[{"name":"r","of":["a.area"]}]}""", "needs at least one name under over")]
    [InlineData("""{"peaks":[{"name":"a"}],"derived":[{"name":"r","of":["a.area"],"over":["c.area"]}]}""", "r names c.area, which is not a value")]
    [InlineData("""{"peaks":[{"name":"a"}],"derived":[{"name":"a.area","kind":"sum","of":["a.area"]}]}""", "two values are named a.area")]
    public void Wrong_shared_parameters_and_derived_quantities_are_refused(string json, string message)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Contains(message, Assert.Throws<OptionsException>(() => PeakFitOptions.Set.Read(document.RootElement)).Message, StringComparison.Ordinal);
    }

    /// <summary>Gaussian a with a common width, pseudo-Voigt b with a common mixing, a line; every row in one problem, derivatives of the shapes placed by hand.</summary>
    private sealed class Whole(SpectrumSeries series) : Numerics.ILeastSquaresProblem
    {
        public static readonly string[] Names = ["a.area", "a.center", "b.area", "b.center", "b.fwhm", "background.c0", "background.c1"];

        public int ParameterCount => 2 + (series.Count * Names.Length);

        public int ResidualCount => series.Count * series.Length;

        public bool Evaluate(ReadOnlySpan<double> p, Span<double> residuals, Span<double> jacobian)
        {
            int n = series.Length, m = ResidualCount;
            jacobian.Clear();
            ReadOnlySpan<double> x = series.Axis.Values;
            double middle = 0.5 * (x[0] + x[^1]);
            for (int r = 0; r < series.Count; r++)
            {
                ReadOnlySpan<double> own = p.Slice(2 + (r * Names.Length), Names.Length);
                double[] f = new double[n], a = new double[3 * n], b = new double[4 * n];
                LineShapes.Gaussian.AddWithJacobian(x, [own[0], own[1], p[0]], f, a);
                LineShapes.PseudoVoigt.AddWithJacobian(x, [own[2], own[3], own[4], p[1]], f, b);
                for (int i = 0; i < n; i++)
                {
                    double t = x[i] - middle;
                    residuals[(r * n) + i] = (f[i] + own[5] + (own[6] * t) - series[r][i]) / 5;
                    if (jacobian.IsEmpty)
                        continue;
                    double[] d = [a[i], a[n + i], b[i], b[n + i], b[(2 * n) + i], 1, t];
                    jacobian[(r * n) + i] = a[(2 * n) + i] / 5;
                    jacobian[m + (r * n) + i] = b[(3 * n) + i] / 5;
                    for (int k = 0; k < d.Length; k++)
                        jacobian[((2 + (r * Names.Length) + k) * m) + (r * n) + i] = d[k] / 5;
                }
            }

            return true;
        }
    }
}
