using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Numerics.Tests;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Benchmarks;

/// <summary>Fits against scipy, lmfit, Ceres, cminpack and MathNet on the same dumped curves from the same starts, in alternating rounds; and whose minima are lower.</summary>
internal static class FitPeers
{
    private const int Rounds = 11;

    public static void Run()
    {
        string folder = Directory.CreateTempSubdirectory("bigmap-peers-").FullName;
        try
        {
            FitWorkload[] workloads = [new("W2a", 10_000), new("W2b", 10_000), new("W2c", 10_000), new("W2c half off", 1000), new("W3", 16)];
            foreach (FitWorkload workload in workloads)
                Write(folder, workload);
            File.WriteAllText(
                Path.Combine(folder, "shapes.json"),
                "{" + string.Join(',', workloads.Select(w => string.Create(CultureInfo.InvariantCulture, $$"""
                    "{{Key(w)}}":{"points":{{w.Cases[0].Y.Length}},"parameters":{{w.Cases[0].Start.Length}},"cases":{{w.Cases.Length}}}
                    """))) + "}");
            using PeerProcess? python = PeerProcess.Python("fit.py", folder);
            Console.WriteLine(python?.Versions ?? "No python3 with numpy and scipy here.");
            string? native = PeerProcess.Compile("fit.cpp", folder, "-I/usr/include/eigen3", "-I/usr/include/cminpack-1", "-lceres", "-lglog", "-lcminpack");
            foreach (FitWorkload workload in workloads)
            {
                FitCase one = workload.Cases[0];
                using PeerProcess? ceres = native is null ? null : PeerProcess.Start(native, Path.Combine(folder, Key(workload) + ".f64"), Text(one.Y.Length), Text(one.Start.Length), Text(workload.Cases.Length));
                if (workload == workloads[0] && ceres is not null)
                    Console.WriteLine(ceres.Versions);
                if (workload.Name != "W2c half off")
                    Times(workload, python, ceres);
                Minima(workload, python, ceres);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Times(FitWorkload workload, PeerProcess? python, PeerProcess? ceres)
    {
        workload.Check();
        bool large = workload.Name == "W3";
        int curves = workload.Cases.Length, few = large ? 2 : 32, block = large ? 8 : 250;
        var threads = new BatchLevenbergMarquardt[2];
        for (int i = 0; i < threads.Length; i++)
            threads[i] = new BatchLevenbergMarquardt(workload.Cases[0].Start.Length, workload.Cases[0].Y.Length);
        var times = new Dictionary<string, List<double>>();
        var ours = new List<(string Name, int Fits, Action Work)>
        {
            ("MathNet, bounds, analytic", few, () => Each(workload.MathNet)),
            ("LevenbergMarquardt (scalar code)", few, () => Each(workload.Scalar)),
            ("BatchLevenbergMarquardt, optimum to 1e-3 errors", curves, () => workload.BatchLoose(0, curves)),
            ("BatchLevenbergMarquardt, 1 thread", curves, () => workload.Batch(0, curves)),
            ("BatchLevenbergMarquardt, 2 threads", curves, () => workload.OnTwoThreads(threads, block)),
        };
        if (large)
            ours.Insert(2, ("LevenbergMarquardt (model in vectors)", few, () => Each(workload.Vectors)));
        foreach ((_, _, Action work) in ours)
        {
            // Until the compiler has made its last version.
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 2 || (i < 200 && Stopwatch.GetElapsedTime(start).TotalSeconds < 0.7); i++)
                work();
        }

        for (int round = 0; round < Rounds; round++)
        {
            if (python is not null)
                Note(python.Ask($"round {Key(workload)} {Text(large ? 1 : 16)}"));
            if (ceres is not null)
                Note(ceres.Ask($"round {Text(large ? 4 : 200)}"));
            foreach ((string name, int fits, Action work) in ours)
            {
                long start = Stopwatch.GetTimestamp();
                work();
                Add(name, Stopwatch.GetElapsedTime(start).TotalMicroseconds / fits);
            }
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        workload.Batch(0, curves);
        double bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / curves;
        double mine = Median("BatchLevenbergMarquardt, 1 thread");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload.Name}: microseconds per fit, median (smallest) of {Rounds} alternating rounds; ratio to the batch of medians (of smallest times); {bytes:G3} bytes per fit in the batch"));
        foreach ((string name, List<double> values) in times)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-46} {Median(name),10:F1} ({values.Min(),8:F1}) {Median(name) / mine,9:F2} ({values.Min() / times["BatchLevenbergMarquardt, 1 thread"].Min():F2})"));

        void Each(Func<FitCase, double> fit)
        {
            for (int s = 0; s < few; s++)
                fit(workload.Cases[s]);
        }

        void Note(JsonElement answer)
        {
            foreach (JsonProperty one in answer.EnumerateObject())
                Add(one.Name, one.Value.GetDouble());
        }

        void Add(string name, double time)
        {
            if (!times.TryGetValue(name, out List<double>? list))
                times[name] = list = [];
            list.Add(time);
        }

        double Median(string name) => times[name].Order().ElementAt(times[name].Count / 2);
    }

    /// <summary>From the same start each: how often a peer's chi-square is lower, and how often ours.</summary>
    private static void Minima(FitWorkload workload, PeerProcess? python, PeerProcess? ceres)
    {
        int cases = Math.Min(1000, workload.Cases.Length);
        double[] mathNet = [.. workload.Cases.Take(cases).Select(workload.MathNet)];
        workload.Batch(0, workload.Cases.Length);
        double[] mine = [.. workload.Results.Fits.Take(cases).Select(f => f.ChiSquare)];
        Console.WriteLine($"{workload.Name}, minima from the same start: of {mine.Length} fits, ours above / below by more than 1e-6");
        Report("MathNet", mathNet);
        if (ceres is not null)
            Report("Ceres, tolerance 1e-12", Read(ceres.Ask($"minima {Text(cases)}")));
        if (python is not null)
        {
            double[] scipy = Read(python.Ask($"minima {Key(workload)} {Text(cases)}"));
            Report("scipy TRF, tolerance 1e-13", scipy);
            Report("the better of scipy TRF and MathNet", [.. scipy.Zip(mathNet, Math.Min)]);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {workload.StationaryCount()} of {workload.Cases.Length} are stationary points within their bounds"));

        void Report(string name, double[] theirs)
        {
            int above = 0, below = 0;
            for (int s = 0; s < mine.Length; s++)
            {
                above += mine[s] > theirs[s] * (1 + 1e-6) ? 1 : 0;
                below += theirs[s] > mine[s] * (1 + 1e-6) ? 1 : 0;
            }

            Console.WriteLine($"    {name,-44} {above,5} / {below}");
        }
    }

    private static double[] Read(JsonElement numbers) => [.. numbers.EnumerateArray().Select(v => v.GetDouble())];

    private static void Write(string folder, FitWorkload workload)
    {
        double[] all = [.. workload.Cases.SelectMany(c => (double[])[.. c.X, .. c.Y, .. c.Start, .. c.Lower, .. c.Upper])];
        File.WriteAllBytes(Path.Combine(folder, Key(workload) + ".f64"), MemoryMarshal.AsBytes(all.AsSpan()));
    }

    private static string Key(FitWorkload workload) => workload.Name.Replace(' ', '-');

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
