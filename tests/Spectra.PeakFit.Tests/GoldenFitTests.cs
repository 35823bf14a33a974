using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Fits of measured spectra against lmfit's results, polished with exact derivatives (golden-fits/single_fits.json).</summary>
public class GoldenFitTests
{
    public static TheoryData<string> Cases() =>
    [
        "calcite_1086__gauss", "calcite_1086__lorentz", "calcite_1086__pv", "si_520__gauss", "si_520__lorentz", "si_520__pv", "ps_1001_1031__gauss",
        "ps_1001_1031__lorentz", "ps_1001_1031__pv", "carbon_dg__lorentz2", "carbon_dg__pv4", "carbon_dg__lor4_gauss1", "prisma_synth0_3lor__lorentz3",
        "calcite_1086__voigt", "si_520__voigt", "ps_1001_1031__voigt",
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Optimum_parameters_and_errors_agree_from_the_same_start(string name) => Compare(name, givenStarts: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Optimum_parameters_and_errors_agree_from_automatic_starts(string name) => Compare(name, givenStarts: false);

    [Fact]
    public void Every_case_is_in_the_list()
    {
        using JsonDocument json = Load();
        string[] known = [.. json.RootElement.GetProperty("fits").EnumerateObject().Select(c => c.Name)];
        Assert.Equal(known.Order(), Cases().Select(c => c.Data).Order());
    }

    private static void Compare(string name, bool givenStarts)
    {
        using JsonDocument json = Load();
        JsonElement golden = json.RootElement.GetProperty("fits").GetProperty(name);
        var csv = new GoldenCsv(ReferenceData.File($"spectra/{golden.GetProperty("file").GetString()}"));
        JsonElement window = golden.GetProperty("window_inclusive");
        var axis = new Axis(csv[0], AxisQuantity.RamanShift, "cm^-1");
        SpectrumSeries series = SpectrumSeries.Wrap(axis, csv[golden.GetProperty("column").GetInt32()], 1).Trim(window[0].GetDouble(), window[1].GetDouble());
        Assert.Equal(golden.GetProperty("ndata").GetInt32(), series.Length);

        FitSeries fits = series.Fit(Options(golden, givenStarts));
        FitResult fit = fits[0];
        JsonElement optimum = golden.GetProperty("optimum");
        double chi = optimum.GetProperty("chisqr").GetDouble();
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {fit.Info}, chi/golden - 1 = {(fit.Info.ChiSquare / chi) - 1:E2}");
        Assert.True(fit.IsUsable, fit.Report());
        Assert.True(fit.Info.ChiSquare <= chi * (1 + 1e-9), $"{fit.Info.ChiSquare:R} against {chi:R}");
        bool bound = optimum.GetProperty("at_bound").GetArrayLength() > 0;
        Assert.Equal(bound ? RowStatus.AtBound : RowStatus.Ok, fit.Status);
        foreach (JsonProperty parameter in optimum.GetProperty("params").EnumerateObject())
        {
            string own = Rename(parameter.Name);
            double unit = Unit(parameter.Name), p = unit * parameter.Value.GetProperty("value").GetDouble();
            bool hasError = parameter.Value.TryGetProperty("stderr", out JsonElement e) && e.ValueKind == JsonValueKind.Number;
            if (bound && !hasError)
            {
                Assert.Equal(StandardErrorStatus.OnBound, fit.ErrorStatus(own));
                continue;
            }

            double error = unit * e.GetDouble();
            Assert.True(Math.Abs(fit[own] - p) <= Math.Max(1e-6 * Math.Abs(p), 1e-4 * error), $"{own}: {fit[own]:R} against {p:R} ± {error:R}");
            Assert.True(Math.Abs(fit.StandardError(own) - error) <= 1e-3 * error, $"{own}: error {fit.StandardError(own):R} against {error:R}");
        }
    }

    private static PeakFitOptions Options(JsonElement golden, bool givenStarts)
    {
        JsonElement parameters = golden.GetProperty("params");
        var peaks = new List<PeakDefinition>();
        foreach (JsonElement peak in golden.GetProperty("peaks").EnumerateArray())
        {
            string id = $"p{peaks.Count + 1}";
            string shape = peak.GetProperty("shape").GetString()!;
            bool voigt = shape == "voigt";
            peaks.Add(new PeakDefinition
            {
                Name = id,
                Shape = shape switch { "gauss" => LineShapes.Gaussian, "lorentz" => LineShapes.Lorentzian, "voigt" => LineShapes.Voigt, _ => LineShapes.PseudoVoigt },
                Center = Read(parameters, $"{id}_centre", givenStarts),
                Fwhm = voigt ? Parameter.Automatic : Read(parameters, $"{id}_fwhm", givenStarts),
                Parameters = voigt ? [Named("gaussianFwhm", Read(parameters, $"{id}_sigma", givenStarts)), Named("lorentzianFwhm", Read(parameters, $"{id}_gamma", givenStarts))] : [],
                Area = Read(parameters, $"{id}_area", givenStarts),
                Eta = shape == "pv" ? Read(parameters, $"{id}_eta", givenStarts) : Parameter.Automatic,
            });
        }

        int n = golden.GetProperty("n_background").GetInt32();
        return new PeakFitOptions
        {
            Peaks = peaks,
            Background = new() { Degree = n - 1, Coefficients = [.. Enumerable.Range(0, n).Select(k => Read(parameters, $"b{k}", givenStarts))] },
            Weighting = golden.GetProperty("weights").GetString() == "none" ? Weighting.None : Weighting.Poisson,
        };
    }

    private static Parameter Read(JsonElement parameters, string name, bool givenStarts)
    {
        JsonElement p = parameters.GetProperty(name);
        double? Number(string key) => p.GetProperty(key).ValueKind == JsonValueKind.Number ? p.GetProperty(key).GetDouble() : null;
        double unit = Unit(name);
        return new Parameter(givenStarts ? unit * Number("init") : null, unit * Number("min"), unit * Number("max"));
    }

    private static NamedParameter Named(string name, Parameter parameter) => new() { Name = name, Value = parameter.Value, Min = parameter.Min, Max = parameter.Max };

    /// <summary>σ and γ of a Voigt profile as full widths.</summary>
    private static double Unit(string name) => name.EndsWith("_sigma") ? 2 * Math.Sqrt(2 * Math.Log(2)) : name.EndsWith("_gamma") ? 2 : 1;

    private static string Rename(string golden) => golden[0] == 'b' ? $"background.c{golden[1..]}" : golden.Replace('_', '.').Replace("centre", "center").Replace("sigma", "gaussianFwhm").Replace("gamma", "lorentzianFwhm");

    private static JsonDocument Load() => JsonDocument.Parse(File.ReadAllText(ReferenceData.File("spectra/golden-fits/single_fits.json")));
}
