#:project ../src/Formats
#:project ../src/Provenance
#:project ../src/Reporting
#:project ../src/Spectra.PeakFit

// The main job: an operando series, from files to a fitted, traceable table.
//
//   dotnet run samples/operando-series.cs -- [--input FILE|FOLDER|PATTERN] [--recipe FILE.json] [--output FOLDER] [--threads N]
//
// With no argument it runs on the shipped simulated series of LiNiO2 patterns and writes to out/operando-series.

using System.Diagnostics;
using System.Globalization;
using BigMap.Analysis;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Reporting;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;

Arguments arguments;
try
{
    arguments = Arguments.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => (e.Cancel, _) = (true, stop.CancelAsync());
var catalogue = new StepCatalogue(SeriesSteps.All, FormatsSteps.All, QualitySteps.All, BaselineSteps.All, PeakFitSteps.All, ReportingSteps.All);
try
{
    arguments.CheckOutput();
    var watch = Stopwatch.StartNew();
    Recipe recipe = WithOutputs(await Recipe.ReadAsync(arguments.Recipe, catalogue, stop.Token), arguments.Input);
    var context = AnalysisContext.Default with { Progress = new ProgressBar() };
    if (arguments.Threads is { } threads)
        context = context with { MaxDegreeOfParallelism = threads };
    string title = recipe.Title.Length > 0 ? recipe.Title : recipe.Name;
    var recorder = new ProvenanceRecorder(title, context);
    context = context with { Provenance = recorder };

    RecipeRun? run = null;
    try
    {
        run = await recipe.RunAsync(new InputPath(arguments.Input), new StepEnvironment(context, arguments.Output), stop.Token);
    }
    catch (DataMismatchException e) when (recorder.Snapshot().Actions.LastOrDefault(a => a.Error.Length > 0) is { StepId.Length: > 0 } failed)
    {
        throw new DataMismatchException($"{arguments.Recipe}, step {failed.StepId}, on {arguments.Input}: {e.Message}");
    }
    finally
    {
        // A run that failed leaves its record too.
        await recorder.SaveAsync(
            Path.Combine(arguments.Output, "provenance.json"),
            new CrateOptions { Catalogue = catalogue, OutputTerms = new Dictionary<string, OntologyTerm> { ["baseline."] = Ontology.PrimaryData } },
            CancellationToken.None);
        if (run is null)
            WarnOfEarlierResults(arguments.Output, recorder.Snapshot());
    }

    TimeSpan analysed = watch.Elapsed;
    FitSeries fits = run.Steps.Select(s => s.Result).OfType<FitSeries>().Last();
    ReadResult read = run.Steps.Select(s => s.Result).OfType<ReadResult>().First();
    Console.WriteLine();
    Console.WriteLine(read.Report);
    Console.WriteLine(run.Report());
    Console.WriteLine(fits.Report());
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Wrote fits.csv, corrected.csv, overview.svg, provenance.json and ro-crate-metadata.json to {arguments.Output} ({analysed.TotalSeconds:F2} s)."));
    if (Enumerable.Range(0, fits.Count).Any(row => fits.StatusOf(row).IsUsable()))
        return 0;
    Console.Error.WriteLine("No row has a usable fit; see the column status of fits.csv.");
    return 1;
}
catch (Exception e) when (e is AnalysisException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"\n{e.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("\nCancelled.");
    return 130;
}

// The record is that of the failed run now, so it does not speak of results that an earlier run left in the folder.
static void WarnOfEarlierResults(string folder, ProvenanceRecord record)
{
    string[] earlier = [.. new[] { "fits.csv", "corrected.csv", "overview.svg" }.Where(name =>
        Path.GetFullPath(name, Path.GetFullPath(folder)) is var file && File.Exists(file) && !record.OutputFiles.Any(o => Path.GetFullPath(o.Path) == file))];
    if (earlier.Length > 0)
        Console.Error.WriteLine($"\nStill of an earlier run in {folder}, not of this one: {string.Join(", ", earlier)}.");
}

// A recipe need not say which files to write; what is missing is added and recorded with the rest.
static Recipe WithOutputs(Recipe recipe, string input)
{
    var steps = recipe.Steps.ToList();
    string fit = steps.LastOrDefault(s => s.Step.OutputType == typeof(FitSeries))?.Id
        ?? throw new DataMismatchException($"The recipe {recipe.Name} has no step {PeakFitSteps.Fit.Operation}, so there is no table to write. Add one.");
    string corrected = steps.LastOrDefault(s => s.Step.OutputType == typeof(BaselineSeries))?.Id ?? recipe.SourceOf(fit);
    if (!steps.Any(s => s.Options is TableCsvOptions { File: "fits.csv" }))
        steps.Add(RecipeStep.Of("fits.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "fits.csv" }, fit));
    if (!steps.Any(s => s.Options is SeriesCsvOptions { File: "corrected.csv" }))
        steps.Add(RecipeStep.Of("corrected.csv", FormatsSteps.WriteSeries, new SeriesCsvOptions { File = "corrected.csv" }, corrected));
    if (!steps.Any(s => s.Options is OverviewFileOptions { File: "overview.svg" }))
    {
        var overview = new OverviewFileOptions { Title = recipe.Title.Length > 0 ? recipe.Title : recipe.Name, Recipe = recipe.Name, Source = Path.GetFileName(Path.TrimEndingDirectorySeparator(input)) };
        steps.Add(RecipeStep.Of("overview.svg", ReportingSteps.WriteOverview, overview, fit));
    }

    return new Recipe(recipe.Name, steps, recipe.Title, recipe.Description);
}

internal sealed record Arguments(string Input, string Recipe, string Output, int? Threads)
{
    /// <summary>Makes the output folder; refuses, before any work, one that cannot be written or in which the results would mix with the input.</summary>
    public void CheckOutput()
    {
        string output = Path.GetFullPath(Output), input = Path.GetFullPath(Input);
        string[] written = ["fits.csv", "corrected.csv", "overview.svg", "provenance.json", "ro-crate-metadata.json", "fits.csv.units.json"];
        bool mixes = Path.TrimEndingDirectorySeparator(output) == Path.TrimEndingDirectorySeparator(input)
            || written.Any(name => Path.Combine(output, name) == input);
        if (mixes)
            throw new DataMismatchException($"{Output}: the results would lie among the input or replace it. Choose another folder with --output.");
        try
        {
            Directory.CreateDirectory(Output);
            File.Create(Path.Combine(Output, $".{Guid.NewGuid():N}.tmp"), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataMismatchException($"{Output}: the output folder cannot be written ({e.Message}) Choose another with --output.");
        }
    }

    public static Arguments Parse(string[] args)
    {
        var found = new Dictionary<string, string>();
        for (int i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--input" or "--recipe" or "--output" or "--threads") || i + 1 == args.Length)
                throw new ArgumentException("usage: dotnet run samples/operando-series.cs -- [--input FILE|FOLDER|PATTERN] [--recipe FILE.json] [--output FOLDER] [--threads N]");
            found[args[i]] = args[i + 1];
        }

        string samples = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "samples";
        int? threads = null;
        if (found.TryGetValue("--threads", out string? text))
            threads = int.TryParse(text, out int n) && n > 0 ? n : throw new ArgumentException($"--threads takes a whole number from 1, not {text}.");
        return new Arguments(
            found.GetValueOrDefault("--input") ?? Path.Combine(samples, "data", "operando-lno-003", "patterns.csv"),
            found.GetValueOrDefault("--recipe") ?? Path.Combine(samples, "recipes", "lno-003.json"),
            found.GetValueOrDefault("--output") ?? Path.Combine("out", "operando-series"),
            threads);
    }
}

/// <summary>One line that is drawn anew; when the output is not a terminal, only the end of each step.</summary>
internal sealed class ProgressBar : IProgress<BatchProgress>
{
    private readonly Lock _gate = new();

    public void Report(BatchProgress value)
    {
        lock (_gate)
        {
            bool end = value.Done == value.Total;
            if (Console.IsOutputRedirected && !end)
                return;
            int filled = value.Total == 0 ? 30 : (int)(30L * value.Done / value.Total);
            Console.Write($"{(Console.IsOutputRedirected ? string.Empty : "\r")}{value.Step,-24} [{new string('#', filled)}{new string('.', 30 - filled)}] {value.Done}/{value.Total}{(value.Failed > 0 ? $", {value.Failed} without a usable result" : string.Empty)}{(end ? "\n" : string.Empty)}");
        }
    }
}
