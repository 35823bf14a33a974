#:project ../src/Formats
#:project ../src/Provenance
#:project ../src/Spectra.PeakFit

// Where does this number come from, and does it come out again?
//
//   dotnet run samples/trace-and-replay.cs -- [--provenance FILE] [--output FOLDER] [--file NAME --row N --column NAME]
//
// With no argument it runs the shipped recipe on the shipped series with one decision of a person, describes the run as an RO-Crate, traces one number of
// fits.csv to the bytes of the input, replays the run, and then replays it on an input in which one digit was changed.

using System.Globalization;
using BigMap.Analysis;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;

string output = Value("--output") ?? Path.Combine("out", "trace-and-replay");
var catalogue = new StepCatalogue(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);
try
{
    string? given = Value("--provenance");
    string provenance = given ?? await MakeRun(Path.Combine(output, "run"));

    Trace trace = await Trace.OpenAsync(provenance, catalogue);
    TraceAnswer answer = trace.Number(Value("--file") ?? "fits.csv", int.Parse(Value("--row") ?? "119", CultureInfo.InvariantCulture), Value("--column") ?? "H3.center");
    Console.WriteLine(answer.Report());

    ReplayReport report = await Replay.RunAsync(provenance, catalogue, new ReplayOptions { OutputFolder = Path.Combine(output, "replay") });
    Console.WriteLine(report.Report());
    if (given is not null)
        return report.IsIdentical ? 0 : 1;

    // One digit of the number that was traced, in a copy of the input.
    ByteRange bytes = answer.Inputs[0].Locations[0].Bytes[150];
    string changed = Path.Combine(output, "changed.csv");
    byte[] content = await File.ReadAllBytesAsync(answer.Inputs[0].CurrentPath);
    content[bytes.Start] = content[bytes.Start] == (byte)'9' ? (byte)'8' : (byte)(content[bytes.Start] + 1);
    await File.WriteAllBytesAsync(changed, content);
    ReplayReport differs = await Replay.RunAsync(provenance, catalogue, new ReplayOptions { InputOverride = changed, OutputFolder = Path.Combine(output, "replay-changed") });
    Console.WriteLine(differs.Report());
    return report.IsIdentical && !differs.IsIdentical ? 0 : 1;
}
catch (Exception e) when (e is AnalysisException or IOException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

async Task<string> MakeRun(string folder)
{
    string samples = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "samples";
    Recipe recipe = (await Recipe.ReadAsync(Path.Combine(samples, "recipes", "lno-003.json"), catalogue)).WithExclusion("fit", 7, "an example of a row that a person leaves out");
    var recorder = new ProvenanceRecorder(recipe.Title);
    recorder.Metadata = recorder.Metadata.With(new MetadataEntry("sample", "LiNiO2 half cell, simulated"), "A. Operator", "README of the sample data", TimeProvider.System.GetUtcNow());
    await recipe.RunAsync(
        new InputPath(Path.Combine(samples, "data", "operando-lno-003", "patterns.csv")),
        new StepEnvironment(AnalysisContext.Default with { Provenance = recorder }, folder));
    string file = Path.Combine(folder, "provenance.json");
    RoCrate crate = await recorder.SaveAsync(file, new CrateOptions
    {
        Catalogue = catalogue,
        Operator = new CrateAgent("A. Operator"),
        Characterisation = new CharacterisationDescription { UseCase = "Phases of LiNiO2 during charge", Technique = Ontology.XrayPowderDiffraction, Sample = "LiNiO2 half cell, simulated", SampleTerms = [Ontology.LithiumNickelOxide] },
        OutputTerms = new Dictionary<string, OntologyTerm> { ["baseline."] = Ontology.PrimaryData },
    });
    ProvenanceRecord record = await ProvenanceRecord.ReadAsync(file);
    await File.WriteAllTextAsync(Path.Combine(folder, "provenance.svg"), ProvenanceGraph.ToSvg(record));
    await File.WriteAllTextAsync(Path.Combine(folder, "notebook.md"), NotebookEntry.ToMarkdown(record));
    Console.WriteLine($"{RoCrate.FileName}: {crate.Entities.Count} entities, {crate.Root["hasPart"].Count} files; provenance.svg and notebook.md beside it in {folder}.\n");
    return file;
}

string? Value(string name) => Array.IndexOf(args, name) is var i && i >= 0 && i + 1 < args.Length ? args[i + 1] : null;
