namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Profiles, bootstrap and the error of the curve against the standard errors, where these are right.</summary>
public class InferenceTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 150).Select(i => 0.1 * i)];

    [Theory]
    [InlineData(Weighting.Sigma)]
    [InlineData(Weighting.None)]
    public void Of_a_well_determined_peak_everything_agrees(Weighting weighting)
    {
        FitResult fit = Fit(200, 1, weighting);
        FitBootstrap draws = fit.Bootstrap(400);
        Assert.Equal(400, draws.Count);
        foreach (string name in new[] { "p.center", "p.fwhm", "p.area", "background.c0" })
        {
            double error = fit.StandardError(name);
            ParameterInterval interval = fit.Profile(name);
            Assert.Equal(fit[name] - (1.96 * error), interval.Lower, 0.05 * error);
            Assert.Equal(fit[name] + (1.96 * error), interval.Upper, 0.05 * error);
            Assert.InRange(draws.StandardError(name) / error, 0.85, 1.15);
            Assert.InRange((draws.Interval(name).Upper - fit[name]) / error, 1.5, 2.5);
        }

        Assert.InRange(draws.StandardError("p.height") / fit.StandardError("p.height"), 0.85, 1.15);
        Assert.Equal(draws.Values("p.area"), fit.Bootstrap(400).Values("p.area"));

        // The error of the curve: the scatter of the curves of the repetitions.
        double[] band = fit.ModelStandardError().Intensity.ToArray();
        foreach (int i in new[] { 10, 65, 70, 75 })
        {
            double[] at = [.. Enumerable.Range(0, 400).Select(k => draws.Values("background.c0")[k] + ScalarShapes.Value("gaussian", X[i], draws.Values("p.area")[k], draws.Values("p.center")[k], draws.Values("p.fwhm")[k]))];
            Assert.InRange(band[i] / Numerics.Statistics.StandardDeviation(at), 0.85, 1.15);
        }
    }

    [Fact]
    public void A_profile_of_a_faint_peak_is_lopsided_and_ends_where_chi_square_has_risen()
    {
        FitResult fit = Fit(7, 3, Weighting.Sigma, PeakPresence.Required);
        ParameterInterval width = fit.Profile("p.fwhm");
        Assert.True(width.Upper - fit["p.fwhm"] > 1.1 * (fit["p.fwhm"] - width.Lower));
        PeakFitOptions held = Options(Weighting.Sigma, PeakPresence.Required);
        held = held with { Peaks = [held.Peaks[0] with { Fwhm = Parameter.Fixed(width.Upper) }] };
        Assert.Equal(fit.Info.ChiSquare + (1.959964 * 1.959964), Data(7, 3).Fit(held)[0].Info.ChiSquare, 2e-3);
    }

    [Fact]
    public void A_profile_ends_at_a_bound_that_comes_first()
    {
        PeakFitOptions options = Options(Weighting.Sigma, PeakPresence.Required);
        options = options with { Peaks = [options.Peaks[0] with { Fwhm = Parameter.Between(0.99, 1.01) }] };
        ParameterInterval width = Data(8, 2).Fit(options)[0].Profile("p.fwhm");
        Assert.Equal(new ParameterInterval(0.99, 1.01, true, true), width);
    }

    [Fact]
    public void What_cannot_be_profiled_is_refused()
    {
        FitResult fit = Fit(200, 1, Weighting.Sigma);
        Assert.Throws<ArgumentException>(() => fit.Profile("p.height"));
        Assert.Throws<ArgumentException>(() => fit.Profile("q.area"));
        Assert.Throws<ArgumentException>(() => fit.Profile("p.area", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => fit.Bootstrap(1));
    }

    private static PeakFitOptions Options(Weighting weighting, PeakPresence presence) => new()
    {
        Peaks = [new() { Name = "p", Shape = LineShapes.Gaussian, Center = Parameter.Between(6, 8), Presence = presence }],
        Background = new() { Degree = 0 },
        Weighting = weighting,
    };

    private static SpectrumSeries Data(double area, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] y = [.. X.Select(x => 10 + ScalarShapes.Value("gaussian", x, area, 7, 1) + (2 * Normal()))];
        return SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, 1, new SeriesAttributes { Variance = Enumerable.Repeat(4.0, y.Length).ToArray() });
    }

    private static FitResult Fit(double area, int seed, Weighting weighting, PeakPresence presence = PeakPresence.Tested) => Data(area, seed).Fit(Options(weighting, presence))[0];
}
