#:project ../src/Formats
#:project ../src/Provenance
#:project ../src/Spectra.PeakFit

// Finding good parameters: a preview that follows a slider, a parameter sweep, the rows that fit worst, and decisions for single rows.
//
//   dotnet run samples/tuning.cs -- [--input FILE|FOLDER|PATTERN] [--recipe FILE.json] [--output FOLDER]
//
// With no argument it works on the shipped simulated series. The recipe needs the steps "baseline" and "fit".
// It writes tuned-recipe.json, sweep.csv and the result of the tuned recipe.

using System.Globalization;
using BigMap.Analysis;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;

string samples = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "samples";
string input = Value("--input") ?? Path.Combine(samples, "data", "operando-lno-003", "patterns.csv");
string output = Value("--output") ?? Path.Combine("out", "tuning");
var catalogue = new StepCatalogue(SeriesSteps.All, FormatsSteps.All, QualitySteps.All, BaselineSteps.All, PeakFitSteps.All);
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    Recipe recipe = await Recipe.ReadAsync(Value("--recipe") ?? Path.Combine(samples, "recipes", "lno-003.json"), catalogue);
    Directory.CreateDirectory(output);

    // 1. A preview: a few rows through the whole recipe. After a change only what depends on it is computed again.
    RecipePreview preview = await RecipePreview.OpenAsync(recipe, new InputPath(input), [0, 1, 2, 3]);
    var baseline = (AslsOptions)recipe["baseline"].Options;
    Console.WriteLine("A slider for the smoothness of the baseline, four rows:");
    foreach (double lambda in (double[])[1e5, 1e6, 1e7, 1e8])
    {
        PreviewUpdate update = preview.Update("baseline", baseline with { Lambda = lambda });
        Console.WriteLine($"  lambda {lambda:E0}  median reduced chi-square {Median(preview.Run),8:F3}  {update.Elapsed.TotalMilliseconds,6:F1} ms  again: {string.Join(", ", update.Recomputed)}");
    }

    // 2. A sweep over two options on every fifth row; its result is a table like any other.
    int[] everyFifth = [.. Enumerable.Range(0, (await SeriesReader.ReadAsync(input, (TextReadOptions)recipe.Steps[0].Options)).Series.Count).Where(row => row % 5 == 0)];
    SweepResult sweep = await ParameterSweep.RunAsync(
        recipe,
        new InputPath(input),
        everyFifth,
        [SweepAxis.Option("baseline", "lambda", SweepAxis.LogRange(1e6, 1e10, 3)), SweepAxis.Option("fit", "background.degree", 1, 2, 3)],
        [new KeyFigure("median_reduced_chi_square", string.Empty, Median)]);
    Console.WriteLine();
    Console.WriteLine(sweep.Table);
    await sweep.Table.WriteCsvAsync(Path.Combine(output, "sweep.csv"));

    // 3. The whole series, and the rows that a person should look at.
    RecipeRun run = await recipe.RunAsync(new InputPath(input), new StepEnvironment(AnalysisContext.Default, output));
    FitSeries fits = run.Result<FitSeries>("fit");
    IReadOnlyList<RowMisfit> worst = [.. fits.RankByMisfit().Take(3)];
    Console.WriteLine("Fits worst:");
    foreach (RowMisfit row in worst)
        Console.WriteLine($"  {row.Label}: {row.Status.ToText()}, misfit {row.Misfit:F2}");

    // 4. Decisions for single rows. They are part of the recipe: recorded, and replayed.
    var fit = (PeakFitOptions)recipe["fit"].Options;
    Recipe tuned = recipe
        .WithExclusion("fit", worst[0].SourceRow, "worst fit; shutter, to be checked")
        .WithOverride("fit", worst[1].SourceRow, fit with { MaxIterations = 1000 }, "more iterations");
    await tuned.WriteAsync(Path.Combine(output, "tuned-recipe.json"));
    fits = (await tuned.RunAsync(new InputPath(input), new StepEnvironment(AnalysisContext.Default, output))).Result<FitSeries>("fit");
    Console.WriteLine();
    Console.WriteLine($"After the decisions, {worst[0].Label} is {fits.StatusOf(worst[0].Row).ToText()}, and {worst[1].Label} is {fits.StatusOf(worst[1].Row).ToText()}.");
    Console.WriteLine($"Wrote tuned-recipe.json, sweep.csv and the result of the tuned recipe to {output}.");
    return 0;
}
catch (Exception e) when (e is AnalysisException or IOException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static double Median(RecipeRun run) => Statistics.Median(run.Result<FitSeries>("fit").Numbers("reduced_chi_square").Values.Span);

string? Value(string name) => Array.IndexOf(args, name) is var i && i >= 0 && i + 1 < args.Length ? args[i + 1] : null;
