using BenchmarkDotNet.Attributes;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Benchmarks;

/// <summary>W1: AsLS on n = 2000 points, λ = 1e6, p = 0.01, to the fixed point. One thread.</summary>
[MemoryDiagnoser]
public class BaselineBenchmarks
{
    private const int Length = 2000;
    private double[][] _spectra = [];
    private double[] _z = [];
    private AslsEstimator _estimator = null!;
    private SpectrumSeries _series = null!;

    [Params(1, 100)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        double sum = Enumerable.Range(0, 1000).Sum(s => Workloads.W1(s, Length).Sum());
        if (Math.Abs((sum / Workloads.W1Sum) - 1) > 1e-12)
            throw new InvalidOperationException($"The workload W1 is not the one that was agreed: sum {sum:R}.");
        _spectra = [.. Enumerable.Range(0, Rows).Select(s => Workloads.W1(s, Length))];
        _z = new double[Length];
        _estimator = new AslsEstimator(Length, new AslsOptions { Lambda = 1e6, P = 0.01 });
        var axis = new Axis(Enumerable.Range(0, Length).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty);
        _series = SpectrumSeries.Wrap(axis, _spectra.SelectMany(y => y).ToArray(), Rows);

        // Same answer before the clock runs.
        PlainAsls.Estimate(_spectra[0], 1e6, 0.01, 50, _z);
        var exact = new double[Length];
        _estimator.Estimate(_spectra[0], exact);
        double range = _spectra[0].Max() - _spectra[0].Min();
        if (_z.Zip(exact, (a, b) => Math.Abs(a - b)).Max() > 1e-6 * range)
            throw new InvalidOperationException("The baselines differ.");
    }

    [Benchmark(Baseline = true)]
    public double Plain_scalar()
    {
        double sum = 0;
        foreach (double[] y in _spectra)
        {
            PlainAsls.Estimate(y, 1e6, 0.01, 50, _z);
            sum += _z[0];
        }

        return sum;
    }

    [Benchmark]
    public double Workspace()
    {
        double sum = 0;
        foreach (double[] y in _spectra)
        {
            _estimator.Estimate(y, _z);
            sum += _z[0];
        }

        return sum;
    }

    [Benchmark]
    public int Series_one_thread() =>
        _series.EstimateBaseline(new AslsOptions { Lambda = 1e6, P = 0.01 }, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }).Count;

    [Benchmark]
    public int Series_two_threads() =>
        _series.EstimateBaseline(new AslsOptions { Lambda = 1e6, P = 0.01 }, AnalysisContext.Default with { MaxDegreeOfParallelism = 2 }).Count;
}
