#:project ../src/Formats
#:project ../src/Provenance
#:project ../src/Spectra.PeakFit

// A round robin: three analysts with their own habits on one series. How far apart are they, what is the consensus, and who was right?
//
//   dotnet run samples/round-robin.cs -- [--input FILE] [--column NAME] [--output FOLDER]
//
// The recipes are samples/recipes/round-robin-*.json. The shipped series is simulated, so the truth is known; on data of your own there is only the consensus.

using System.Globalization;
using BigMap.Analysis;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;

string samples = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "samples";
string input = Value("--input") ?? Path.Combine(samples, "data", "operando-lno-003", "patterns.csv");
string column = Value("--column") ?? "H1.area";
string output = Value("--output") ?? Path.Combine("out", "round-robin");
var catalogue = new StepCatalogue(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);
try
{
    string[] analysts = ["fixed", "automatic", "joint"];
    var participants = new List<RoundRobinParticipant>();
    foreach (string analyst in analysts)
    {
        Recipe recipe = await Recipe.ReadAsync(Path.Combine(samples, "recipes", $"round-robin-{analyst}.json"), catalogue);
        participants.Add(new RoundRobinParticipant(analyst, recipe, run => run.Result<FitSeries>("fit")));
        Console.WriteLine($"{analyst,-10} {recipe.Title}");
    }

    IReadOnlyList<KeyValuePair<string, IResultTable>> tables = await RoundRobin.RunAsync(participants, new InputPath(input), outputFolder: output);
    ResultTable comparison = RoundRobin.CompareTables(tables, column);
    await comparison.WriteCsvAsync(Path.Combine(output, "comparison.csv"));
    Console.WriteLine();
    Console.WriteLine(comparison.Preview(6));
    Console.WriteLine(RoundRobin.Deviations(comparison, analysts));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Birge ratio in the median: {Median(comparison.Numbers("birge_ratio")):F2}. About 1: the stated errors explain how far the analysts are apart; well above: their habits matter more than the noise."));

    if (Value("--input") is null && column is "H1.area" or "H3.area")
    {
        // Where the component has a fifth of the intensity or more.
        IResultTable truth = await TableReader.ReadCsvAsync(Path.Combine(samples, "data", "operando-lno-003", "truth.csv"));
        NumberColumn one = truth.Numbers("area1"), two = truth.Numbers("area2"), area = column == "H1.area" ? one : two;
        int[] strong = [.. Enumerable.Range(0, truth.RowCount).Where(row => area[row] >= 0.2 * (one[row] + two[row]))];
        foreach (string name in (string[])[.. analysts, "consensus"])
        {
            NumberColumn values = comparison.Numbers(name);
            double[] bias = [.. strong.Select(row => (values[row] / area[row]) - 1).Where(double.IsFinite)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-10} {100 * Statistics.Median(bias),7:F2} % off the truth in the median of {bias.Length} patterns"));
        }
    }

    Console.WriteLine($"Wrote comparison.csv and a folder for each analyst to {output}.");
    return 0;
}
catch (Exception e) when (e is AnalysisException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static double Median(NumberColumn column) => Statistics.Median([.. column.Values.ToArray().Where(double.IsFinite)]);

string? Value(string name) => Array.IndexOf(args, name) is var i && i >= 0 && i + 1 < args.Length ? args[i + 1] : null;
