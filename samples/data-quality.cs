#:project ../src/Formats
#:project ../src/Numerics
#:project ../src/Provenance
#:project ../src/Reporting

// What is wrong with a run, what is done about it, and what the run consists of: report, cleaned series, principal components, clusters, figure.
//
//   dotnet run samples/data-quality.cs -- [--input FILE|FOLDER|PATTERN] [--output FOLDER] [--technique NAME] [--table FILE.csv]
//
// With no argument it runs on a simulated Raman run in which faults were put, and writes to out/data-quality. Techniques: general, xrd, raman, ftir,
// neutronTof, neutronCw, xps, tomography. --table adds columns (time, voltage) to the rows by its column "index".

using System.Globalization;
using System.Text;
using BigMap.Analysis;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Reporting;

string[] known = ["--input", "--output", "--technique", "--table"];
var given = new Dictionary<string, string>();
for (int i = 0; i < args.Length; i += 2)
{
    if (!known.Contains(args[i]) || i + 1 == args.Length)
    {
        Console.Error.WriteLine($"usage: dotnet run samples/data-quality.cs -- [{string.Join(" …] [", known)} …]");
        return 2;
    }

    given[args[i]] = args[i + 1];
}

string data = Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "samples", "data", "data-quality");
bool shipped = !given.ContainsKey("--input");
string input = given.GetValueOrDefault("--input") ?? Path.Combine(data, "raman-run.csv");
string output = given.GetValueOrDefault("--output") ?? Path.Combine("out", "data-quality");
string? table = given.GetValueOrDefault("--table") ?? (shipped ? Path.Combine(data, "raman-run-times.csv") : null);
if (!Enum.TryParse(given.GetValueOrDefault("--technique") ?? (shipped ? "raman" : "general"), ignoreCase: true, out Technique technique) || !Enum.IsDefined(technique))
{
    Console.Error.WriteLine($"--technique is one of {string.Join(", ", Enum.GetNames<Technique>())}.");
    return 2;
}

try
{
    Directory.CreateDirectory(output);
    var recorder = new ProvenanceRecorder("Data quality of " + Path.GetFileName(input), AnalysisContext.Default);
    AnalysisContext context = recorder.Context;

    // 1. Read, and give the rows their times.
    SpectrumSeries series = (await SeriesReader.ReadAsync(input, context: context)).Series;
    if (table is not null)
        series = series.Join(await TableReader.ReadCsvAsync(table), new JoinOptions(), context);
    Console.WriteLine(series);

    // 2. Look. Nothing is changed.
    var check = new QualityOptions { Technique = technique };
    QualityReport report = series.CheckQuality(check, context);
    Console.WriteLine(report.Report());
    await report.WriteCsvAsync(Path.Combine(output, "findings.csv"), context);

    // 3. Act: leave bad frames out, replace single points. Each action has its table, and stands in the record.
    CleanedSeries filtered = series.Filter(new FilterOptions { Check = check }, context);
    CleanedSeries clean = filtered.Series.Impute(new ImputeOptions { Check = check }, context);
    Console.Write(filtered.Report());
    Console.WriteLine(clean.Report());
    await filtered.WriteCsvAsync(Path.Combine(output, "rows-left-out.csv"), context);
    await clean.WriteCsvAsync(Path.Combine(output, "points-replaced.csv"), context);
    await clean.Series.WriteCsvAsync(Path.Combine(output, "clean.csv"), context: context);

    // 4. What does the run consist of?
    PcaResult pca = clean.Series.PrincipalComponents(new PcaOptions { Components = 3 }, context);
    CurveResolutionResult mcr = clean.Series.ResolveCurves(new McrOptions { Components = 2 }, context);
    KMeansResult clusters = clean.Series.Cluster(new KMeansOptions { Normalization = RowNormalization.Snv }, context);
    Console.Write(pca.Report());
    Console.WriteLine(mcr);
    Console.WriteLine(clusters.Model.Choice);
    await pca.WriteCsvAsync(Path.Combine(output, "scores.csv"), context);
    await pca.Series.WriteCsvAsync(Path.Combine(output, "loadings.csv"), context: context);
    await mcr.WriteCsvAsync(Path.Combine(output, "concentrations.csv"), context);
    await clusters.WriteCsvAsync(Path.Combine(output, "clusters.csv"), context);

    // 5. The figure.
    TableColumn index = pca.Column("index");
    string[] scores = [.. pca.Columns.Select(c => c.Name).Where(n => n.StartsWith("PC", StringComparison.Ordinal)).Take(2)];
    var panels = new List<PlacedPanel>
    {
        new(new SeriesPanel { Series = clean.Series, Title = "Cleaned rows" }, 0, 0),
        new(new SeriesPanel { Series = mcr.Series, Shift = 0, Title = "Spectra of the components" }, 0, 1),
        new(new ColumnPanel { Columns = [mcr.Numbers("component1"), mcr.Numbers("component2")], Against = index, Title = "Amounts of the components" }, 1, 1),
    };
    if (scores.Length > 0)
        panels.Add(new(new ColumnPanel { Columns = [.. scores.Select(pca.Numbers)], Against = index, Title = "Scores" }, 1, 0));
    var figure = new Figure
    {
        Title = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(input)}: {report.Findings.Count} findings, {filtered.RowCount} rows left out, {clean.RowCount} points replaced"),
        Caption = shipped ? "Simulated run." : string.Empty,
        Width = 1300,
        Height = 860,
        ColumnWidths = [1, 1],
        RowHeights = [1, 1],
        Panels = panels,
    };
    await OutputFile.WriteAsync(Path.Combine(output, "figure.svg"), Encoding.UTF8.GetBytes(figure.ToSvg()), "image/svg+xml");
    await recorder.SaveAsync(Path.Combine(output, "provenance.json"));
    Console.WriteLine($"Wrote findings.csv, rows-left-out.csv, points-replaced.csv, clean.csv, scores.csv, loadings.csv, concentrations.csv, clusters.csv, figure.svg and provenance.json to {output}.");
    return 0;
}
catch (Exception e) when (e is AnalysisException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
