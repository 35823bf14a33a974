#:project ../src/Electrochemistry
#:project ../src/Formats
#:project ../src/Provenance
#:project ../src/Reporting

// A cycler file to tables of records, cycles and dQ/dV, and a figure; and a table of fits to the content x and the voltage of each scan.
//
//   dotnet run samples/electrochemistry.cs -- [--input FILE.mpr|.mpt] [--output FOLDER] [--mass MG] [--molar-mass G/MOL] [--start-x X]
//                                             [--fits FILE.csv] [--fit-columns NAME,NAME] [--clock-offset S]
//
// With no argument it runs on a simulated half cell and a simulated table of Raman fits, and writes to out/electrochemistry. With an --input
// of your own, fits are joined only where --fits names a table; it needs a column "time" in s. x is computed where mass, molar mass and start
// value are given or in the file.

using System.Globalization;
using System.Text;
using BigMap.Analysis;
using BigMap.Analysis.Electrochemistry;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Reporting;

string[] known = ["--input", "--output", "--mass", "--molar-mass", "--start-x", "--fits", "--fit-columns", "--clock-offset"];
var given = new Dictionary<string, string>();
for (int i = 0; i < args.Length; i += 2)
{
    if (!known.Contains(args[i]) || i + 1 == args.Length)
    {
        Console.Error.WriteLine($"usage: dotnet run samples/electrochemistry.cs -- [{string.Join(" …] [", known)} …]");
        return 2;
    }

    given[args[i]] = args[i + 1];
}

