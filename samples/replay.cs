#:project ../src/Formats
#:project ../src/Provenance
#:project ../src/Reporting
#:project ../src/Spectra.PeakFit

// Carries out a recorded run again and compares every file with the record.
//
//   dotnet run samples/replay.cs -- [--provenance FILE] [--output FOLDER] [--input FILE|FOLDER|PATTERN]
//
// --input is for data that lie elsewhere than the record says. With no argument the program makes a small run of its own first, from a shipped recipe, and replays that.

using BigMap.Analysis;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Reporting;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;

string? provenance = Value("--provenance");
string output = Value("--output") ?? Path.Combine("out", "replay");
var catalogue = new StepCatalogue(SeriesSteps.All, FormatsSteps.All, QualitySteps.All, BaselineSteps.All, PeakFitSteps.All, ReportingSteps.All);
try
{
    provenance ??= await MakeRun(Path.Combine(output, "first"));
    ReplayReport report = await Replay.RunAsync(provenance, catalogue, new ReplayOptions { OutputFolder = output, InputOverride = Value("--input") });
    Console.WriteLine(report.Report());
    return report.IsIdentical ? 0 : 1;
}
catch (Exception e) when (e is AnalysisException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

async Task<string> MakeRun(string folder)
{
    string samples = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "samples";
    Directory.CreateDirectory(folder);
    Recipe recipe = await Recipe.ReadAsync(Path.Combine(samples, "recipes", "lno-003.json"), catalogue);
    var recorder = new ProvenanceRecorder(recipe.Title);
    await recipe.RunAsync(
        new InputPath(Path.Combine(samples, "data", "operando-lno-003", "patterns.csv")),
        new StepEnvironment(AnalysisContext.Default with { Provenance = recorder }, folder));
    string file = Path.Combine(folder, "provenance.json");
    await recorder.SaveAsync(file);
    return file;
}

string? Value(string name) => Array.IndexOf(args, name) is var i && i >= 0 && i + 1 < args.Length ? args[i + 1] : null;
