using System.Globalization;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Numerics.Tests;

public class NistStrdTests
{
    public static TheoryData<string, int> Runs()
    {
        var runs = new TheoryData<string, int>();
        foreach (string name in NistModels.Names)
        {
            runs.Add(name, 0);
            runs.Add(name, 1);
        }

        return runs;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void The_certified_values_are_found_from_both_starts(string name, int start)
    {
        var data = new NistProblem(name);
        double[] p = [.. data.Starts[start]];
        int n = p.Length;
        var solver = new LevenbergMarquardt(n, data.ResidualCount, new LeastSquaresOptions { MaxIterations = 5000 });
        LeastSquaresResult fit = solver.Solve(data, p);
        double digits = Digits(p, data.Certified);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name} start {start + 1}: {digits:F1} digits, {fit}");
        Assert.Equal(RowStatus.Ok, fit.Status);
        Assert.True(digits >= 8, $"{name} start {start + 1}: {digits:F1} digits; {fit}");

        var covariance = new double[n * n];
        var reasons = new StandardErrorStatus[n];
        Assert.Equal(n, solver.Covariance(covariance, reasons));
        double[] errors = [.. Enumerable.Range(0, n).Select(i => Math.Sqrt(covariance[(i * n) + i] * fit.ChiSquare / (data.ResidualCount - n)))];
        double errorDigits = Digits(errors, data.StandardDeviations);
        TestContext.Current.TestOutputHelper?.WriteLine($"standard errors: {errorDigits:F1} digits");

        // Lanczos1: certified residuals of 1e-13 are rounding errors of the data; no double precision program has more digits.
        Assert.True(errorDigits >= (name == "Lanczos1" ? 2.5 : 6), $"{name} start {start + 1}: {errorDigits:F1} digits of the standard errors");
    }

    private static double Digits(double[] value, double[] certified) =>
        -Math.Log10(Math.Max(1e-15, value.Zip(certified, (v, c) => Math.Abs(v - c) / Math.Abs(c)).Max()));

    internal sealed class NistProblem : ILeastSquaresProblem
    {
        private readonly double[][] _rows;
        private readonly NistModels.Model _model;
        private readonly bool _logarithm;

        public NistProblem(string name)
        {
            string[] lines = File.ReadAllLines(ReferenceData.File($"nist-strd/{name}.dat"));
            _model = NistModels.Of(name);
            _logarithm = name == "Nelson";
            double[][] parameters = [.. lines.Skip(40).Take(18).Where(l => l.TrimStart().StartsWith('b') && l.Contains('=')).Select(l => Numbers(l[(l.IndexOf('=') + 1)..]))];
            Starts = [[.. parameters.Select(p => p[0])], [.. parameters.Select(p => p[1])]];
            Certified = [.. parameters.Select(p => p[2])];
            StandardDeviations = [.. parameters.Select(p => p[3])];
            _rows = [.. lines.Skip(60).Where(l => l.Trim().Length > 0).Select(Numbers)];
        }

        public double[][] Starts { get; }

        public double[] Certified { get; }

        public double[] StandardDeviations { get; }

        public int ParameterCount => Certified.Length;

        public int ResidualCount => _rows.Length;

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            Span<double> g = stackalloc double[parameters.Length];
            for (int i = 0; i < _rows.Length; i++)
            {
                double y = _logarithm ? Math.Log(_rows[i][0]) : _rows[i][0];
                residuals[i] = _model(_rows[i].AsSpan(1), parameters, g) - y;
                for (int k = 0; k < g.Length && !jacobian.IsEmpty; k++)
                    jacobian[(k * _rows.Length) + i] = g[k];
            }

            return true;
        }

        private static double[] Numbers(string line) =>
            [.. line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(t => double.Parse(t, NumberStyles.Float, CultureInfo.InvariantCulture))];
    }
}