string data = Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "samples", "data", "electrochemistry");
bool shipped = !given.ContainsKey("--input");
string input = given.GetValueOrDefault("--input") ?? Path.Combine(data, "half-cell-GCPL.mpr");
string output = given.GetValueOrDefault("--output") ?? Path.Combine("out", "electrochemistry");
string? fitsPath = given.GetValueOrDefault("--fits") ?? (shipped ? Path.Combine(data, "raman-fits.csv") : null);
try
{
    double? mass = Number("--mass"), molarMass = Number("--molar-mass"), startX = Number("--start-x");
    double clockOffset = Number("--clock-offset") ?? (shipped ? 40 : 0);
    var recorder = new ProvenanceRecorder("Electrochemistry of " + Path.GetFileName(input), AnalysisContext.Default);
    AnalysisContext context = recorder.Context;

    // 1. The recipe: what is done to the file is recorded, and can be replayed byte for byte (samples/replay.cs).
    EcLabSettings settings = (await EcLab.ReadAsync(input)).Settings;
    bool withX = (mass ?? settings.ActiveMass) is not null && (molarMass ?? settings.MolarMass) is not null && (startX ?? settings.StartX) is not null;
    var steps = new List<RecipeStep>
    {
        RecipeStep.Of("read", ElectrochemistrySteps.Read, new EcLabReadOptions()),
        RecipeStep.Of("cycles", ElectrochemistrySteps.Cycles, new CycleOptions { ActiveMass = mass }, "read"),
    };
    if (withX)
        steps.Add(RecipeStep.Of("x", ElectrochemistrySteps.Lithiation, new LithiationOptions { MolarMass = molarMass, StartX = startX }, "cycles"));
    string record = steps[^1].Id;
    steps.Add(RecipeStep.Of("capacity", ElectrochemistrySteps.Capacity, new CapacityOptions(), record));
    steps.Add(RecipeStep.Of("dqdv", ElectrochemistrySteps.DqDv, new DqDvOptions(), record));
    steps.Add(RecipeStep.Of("records.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "records.csv" }, record));
    steps.Add(RecipeStep.Of("cycles.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "cycles.csv" }, "capacity"));
    steps.Add(RecipeStep.Of("dqdv.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "dqdv.csv" }, "dqdv"));
    var recipe = new Recipe("electrochemistry", steps);
    RecipeRun run = await recipe.RunAsync(new InputPath(input), new StepEnvironment(context, output));
    EcLabFile file = run.Result<EcLabFile>("read");
    CyclingRecord cycling = run.Result<CyclingRecord>(record);
    ResultTable cycles = run.Result<ResultTable>("capacity");
    DqDvSeries dqdv = run.Result<DqDvSeries>("dqdv");
    Console.WriteLine($"{input}: {file}");
    Console.WriteLine($"begun {(file.AcquisitionStart is { } start ? start.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + " local time" : "at a time that the file does not say")}");
    foreach (StepWarning warning in file.Warnings)
        Console.WriteLine($"warning: {warning}");
    Console.WriteLine(cycles);

    // 2. Fits of scans on the same time axis: every fit gets voltage, cycle, state and x of its moment.
    AlignedTable? joined = null;
    if (fitsPath is not null)
    {
        IResultTable fits = await TableReader.ReadCsvAsync(fitsPath);
        joined = fits.AlignWith(cycling, new AlignOptions { ClockOffset = clockOffset, Method = AlignMethod.Linear }, context);
        await joined.WriteCsvAsync(Path.Combine(output, "fits-aligned.csv"), context);
        Console.WriteLine(joined.Report);
    }

    // 3. The figure.
    var hours = new NumberColumn("time", "h", cycling.Numbers("time").Values.ToArray().Select(t => t / 3600).ToArray());
    string capacity = cycling.ActiveMass is null ? "capacity" : "specific capacity";
    string[] shown = cycling.ActiveMass is null ? ["charge capacity", "discharge capacity"] : ["specific charge capacity", "specific discharge capacity"];
    var panels = new List<PlacedPanel>
    {
        new(new ColumnPanel { Columns = [cycling.Numbers("voltage")], Against = hours, Title = "Voltage" }, 0, 0),
        new(new ColumnPanel { Columns = [cycling.Numbers("voltage")], Against = cycling.Column(capacity), Title = "Half-cycles", FirstColor = 1 }, 0, 1),
        new(new SeriesPanel { Series = dqdv.Series, Shift = 0, Title = "dQ/dV", Note = "steps of 5 mV, Savitzky–Golay over 25 mV" }, 1, 0),
    };
    panels.Add(new(new ColumnPanel { Columns = [.. shown.Select(cycles.Numbers)], Against = cycles.Column("cycle"), Title = "Capacity", FirstColor = 2 }, 1, 1));
    string[] fitColumns = given.GetValueOrDefault("--fit-columns")?.Split(',') ?? (joined?.Columns.OfType<NumberColumn>().Where(c => c.Name.EndsWith(".center", StringComparison.Ordinal)).Select(c => c.Name).Take(2).ToArray() ?? []);
    for (int i = 0; joined is not null && i < fitColumns.Length; i++)
    {
        TableColumn against = joined.Column(withX ? "x" : "voltage");
        var aligned = (StatusColumn)joined.Column("aligned");
        panels.Add(new(new ColumnPanel { Columns = [joined.Numbers(fitColumns[i])], Against = against, Status = aligned.Values, Title = $"{fitColumns[i]} against {against.Name}", FirstColor = i + 4 }, 2 + (i / 2), i % 2));
    }

    int rows = joined is null ? 2 : 2 + ((fitColumns.Length + 1) / 2);
    var figure = new Figure
    {
        Title = $"{Path.GetFileName(input)}: {cycling.HalfCycles.Count} half-cycles",
        Caption = shipped ? "Simulated cell and fits." : string.Empty,
        Width = 1300,
        Height = 430 * rows,
        ColumnWidths = [1, 1],
        RowHeights = [.. Enumerable.Repeat(1.0, rows)],
        Panels = panels,
    };
    await OutputFile.WriteAsync(Path.Combine(output, "figure.svg"), Encoding.UTF8.GetBytes(figure.ToSvg()), "image/svg+xml");
    await recorder.SaveAsync(Path.Combine(output, "provenance.json"));
    Console.WriteLine($"Wrote records.csv, cycles.csv, dqdv.csv,{(joined is null ? string.Empty : " fits-aligned.csv,")} figure.svg and provenance.json to {output}.");
    return 0;
}
catch (Exception e) when (e is AnalysisException or IOException or UnauthorizedAccessException or FormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

double? Number(string option) => given.TryGetValue(option, out string? text) ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;
