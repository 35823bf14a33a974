using System.Globalization;
using System.Text;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.MainJob.Tests;

/// <summary>The shipped recipes for Raman and infrared bands: on measured and simulated reference data, and on made files with known truth.</summary>
public sealed class BandRecipeTests : IDisposable
{
    private static readonly StepCatalogue Catalogue = new(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);
    private readonly string _folder = Directory.CreateTempSubdirectory("bigmap-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("testDW38C_pos1.csv")]
    [InlineData("testDW38C_pos2.csv")]
    public async Task Five_bands_of_measured_carbon(string file)
    {
        FitSeries fits = await Run("graphite-raman", ReferenceData.File("spectra/raman-carbon/" + file));
        FitResult fit = Assert.Single(Enumerable.Range(0, fits.Count).Select(row => fits[row]));
        TestContext.Current.TestOutputHelper?.WriteLine(fit.Report());
        Assert.True(fit.IsUsable);
        Assert.True(fit.IsPresent("G") && fit.IsPresent("D1"));
        Assert.InRange(fit["D1.center"], 1330, 1360);
        Assert.InRange(fit["G.center"], 1570, 1600);
        Assert.InRange(fit["ID_IG"], 0.5, 2);
        Assert.True(fit.StandardError("ID_IG") > 0);
        Assert.All(fit.ValueNames, n => Assert.Equal(double.IsNaN(fit.StandardError(n)), fit.MissingErrorReason(n).Length > 0));
        Assert.True(File.Exists(Path.Combine(_folder, "graphite-raman", "fits.csv")));
    }

    [Fact]
    public async Task Coordination_numbers_of_the_simulated_electrolyte()
    {
        FitSeries fits = await Run("ftir-pf6", ReferenceData.File("spectra/sim-ftir/spectra.csv"));
        double[] truth = new GoldenCsv(ReferenceData.File("spectra/sim-ftir/truth.csv"))["cn"];
        double rmse = Math.Sqrt(Enumerable.Range(0, fits.Count).Average(r => Math.Pow(fits[r]["cn"] - truth[r], 2)));
        TestContext.Current.TestOutputHelper?.WriteLine($"RMSE {rmse:F5}");
        Assert.Equal(24, fits.Count);
        Assert.True(rmse <= 0.003);
    }

    [Fact]
    public async Task The_modes_of_a_layered_oxide_on_bent_luminescence()
    {
        const int Rows = 8;
        string path = Write("lno.csv", 380, 660, 1.0, Rows, (r, x) => 900 + (300 * Math.Sin((x - 300) / 130.0)) + Lorentzian(x, 12_000, 472 + r, 32) + (r == 7 ? 0 : Lorentzian(x, 15_000, 545 - (0.5 * r), 28)), 8);
        FitSeries fits = await Run("lno-raman", path);
        int inside = 0, all = 0;
        for (int r = 0; r < Rows; r++)
        {
            Assert.True(fits[r].IsUsable);
            Assert.Equal(r != 7, fits[r].IsPresent("A1g"));
            foreach ((string name, double value) in new[] { ("Eg.center", 472.0 + r), ("Eg.area", 12_000), ("A1g.center", 545 - (0.5 * r)), ("A1g.area", 15_000) })
            {
                if (name.StartsWith("A1g", StringComparison.Ordinal) && r == 7)
                    continue;
                all++;
                inside += Math.Abs(fits[r][name] - value) <= 1.96 * fits[r].StandardError(name) ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{inside} of {all} 95 % intervals cover");
        Assert.True(inside >= 0.8 * all);
        Assert.Equal(StandardErrorStatus.Absent, fits[7].ErrorStatus("ratio"));
    }

    [Fact]
    public async Task The_melting_of_ethylene_carbonate_is_where_the_bands_break()
    {
        const int Rows = 30, Melts = 17;
        string path = Write("ec.csv", 660, 950, 0.8, Rows, (r, x) => r < Melts
            ? 200 + Lorentzian(x, 6000, 715.5, 5) + Lorentzian(x, 9000, 895 - (0.01 * r), 4.5)
            : 200 + Lorentzian(x, 5000, 717.5, 9) + Lorentzian(x, 8000, 892.5 - (0.01 * r), 9), 6);
        FitSeries fits = await Run("ec-melting", path);
        Assert.All(Enumerable.Range(0, Rows), r => Assert.True(fits[r].IsUsable));
        foreach (string name in new[] { "breathing.center", "breathing.fwhm", "deformation.fwhm" })
        {
            SeriesTrend trend = fits.Trend(name);
            Assert.True(trend.Varies);
            Assert.Contains(trend.ChangePoints, c => c.Row == Melts);
        }
    }

    [Theory]
    [InlineData("graphite-raman")]
    [InlineData("lno-raman")]
    [InlineData("ec-melting")]
    [InlineData("ftir-pf6")]
    public async Task Every_recipe_survives_being_written_and_read(string name)
    {
        Recipe recipe = await Recipe.ReadAsync(ReferenceData.Shipped($"samples/recipes/{name}.json"), Catalogue, TestContext.Current.CancellationToken);
        Assert.Equal(recipe.ToJson(), Recipe.Parse(recipe.ToJson(), Catalogue).ToJson());
    }

    private static double Lorentzian(double x, double area, double center, double fwhm) => area * 2 / Math.PI * fwhm / ((fwhm * fwhm) + (4 * (x - center) * (x - center)));

    private string Write(string name, double from, double to, double step, int rows, Func<int, double, double> curve, double sigma)
    {
        var random = new Random(19);
        var text = new StringBuilder("shift_cm1");
        for (int r = 0; r < rows; r++)
            text.Append(CultureInfo.InvariantCulture, $",s{r:00}");
        for (double x = from; x <= to; x += step)
        {
            text.Append('\n').Append(x.ToString("F4", CultureInfo.InvariantCulture));
            for (int r = 0; r < rows; r++)
                text.Append(CultureInfo.InvariantCulture, $",{curve(r, x) + (sigma * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())):F4}");
        }

        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private async Task<FitSeries> Run(string recipe, string input)
    {
        Recipe read = await Recipe.ReadAsync(ReferenceData.Shipped($"samples/recipes/{recipe}.json"), Catalogue, TestContext.Current.CancellationToken);
        RecipeRun run = await read.RunAsync(new InputPath(input), new StepEnvironment(AnalysisContext.Default, Path.Combine(_folder, recipe)), TestContext.Current.CancellationToken);
        return run.Result<FitSeries>("fit");
    }
}
