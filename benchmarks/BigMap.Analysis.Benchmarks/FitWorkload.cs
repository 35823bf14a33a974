using System.Numerics.Tensors;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Numerics.Tests;
using BigMap.Analysis.Tests;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace BigMap.Analysis.Benchmarks;

/// <summary>One of W2a, W2b, W2c and W3 with everything that fits it; all from the same starts within the same bounds.</summary>
internal sealed class FitWorkload
{
    private readonly LevenbergMarquardt _solver;
    private readonly BatchLevenbergMarquardt _batch;
    private readonly BatchLevenbergMarquardt _loose;
    private readonly PeakLanes _lanes;
    private readonly PseudoVoigtProblem _problem;
    private readonly VectorPseudoVoigtProblem _vectors;
    private readonly double[] _p;

    public FitWorkload(string name, int curves)
    {
        Name = name;
        (int all, double sum) = name switch
        {
            "W2a" => (10_000, Workloads.W2aSum),
            "W2b" => (10_000, Workloads.W2bSum),
            "W2c" or "W2c half off" => (10_000, Workloads.W2cSum),
            _ => (20, Workloads.W3Sum),
        };
        double found = Enumerable.Range(0, all).Sum(s => Case(name, s).Y.Sum());
        if (Math.Abs((found / sum) - 1) > 1e-12)
            throw new InvalidOperationException($"The workload {name} is not the one that was agreed: sum {found:R}.");
        Cases = [.. Enumerable.Range(0, curves).Select(s => Case(name, s))];
        int n = Cases[0].Start.Length, m = Cases[0].Y.Length;
        _solver = new LevenbergMarquardt(n, m);
        _batch = new BatchLevenbergMarquardt(n, m);
        _loose = new BatchLevenbergMarquardt(n, m, new LeastSquaresOptions { OptimumTolerance = 1e-3 });
        Results = new PeakLanes.Results(curves, n);
        _lanes = new PeakLanes(Cases, Results);
        _problem = new PseudoVoigtProblem(n);
        _vectors = new VectorPseudoVoigtProblem(n);
        _p = new double[n];
    }

    public string Name { get; }

    public FitCase[] Cases { get; }

    public PeakLanes.Results Results { get; }

    public double Scalar(FitCase one)
    {
        _problem.Set(one.X, one.Y);
        one.Start.CopyTo(_p, 0);
        return _solver.Solve(_problem, _p, new ParameterBounds(one.Lower, one.Upper)).ChiSquare;
    }

    public double Vectors(FitCase one)
    {
        _vectors.Set(one.X, one.Y);
        one.Start.CopyTo(_p, 0);
        return _solver.Solve(_vectors, _p, new ParameterBounds(one.Lower, one.Upper)).ChiSquare;
    }

    public void Batch(int first, int count) => _batch.Solve(_lanes, first, count);

    /// <summary>With the accuracy of the peers' default tolerances: a relative change of chi-square by 1e-8.</summary>
    public void BatchLoose(int first, int count) => _loose.Solve(_lanes, first, count);

    public double MathNet(FitCase one)
    {
        Vector<double> x = Vector<double>.Build.Dense(one.X), y = Vector<double>.Build.Dense(one.Y);
        int n = one.Start.Length;
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
                var columns = new double[at.Count * n];
                double[] parameters = p.ToArray();
                for (int i = 0; i < at.Count; i++)
                    PseudoVoigtProblem.Value(at[i], parameters, i, columns, at.Count);
                return Matrix<double>.Build.Dense(at.Count, n, columns);
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

    /// <summary>What is timed side by side must end in the same minima.</summary>
    public void Check()
    {
        Batch(0, Cases.Length);
        for (int s = 0; s < Cases.Length; s++)
        {
            double scalar = Scalar(Cases[s]), lanes = Results.Fits[s].ChiSquare;
            if (Math.Abs((lanes / scalar) - 1) > 1e-9)
                throw new InvalidOperationException($"{Name} {s}: {lanes:R} in lanes, {scalar:R} alone.");
        }
    }

    /// <summary>All fits on two threads, a workspace each.</summary>
    public void OnTwoThreads(BatchLevenbergMarquardt[] solvers, int block)
    {
        int free = -1;
        RowScheduler.RunBlocks(
            new RowPlan(Cases.Length, "fit", block),
            AnalysisContext.Default with { MaxDegreeOfParallelism = 2 },
            () => solvers[Interlocked.Increment(ref free)],
            (first, count, solver) =>
            {
                solver.Solve(_lanes, first, count);
                return 0;
            });
    }

    /// <summary>
    /// Fits of the last batch whose gradient is zero within rounding: the cosine between the residuals and each column is below 1e-6, or points
    /// out of the bounds that the parameter rests on.
    /// </summary>
    public int StationaryCount()
    {
        int count = 0;
        for (int s = 0; s < Cases.Length; s++)
        {
            FitCase one = Cases[s];
            int n = one.Start.Length, m = one.Y.Length;
            ReadOnlySpan<double> p = Results.Parameters(s);
            double[] residuals = new double[m], jacobian = new double[m * n];
            _problem.Set(one.X, one.Y);
            _problem.Evaluate(p, residuals, jacobian);
            double norm = TensorPrimitives.Norm<double>(residuals);
            bool stationary = true;
            for (int j = 0; j < n; j++)
            {
                ReadOnlySpan<double> column = jacobian.AsSpan(j * m, m);
                double length = TensorPrimitives.Norm(column), cosine = length > 0 ? TensorPrimitives.Dot(column, residuals) / (length * norm) : 0;
                stationary &= Math.Abs(cosine) < 1e-6 || (p[j] == one.Lower[j] && cosine > 0) || (p[j] == one.Upper[j] && cosine < 0);
            }

            count += stationary ? 1 : 0;
        }

        return count;
    }

    private static FitCase Case(string name, int s) => name switch
    {
        "W2a" => Workloads.W2a(s),
        "W2b" => Workloads.W2b(s),
        "W2c" => Workloads.W2c(s),
        "W2c half off" => Workloads.HalfOff(Workloads.W2c(s), s),
        _ => Workloads.W3(s),
    };
}
