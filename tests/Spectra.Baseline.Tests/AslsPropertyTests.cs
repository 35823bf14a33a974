using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Laws of the estimator, on generated rows with noise, peaks, steps and ties.</summary>
[Properties(Arbitrary = [typeof(AslsCases)], MaxTest = 300)]
public sealed class AslsPropertyTests
{
    private const double Tolerance = 1e-10;

    [Property]
    public void Every_row_reaches_a_fixed_point(AslsCase c)
    {
        (double[] z, double[] w, BaselineInfo info) = Run(c, c.Y);
        Assert.True(info is { Status: RowStatus.Ok, IsFixedPoint: true }, info.ToString());
        double near = 1e-12 * Size(c.Y);
        for (int i = 0; i < z.Length; i++)
        {
            if (Math.Abs(c.Y[i] - z[i]) > near)
                Assert.Equal(c.Y[i] > z[i] ? c.Options.P : 1 - c.Options.P, w[i]);
        }
    }

    [Property]
    public void The_minimiser_has_no_gradient_along_polynomials(AslsCase c)
    {
        (double[] z, double[] w, _) = Run(c, c.Y);
        double sum = 0, moment = 0, weight = 0;
        int n = z.Length;
        for (int i = 0; i < n; i++)
        {
            weight += w[i];
            sum += w[i] * (c.Y[i] - z[i]);
            moment += w[i] * (c.Y[i] - z[i]) * i / n;
        }

        Assert.InRange(Math.Abs(sum) / weight, 0, Tolerance * Size(c.Y));
        if (c.Options.DifferenceOrder > 1)
            Assert.InRange(Math.Abs(moment) / weight, 0, Tolerance * Size(c.Y));
    }

    [Property]
    public void A_shift_by_what_costs_nothing_shifts_the_baseline(AslsCase c, NormalFloat level, NormalFloat slope)
    {
        double a = Math.IEEERemainder((double)level, 100), b = c.Options.DifferenceOrder > 1 ? Math.IEEERemainder((double)slope, 3) : 0;
        double[] line = [.. c.Y.Select((_, i) => a + (b * i))];
        double[] shifted = [.. c.Y.Zip(line, (y, l) => y + l)];
        double[] z = Run(c, c.Y).Baseline, zShifted = Run(c, shifted).Baseline;
        Assert.InRange(AslsReference.LargestDifference([.. zShifted.Zip(line, (v, l) => v - l)], z), 0, Tolerance * (Size(c.Y) + Size(line)));
    }

    [Property]
    public void A_positive_factor_scales_the_baseline(AslsCase c, PositiveInt exponent)
    {
        double factor = Math.Pow(10, (exponent.Get % 19) - 9);
        (double[] z, _, BaselineInfo info) = Run(c, c.Y);
        (double[] scaled, _, BaselineInfo scaledInfo) = Run(c, [.. c.Y.Select(v => v * factor)]);
        Assert.Equal(info.Status, scaledInfo.Status);
        Assert.InRange(AslsReference.LargestDifference([.. scaled.Select(v => v / factor)], z), 0, Tolerance * Size(c.Y));
    }

    [Property]
    public void Reversed_data_give_the_reversed_baseline(AslsCase c)
    {
        double[] z = Run(c, c.Y).Baseline, reversed = Run(c, [.. c.Y.Reverse()]).Baseline;
        Assert.InRange(AslsReference.LargestDifference([.. reversed.Reverse()], z), 0, Tolerance * Size(c.Y));
    }

    [Property]
    public void Symmetric_data_give_a_symmetric_baseline(AslsCase c)
    {
        double[] y = [.. c.Y, .. c.Y.Reverse()];
        double[] z = Run(c, y).Baseline;
        Assert.InRange(AslsReference.LargestDifference([.. z.Reverse()], z), 0, Tolerance * Size(y));
    }

    [Property]
    public void Turned_over_data_with_p_and_1_minus_p_exchanged_give_the_turned_over_baseline(AslsCase c)
    {
        double[] z = Run(c, c.Y).Baseline;
        AslsCase turned = c with { Options = c.Options with { P = 1 - c.Options.P } };
        double[] other = Run(turned, [.. c.Y.Select(v => -v)]).Baseline;

        // 1 − p rounds, so that the two problems differ by ε/p in the weights.
        Assert.InRange(AslsReference.LargestDifference([.. other.Select(v => -v)], z), 0, Tolerance * 10 * Size(c.Y));
    }

