using BenchmarkDotNet.Attributes;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Tests;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace BigMap.Analysis.Benchmarks;

/// <summary>W2b: two pseudo-Voigts on a line, 10 bounded parameters, 100 points. One thread; the same scalar model for every solver.</summary>
[MemoryDiagnoser]
public class FitBenchmarks
{
    private const int Curves = 100;
    private FitCase[] _cases = [];
    private LevenbergMarquardt _solver = null!;
    private PseudoVoigtProblem _problem = null!;
    private double[] _p = [];

    [GlobalSetup]
    public void Setup()
    {
        double sum = Enumerable.Range(0, 10_000).Sum(s => Workloads.W2b(s).Y.Sum());
        if (Math.Abs((sum / Workloads.W2bSum) - 1) > 1e-12)
            throw new InvalidOperationException($"The workload W2b is not the one that was agreed: sum {sum:R}.");
        _cases = [.. Enumerable.Range(0, Curves).Select(s => Workloads.W2b(s))];
        _solver = new LevenbergMarquardt(10, 100);
        _problem = new PseudoVoigtProblem();
        _p = new double[10];

        // What is compared must be the same minimum.
        foreach (FitCase one in _cases)
        {
            double ours = Fit(one), theirs = FitMathNet(one);
            if (ours > theirs * (1 + 1e-9))
                throw new InvalidOperationException($"A fit ended above the peer: {ours:R} against {theirs:R}.");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Curves)]
    public double MathNet_bounded_analytic() => _cases.Sum(FitMathNet);

    [Benchmark(OperationsPerInvoke = Curves)]
    public double LevenbergMarquardt_workspace()
    {
        double sum = 0;
        foreach (FitCase one in _cases)
            sum += Fit(one);
        return sum;
    }

    private double Fit(FitCase one)
    {
        _problem.Set(one.X, one.Y);
        one.Start.CopyTo(_p, 0);
        return _solver.Solve(_problem, _p, new ParameterBounds(one.Lower, one.Upper)).ChiSquare;
    }

    private static double FitMathNet(FitCase one)
    {
        Vector<double> x = Vector<double>.Build.Dense(one.X), y = Vector<double>.Build.Dense(one.Y);
        IObjectiveModel objective = ObjectiveFunction.NonlinearModel(
            (p, at) =>
            {
                var values = new double[at.Count];
                double[] parameters = p.ToArray();
                for (int i = 0; i < values.Length; i++)
                    values[i] = PseudoVoigtProblem.Value(at[i], parameters, i, [], 0);
                return Vector<double>.Build.Dense(values);
            },
            (p, at) =>
            {
                var columns = new double[at.Count * 10];
                double[] parameters = p.ToArray();
                for (int i = 0; i < at.Count; i++)
                    PseudoVoigtProblem.Value(at[i], parameters, i, columns, at.Count);
                return Matrix<double>.Build.Dense(at.Count, 10, columns);
            },
            x,
            y);
        NonlinearMinimizationResult result = new LevenbergMarquardtMinimizer().FindMinimum(objective, one.Start, one.Lower, one.Upper);
        double[] best = result.MinimizingPoint.ToArray();
        double sum = 0;
        for (int i = 0; i < one.X.Length; i++)
        {
            double r = PseudoVoigtProblem.Value(one.X[i], best, i, [], 0) - one.Y[i];
            sum += r * r;
        }

        return sum;
    }
}
