using BigMap.Analysis.Spectra.PeakFit.Internal;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>A penalised spline as background, fitted together with the peaks.</summary>
public class SplineTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 160).Select(i => 100 + (0.5 * i))];

    private static readonly PeakFitOptions Options = new()
    {
        Peaks = [new() { Name = "p", Shape = LineShapes.Gaussian, Center = Parameter.Between(130, 150), Fwhm = Parameter.Between(1, 20) }],
        Spline = new() { Intervals = 16 },
        Weighting = Weighting.Sigma,
    };

    /// <summary>Linear in everything but λ: criterion, trace of the hat matrix and standard error from dense matrices and their definitions.</summary>
    [Theory]
    [InlineData(Weighting.Sigma)]
    [InlineData(Weighting.None)]
    public void Smoothness_degrees_of_freedom_and_errors_are_those_of_the_mixed_model(Weighting weighting)
    {
        SpectrumSeries series = Made(1, 3, 0.4);
        FitResult fit = series.Fit(Options with
        {
            Peaks = [new() { Name = "p", Shape = LineShapes.Gaussian, Center = Parameter.Fixed(141), Fwhm = Parameter.Fixed(6), Presence = PeakPresence.Required, Area = new(Min: -1e6) }],
            Weighting = weighting,
        })[0];
        int n = X.Length;
        double sigma = weighting == Weighting.None ? 1 : 0.4;
        var basis = new SplineBasis(16, n);
        basis.Set(X);
        double[][] fixedPart = [[.. X.Select(x => ScalarShapes.Value("gaussian", x, 1, 141, 6) / sigma)], [.. X.Select(_ => 1 / sigma)], [.. X.Select(x => (x - 139.75) / sigma)]];
        double[] y = [.. series[0].ToArray().Select(v => v / sigma)];
        double lambda = fit["background.smoothness"];

        (double criterion, double[,] inverse, _) = Restricted(lambda);
        Assert.True(criterion <= Restricted(lambda * 1.02).Criterion);
        Assert.True(criterion <= Restricted(lambda / 1.02).Criterion);
        Assert.True(criterion <= Enumerable.Range(-4, 9).Min(k => Restricted(Math.Exp(3 * k)).Criterion) + 1e-9);

        double unit = weighting == Weighting.None ? fit.Info.ReducedChiSquare : 1;
        Assert.Equal(Math.Sqrt(inverse[0, 0] * unit), fit.StandardError("p.area"), 1e-6 * fit.StandardError("p.area"));
        Assert.Equal(Trace(lambda) - 3, fit["background.edf"], 1e-6);
        Assert.Equal(fit.Info.ChiSquare / (n - Trace(lambda)), fit.Info.ReducedChiSquare, 1e-7);
        Assert.Equal(StandardErrorStatus.NotApplicable, fit.ErrorStatus("background.smoothness"));
        double[] curve = fit.ModelCurve().Intensity.ToArray();
        Assert.Equal(fit.Info.ChiSquare, curve.Zip(y, (c, v) => Math.Pow((c / sigma) - v, 2)).Sum(), 1e-9 * fit.Info.ChiSquare);

        // −2 ln L = ln|V| + ln|XᵀV⁻¹X| + yᵀPy with V = 1 + ZZᵀ/λ; with φ unknown (n − p) ln(yᵀPy).
        (double Criterion, double[,] Inverse, double Square) Restricted(double l)
        {
            var v = new double[n, n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double sum = 0;
                    for (int k = 0; k < basis.Count; k++)
                        sum += basis.Column(k)[i] * basis.Column(k)[j];
                    v[i, j] = (i == j ? 1 : 0) + (sum / (sigma * sigma * l));
                }
            }

            (double[,] w, double lnV) = Inverse(v);
            double Form(double[] a, double[] b) => Enumerable.Range(0, n).Sum(i => a[i] * Enumerable.Range(0, n).Sum(j => w[i, j] * b[j]));
            var information = new double[3, 3];
            double[] right = [.. fixedPart.Select(a => Form(a, y))];
            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 3; j++)
                    information[i, j] = Form(fixedPart[i], fixedPart[j]);
            }

            (double[,] covariance, double lnX) = Inverse(information);
            double square = Form(y, y);
            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 3; j++)
                    square -= right[i] * covariance[i, j] * right[j];
            }

            return (lnV + lnX + (weighting == Weighting.None ? (n - 3) * Math.Log(square) : square), covariance, square);
        }

        // tr of (J'J + λS)⁻¹ J'J over all columns.
        double Trace(double l)
        {
            double[][] all = [.. fixedPart, .. Enumerable.Range(0, basis.Count).Select(k => basis.Column(k).ToArray().Select(v => v / sigma).ToArray())];
            var gram = new double[all.Length, all.Length];
            var penalised = new double[all.Length, all.Length];
            for (int i = 0; i < all.Length; i++)
            {
                for (int j = 0; j < all.Length; j++)
                    penalised[i, j] = (gram[i, j] = all[i].Zip(all[j], (a, b) => a * b).Sum()) + (i == j && i >= 3 ? l : 0);
            }

            double[,] solved = Inverse(penalised).Matrix;
            return Enumerable.Range(0, all.Length).Sum(i => Enumerable.Range(0, all.Length).Sum(k => solved[i, k] * gram[k, i]));
        }
    }

    [Fact]
    public void Columns_are_no_straight_line_and_have_the_second_differences_that_they_stand_for()
    {
        var basis = new SplineBasis(10, 501);
        double[] x = [.. Enumerable.Range(0, 501).Select(i => 3 + (0.02 * i))];
        basis.Set(x);
        for (int j = 0; j < basis.Count; j++)
        {
            // At a knot the second derivative of a cubic spline is the second difference of its coefficients over h².
            double[] f = basis.Column(j).ToArray();
            for (int knot = 1; knot < 10; knot++)
            {
                int i = 50 * knot;
                double second = (f[i - 1] - (2 * f[i]) + f[i + 1]) / (0.02 * 0.02);
                Assert.Equal(j == knot ? 1 : 0, second, 0.02);
            }
        }
    }

    [Fact]
    public void A_wavy_background_is_followed_and_the_errors_are_honest()
    {
        const int Rows = 120;
        SpectrumSeries series = Made(Rows, 3, 0.4);
        FitSeries fits = series.Fit(Options), line = series.Fit(Options with { Spline = new() });
        int inside = 0, without = 0;
        for (int r = 0; r < Rows; r++)
        {
            Assert.True(fits[r].IsUsable);
            foreach ((string name, double truth) in new[] { ("p.area", 30.0), ("p.center", 141), ("p.fwhm", 6) })
            {
                inside += Math.Abs(fits[r][name] - truth) <= 1.96 * fits[r].StandardError(name) ? 1 : 0;
                without += Math.Abs(line[r][name] - truth) <= 1.96 * line[r].StandardError(name) ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"95 % intervals: {inside} of {3 * Rows} with the spline, {without} with a straight line; {fits.Info.ToArray().Count(i => i.Flags != FitFlags.None)} flagged, {line.Info.ToArray().Count(i => i.Flags != FitFlags.None)} with a line");
        Assert.InRange(inside / (3.0 * Rows), 0.91, 0.99);
        Assert.True(without < 0.7 * 3 * Rows);
        Assert.True(fits.Info.ToArray().Count(i => i.Flags != FitFlags.None) <= 2);
    }

    [Fact]
    public void A_straight_background_needs_no_spline_and_an_absent_peak_stays_absent()
    {
        FitSeries fits = Made(40, 0, 0.4, area: 0).Fit(Options);
        int found = Enumerable.Range(0, 40).Count(r => fits[r].IsPresent("p"));
        Assert.True(found <= 1);
        Assert.All(Enumerable.Range(0, 40), r => Assert.True(fits[r]["background.edf"] < 5));
        Assert.True(Enumerable.Range(0, 40).Count(r => fits[r]["background.edf"] < 1) >= 20);
    }

    [Fact]
    public void The_workspace_the_series_and_the_threads_give_the_same_bits_and_nothing_is_allocated()
    {
        SpectrumSeries series = Made(10, 3, 0.4);
        FitSeries fits = series.Fit(Options, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }), many = series.Fit(Options, AnalysisContext.Default with { MaxDegreeOfParallelism = 3 });
        var fitter = new PeakFitter(fits.Model, series.Length);
        double[] values = new double[fits.Model.ValueNames.Count], errors = new double[values.Length];
        long before = 0;
        for (int row = -1; row < 10; row++)
        {
            Array.Fill(values, double.NaN);
            FitInfo info = fitter.Fit(new FitData(X, series[Math.Max(0, row)], series.Variance(Math.Max(0, row))), values, errors);
            before = row == 0 ? GC.GetAllocatedBytesForCurrentThread() : before;
            if (row < 0)
                continue;
            FitResult one = fits[row];
            long spent = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(info, one.Info);
            for (int q = 0; q < values.Length; q++)
            {
                Assert.Equal(values[q], one[fits.Model.ValueNames[q]]);
                Assert.Equal(values[q], many[row][fits.Model.ValueNames[q]]);
                Assert.Equal(errors[q], one.StandardError(fits.Model.ValueNames[q]));
            }

            before += GC.GetAllocatedBytesForCurrentThread() - spent;
        }

        long start = GC.GetAllocatedBytesForCurrentThread();
        Array.Fill(values, double.NaN);
        fitter.Fit(new FitData(X, series[3], series.Variance(3)), values, errors);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - start);

        // What is looked at again is the same point.
        Assert.Equal(fits[3].Correlation("p.area", "p.fwhm"), fitter.Correlation(fits.Model.IndexOf("p.area"), fits.Model.IndexOf("p.fwhm")), 1e-9);
        ParameterInterval interval = fits[3].Profile("p.area");
        Assert.Equal(fits[3]["p.area"] - (1.96 * fits[3].StandardError("p.area")), interval.Lower, 0.3 * fits[3].StandardError("p.area"));
    }

    [Theory]
    [InlineData(1e9)]
    [InlineData(1e-9)]
    public void Scaling_gives_the_same_smoothness_and_fit(double scale)
    {
        SpectrumSeries series = Made(20, 3, 0.4);
        PeakFitOptions options = Options with { Weighting = Weighting.None };
        FitSeries plain = series.Fit(options);
        FitSeries scaled = SpectrumSeries.Wrap(series.Axis, Enumerable.Range(0, 20).SelectMany(r => series[r].ToArray().Select(v => v * scale)).ToArray(), 20).Fit(options);
        for (int row = 0; row < 20; row++)
        {
            Assert.Equal(1, scaled[row].Info.ChiSquare / (scale * scale) / plain[row].Info.ChiSquare, 1e-7);
            Assert.Equal(plain[row]["background.edf"], scaled[row]["background.edf"], 1e-5);
            Assert.Equal(plain[row]["p.center"], scaled[row]["p.center"], 1e-5 * plain[row].StandardError("p.center"));
        }
    }

    [Fact]
    public void A_stated_smoothness_is_kept_and_a_stiff_spline_is_the_polynomial()
    {
        SpectrumSeries series = Made(2, 0, 0.4);
        FitResult free = series.Fit(Options with { Spline = new() { Intervals = 16, Smoothness = 1e-3 } })[0], stiff = series.Fit(Options with { Spline = new() { Intervals = 16, Smoothness = 1e12 } })[0];
        FitResult line = series.Fit(Options with { Spline = new() })[0];
        Assert.Equal((1e-3, 1e12), (free["background.smoothness"], stiff["background.smoothness"]));
        Assert.Equal(line["p.area"], stiff["p.area"], 1e-4 * line.StandardError("p.area"));
        Assert.InRange(free["background.edf"], 15, 17);
        Assert.InRange(stiff["background.edf"], 0, 1e-3);
    }

    [Fact]
    public void A_constant_row_and_a_broken_row_have_a_status()
    {
        double[] y = [.. Enumerable.Repeat(3.0, X.Length), .. Enumerable.Repeat(0.0, X.Length), .. Enumerable.Repeat(double.NaN, X.Length)];
        FitSeries fits = SpectrumSeries.Wrap(new Axis(X, "x", "u"), y, 3).Fit(Options with { Weighting = Weighting.None });
        Assert.Equal((RowStatus.AtBound, RowStatus.AtBound, RowStatus.NotFinite), (fits.StatusOf(0), fits.StatusOf(1), fits.StatusOf(2)));
    }

    [Fact]
    public void Wrong_options_are_named()
    {
        Assert.Contains("polynomial of degree 1", Assert.Throws<OptionsException>(() => (Options with { Background = new() { Degree = 0 } }).Validate()).Message);
        Assert.Contains("4 intervals", Assert.Throws<OptionsException>(() => (Options with { Spline = new() { Intervals = 2 } }).Validate()).Message);
        Assert.Contains("not a value", Assert.Throws<OptionsException>(() => (Options with { Derived = [new() { Name = "d", Kind = DerivedKind.Sum, Of = ["background.edf"] }] }).Validate()).Message);
        Assert.Contains("shared", Assert.Throws<OptionsException>(() => (Options with { Shared = ["p.fwhm"] }).Validate()).Message);
    }

    /// <summary>Carbon on its luminescence: bands as with a polynomial that was chosen by hand, without choosing one.</summary>
    [Fact]
    public void Measured_carbon_needs_no_choice_of_a_degree()
    {
        var data = new GoldenCsv(ReferenceData.File("spectra/raman-carbon/testDW38C_pos1.csv"));
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(data[0], AxisQuantity.RamanShift, "cm^-1"), data[1], 1).Trim(900, 1900);
        PeakFitOptions options = new()
        {
            Peaks = [.. new[] { ("D4", 1180.0, 150.0), ("D1", 1345, 150), ("D3", 1500, 150), ("G", 1590, 80) }.Select(p => new PeakDefinition
            {
                Name = p.Item1, Shape = p.Item1 == "D3" ? LineShapes.Gaussian : LineShapes.Lorentzian, Center = new(p.Item2, p.Item2 - 40, p.Item2 + 40), Fwhm = new(p.Item3, 20, 300),
            })],
            Spline = new() { Intervals = 20 },
        };
        FitResult spline = series.Fit(options)[0], line = series.Fit(options with { Spline = new() })[0];
        TestContext.Current.TestOutputHelper?.WriteLine(spline.Report());
        Assert.True(spline.IsUsable);
        Assert.True(spline.Info.ReducedChiSquare <= line.Info.ReducedChiSquare);
        Assert.InRange(spline["G.center"], 1575, 1605);
        Assert.InRange(spline["D1.center"], 1335, 1355);
        Assert.True(spline.StandardError("G.area") > 0);
    }

    private static SpectrumSeries Made(int rows, double wave, double sigma, double area = 30)
    {
        var random = new Random(21);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] y = [.. Enumerable.Range(0, rows).Select(_ => 2 * Math.PI * random.NextDouble()).ToArray().SelectMany(phase => X.Select(x =>
            20 + (0.05 * (x - 140)) + (wave * Math.Sin(((x - 100) / 9.0) + phase)) + (area == 0 ? 0 : ScalarShapes.Value("gaussian", x, area, 141, 6)) + (sigma * Normal())))];
        return SpectrumSeries.Wrap(new Axis(X, "x", "u"), y, rows, new SeriesAttributes { Variance = Enumerable.Repeat(sigma * sigma, y.Length).ToArray() });
    }

    /// <summary>Inverse and ln of the determinant of a positive definite matrix, by elimination.</summary>
    private static (double[,] Matrix, double LogDeterminant) Inverse(double[,] a)
    {
        int n = a.GetLength(0);
        var m = (double[,])a.Clone();
        var r = new double[n, n];
        double ln = 0;
        for (int i = 0; i < n; i++)
            r[i, i] = 1;
        for (int p = 0; p < n; p++)
        {
            double pivot = m[p, p];
            ln += Math.Log(pivot);
            for (int j = 0; j < n; j++)
                (m[p, j], r[p, j]) = (m[p, j] / pivot, r[p, j] / pivot);
            for (int i = 0; i < n; i++)
            {
                double f = m[i, p];
                if (i == p || f == 0)
                    continue;
                for (int j = 0; j < n; j++)
                    (m[i, j], r[i, j]) = (m[i, j] - (f * m[p, j]), r[i, j] - (f * r[p, j]));
            }
        }

        return (r, ln);
    }
}
