using System.Globalization;
using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Models and values that lmfit wrote.</summary>
public class LmfitImportTests
{
    [Theory]
    [InlineData("ties")]
    [InlineData("voigt")]
    [InlineData("voigt_equal")]
    [InlineData("split")]
    [InlineData("pearson7")]
    [InlineData("moffat")]
    [InlineData("expgaussian")]
    [InlineData("breitwigner")]
    [InlineData("cubic")]
    public void A_saved_result_gives_lmfits_curve_and_is_its_optimum(string name)
    {
        LmfitImport imported = LmfitImport.Parse(Json(name));
        Assert.Empty(imported.Unmapped);
        GoldenCsv golden = Golden(name);
        AssertCurve(imported, golden);

        // Fitted here from lmfit's values, with its ties and fixed parameters: no worse than lmfit, and as many free parameters.
        double chi = golden["y"].Zip(golden["best_fit"], (a, b) => (a - b) * (a - b)).Sum();
        FitResult fit = new Spectrum(new Axis(golden["x"], "x", string.Empty), golden["y"]).Fit(imported.Options with { TestPeaks = false });
        Assert.True(fit.Info.Status.IsUsable(), fit.Info.Status.ToString());
        Assert.InRange(fit.Info.ChiSquare, 0.98 * chi, chi * (1 + 1e-6));
        using JsonDocument document = JsonDocument.Parse(Json(name).Replace("-Infinity", "0", StringComparison.Ordinal).Replace("Infinity", "0", StringComparison.Ordinal).Replace("NaN", "0", StringComparison.Ordinal));
        Assert.Equal(document.RootElement.GetProperty("redchi").GetDouble(), fit.Info.ReducedChiSquare, 1e-2 * fit.Info.ReducedChiSquare);
    }

    [Fact]
    public void Ties_bounds_and_fixed_values_are_taken_over()
    {
        LmfitImport imported = LmfitImport.Parse(Json("ties"));
        PeakFitOptions o = imported.Options;
        Assert.Equal(["a", "b", "c"], o.Peaks.Select(p => p.Name));
        Assert.Equal([LineShapes.PseudoVoigt, LineShapes.Gaussian, LineShapes.Lorentzian], o.Peaks.Select(p => p.Shape));
        Assert.Equal((15.0, 25.0), (o.Peaks[0].Center.Min, o.Peaks[0].Center.Max));
        Assert.Equal((null, 18.0), (o.Peaks[0].Fwhm.Min, o.Peaks[0].Fwhm.Max));
        Assert.Equal((0.0, null), (o.Peaks[0].Area.Min, o.Peaks[0].Area.Max));
        Assert.False(o.Peaks[2].Center.Vary);
        Assert.Equal(48, o.Peaks[2].Center.Value);
        Assert.Contains(new Tie { Parameter = "b.area", To = "a.area", Factor = 0.5 }, o.Ties);
        Assert.Contains(new Tie { Parameter = "b.center", To = "a.center", Offset = 15 }, o.Ties);
        Tie width = Assert.Single(o.Ties, t => t.Parameter == "b.fwhm");
        Assert.Equal(("a.fwhm", 0.0), (width.To, width.Offset));
        Assert.Equal(Math.Sqrt(2 * Math.Log(2)), width.Factor, 1e-15);
        Assert.Equal(35, imported.BackgroundOrigin);

        // Standard errors: those of lmfit, times the factor of the parameter.
        Assert.True(imported.Numbers("a.center").StandardErrors.Span[0] > 0);
        Assert.Equal(StandardErrorStatus.Fixed, imported.Numbers("c.center").ErrorStatusOf(0));
        Assert.Equal(48, imported.Numbers("c.center")[0]);
        Assert.True(imported.Numbers("a.height")[0] > 0);
    }

