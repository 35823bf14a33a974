using BigMap.Analysis.Benchmarks;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;

// Fits against scipy, lmfit, Ceres, cminpack and MathNet on the same curves, three minutes: dotnet run -c Release --project benchmarks/BigMap.Analysis.Benchmarks -- fit-peers
if (args is ["fit-peers"])
{
    FitPeers.Run();
    return;
}

// Baselines against scipy on the same spectra, half a minute: dotnet run -c Release --project benchmarks/BigMap.Analysis.Benchmarks -- baseline-peers
if (args is ["baseline-peers"])
{
    BaselinePeers.Run();
    return;
}

// One thread, one process a benchmark, ratios in the same run: dotnet run -c Release --project benchmarks/BigMap.Analysis.Benchmarks -- --filter '*'
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithWarmupCount(2).WithIterationCount(7).WithMinIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(300)))
    .HideColumns(Column.Error, Column.StdDev, Column.RatioSD);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
