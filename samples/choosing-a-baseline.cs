#:project ../src/Spectra.Baseline
#:project ../src/Reporting

// Draws the figures of docs/choosing-a-baseline.md and prints its table: every method on spectra whose true background is known.
// Run it from the repository's root: dotnet run samples/choosing-a-baseline.cs -- --output docs/images
// With BIGMAP_REFERENCE_DATA it also draws measured spectra, into the folder out.

using System.Globalization;
using System.Text;
using BigMap.Analysis;
using BigMap.Analysis.Reporting;
using BigMap.Analysis.Spectra.Baseline;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string output = "out/choosing-a-baseline";
for (int i = 0; i + 1 < args.Length; i += 2)
{
    if (args[i] == "--output")
        output = args[i + 1];
}

Directory.CreateDirectory(output);
Case[] cases = [Raman(), Crowded(), Powder(), Infrared()];
double[] lambdas = [.. Enumerable.Range(4, 15).Select(k => Math.Pow(10, k / 2.0))];
int[] windows = [10, 20, 30, 40, 60, 80, 120, 160];
int[] orders = [1, 2, 3, 4, 5, 6, 8, 10];
Method[] methods =
[
    Method.Of("automatic (REML)", new RemlOptions(), [], (o, _) => o, (s, o) => s.EstimateBaseline(o), string.Empty),
    Method.Of("AsLS", new AslsOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("IAsLS", new IaslsOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("airPLS", new AirplsOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("arPLS", new ArplsOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("drPLS", new DrplsOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("IarPLS", new IarplsOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("asPLS", new AsplsOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("psalsa", new PsalsaOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("derpsalsa", new DerpsalsaOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("BrPLS", new BrplsOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("LSRPLS", new LsrplsOptions(), lambdas, (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("P-spline arPLS", new PsplineArplsOptions(), [.. lambdas.Select(l => l / 1e3)], (o, v) => o with { Lambda = v }, (s, o) => s.EstimateBaseline(o), "λ"),
    Method.Of("SNIP", new SnipOptions(), [.. windows.Select(w => (double)w)], (o, v) => o with { HalfWindow = (int)v }, (s, o) => s.EstimateBaseline(o), "m"),
    Method.Of("rolling ball", new RollingBallOptions(), [.. windows.Select(w => (double)w)], (o, v) => o with { HalfWindow = (int)v }, (s, o) => s.EstimateBaseline(o), "m"),
    Method.Of("morphological", new MorphologicalOptions(), [.. windows.Select(w => (double)w)], (o, v) => o with { HalfWindow = (int)v }, (s, o) => s.EstimateBaseline(o), "m"),
    Method.Of("modpoly", new ModpolyOptions(), [.. orders.Select(k => (double)k)], (o, v) => o with { Order = (int)v }, (s, o) => s.EstimateBaseline(o), "order"),
    Method.Of("imodpoly", new ImodpolyOptions(), [.. orders.Select(k => (double)k)], (o, v) => o with { Order = (int)v }, (s, o) => s.EstimateBaseline(o), "order"),
    Method.Of("penalised polynomial", new PenalisedPolynomialOptions(), [.. orders.Select(k => (double)k)], (o, v) => o with { Order = (int)v }, (s, o) => s.EstimateBaseline(o), "order"),
];

// How far off each method is, as it comes and with the one number that matters chosen by the truth.
var table = new StringBuilder("| method |");
foreach (Case c in cases)
    table.Append($" {c.Name} |");
table.Append("\n|---|").AppendJoin(string.Empty, cases.Select(_ => "---|")).Append('\n');
foreach (Method method in methods)
{
    table.Append($"| {method.Name} |");
    foreach (Case c in cases)
    {
        double byDefault = c.Error(method.Default(c.Series));
        if (method.Settings.Length == 0)
        {
            table.Append($" {byDefault:F1} |");
            continue;
        }

        (double setting, double best) = method.Settings.Select(v => (Setting: v, Error: c.Error(method.Run(c.Series, v)))).MinBy(p => double.IsNaN(p.Error) ? double.PositiveInfinity : p.Error);
        table.Append($" {byDefault:F1}, {best:F1} at {method.Symbol} = {Short(setting)} |");
    }

    table.Append('\n');
}

Console.WriteLine("Root mean square distance from the true background, in % of the highest peak: with the defaults; at best.");
Console.WriteLine(table);

// λ: too soft, right, too stiff.
await Draw("choosing-lambda", cases[0], "One number to choose: the smoothness λ (AsLS, p = 0.01)",
    ("λ = 10³: follows the peaks", s => s.EstimateBaseline(new AslsOptions { Lambda = 1e3 })),
    ("λ = 10⁵: still bulges under them", s => s.EstimateBaseline(new AslsOptions { Lambda = 1e5 })),
    ("λ = 10⁷: right", s => s.EstimateBaseline(new AslsOptions { Lambda = 1e7 })),
    ("λ = 10¹⁰: a straight line", s => s.EstimateBaseline(new AslsOptions { Lambda = 1e10 })));

// Below the noise or through it.
await Draw("choosing-noise", cases[0] with { From = 1220, To = 1400 }, "Below the noise, or through its middle",
    ("AsLS, p = 0.001", s => s.EstimateBaseline(new AslsOptions { Lambda = 1e7, P = 0.001 })),
    ("AsLS, p = 0.01", s => s.EstimateBaseline(new AslsOptions { Lambda = 1e7, P = 0.01 })),
    ("automatic (REML)", s => s.EstimateBaseline(new RemlOptions())),
    ("airPLS", s => s.EstimateBaseline(new AirplsOptions { Lambda = 1e7 })),
    ("IarPLS", s => s.EstimateBaseline(new IarplsOptions { Lambda = 1e7 })));

await Draw("choosing-crowded", cases[1], "Bands so close that little background is seen",
    ("AsLS, λ = 10⁷", s => s.EstimateBaseline(new AslsOptions { Lambda = 1e7 })),
    ("arPLS, λ = 10⁷", s => s.EstimateBaseline(new ArplsOptions { Lambda = 1e7 })),
    ("derpsalsa, λ = 10⁷", s => s.EstimateBaseline(new DerpsalsaOptions { Lambda = 1e7 })),
    ("SNIP, m = 120", s => s.EstimateBaseline(new SnipOptions { HalfWindow = 120 })));

await Draw("choosing-powder", cases[2], "Sharp reflections on a hump, Poisson counts",
    ("SNIP, m = 40", s => s.EstimateBaseline(new SnipOptions())),
    ("rolling ball, m = 40", s => s.EstimateBaseline(new RollingBallOptions())),
    ("arPLS, λ = 10⁵", s => s.EstimateBaseline(new ArplsOptions())),
    ("modpoly, order 5", s => s.EstimateBaseline(new ModpolyOptions())));

await Draw("choosing-infrared", cases[3], "A narrow window full of bands (simulated electrolyte)",
    ("AsLS, λ = 10⁷", s => s.EstimateBaseline(new AslsOptions { Lambda = 1e7 })),
    ("arPLS, λ = 10⁹", s => s.EstimateBaseline(new ArplsOptions { Lambda = 1e9 })),
    ("SNIP, m = 60", s => s.EstimateBaseline(new SnipOptions { HalfWindow = 60 })),
    ("anchors at 765, 795 and 895 cm⁻¹", s => s.EstimateBaseline(new AnchorOptions { Points = [765, 795, 895], HalfWidth = 4, Interpolation = AnchorInterpolation.CubicSpline })));

// Measured spectra, where they are at hand. They may not be shipped, so neither may their figures.
if (Environment.GetEnvironmentVariable("BIGMAP_REFERENCE_DATA") is { Length: > 0 } reference)
{
    output = "out/choosing-a-baseline";
    Directory.CreateDirectory(output);
    foreach ((string file, string name, string quantity, string unit, double low, double high) in new[]
    {
        ("raman/ps_785.csv", "polystyrene", AxisQuantity.RamanShift, "cm^-1", 200.0, 3150.0),
        ("raman/calcite_633.csv", "calcite", AxisQuantity.RamanShift, "cm^-1", 150, 1200),
        ("xrd-lab/repeat_scans_c1_c6.csv", "powder", AxisQuantity.TwoTheta, "deg", 10, 40),
    })
    {
        double[][] columns = Columns(Path.Combine(reference, "spectra", file));
        int[] kept = [.. Enumerable.Range(0, columns[0].Length).Where(i => columns[0][i] >= low && columns[0][i] <= high)];
        var measured = new Case(name, Make([.. kept.Select(i => columns[0][i])], [.. kept.Select(i => columns[1][i])], quantity, unit, "counts"), []);
        await Draw("measured-" + name, measured, "Measured: " + name,
            ("AsLS, λ = 10⁶", s => s.EstimateBaseline(new AslsOptions())),
            ("arPLS, λ = 10⁵", s => s.EstimateBaseline(new ArplsOptions())),
            ("P-spline arPLS, λ = 10³", s => s.EstimateBaseline(new PsplineArplsOptions())),
            ("SNIP, m = 40", s => s.EstimateBaseline(new SnipOptions())));
    }
}

return 0;

async Task Draw(string file, Case c, string title, params (string Label, Func<SpectrumSeries, BaselineSeries> Run)[] runs)
{
    SpectrumSeries series = c.Series;
    double[][] baselines = [.. runs.Select(r => r.Run(series).Baselines[0].ToArray())];

    // Peaks would leave no room for what matters: they are cut off.
    double low = baselines.Min(b => b.Min()), high = baselines.Max(b => b.Max()), cap = high + (0.35 * (high - low));
    double[] data = [.. series[0].ToArray().Select(y => y > cap ? double.NaN : y)];
    var panels = new List<PlacedPanel>();
    for (int i = 0; i < runs.Length; i++)
    {
        double[][] rows = c.Truth.Length > 0 ? [data, c.Truth, baselines[i]] : [data, baselines[i]];
        string[] labels = c.Truth.Length > 0 ? ["data, peaks cut off", "true background", "baseline"] : ["data, peaks cut off", "baseline"];
        SpectrumSeries drawn = SpectrumSeries.Wrap(series.Axis, rows.SelectMany(r => r).ToArray(), rows.Length, new SeriesAttributes { Labels = labels, IntensityQuantity = series.IntensityQuantity, IntensityUnit = series.IntensityUnit });
        if (c.To > c.From)
            drawn = drawn.Trim(c.From, c.To);
        panels.Add(new PlacedPanel(new SeriesPanel { Series = drawn, Shift = 0, Rows = [.. Enumerable.Range(0, rows.Length)], Title = runs[i].Label, ShowXLabels = i >= runs.Length - 2 }, i / 2, i % 2));
    }

    int lines = (runs.Length + 1) / 2;
    var figure = new Figure { Title = title, Width = 1100, Height = 60 + (300 * lines), ColumnWidths = [1, 1], RowHeights = [.. Enumerable.Repeat(1.0, lines)], Panels = panels };
    await figure.SaveSvgAsync(Path.Combine(output, file + ".svg"));
    Console.WriteLine(Path.Combine(output, file + ".svg"));
}

static string Short(double v) => v >= 1000 ? $"10^{Math.Log10(v):0.#}" : v.ToString("0.##");

static double[][] Columns(string path)
{
    string[][] cells = [.. File.ReadLines(path).Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))];
    return [.. Enumerable.Range(0, cells[0].Length).Select(c => cells.Select(r => double.Parse(r[c])).ToArray())];
}

static SpectrumSeries Make(double[] x, double[] y, string quantity, string unit, string intensityUnit) =>
    SpectrumSeries.Wrap(new Axis(x, quantity, unit, AxisQuantity.UsualDirection(quantity)), y, 1, new SeriesAttributes { IntensityUnit = intensityUnit, IntensityQuantity = intensityUnit.Length == 0 ? "absorbance" : "intensity" });

// Fluorescence with narrow bands and noise.
static Case Raman()
{
    var random = new Random(1);
    double[] x = [.. Enumerable.Range(0, 1500).Select(i => 300 + (1.0 * i))], truth = [.. x.Select(v => 300 + (900 * Math.Exp(-(v - 300) / 600)) + (350 * Math.Exp(-(v - 1250) * (v - 1250) / 2e5)))];
    (double At, double Height, double Width)[] peaks = [(420, 500, 6), (480, 900, 7), (620, 300, 8), (705, 1500, 6), (800, 250, 10), (1000, 2200, 5), (1030, 700, 6), (1155, 300, 9), (1200, 350, 9), (1450, 900, 12), (1600, 1300, 8), (1730, 200, 10)];
    double[] y = [.. x.Select((v, i) => truth[i] + peaks.Sum(p => p.Height / (1 + ((v - p.At) * (v - p.At) / (p.Width * p.Width)))) + (18 * Normal(random)))];
    return new Case("Raman, fluorescence", Make(x, y, AxisQuantity.RamanShift, "cm^-1", "counts"), truth);
}

// Broad bands that overlap.
static Case Crowded()
{
    var random = new Random(2);
    double[] x = [.. Enumerable.Range(0, 1200).Select(i => 800 + (1.0 * i))], truth = [.. x.Select(v => 200 + (0.1 * (v - 800)) + (2e-4 * (v - 1400) * (v - 1400)))];
    (double At, double Height, double Width)[] peaks = [(1180, 250, 45), (1350, 900, 60), (1500, 320, 50), (1590, 1000, 35), (1620, 300, 20)];
    double[] y = [.. x.Select((v, i) => truth[i] + peaks.Sum(p => p.Height * Math.Exp(-0.5 * (v - p.At) * (v - p.At) / (p.Width * p.Width))) + (12 * Normal(random)))];
    return new Case("crowded bands", Make(x, y, AxisQuantity.RamanShift, "cm^-1", "counts"), truth);
}

// Reflections on an amorphous hump, Poisson counts.
static Case Powder()
{
    var random = new Random(3);
    double[] x = [.. Enumerable.Range(0, 2500).Select(i => 10 + (0.02 * i))], truth = [.. x.Select(v => 150 + (900 * Math.Exp(-(v - 10) / 6)) + (260 * Math.Exp(-(v - 22) * (v - 22) / 30)))];
    var y = new double[x.Length];
    for (int i = 0; i < x.Length; i++)
    {
        double mean = truth[i];
        for (int k = 0; k < 22; k++)
        {
            double at = 14 + (2.0 * k) + (0.7 * Math.Sin(k * k)), height = 150 + (2500 * Math.Pow(Math.Abs(Math.Sin((1.3 * k) + 0.4)), 3)), z = (x[i] - at) / 0.06;
            mean += height * ((0.5 / (1 + (z * z))) + (0.5 * Math.Exp(-0.693 * z * z)));
        }

        y[i] = Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal(random))));
    }

    return new Case("powder pattern", Make(x, y, AxisQuantity.TwoTheta, "deg", "counts"), truth);
}

// The first simulated electrolyte spectrum.
static Case Infrared()
{
    double[][] columns = Columns("samples/data/sim-ftir/spectrum.csv");
    return new Case("infrared, P–F region", Make(columns[0], columns[1], AxisQuantity.Wavenumber, "cm^-1", string.Empty), columns[2]);
}

static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

internal sealed record Case(string Name, SpectrumSeries Series, double[] Truth)
{
    public double From { get; init; }

    public double To { get; init; }

    /// <summary>Root mean square distance from the truth in % of the highest peak.</summary>
    public double Error(BaselineSeries result)
    {
        ReadOnlySpan<double> z = result.Baselines[0], y = Series[0];
        double squares = 0, highest = 0;
        for (int i = 0; i < z.Length; i++)
        {
            squares += (z[i] - Truth[i]) * (z[i] - Truth[i]);
            highest = Math.Max(highest, y[i] - Truth[i]);
        }

        return 100 * Math.Sqrt(squares / z.Length) / highest;
    }
}

internal sealed record Method(string Name, Func<SpectrumSeries, BaselineSeries> Default, double[] Settings, Func<SpectrumSeries, double, BaselineSeries> Run, string Symbol)
{
    public static Method Of<TOptions>(string name, TOptions options, double[] settings, Func<TOptions, double, TOptions> set, Func<SpectrumSeries, TOptions, BaselineSeries> run, string symbol) =>
        new(name, s => run(s, options), settings, (s, v) => run(s, set(options, v)), symbol);
}
