using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Benchmarks;

/// <summary>AsLS against scipy on the same dumped spectra, in alternating rounds: medians and minima, ratios, agreement, memory; a stream of frames; and the time per point from short to long spectra.</summary>
internal static class BaselinePeers
{
    private const int Points = 2000;
    private const int Rows = 32;
    private const int SeriesRows = 1000;
    private const int Rounds = 15;
    private const double Lambda = 1e6;
    private const double P = 0.01;
    private const string Scipy = "scipy solveh_banded, 10 solves";
    private const string Plain = "plain scalar C#, 10 solves";
    private const string OneThread = "EstimateBaseline on 1000 rows, 1 thread";
    private const string TwoThreads = "EstimateBaseline on 1000 rows, 2 threads";

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

        Stream();
        Scaling();
    }

    private static void Compare(string folder, double[][] spectra, SpectrumSeries series)
    {
        var options = new AslsOptions { Lambda = Lambda, P = P };
        var estimator = new AslsEstimator(Points, options);
        var classical = new AslsEstimator(Points, options with { Start = AslsStart.EqualWeights });
        var ten = new AslsEstimator(Points, options with { StopRule = AslsStopRule.WeightChange, Tolerance = 0, MaxIterations = 9 });
        var z = new double[Points];
        double[] block = [.. Enumerable.Range(0, SeriesRows).SelectMany(row => series[row].ToArray())], baselines = new double[block.Length];
        var info = new BaselineInfo[SeriesRows];
        AnalysisContext one = AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }, two = one with { MaxDegreeOfParallelism = 2 };
        var ours = new List<(string Name, int Rows, Action Work)>
        {
            (Plain, Rows, () => Each(y => PlainAsls.Estimate(y, Lambda, P, -1, z, 10))),
            ("plain scalar C#, to the fixed point", Rows, () => Each(y => PlainAsls.Estimate(y, Lambda, P, 50, z))),
            ("AslsEstimator, 10 solves", Rows, () => Each(y => ten.Estimate(y, z))),
            ("AslsEstimator, from equal weights", Rows, () => Each(y => classical.Estimate(y, z))),
            ("AslsEstimator", Rows, () => Each(y => estimator.Estimate(y, z))),
            ("EstimateRows, 8 rows again and again", Rows, () =>
            {
                for (int i = 0; i < Rows / 8; i++)
                    estimator.EstimateRows(block.AsSpan(0, 8 * Points), baselines.AsSpan(0, 8 * Points), info.AsSpan(0, 8));
            }),
            ("EstimateRows, 1000 rows", SeriesRows, () => estimator.EstimateRows(block, baselines, info)),
            (OneThread, SeriesRows, () => series.EstimateBaseline(options, one)),
            (TwoThreads, SeriesRows, () => series.EstimateBaseline(options, two)),
        };
        foreach ((_, _, Action work) in ours)
        {
            for (int i = 0; i < 40; i++)
                work();
        }

        var times = new Dictionary<string, List<double>>();
        using PeerProcess? peer = PeerProcess.Python("baseline.py", folder);
        Console.WriteLine(peer?.Versions ?? "No python3 with numpy and scipy here: only our own times.");
        for (int round = 0; round < Rounds; round++)
        {
            if (peer is not null)
            {
                foreach (JsonProperty method in peer.Ask("round").EnumerateObject())
                    Note(method.Name, method.Value.GetDouble());
            }

            foreach ((string name, int rows, Action work) in ours)
            {
                // As long as the peer's round, in short pieces: what the round is worth is their median.
                var pieces = new List<double>();
                long round0 = Stopwatch.GetTimestamp();
                while (pieces.Count < 3 || Stopwatch.GetElapsedTime(round0).TotalMilliseconds < 40)
                {
                    long start = Stopwatch.GetTimestamp();
                    work();
                    pieces.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / rows);
                }

                Note(name, Median(pieces));
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"W1, {Points} points, lambda {Lambda:G}, p {P}: microseconds per spectrum in {Rounds} alternating rounds; {series.EstimateBaseline(options).Info.ToArray().Average(i => i.Solves):F2} full-size solves to the fixed point, {series.EstimateBaseline(options with { Start = AslsStart.EqualWeights }).Info.ToArray().Average(i => i.Solves):F2} from equal weights"));
        Console.WriteLine($"  {string.Empty,-44}    median   minimum   scipy/time (medians, minima)   plain/time (medians, minima)");
        foreach ((string name, List<double> values) in times)
        {
            (double median, double least) = (Median(values), values.Min());
            string scipy = times.TryGetValue(Scipy, out List<double>? reference) ? string.Create(CultureInfo.InvariantCulture, $"{Median(reference) / median,12:F1} {reference.Min() / least,8:F1}") : string.Empty;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-44} {median,9:F1} {least,9:F1} {scipy,21} {Median(times[Plain]) / median,20:F1} {times[Plain].Min() / least,8:F1}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  one thread / two threads: {Median(times[OneThread]) / Median(times[TwoThreads]):F2} (medians), {times[OneThread].Min() / times[TwoThreads].Min():F2} (minima), {Median([.. times[OneThread].Zip(times[TwoThreads], (a, b) => a / b)]):F2} (median of the rounds' ratios)"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  bytes per spectrum: AslsEstimator {Allocated(() => estimator.Estimate(spectra[0], z)):F0}, EstimateRows {Allocated(() => estimator.EstimateRows(block, baselines, info)) / SeriesRows:F0}, EstimateBaseline besides its result {(Allocated(() => series.EstimateBaseline(options, one)) / SeriesRows) - (Points * sizeof(double)):F0}"));

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

    /// <summary>Frame after frame of a pattern that drifts slowly.</summary>
    private static void Stream()
    {
        double[] first = Workloads.W1(1, Points), last = Workloads.W1(2, Points);
        double[][] frames = [.. Enumerable.Range(0, 64).Select(f => first.Zip(last, (u, v) => u + (f * (v - u) / 640)).ToArray())];
        var estimator = new AslsEstimator(Points, new AslsOptions { Lambda = Lambda, P = P });
        var z = new double[Points];
        var (next, anew) = (new List<double>(), new List<double>());
        int solves = 0;
        for (int round = 0; round < 60; round++)
        {
            estimator.Estimate(frames[0], z);
            solves = 0;
            foreach (double[] frame in frames)
            {
                long start = Stopwatch.GetTimestamp();
                solves += estimator.EstimateNext(frame, z).Solves;
                next.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                start = Stopwatch.GetTimestamp();
                estimator.Estimate(frame, z);
                anew.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"stream of frames that drift slowly, microseconds per frame: EstimateNext smallest {next.Min():F1}, median {Median(next):F1}, 99 of 100 below {next.Order().ElementAt(next.Count * 99 / 100):F1}, {(double)solves / frames.Length:F2} solves; Estimate smallest {anew.Min():F1}, median {Median(anew):F1}"));
    }

    private static double Allocated(Action work)
    {
        double least = double.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static void Scaling()
    {
        Console.WriteLine("nanoseconds per point to the fixed point, smallest of several rounds, one thread; lambda grows with the fourth power of n");
        foreach (int n in new[] { 1000, 2000, 4000, 10_000, 30_000, 100_000 })
        {
            const int Few = 8;
            var options = new AslsOptions { Lambda = Lambda * Math.Pow((double)n / Points, 4), P = P };
            double[][] spectra = [.. Enumerable.Range(0, Few).Select(s => Workloads.W1(s, n))];
            SpectrumSeries series = Series([.. spectra.SelectMany(y => y)], n, Few);
            var estimator = new AslsEstimator(n, options);
            var z = new double[n];
            (double together, double alone) = (double.MaxValue, double.MaxValue);
            int rounds = Math.Max(50, 600_000 / n), solves = 0;
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

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  n = {n,6}: series {together / Few / n:F2}, one at a time {alone / Few / n:F2} ({(double)solves / Few:F2} solves)"));
        }
    }

    private static SpectrumSeries Series(double[] rows, int points, int count) =>
        SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, points).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), rows, count);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
