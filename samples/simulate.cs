#:project ../src/Diffraction.Powder
#:project ../src/Formats
#:project ../src/Reporting

// Powder patterns from crystal structures: the stages of LiNiO2 on charge, their mixtures with Poisson noise and labels, and a list of reflections.
//
//   dotnet run samples/simulate.cs -- [--structures a.cif,b.cif] [--count N] [--seed N] [--output FOLDER]
//
// With no argument it works on the shipped test models of LiNiO2 (H1, M, H2, H3). Every mixture has one or two neighbours of the list.
// It writes reflections.csv (of the first structure), patterns.h5 (counts, labels, weight fractions) and patterns.svg.

using System.Globalization;
using System.Text;
using BigMap.Analysis;
using BigMap.Analysis.Diffraction.Powder;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Reporting;

string samples = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "samples";
string output = Value("--output") ?? Path.Combine("out", "simulate");
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    string[] files = Value("--structures")?.Split(',') ?? [.. new[] { "H1", "M", "H2", "H3" }.Select(n => Path.Combine(samples, "data", "structures", $"LNO_{n}.cif"))];
    int count = int.Parse(Value("--count") ?? "200", CultureInfo.InvariantCulture), seed = int.Parse(Value("--seed") ?? "1", CultureInfo.InvariantCulture);
    var structures = new List<CrystalStructure>();
    foreach (string file in files)
        structures.Add(await CrystalStructure.ReadCifAsync(file));
    foreach (CrystalStructure structure in structures)
        Console.WriteLine($"{structure}, {new PowderPhase(structure).Density:F3} g/cm³");

    // 1. What the first structure scatters.
    var instrument = new PowderInstrument { U = 0.002, V = -0.002, W = 0.003, Y = 0.012, Asymmetry = 0.02 };
    IResultTable reflections = new StructureFactors(structures[0], new XRays(instrument.Lines[0].Wavelength)).Table();
    Console.WriteLine(reflections);
    Directory.CreateDirectory(output);
    await reflections.WriteCsvAsync(Path.Combine(output, "reflections.csv"));

    // 2. Mixtures of neighbours, with crystallites of 30 to 300 nm.
    var mixtures = new List<PowderMixture>();
    for (int row = 0; row < count; row++)
    {
        var random = new RandomNumbers(seed, row);
        int first = (int)(random.Uniform() * structures.Count), second = Math.Min(first + 1, structures.Count - 1);
        double share = second == first ? 1 : random.Uniform();
        double size = 0.03 * Math.Pow(10, random.Uniform());
        mixtures.Add(new PowderMixture(
            second == first ? structures[first].Name : $"{structures[first].Name} + {structures[second].Name}",
            [new PowderPhase(structures[first]) { Size = size }, new PowderPhase(structures[second]) { Size = size }],
            [share, 1 - share]));
    }

    SpectrumSeries patterns = PowderSimulation.Simulate(mixtures, instrument, new SimulationOptions { From = 15, To = 70, Background = [150, -60, 30], Seed = seed });
    await patterns.WriteHdf5Async(Path.Combine(output, "patterns.h5"));
    Figure figure = Figure.Of(new HeatMapPanel { Series = patterns }) with { Title = "Simulated mixtures of the stages of LiNiO2" };
    await OutputFile.WriteAsync(Path.Combine(output, "patterns.svg"), Encoding.UTF8.GetBytes(figure.ToSvg()), "image/svg+xml");
    Console.WriteLine($"{patterns.Count} patterns of {patterns.Length} points, e.g. \"{mixtures[0].Label}\"");
    Console.WriteLine($"Written to {Path.GetFullPath(output)}");
    return 0;
}
catch (Exception e) when (e is AnalysisException or ArgumentException or FormatException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

string? Value(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
