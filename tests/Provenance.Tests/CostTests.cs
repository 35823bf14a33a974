using System.Diagnostics;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

/// <summary>Runs alone, because it measures times.</summary>
[CollectionDefinition(nameof(CostTests), DisableParallelization = true)]
[Collection(nameof(CostTests))]
public class CostTests
{
    private static readonly StepCatalogue Catalogue = new(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);

    [Fact]
    public async Task RecordingTheMainJobCostsLittleAndChangesNoByte()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = await Recipe.ReadAsync(ReferenceData.Shipped("samples/recipes/lno-003.json"), Catalogue, TestContext.Current.CancellationToken);
        double job = double.MaxValue, recording = double.MaxValue;

        // The smallest of many rounds: other work on the machine only makes rounds longer. What a recorder does is repeated by itself, because the
        // difference of two long times would be lost in their scatter.
        for (int round = 0; round < 5; round++)
        {
            long start = Stopwatch.GetTimestamp();
            RecipeRun run = await RunAsync(recipe, folder["without"], null);
            job = Math.Min(job, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            for (int again = 0; again < 5; again++)
            {
                start = Stopwatch.GetTimestamp();
                await RecordAsync(run, folder["alone"]);
                recording = Math.Min(recording, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        var recorder = new ProvenanceRecorder("cost");
        await RunAsync(recipe, folder["with"], recorder);
        await recorder.SaveAsync(folder["with/provenance.json"], new CrateOptions { Catalogue = Catalogue }, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"{job:F1} ms for the job on one thread, {recording:F2} ms for record and crate: {100 * recording / job:F1} %");
        foreach (string file in (string[])["fits.csv", "corrected.csv"])
            Assert.Equal(await File.ReadAllBytesAsync(folder["without/" + file], TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(folder["with/" + file], TestContext.Current.CancellationToken));
        Assert.InRange(recording / job, 0, 0.05);
    }

    private static Task<RecipeRun> RunAsync(Recipe recipe, string folder, ProvenanceRecorder? recorder) => recipe.RunAsync(
        new InputPath(ReferenceData.Shipped("samples/data/operando-lno-003/patterns.csv")),
        new StepEnvironment(AnalysisContext.Default with { MaxDegreeOfParallelism = 1, Provenance = recorder }, folder),
        TestContext.Current.CancellationToken);

    private static async Task RecordAsync(RecipeRun run, string folder)
    {
        var recorder = new ProvenanceRecorder("cost");
        object input = run.Input;
        foreach (StepRun one in run.Steps)
        {
            IStep step = one.Step.Step;
            using IProvenanceScope scope = recorder.Begin(new StepInfo(step.Operation, step.Version, step.Package, step.PackageVersion, step.OptionSet.ToJson(one.Step.Options), "[]"));
            if (one.Result is ReadResult read)
                scope.Use(read.Files[0]);
            else
                scope.Use(new ValueRef(input, input.ToString()!));
            foreach (FileRef file in one.Files)
                scope.Produce(file);
            if (one.Files.Count == 0)
                scope.Produce(new ValueRef(input = one.Result, one.Result.ToString()!));
            scope.Complete(new StepOutcome(one.Rows, one.Failed));
        }

        await recorder.SaveAsync(Path.Combine(folder, "provenance.json"), new CrateOptions { Catalogue = Catalogue }, TestContext.Current.CancellationToken);
    }
}
