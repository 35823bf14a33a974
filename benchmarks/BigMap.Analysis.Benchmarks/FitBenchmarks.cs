using BenchmarkDotNet.Attributes;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Benchmarks;

/// <summary>W2a, W2b and W2c, a hundred curves of 100 points: one thread, the same scalar model for MathNet and for the scalar core, the same model in lanes for the batch.</summary>
[MemoryDiagnoser]
public class FitBenchmarks
{
    private const int Curves = 100;
    private FitWorkload _workload = null!;

    [Params("W2a", "W2b", "W2c")]
    public string Workload { get; set; } = "W2b";

    [GlobalSetup]
    public void Setup()
    {
        _workload = new FitWorkload(Workload, Curves);
        _workload.Check();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Curves)]
    public double MathNet_bounded_analytic() => _workload.Cases.Sum(_workload.MathNet);

    [Benchmark(OperationsPerInvoke = Curves)]
    public double LevenbergMarquardt_workspace()
    {
        double sum = 0;
        foreach (FitCase one in _workload.Cases)
            sum += _workload.Scalar(one);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Curves)]
    public void Batch_in_lanes() => _workload.Batch(0, Curves);
}

/// <summary>W3: ten pseudo-Voigts, 40 bounded parameters, 2000 points.</summary>
[MemoryDiagnoser]
public class LargeFitBenchmarks
{
    private const int Curves = 8;
    private FitWorkload _workload = null!;

    [GlobalSetup]
    public void Setup()
    {
        _workload = new FitWorkload("W3", Curves);
        _workload.Check();
    }

    [Benchmark(Baseline = true)]
    public double MathNet_bounded_analytic() => _workload.MathNet(_workload.Cases[0]);

    [Benchmark]
    public double LevenbergMarquardt_scalar_model() => _workload.Scalar(_workload.Cases[0]);

    [Benchmark]
    public double LevenbergMarquardt_vector_model() => _workload.Vectors(_workload.Cases[0]);

    [Benchmark(OperationsPerInvoke = Curves)]
    public void Batch_in_lanes() => _workload.Batch(0, Curves);
}
