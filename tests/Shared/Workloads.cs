namespace BigMap.Analysis.Tests;

/// <summary>
/// Generated workloads W1, W2a, W2b, W2c and W3, the same doubles on every machine up to the last bits of exp, log and cos: sums agree to
/// 1e-12 relative. Draws are made in the written order, noise last.
/// </summary>
internal static class Workloads
{
    public const double W1Sum = 523195030.47451717;
    public const double W1LongSum = 21578676.430343743;
    public const double W2aSum = 192764384.95980975;
    public const double W2bSum = 210153733.6352638;
    public const double W2cSum = 210094416.6476205;
    public const double W3Sum = 7917092.9682704192;

    private const double Ln2 = 0.6931471805599453;

    /// <summary>W1: a smooth background with five peaks, alternately Gaussian and Lorentzian.</summary>
    public static double[] W1(int s, int n)
    {
        var rng = new Rng(0x5EED0001, s);
        double b0 = 100 + (50 * rng.U()), b1 = 200 * (rng.U() - 0.5), b2 = 300 * rng.U(), af = 400 * rng.U();
        var c = new double[5];
        var h = new double[5];
        var w = new double[5];
        for (int k = 0; k < 5; k++)
        {
            c[k] = ((k + 0.5) / 5) + (0.1 * (rng.U() - 0.5));
            h[k] = 200 + (800 * rng.U());
            w[k] = 0.004 + (0.008 * rng.U());
        }

        var y = new double[n];
        for (int i = 0; i < n; i++)
        {
            double t = (double)i / (n - 1);
            double v = b0 + (b1 * t) + (b2 * (t - 0.5) * (t - 0.5)) + (af * Math.Exp(-3 * t));
            for (int k = 0; k < 5; k++)
            {
                double z = (t - c[k]) / w[k];
                v += k % 2 == 0 ? h[k] * Math.Exp(-Ln2 * z * z) : h[k] / (1 + (z * z));
            }

            y[i] = v + (5 * rng.G());
        }

        return y;
    }

    /// <summary>W2a: one Gaussian and an offset, 100 points. Parameters height, centre, sigma, offset.</summary>
    public static FitCase W2a(int s)
    {
        var rng = new Rng(0x5EED0002, s);
        double[] p = [500 + (1000 * rng.U()), 40 + (20 * rng.U()), 3 + (7 * rng.U()), 10 + (40 * rng.U())];
        var start = new double[4];
        for (int i = 0; i < 4; i++)
            start[i] = p[i] * (1 + (0.2 * (rng.U() - 0.5)));
        double[] x = Index(100), y = new double[100];
        for (int i = 0; i < 100; i++)
        {
            double d = x[i] - p[1];
            y[i] = (p[0] * Math.Exp(-(d * d) / (2 * p[2] * p[2]))) + p[3] + (10 * rng.G());
        }

        return new FitCase(x, y, p, start, [0, 0, 0.5, -1000], [5000, 99, 50, 1000]);
    }

    /// <summary>W2b: two pseudo-Voigts (height, centre, half width at half maximum, eta) on a line, 100 points; W2c has 8 times the noise.</summary>
    public static FitCase W2b(int s, double noise = 5)
    {
        var rng = new Rng(0x5EED0003, s);
        double[] p =
        [
            500 + (500 * rng.U()), 35 + (5 * rng.U()), 4 + (3 * rng.U()), 0.2 + (0.6 * rng.U()),
            300 + (500 * rng.U()), 55 + (8 * rng.U()), 4 + (3 * rng.U()), 0.2 + (0.6 * rng.U()),
            20 + (20 * rng.U()), 0.4 * (rng.U() - 0.5),
        ];
        double[] start = Starts(p, 2, ref rng);
        double[] x = Index(100), y = new double[100];
        for (int i = 0; i < 100; i++)
            y[i] = PseudoVoigt(x[i], p, 0) + PseudoVoigt(x[i], p, 4) + p[8] + (p[9] * x[i]) + (noise * rng.G());
        return new FitCase(x, y, p, start, [0, 0, 0.5, 0, 0, 0, 0.5, 0, -1000, -10], [1e4, 99, 50, 1, 1e4, 99, 50, 1, 1000, 10]);
    }