    [Property(MaxTest = 60)]
    public void Permuted_rows_give_permuted_baselines(AslsCase a, AslsCase b, AslsCase c)
    {
        int n = Math.Min(a.Y.Length, Math.Min(b.Y.Length, c.Y.Length));
        double[][] rows = [a.Y[..n], b.Y[..n], c.Y[..n]];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, n).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), rows.SelectMany(r => r).ToArray(), 3);
        BaselineSeries straight = series.EstimateBaseline(a.Options), permuted = series.Select([2, 0, 1]).EstimateBaseline(a.Options);
        Assert.True(permuted.Baselines[0].SequenceEqual(straight.Baselines[2]));
        Assert.True(permuted.Baselines[1].SequenceEqual(straight.Baselines[0]));
        Assert.True(permuted.Baselines[2].SequenceEqual(straight.Baselines[1]));
    }

    [Property(MaxTest = 100)]
    public void The_reference_in_32_digits_agrees(AslsCase c)
    {
        (double[] z, double[] w, _) = Run(c, c.Y);
        Assert.InRange(AslsReference.LargestDifference(z, AslsReference.ExactSolve(c.Y, w, c.Options.Lambda, c.Options.DifferenceOrder)), 0, Tolerance * Size(c.Y));
    }

    [Property]
    public void What_is_stored_under_a_mask_is_never_read(AslsCase c, int seed)
    {
        var excluded = new bool[c.Y.Length];
        uint state = (uint)seed;
        for (int i = 0; i < excluded.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            excluded[i] = state >> 30 == 0;
        }

        double[] z = new double[c.Y.Length], other = new double[c.Y.Length];
        var estimator = new AslsEstimator(c.Y.Length, c.Options);
        BaselineInfo a = estimator.Estimate(new BaselineInput(c.Y) { Excluded = excluded }, z);
        double[] y = [.. c.Y.Select((v, i) => excluded[i] ? double.NaN : v)];
        Assert.Equal(a, estimator.Estimate(new BaselineInput(y) { Excluded = excluded }, other));
        Assert.Equal(z, other);
    }

    private static (double[] Baseline, double[] Weights, BaselineInfo Info) Run(AslsCase c, double[] y)
    {
        double[] z = new double[y.Length], w = new double[y.Length];
        BaselineInfo info = new AslsEstimator(y.Length, c.Options).Estimate(y, new BaselineOutput(z) { Weights = w });
        return (z, w, info);
    }

    private static double Size(double[] y) => y.Max() - y.Min() + Math.Abs(y.Max()) + 1e-300;
}

/// <summary>A row with options.</summary>
public sealed record AslsCase(double[] Y, AslsOptions Options)
{
    public override string ToString() => $"{Options} on [{string.Join(", ", Y)}]";
}

public static class AslsCases
{
    public static Arbitrary<AslsCase> Cases() => Arb.From(
        from n in Gen.Choose(5, 120)
        from seed in Gen.Choose(0, int.MaxValue)
        from kind in Gen.Choose(0, 4)
        from logLambda in Gen.Choose(-4, 28)
        from p in Gen.Elements(1e-4, 1e-3, 0.01, 0.05, 0.3, 0.5, 0.9)
        from order in Gen.Choose(1, 3)
        select new AslsCase(Row(n, seed, kind), new AslsOptions { Lambda = Math.Pow(10, logLambda / 2.0), P = p, DifferenceOrder = order, MaxIterations = 5000 }));

    internal static double[] Row(int n, int seed, int kind)
    {
        ulong state = (ulong)seed;
        double Next()
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            return ((state >> 11) * (1.0 / (1UL << 53))) - 0.5;
        }

        double centre = n * (Next() + 0.5), width = 1 + (n * 0.2 * (Next() + 0.5)), height = 50 * (Next() + 0.5), bend = 20 * Next();
        var y = new double[n];
        for (int i = 0; i < n; i++)
        {
            double t = (i - (n / 2.0)) / n, at = (i - centre) / width;
            double smooth = (bend * t * t) + (height / (1 + (at * at)));
            y[i] = kind switch
            {
                0 => smooth + Next(),
                1 => smooth,
                2 => Math.Round(smooth + (3 * Next())),
                3 => i < centre ? 0 : 7,
                _ => Math.Abs(Next()) < 0.1 ? 1000 * Next() : Next(),
            };
        }

        return y;
    }
}
