using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Benchmarks;

/// <summary>AsLS against scipy on the same dumped spectra, in alternating rounds: medians, ratios, agreement; and the time per point from short to long spectra.</summary>
internal static class BaselinePeers
{
    private const int Points = 2000;
    private const int Rows = 32;
    private const int SeriesRows = 1000;
    private const int Rounds = 15;
    private const double Lambda = 1e6;
    private const double P = 0.01;
    private const string Scipy = "scipy solveh_banded, 10 solves";

    public static void Run()
    {
        string folder = Directory.CreateTempSubdirectory("bigmap-peers-").FullName;
        try
        {
            double[][] spectra = [.. Enumerable.Range(0, Rows).Select(s => Workloads.W1(s, Points))];
            double[] all = [.. spectra.SelectMany(y => y)];
            File.WriteAllBytes(Path.Combine(folder, "w1.f64"), MemoryMarshal.AsBytes(all.AsSpan()));
            File.WriteAllText(Path.Combine(folder, "shape.json"), string.Create(CultureInfo.InvariantCulture, $$"""{"points":{{Points}},"rows":{{Rows}},"lambda":{{Lambda}},"p":{{P}}}"""));
            SpectrumSeries series = Series([.. Enumerable.Range(0, SeriesRows).SelectMany(s => Workloads.W1(s, Points))], Points, SeriesRows);
            Compare(folder, spectra, series);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Scaling();
    }

    private static void Compare(string folder, double[][] spectra, SpectrumSeries series)
    {
        var options = new AslsOptions { Lambda = Lambda, P = P };
        var estimator = new AslsEstimator(Points, options);
        var ten = new AslsEstimator(Points, options with { StopRule = AslsStopRule.WeightChange, Tolerance = 0, MaxIterations = 9 });
        var z = new double[Points];
        var ours = new List<(string Name, Action Work)>
        {
            ("plain scalar C#, 10 solves", () => Each(y => PlainAsls.Estimate(y, Lambda, P, -1, z, 10))),
            ("plain scalar C#, to the fixed point", () => Each(y => PlainAsls.Estimate(y, Lambda, P, 50, z))),
            ("AslsEstimator, 10 solves", () => Each(y => ten.Estimate(y, z))),
            ("AslsEstimator, to the fixed point", () => Each(y => estimator.Estimate(y, z))),
            ("EstimateBaseline on the series, 1 thread", () => series.EstimateBaseline(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 })),
            ("EstimateBaseline on the series, 2 threads", () => series.EstimateBaseline(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 2 })),
        };
        foreach ((_, Action work) in ours)
        {
            for (int i = 0; i < 12; i++)
                work();
        }

        var times = new Dictionary<string, List<double>>();
        using Process? peer = Start(folder);
        for (int round = 0; round < Rounds; round++)
        {
            if (peer is not null)
            {
                peer.StandardInput.WriteLine("round");
                peer.StandardInput.Flush();
                using JsonDocument answer = JsonDocument.Parse(peer.StandardOutput.ReadLine() ?? "{}");
                foreach (JsonProperty one in answer.RootElement.EnumerateObject())
                    Note(one.Name, one.Value.GetDouble());
            }

            foreach ((string name, Action work) in ours)
            {
                long start = Stopwatch.GetTimestamp();
                work();
                Note(name, Stopwatch.GetElapsedTime(start).TotalMicroseconds / (name.Contains("series", StringComparison.Ordinal) ? SeriesRows : Rows));
            }
        }

        peer?.StandardInput.Close();
        peer?.WaitForExit();
        Console.WriteLine($"W1, {Points} points, lambda {Lambda:G}, p {P}: microseconds per spectrum, median of {Rounds} alternating rounds of {Rows} spectra ({SeriesRows} in the series); {series.EstimateBaseline(options).Info.ToArray().Average(i => i.Solves):F1} solves to the fixed point");
        foreach ((string name, List<double> values) in times)
        {
            double time = Median(values);
            string against = times.TryGetValue(Scipy, out List<double>? scipy) ? string.Create(CultureInfo.InvariantCulture, $"{Median(scipy) / time,8:F1} x scipy") : string.Empty;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-44} {time,9:F1} {against} {Median(times["plain scalar C#, 10 solves"]) / time,8:F1} x plain"));
        }

        string result = Path.Combine(folder, "scipy.f64");
        if (!File.Exists(result))
            return;
        double[] theirs = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(result)).ToArray();
        BaselineSeries mine = series.EstimateBaseline(options);
        double worst = 0;
        for (int row = 0; row < Rows; row++)
        {
            double range = spectra[row].Max() - spectra[row].Min();
            for (int i = 0; i < Points; i++)
                worst = Math.Max(worst, Math.Abs(mine.Baselines[row][i] - theirs[(row * Points) + i]) / range);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  largest difference of the baselines: {worst:E1} of max - min"));

        void Each(Action<double[]> work)
        {
            foreach (double[] y in spectra)
                work(y);
        }

        void Note(string name, double time)
        {
            if (!times.TryGetValue(name, out List<double>? list))
                times[name] = list = [];
            list.Add(time);
        }
    }

    private static void Scaling()
    {
        Console.WriteLine("nanoseconds per point and solve, smallest of several rounds, one thread");
        foreach (int n in new[] { 1000, 2000, 4000, 10_000, 30_000, 100_000 })
        {
            const int Few = 16;
            var options = new AslsOptions { Lambda = Lambda * Math.Pow((double)n / Points, 4), P = P };
            double[][] spectra = [.. Enumerable.Range(0, Few).Select(s => Workloads.W1(s, n))];
            SpectrumSeries series = Series([.. spectra.SelectMany(y => y)], n, Few);
            var estimator = new AslsEstimator(n, options);
            var z = new double[n];
            (double together, double alone) = (double.MaxValue, double.MaxValue);
            int rounds = Math.Max(5, 600_000 / n), solves = 0;
            for (int round = 0; round < rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                BaselineSeries result = series.EstimateBaseline(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 });
                together = Math.Min(together, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
                solves = result.Info.ToArray().Sum(i => i.Solves);
                start = Stopwatch.GetTimestamp();
                foreach (double[] y in spectra)
                    estimator.Estimate(y, z);
                alone = Math.Min(alone, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  n = {n,6}: series {together / solves / n:F2}, one at a time {alone / solves / n:F2}"));
        }
    }

    private static Process? Start(string folder)
    {
        string script = Path.Combine(Root(), "benchmarks", "peers", "baseline.py");
        try
        {
            var peer = Process.Start(new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", [script, folder]) { RedirectStandardInput = true, RedirectStandardOutput = true });
            if (peer?.StandardOutput.ReadLine() is { } versions)
            {
                Console.WriteLine(versions);
                return peer;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
        }

        Console.WriteLine("No python3 with numpy and scipy here: only our own times.");
        return null;
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BigMap.Analysis.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The benchmarks do not run inside the repository.");
    }

    private static SpectrumSeries Series(double[] rows, int points, int count) =>
        SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, points).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), rows, count);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
