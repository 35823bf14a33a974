namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>The Whittaker family as the papers write it: full matrices, 32 digits, no reuse of anything.</summary>
internal static class FamilyReference
{
    public delegate double[] Solver(double[] y, double[] w, (double Lambda, int Order) penalty);

    public static double[] Ones(int n) => [.. Enumerable.Repeat(1.0, n)];

    /// <summary>(W + λDᵀD) z = W y by the band solver in 32 digits.</summary>
    public static double[] ExactBand(double[] y, double[] w, (double Lambda, int Order) penalty) => AslsReference.ExactSolve(y, w, penalty.Lambda, penalty.Order);

    /// <summary>The same with full matrices.</summary>
    public static double[] Dense(double[] y, double[] w, (double Lambda, int Order) penalty) =>
        Solve(Sum(Diagonal(w), Penalty(y.Length, penalty.Order, Fill(y.Length, penalty.Lambda))), [.. w.Zip(y, (a, b) => (DoubleDouble)a * b)]);

    /// <summary>IAsLS: (W² + λ₁D₁ᵀD₁ + λDᵀD) z = (W² + λ₁D₁ᵀD₁) y.</summary>
    public static Solver Iasls(double lambda1) => (y, w, penalty) =>
    {
        int n = y.Length;
        DoubleDouble[,] data = Sum(Diagonal([.. w.Select(v => v * v)]), Penalty(n, 1, Fill(n, lambda1)));
        return Solve(Sum(data, Penalty(n, penalty.Order, Fill(n, penalty.Lambda))), Product(data, y));
    };

    /// <summary>drPLS: (W + D₁ᵀD₁ + λ(I − ηW)DᵀD) z = W y.</summary>
    public static Solver Drpls(double eta) => (y, w, penalty) =>
    {
        int n = y.Length;
        DoubleDouble[,] m = Sum(Sum(Diagonal(w), Penalty(n, 1, Fill(n, 1))), Penalty(n, penalty.Order, [.. w.Select(v => penalty.Lambda * (1 - (eta * v)))]));
        return Solve(m, [.. w.Zip(y, (a, b) => (DoubleDouble)a * b)]);
    };

