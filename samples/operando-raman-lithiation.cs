#:project ../src/Electrochemistry
#:project ../src/Formats
#:project ../src/Provenance
#:project ../src/Reporting
#:project ../src/Spectra.PeakFit

// Any table of fits with a time, joined with the lithiation of the cell: Raman bands against x, the 003 reflection against the voltage.
//
//   dotnet run samples/operando-raman-lithiation.cs -- [--cell FILE.mpr|.mpt|FOLDER] [--mass MG] [--molar-mass G/MOL] [--start-x X]
//                                                      [--raman FITS.csv] [--raman-columns NAME,NAME] [--raman-offset S]
//                                                      [--xrd FITS.csv] [--xrd-columns NAME,NAME] [--xrd-offset S] [--tolerance S] [--output FOLDER]
//
// A table of fits is a CSV with a column "time" in s (or in another unit of time that its heading or units file names), as WriteCsvAsync writes it. An offset is that of the
// scan clock against the clock of the cell. With no argument it runs on SIMULATED data: a half cell of two cycles, fits of Raman spectra, and
// patterns of the 003 reflection that are fitted here with samples/recipes/lno-003.json. Those patterns have no times; they are given one every
// 80 s from the beginning of the first charge. It writes to out/operando-raman-lithiation.

using System.Globalization;
using System.Text;
using BigMap.Analysis;
using BigMap.Analysis.Electrochemistry;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Reporting;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;

string[] known = ["--cell", "--mass", "--molar-mass", "--start-x", "--raman", "--raman-columns", "--raman-offset", "--xrd", "--xrd-columns", "--xrd-offset", "--tolerance", "--output"];
var given = new Dictionary<string, string>();
for (int i = 0; i < args.Length; i += 2)
{
    if (!known.Contains(args[i]) || i + 1 == args.Length)
    {
        Console.Error.WriteLine($"usage: dotnet run samples/operando-raman-lithiation.cs -- [{string.Join(" …] [", known)} …]");
        return 2;
    }

    given[args[i]] = args[i + 1];
}