    /// <summary>W2c: W2b with noise × 8, so that bounds become active.</summary>
    public static FitCase W2c(int s) => W2b(s, 40);

    /// <summary>W3: ten pseudo-Voigts, 2000 points, 40 parameters.</summary>
    public static FitCase W3(int s)
    {
        var rng = new Rng(0x5EED0004, s);
        var p = new double[40];
        for (int k = 0; k < 10; k++)
        {
            p[4 * k] = 200 + (800 * rng.U());
            p[(4 * k) + 1] = 23 + (3.7 * k) + (0.5 * (rng.U() - 0.5));
            p[(4 * k) + 2] = 0.3 + (0.4 * rng.U());
            p[(4 * k) + 3] = 0.2 + (0.6 * rng.U());
        }

        double[] start = Starts(p, 10, ref rng);
        double[] x = new double[2000], y = new double[2000], lower = new double[40], upper = new double[40];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = 20 + (0.02 * i);
            double v = 0;
            for (int k = 0; k < 10; k++)
                v += PseudoVoigt(x[i], p, 4 * k);
            y[i] = v + (5 * rng.G());
        }

        for (int k = 0; k < 10; k++)
        {
            (double Low, double High)[] bounds = [(0, 1e4), (20, 60), (0.05, 5), (0, 1)];
            for (int j = 0; j < 4; j++)
                (lower[(4 * k) + j], upper[(4 * k) + j]) = bounds[j];
        }

        return new FitCase(x, y, p, start, lower, upper);
    }

    /// <summary>Starts up to half off the truth: heights, widths and line by a factor of 0.5 to 1.5, centres by half the full width, eta anywhere.</summary>
    public static FitCase HalfOff(FitCase one, int s)
    {
        var random = new Random(50 + s);
        double[] start = [.. one.Truth];
        for (int i = 0; i < start.Length; i++)
        {
            double off = random.NextDouble() - 0.5;
            start[i] = i is 1 or 5 ? start[i] + (2 * off * one.Truth[i + 1]) : i is 3 or 7 ? 0.5 + off : start[i] * (1 + off);
        }

        return one with { Start = start };
    }

    private static double PseudoVoigt(double x, double[] p, int at)
    {
        double z = (x - p[at + 1]) / p[at + 2];
        return p[at] * ((p[at + 3] / (1 + (z * z))) + ((1 - p[at + 3]) * Math.Exp(-Ln2 * z * z)));
    }

    private static double[] Starts(double[] p, int peaks, ref Rng rng)
    {
        var start = new double[p.Length];
        for (int k = 0; k < peaks; k++)
        {
            int at = 4 * k;
            start[at] = p[at] * (1 + (0.2 * (rng.U() - 0.5)));
            start[at + 1] = p[at + 1] + (0.3 * p[at + 2] * ((2 * rng.U()) - 1));
            start[at + 2] = p[at + 2] * (1 + (0.2 * (rng.U() - 0.5)));
            start[at + 3] = 0.5;
        }

        if (p.Length > 4 * peaks)
            start[4 * peaks] = p[4 * peaks] * (1 + (0.2 * (rng.U() - 0.5)));
        return start;
    }

    private static double[] Index(int n)
    {
        var x = new double[n];
        for (int i = 0; i < n; i++)
            x[i] = i;
        return x;
    }

    /// <summary>SplitMix64 with one stream per case.</summary>
    public struct Rng(ulong seed, int s)
    {
        private ulong _state = seed + ((ulong)s * 0xD1B54A32D192ED03UL);

        public double U()
        {
            ulong z = _state += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / 9007199254740992.0);
        }

        public double G()
        {
            double u1 = U(), u2 = U();
            return Math.Sqrt(-2 * Math.Log(1 - u1)) * Math.Cos(6.283185307179586 * u2);
        }
    }
}

/// <summary>A curve with true parameters, start values and bounds.</summary>
internal sealed record FitCase(double[] X, double[] Y, double[] Truth, double[] Start, double[] Lower, double[] Upper);