    [Fact]
    public void What_has_no_counterpart_is_named()
    {
        LmfitImport imported = LmfitImport.Parse(Json("unmapped"));
        Assert.Equal("l", Assert.Single(imported.Options.Peaks).Name);
        string Reason(string name) => Assert.Single(imported.Unmapped, u => u.Name == name).Reason;
        Assert.Contains("'mul'", Reason("g_amplitude"), StringComparison.Ordinal);
        Assert.Contains("doniach", Reason("d_gamma"), StringComparison.Ordinal);
        Assert.Contains("exponential", Reason("e_decay"), StringComparison.Ordinal);
        Assert.Contains("g_sigma**2/2", Reason("l_sigma"), StringComparison.Ordinal);
        Assert.False(imported.Options.Peaks[0].Fwhm.Vary);
        Assert.DoesNotContain(imported.Unmapped, u => u.Name.EndsWith("height", StringComparison.Ordinal) || u.Name.EndsWith("fwhm", StringComparison.Ordinal));
    }

    [Fact]
    public void Parameters_alone_need_the_window_for_their_background()
    {
        string json = Json("parameters");
        LmfitImport alone = LmfitImport.Parse(json);
        Assert.Equal([LineShapes.Gaussian, LineShapes.Lorentzian, LineShapes.PseudoVoigt, LineShapes.Voigt], alone.Options.Peaks.Select(p => p.Shape));
        Assert.Equal(["q_a", "q_b", "q_c"], alone.Unmapped.Select(u => u.Name).Order());
        Assert.Equal(2, alone.Options.Background.Degree);
        Assert.Empty(alone.Options.Background.Coefficients);
        Assert.True(double.IsNaN(alone.BackgroundOrigin));

        LmfitImport known = LmfitImport.Parse(json, new LmfitImportOptions { From = 10, To = 60 });
        Assert.Empty(known.Unmapped);
        AssertCurve(known, Golden("parameters"));
    }

    [Theory]
    [InlineData("2*a_amplitude+3*b_amplitude-1", "sum", -1, 2, 3)]
    [InlineData("-(a_amplitude - 4)/2", "tie", 2, -0.5, 0)]
    [InlineData("ratio*a_amplitude + sqrt(4)*pi/pi", "tie", 2, 0.25, 0)]
    [InlineData("twice + 1e1", "tie", 10, 2, 0)]
    [InlineData("2**3*a_amplitude", "tie", 0, 8, 0)]
    [InlineData("a_amplitude*b_amplitude", "none", 0, 0, 0)]
    [InlineData("max(1, a_amplitude)", "none", 0, 0, 0)]
    [InlineData("1/a_amplitude", "none", 0, 0, 0)]
    [InlineData("free*a_amplitude", "none", 0, 0, 0)]
    [InlineData("a_amplitude +", "none", 0, 0, 0)]
    public void Expressions_are_ties_where_they_are_affine(string expression, string kind, double constant, double first, double second)
    {
        LmfitImport imported = LmfitImport.Parse(Parameters(
            Peak("a_", "2.3548200") + Peak("b_", "2.3548200") + Peak("c_", "2.3548200", expression)
            + """["ratio", 0.25, false, null, -Infinity, Infinity], ["free", 0.25, true, null, -Infinity, Infinity], ["twice", 10, false, "2*a_amplitude", -Infinity, Infinity]"""));
        Tie? tie = imported.Options.Ties.SingleOrDefault();
        SumTie? sum = imported.Options.Sums.SingleOrDefault();
        Assert.Equal(kind, tie is not null ? "tie" : sum is not null ? "sum" : "none");
        if (tie is not null)
            Assert.Equal(("c.area", "a.area", first, constant), (tie.Parameter, tie.To, tie.Factor, tie.Offset));
        if (sum is not null)
            Assert.Equal(("c.area", constant, first, second), (sum.Parameter, sum.Constant, sum.Terms[0].Factor, sum.Terms[1].Factor));
        Assert.Equal(kind == "none", !imported.Options.Peaks[2].Area.Vary);
        Assert.Equal(kind == "none", imported.Unmapped.Any(u => u.Name == "c_amplitude"));
    }