    /// <summary>P-splines: z = B (BᵀWB + λDᵀD)⁻¹ BᵀW y with the recursion of Cox and de Boor on the knots themselves.</summary>
    public static Solver Splines(double[] x, int knots, int degree) => (y, w, penalty) =>
    {
        int n = y.Length, m = knots - 1 + degree;
        double step = (x[^1] - x[0]) / (knots - 1);
        double Knot(int k) => x[0] + ((k - degree) * step);
        double Spline(int k, int p, double at)
        {
            if (p == 0)
                return k == Math.Clamp((int)Math.Floor((at - Knot(0)) / step), degree, m - 1) ? 1 : 0;
            return ((at - Knot(k)) / (p * step) * Spline(k, p - 1, at)) + ((Knot(k + p + 1) - at) / (p * step) * Spline(k + 1, p - 1, at));
        }

        var b = new double[n, m];
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < m; k++)
                b[i, k] = Spline(k, degree, x[i]);
        }

        DoubleDouble[,] normal = Penalty(m, penalty.Order, Fill(m, penalty.Lambda));
        var right = new DoubleDouble[m];
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < m; k++)
            {
                right[k] += (DoubleDouble)w[i] * y[i] * b[i, k];
                for (int l = 0; l < m; l++)
                    normal[k, l] += (DoubleDouble)w[i] * b[i, k] * b[i, l];
            }
        }

        double[] c = Solve(normal, right);
        return [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, m).Sum(k => b[i, k] * c[k]))];
    };

    /// <summary>(W + λ diag(α) DᵀD) z = W y in 32 digits; a band of full rows.</summary>
    public static double[] SolveBand(double[] y, double[] w, double[] alpha, (double Lambda, int Order) penalty)
    {
        int n = y.Length, d = penalty.Order;
        double[] c = d switch { 1 => [-1, 1], 2 => [1, -2, 1], _ => [-1, 3, -3, 1] };
        var m = new DoubleDouble[n, n];
        for (int k = 0; k < n - d; k++)
        {
            for (int a = 0; a <= d; a++)
            {
                for (int b = 0; b <= d; b++)
                    m[k + a, k + b] += (DoubleDouble)penalty.Lambda * alpha[k + a] * (c[a] * c[b]);
            }
        }

        var z = new DoubleDouble[n];
        for (int i = 0; i < n; i++)
        {
            m[i, i] += w[i];
            z[i] = (DoubleDouble)w[i] * y[i];
        }

        return Solve(m, z, d);
    }

    /// <summary>The whole iteration: solve, reweight, until the change is below the tolerance.</summary>
    public static (double[] Baseline, int Solves) Run(string method, double[] y, (double Lambda, int Order) penalty, int maxIterations, double tolerance, Solver solver, double[]? firstWeights = null, double[]? screen = null)
    {
        double[] w = firstWeights ?? Ones(y.Length);
        for (int t = 1; ; t++)
        {
            double[] z = solver(y, w, penalty);
            double[] next = Weights(method, y, z, t, screen ?? y);
            double change = Math.Sqrt(w.Zip(next, (a, b) => (b - a) * (b - a)).Sum()) / Math.Sqrt(w.Sum(v => v * v));
            if (method == "airpls")
                change = y.Zip(z, (a, b) => Math.Max(b - a, 0)).Sum() / y.Sum(Math.Abs);
            if (change < tolerance || t > maxIterations)
                return (z, t);
            w = next;
        }
    }

    /// <summary>Weights from residuals, one formula per method; p and k as the tests use them.</summary>
    public static double[] Weights(string method, double[] y, double[] z, int t, double[] screen)
    {
        double[] d = [.. y.Zip(z, (a, b) => a - b)];
        double[] below = [.. d.Where(v => v < 0)];
        double m = below.Length > 0 ? below.Average() : 0;
        double sigma = below.Length > 1 ? Math.Sqrt(below.Sum(v => (v - m) * (v - m)) / (below.Length - 1)) : 0;
        double mean = y.Average(), k = Math.Sqrt(y.Average(v => (v - mean) * (v - mean))) / 10;
        return method switch
        {
            "iasls" => [.. d.Select(v => v > 0 ? 0.01 : 0.99)],
            "airpls" => [.. d.Select(v => v < 0 ? Math.Exp(t * Math.Abs(v) / -below.Sum()) : 0)],
            "arpls" => [.. d.Select(v => 1 / (1 + Math.Exp(2 * (v - ((2 * sigma) - m)) / sigma)))],
            "drpls" => [.. d.Select(v => Soft(Math.Exp(t) * (v - ((2 * sigma) - m)) / sigma))],
            "lsrpls" => [.. d.Select(v => Soft(Math.Pow(10, t) * (v - ((2 * sigma) - m)) / sigma))],
            "iarpls" => [.. d.Select(v => Math.Exp(t) * (v - (2 * sigma)) / sigma).Select(s => 0.5 * (1 - (s / Math.Sqrt(1 + (s * s)))))],
            "aspls" => [.. d.Select(v => 1 / (1 + Math.Exp(0.5 * (v - sigma) / sigma)))],
            "psalsa" => [.. d.Select(v => v > 0 ? 0.5 * Math.Exp(-v / k) : 0.5)],
            "derpsalsa" => [.. d.Zip(screen, (v, s) => s * (v > 0 ? 0.01 * Math.Exp(-0.5 * v * v / (k * k)) : 0.99))],
            _ => throw new ArgumentOutOfRangeException(nameof(method)),
        };
    }

    private static double Soft(double s) => 0.5 * (1 - (s / (1 + Math.Abs(s))));

    private static double[] Fill(int n, double value) => [.. Enumerable.Repeat(value, n)];

    private static DoubleDouble[,] Diagonal(double[] w)
    {
        var m = new DoubleDouble[w.Length, w.Length];
        for (int i = 0; i < w.Length; i++)
            m[i, i] = w[i];
        return m;
    }

    /// <summary>diag(s) DᵀD.</summary>
    private static DoubleDouble[,] Penalty(int n, int order, double[] s)
    {
        double[] c = order switch { 1 => [-1, 1], 2 => [1, -2, 1], _ => [-1, 3, -3, 1] };
        var m = new DoubleDouble[n, n];
        for (int k = 0; k < n - order; k++)
        {
            for (int a = 0; a <= order; a++)
            {
                for (int b = 0; b <= order; b++)
                    m[k + a, k + b] += (DoubleDouble)s[k + a] * (c[a] * c[b]);
            }
        }

        return m;
    }

    private static DoubleDouble[,] Sum(DoubleDouble[,] a, DoubleDouble[,] b)
    {
        int n = a.GetLength(0);
        var sum = new DoubleDouble[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                sum[i, j] = a[i, j] + b[i, j];
        }

        return sum;
    }

    private static DoubleDouble[] Product(DoubleDouble[,] m, double[] v)
    {
        var product = new DoubleDouble[v.Length];
        for (int i = 0; i < v.Length; i++)
        {
            for (int j = 0; j < v.Length; j++)
                product[i] += m[i, j] * v[j];
        }

        return product;
    }

    /// <summary>Gauss with exchange of rows; with a band, what lies outside it is not touched.</summary>
    private static double[] Solve(DoubleDouble[,] m, DoubleDouble[] right, int band = int.MaxValue)
    {
        int n = right.Length;
        for (int k = 0; k < n; k++)
        {
            int last = (int)Math.Min(n - 1, (long)k + band), lastColumn = (int)Math.Min(n - 1, (long)k + (2L * band)), pivot = k;
            for (int i = k; i <= last; i++)
            {
                if (Math.Abs((double)m[i, k]) > Math.Abs((double)m[pivot, k]))
                    pivot = i;
            }

            for (int j = k; j <= lastColumn; j++)
                (m[k, j], m[pivot, j]) = (m[pivot, j], m[k, j]);
            (right[k], right[pivot]) = (right[pivot], right[k]);
            for (int i = k + 1; i <= last; i++)
            {
                DoubleDouble l = m[i, k] / m[k, k];
                for (int j = k; j <= lastColumn; j++)
                    m[i, j] -= l * m[k, j];
                right[i] -= l * right[k];
            }
        }

        for (int k = n - 1; k >= 0; k--)
        {
            int lastColumn = (int)Math.Min(n - 1, (long)k + (2L * band));
            for (int j = k + 1; j <= lastColumn; j++)
                right[k] -= m[k, j] * right[j];
            right[k] /= m[k, k];
        }

        return [.. right.Select(v => (double)v)];
    }
}
