using BigMap.Analysis.Formats;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

/// <summary>What recording costs is measured by the benchmark of the main job.</summary>
public class RecordingTests
{
    private static readonly StepCatalogue Catalogue = new(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);

    [Fact]
    public async Task RecordingTheMainJobChangesNoByte()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = await Recipe.ReadAsync(ReferenceData.Shipped("samples/recipes/lno-003.json"), Catalogue, TestContext.Current.CancellationToken);
        await RunAsync(recipe, folder["without"], null);
        var recorder = new ProvenanceRecorder("cost");
        await RunAsync(recipe, folder["with"], recorder);
        await recorder.SaveAsync(folder["with/provenance.json"], new CrateOptions { Catalogue = Catalogue }, TestContext.Current.CancellationToken);
        foreach (string file in (string[])["fits.csv", "corrected.csv"])
            Assert.Equal(await File.ReadAllBytesAsync(folder["without/" + file], TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(folder["with/" + file], TestContext.Current.CancellationToken));
    }

    private static Task<RecipeRun> RunAsync(Recipe recipe, string folder, ProvenanceRecorder? recorder) => recipe.RunAsync(
        new InputPath(ReferenceData.Shipped("samples/data/operando-lno-003/patterns.csv")),
        new StepEnvironment(AnalysisContext.Default with { MaxDegreeOfParallelism = 1, Provenance = recorder }, folder),
        TestContext.Current.CancellationToken);
}