    [Fact]
    public void A_fixed_intercept_stays_fixed_about_another_origin()
    {
        LmfitImport imported = LmfitImport.Parse(
            Parameters(Peak("a_", "2.0000000") + """["slope", 0.5, true, null, -Infinity, Infinity], ["intercept", 3, false, null, -Infinity, Infinity]"""),
            new LmfitImportOptions { From = 0, To = 20 });
        Tie tie = Assert.Single(imported.Options.Ties);
        Assert.Equal(("background.c0", "background.c1", 10.0, 3.0), (tie.Parameter, tie.To, tie.Factor, tie.Offset));
        Assert.Equal(8, imported.Numbers("background.c0")[0]);
    }

    [Fact]
    public void A_model_that_names_leave_open_is_asked_for()
    {
        string json = Parameters(Peak("a_", "2.0000000") + """["x_amplitude", 3, true, null, 0, Infinity], ["x_center", 5, true, null, 0, 9], ["x_sigma", 1, true, null, 0, Infinity]""");
        Assert.Contains("name the model", Assert.Single(LmfitImport.Parse(json).Unmapped).Reason, StringComparison.Ordinal);
        LmfitImport named = LmfitImport.Parse(json, new LmfitImportOptions { Components = [new() { Prefix = "x_", Model = "gaussian" }] });
        Assert.Empty(named.Unmapped);
        Assert.Equal(2, named.Options.Peaks.Count);
    }

    [Theory]
    [InlineData("", 1, "JSON")]
    [InlineData("{\"params\": [\n[1, 2,,]]}", 2, "JSON")]
    [InlineData("[1, 2]", 0, "no parameters")]
    [InlineData("{\"params\": 3}", 0, "not a list")]
    [InlineData("{\"params\": [[\"a\", 1]]}", 0, "Parameter 1")]
    [InlineData("{\"params\": []}", 0, "no peak")]
    [InlineData("{\"params\": [[\"a\", 1, true, null, 0, 1], [\"a\", 1, true, null, 0, 1]]}", 0, "Two parameters")]
    [InlineData("{\"params\": [], \"model\": 7}", 0, "model")]
    public void What_lmfit_did_not_write_is_refused(string text, long line, string part)
    {
        InputFormatException error = Assert.Throws<InputFormatException>(() => LmfitImport.Parse(text, name: "fit.sav"));
        Assert.Equal(("fit.sav", line), (error.File, error.Line));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_of_a_file_is_refused_with_a_typed_error()
    {
        string json = Json("ties");
        for (int length = 0; length < json.Length - 1; length += 97)
            Assert.Throws<InputFormatException>(() => LmfitImport.Parse(json[..length]));
    }

    [Fact]
    public async Task The_step_reads_a_file_and_the_culture_does_not_matter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            LmfitImport imported = await LmfitImport.ReadAsync(ReferenceData.Shipped("tests/data/lmfit/cubic.json"));
            AssertCurve(imported, Golden("cubic"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        await Assert.ThrowsAsync<InputFormatException>(() => LmfitImport.ReadAsync("no-such-file.json"));
        Assert.Throws<OptionsException>(() => LmfitImport.Parse("{}", new LmfitImportOptions { From = 3 }));
    }

    private static void AssertCurve(LmfitImport imported, GoldenCsv golden)
    {
        var y = new double[golden["x"].Length];
        imported.Evaluate(golden["x"], y);
        double scale = golden["best_fit"].Max(Math.Abs);
        for (int i = 0; i < y.Length; i++)
            Assert.Equal(golden["best_fit"][i], y[i], 1e-9 * scale);
    }

    private static string Json(string name) => File.ReadAllText(ReferenceData.Shipped($"tests/data/lmfit/{name}.json"));

    private static GoldenCsv Golden(string name) => new(ReferenceData.Shipped($"tests/data/lmfit/{name}.csv"));

    private static string Parameters(string list) => $$"""{"unique_symbols": {"inf": Infinity, "nan": NaN}, "params": [{{list}}]}""";

    private static string Peak(string p, string factor, string? expression = null) =>
        $"""["{p}amplitude", 5, {(expression is null ? "true, null" : $"false, \"{expression}\"")}, -Infinity, Infinity], ["{p}center", 5, true, null, 0, 9], ["{p}sigma", 1, true, null, 0, Infinity], ["{p}fwhm", 2, false, "{factor}*{p}sigma", -Infinity, Infinity], """;
}
