namespace BigMap.Analysis.Numerics.Tests;

/// <summary>The 27 models of NIST StRD nonlinear regression with exact derivatives, written from the formulas in the files.</summary>
internal static class NistModels
{
    public delegate double Model(ReadOnlySpan<double> x, ReadOnlySpan<double> b, Span<double> g);

    public static readonly string[] Names =
    [
        "Bennett5", "BoxBOD", "Chwirut1", "Chwirut2", "DanWood", "ENSO", "Eckerle4", "Gauss1", "Gauss2", "Gauss3", "Hahn1", "Kirby2", "Lanczos1", "Lanczos2",
        "Lanczos3", "MGH09", "MGH10", "MGH17", "Misra1a", "Misra1b", "Misra1c", "Misra1d", "Nelson", "Rat42", "Rat43", "Roszman1", "Thurber",
    ];

    public static Model Of(string name) => name switch
    {
        "Bennett5" => (x, b, g) =>
        {
            double f = Math.Pow(b[1] + x[0], -1 / b[2]);
            g[0] = f;
            g[1] = -b[0] * f / (b[2] * (b[1] + x[0]));
            g[2] = b[0] * f * Math.Log(b[1] + x[0]) / (b[2] * b[2]);
            return b[0] * f;
        },
        "BoxBOD" or "Misra1a" => (x, b, g) =>
        {
            double e = Math.Exp(-b[1] * x[0]);
            g[0] = -Math.Exp(-b[1] * x[0]) + 1;
            g[1] = b[0] * x[0] * e;
            return b[0] * (1 - e);
        },
        "Chwirut1" or "Chwirut2" => (x, b, g) =>
        {
            double d = b[1] + (b[2] * x[0]), f = Math.Exp(-b[0] * x[0]) / d;
            g[0] = -x[0] * f;
            g[1] = -f / d;
            g[2] = -x[0] * f / d;
            return f;
        },
        "DanWood" => (x, b, g) =>
        {
            double p = Math.Pow(x[0], b[1]);
            g[0] = p;
            g[1] = b[0] * p * Math.Log(x[0]);
            return b[0] * p;
        },
        "ENSO" => Enso,
        "Eckerle4" => (x, b, g) =>
        {
            double z = (x[0] - b[2]) / b[1], e = Math.Exp(-0.5 * z * z), f = b[0] / b[1] * e;
            g[0] = e / b[1];
            g[1] = f / b[1] * ((z * z) - 1);
            g[2] = f * z / b[1];
            return f;
        },
        "Gauss1" or "Gauss2" or "Gauss3" => Gauss,
        "Hahn1" or "Thurber" => (x, b, g) =>
        {
            double t = x[0], n = b[0] + (t * (b[1] + (t * (b[2] + (t * b[3]))))), d = 1 + (t * (b[4] + (t * (b[5] + (t * b[6])))));
            g[0] = 1 / d;
            g[1] = t / d;
            g[2] = t * t / d;
            g[3] = t * t * t / d;
            g[4] = -n * t / (d * d);
            g[5] = -n * t * t / (d * d);
            g[6] = -n * t * t * t / (d * d);
            return n / d;
        },
        "Kirby2" => (x, b, g) =>
        {
            double t = x[0], n = b[0] + (t * (b[1] + (t * b[2]))), d = 1 + (t * (b[3] + (t * b[4])));
            g[0] = 1 / d;
            g[1] = t / d;
            g[2] = t * t / d;
            g[3] = -n * t / (d * d);
            g[4] = -n * t * t / (d * d);
            return n / d;
        },
        "Lanczos1" or "Lanczos2" or "Lanczos3" => (x, b, g) =>
        {
            double sum = 0;
            for (int i = 0; i < 6; i += 2)
            {
                double e = Math.Exp(-b[i + 1] * x[0]);
                g[i] = e;
                g[i + 1] = -b[i] * x[0] * e;
                sum += b[i] * e;
            }

            return sum;
        },
        "MGH09" => (x, b, g) =>
        {
            double t = x[0], n = (t * t) + (t * b[1]), d = (t * t) + (t * b[2]) + b[3];
            g[0] = n / d;
            g[1] = b[0] * t / d;
            g[2] = -b[0] * n * t / (d * d);
            g[3] = -b[0] * n / (d * d);
            return b[0] * n / d;
        },
        "MGH10" => (x, b, g) =>
        {
            double s = x[0] + b[2], e = Math.Exp(b[1] / s);
            g[0] = e;
            g[1] = b[0] * e / s;
            g[2] = -b[0] * e * b[1] / (s * s);
            return b[0] * e;
        },
        "MGH17" => (x, b, g) =>
        {
            double e4 = Math.Exp(-x[0] * b[3]), e5 = Math.Exp(-x[0] * b[4]);
            g[0] = 1;
            g[1] = e4;
            g[2] = e5;
            g[3] = -b[1] * x[0] * e4;
            g[4] = -b[2] * x[0] * e5;
            return b[0] + (b[1] * e4) + (b[2] * e5);
        },
        "Misra1b" => (x, b, g) =>
        {
            double s = 1 + (b[1] * x[0] / 2);
            g[0] = 1 - (1 / (s * s));
            g[1] = b[0] * x[0] / (s * s * s);
            return b[0] * (1 - (1 / (s * s)));
        },
        "Misra1c" => (x, b, g) =>
        {
            double s = 1 + (2 * b[1] * x[0]), q = 1 / Math.Sqrt(s);
            g[0] = 1 - q;
            g[1] = b[0] * x[0] * q / s;
            return b[0] * (1 - q);
        },
        "Misra1d" => (x, b, g) =>
        {
            double s = 1 + (b[1] * x[0]);
            g[0] = b[1] * x[0] / s;
            g[1] = b[0] * x[0] / (s * s);
            return b[0] * b[1] * x[0] / s;
        },
        "Nelson" => (x, b, g) =>
        {
            double e = Math.Exp(-b[2] * x[1]);
            g[0] = 1;
            g[1] = -x[0] * e;
            g[2] = b[1] * x[0] * x[1] * e;
            return b[0] - (b[1] * x[0] * e);
        },
        "Rat42" => (x, b, g) =>
        {
            double e = Math.Exp(b[1] - (b[2] * x[0])), s = 1 + e;
            g[0] = 1 / s;
            g[1] = -b[0] * e / (s * s);
            g[2] = b[0] * e * x[0] / (s * s);
            return b[0] / s;
        },
        "Rat43" => (x, b, g) =>
        {
            double e = Math.Exp(b[1] - (b[2] * x[0])), s = 1 + e, p = Math.Pow(s, -1 / b[3]), d = -b[0] * p / (b[3] * s) * e;
            g[0] = p;
            g[1] = d;
            g[2] = -d * x[0];
            g[3] = b[0] * p * Math.Log(s) / (b[3] * b[3]);
            return b[0] * p;
        },
        "Roszman1" => (x, b, g) =>
        {
            double d = x[0] - b[3], q = 1 / ((d * d) + (b[2] * b[2]));
            g[0] = 1;
            g[1] = -x[0];
            g[2] = -d * q / Math.PI;
            g[3] = -b[2] * q / Math.PI;
            return b[0] - (b[1] * x[0]) - (Math.Atan(b[2] / d) / Math.PI);
        },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static double Enso(ReadOnlySpan<double> x, ReadOnlySpan<double> b, Span<double> g)
    {
        double w = 2 * Math.PI * x[0];
        g[0] = 1;
        g[1] = Math.Cos(w / 12);
        g[2] = Math.Sin(w / 12);
        double sum = b[0] + (b[1] * g[1]) + (b[2] * g[2]);
        for (int i = 3; i < 9; i += 3)
        {
            double c = Math.Cos(w / b[i]), s = Math.Sin(w / b[i]);
            g[i] = w / (b[i] * b[i]) * ((b[i + 1] * s) - (b[i + 2] * c));
            g[i + 1] = c;
            g[i + 2] = s;
            sum += (b[i + 1] * c) + (b[i + 2] * s);
        }

        return sum;
    }

    private static double Gauss(ReadOnlySpan<double> x, ReadOnlySpan<double> b, Span<double> g)
    {
        double t = x[0], e = Math.Exp(-b[1] * t);
        g[0] = e;
        g[1] = -b[0] * t * e;
        double sum = b[0] * e;
        for (int i = 2; i < 8; i += 3)
        {
            double z = (t - b[i + 1]) / b[i + 2], p = Math.Exp(-z * z);
            g[i] = p;
            g[i + 1] = 2 * b[i] * p * z / b[i + 2];
            g[i + 2] = 2 * b[i] * p * z * z / b[i + 2];
            sum += b[i] * p;
        }

        return sum;
    }
}