string samples = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "samples";
string data = Path.Combine(samples, "data", "electrochemistry");
bool simulated = !given.ContainsKey("--cell");
string cell = given.GetValueOrDefault("--cell") ?? Path.Combine(data, "half-cell-GCPL.mpr");
string output = given.GetValueOrDefault("--output") ?? Path.Combine("out", "operando-raman-lithiation");
try
{
    var recorder = new ProvenanceRecorder("Lithiation of fits: " + Path.GetFileName(cell), AnalysisContext.Default);
    AnalysisContext context = recorder.Context;

    // 1. The cell: one file, or all files of one measurement; cycles; x from the charge.
    CyclingRecord record = (await EcLab.ReadSequenceAsync(cell, context: context))
        .Cycles(new CycleOptions { ActiveMass = Number("--mass") }, context)
        .Lithiation(new LithiationOptions { MolarMass = Number("--molar-mass"), StartX = Number("--start-x") }, context);
    Console.WriteLine($"{cell}: {record}");

    // 2. Fits of scans. Each row gets x, voltage and half-cycle of its moment; one without a record near enough gets none, and says so.
    var panels = new List<PlacedPanel>();
    double first = record.Numbers("time")[record.HalfCycles.Count > 0 ? record.HalfCycles[0].FirstRecord : 0];
    IResultTable? raman = given.TryGetValue("--raman", out string? path) || simulated ? await TableReader.ReadCsvAsync(path ?? Path.Combine(data, "raman-fits.csv")) : null;
    IResultTable? xrd = given.TryGetValue("--xrd", out path) ? await TableReader.ReadCsvAsync(path) : simulated ? await SimulatedReflection(first) : null;
    if (raman is not null)
        await Join(raman, "raman", "x", Number("--raman-offset") ?? (simulated ? 40 : 0));
    if (xrd is not null)
        await Join(xrd, "xrd", "voltage", Number("--xrd-offset") ?? 0);

    // 3. The figure: the cell above, the fits below.
    var hours = new NumberColumn("time", "h", record.Numbers("time").Values.ToArray().Select(t => t / 3600).ToArray());
    panels.Insert(0, new(new ColumnPanel { Columns = [record.Numbers("voltage")], Against = hours, Title = "Voltage" }, 0, 0));
    panels.Insert(1, new(new ColumnPanel { Columns = [record.Numbers("x")], Against = hours, Title = "Content x", FirstColor = 1 }, 0, 1));
    PlacedPanel[] placed = [.. panels.Select((p, i) => new PlacedPanel(p.Panel, i / 2, i % 2))];
    int lines = (placed.Length + 1) / 2;
    var figure = new Figure
    {
        Title = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(cell))}: fits against x and voltage",
        Caption = simulated ? "Simulated cell, Raman fits and 003 patterns; not measurements." : string.Empty,
        Width = 1300,
        Height = 60 + (400 * lines),
        ColumnWidths = [1, 1],
        RowHeights = [.. Enumerable.Repeat(1.0, lines)],
        Panels = placed,
    };
    await OutputFile.WriteAsync(Path.Combine(output, "figure.svg"), Encoding.UTF8.GetBytes(figure.ToSvg()), "image/svg+xml");
    await recorder.SaveAsync(Path.Combine(output, "provenance.json"));
    Console.WriteLine($"Wrote figure.svg, provenance.json{(raman is null ? string.Empty : ", raman-lithiation.csv")}{(xrd is null ? string.Empty : ", xrd-lithiation.csv")} to {output}.");
    return 0;

    async Task Join(IResultTable fits, string name, string against, double offset)
    {
        string[] columns = given.TryGetValue($"--{name}-columns", out string? names)
            ? names.Split(',')
            : [.. fits.Columns.OfType<NumberColumn>().Where(c => c.Name.EndsWith(".center", StringComparison.Ordinal)).Select(c => c.Name).Take(2)];
        AlignedTable joined = fits.AlignWith(record, new AlignOptions { ClockOffset = offset, Method = AlignMethod.Linear, Tolerance = Number("--tolerance") ?? 60 }, context);
        await joined.WriteCsvAsync(Path.Combine(output, $"{name}-lithiation.csv"), context);
        Console.WriteLine($"{name}: {joined.Report}");

        // Charge and discharge apart, so that a hysteresis is seen.
        var half = (IntegerColumn)joined.Column("half cycle");
        foreach (string column in columns)
        {
            NumberColumn values = joined.Numbers(column);
            var drawn = new List<NumberColumn>();
            foreach (CellState direction in (CellState[])[CellState.Charge, CellState.Discharge])
            {
                int[] rows = [.. Enumerable.Range(0, joined.RowCount).Select(r => half[r] > 0 && record.HalfCycles[(int)half[r] - 1].Direction == direction && IsGood(joined, column, r) ? r : -1)];
                if (rows.Any(r => r >= 0))
                    drawn.Add((NumberColumn)values.Take(rows).WithName($"{Peak(column)} on {(direction == CellState.Charge ? "charge" : "discharge")}"));
            }

            if (drawn.Count > 0)
                panels.Add(new(new ColumnPanel { Columns = drawn, Against = joined.Column(against), Title = $"{column} against {against}" }, 0, 0));
        }
    }
}
catch (Exception e) when (e is AnalysisException or IOException or UnauthorizedAccessException or FormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// A position means something where the fit went well and the area of the peak is more than three times its error.
static bool IsGood(IResultTable table, string column, int row)
{
    bool usable = table.Columns.FirstOrDefault(c => c.Name == "status") is not StatusColumn status || status[row].IsUsable();
    return usable && (table.Columns.FirstOrDefault(c => c.Name == Peak(column) + ".area") is not NumberColumn { HasStandardErrors: true } area || area[row] > 3 * area.StandardErrors.Span[row]);
}

static string Peak(string column) => column.EndsWith(".center", StringComparison.Ordinal) ? column[..^7] : column;

async Task<IResultTable> SimulatedReflection(double start)
{
    // The steps of the recipe up to the fit; what it would write is written by samples/operando-series.cs.
    var catalogue = new StepCatalogue(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);
    Recipe recipe = await Recipe.ReadAsync(Path.Combine(samples, "recipes", "lno-003.json"), catalogue);
    int fit = recipe.Steps.ToList().FindIndex(s => s.Id == "fit");
    RecipeRun run = await new Recipe(recipe.Name, [.. recipe.Steps.Take(fit + 1)]).RunAsync(new InputPath(Path.Combine(samples, "data", "operando-lno-003", "patterns.csv")));
    IResultTable fits = run.Result<FitSeries>("fit");
    return new ResultTable("003", [.. fits.Columns, new NumberColumn("time", "s", Enumerable.Range(0, fits.RowCount).Select(i => start + (80.0 * i)).ToArray())]);
}

double? Number(string option) => given.TryGetValue(option, out string? text) ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;
