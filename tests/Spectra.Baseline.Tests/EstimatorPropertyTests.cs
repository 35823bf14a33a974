using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Laws of every method on generated rows. BIGMAP_PROPERTY_CASES sets the number of cases per law; BIGMAP_PROPERTY_SEED their seed.</summary>
public sealed class EstimatorPropertyTests
{
    private static readonly int Cases = Setting("BIGMAP_PROPERTY_CASES", 150);
    private static readonly int Seed = Setting("BIGMAP_PROPERTY_SEED", 20261123);

    [Fact]
    public void A_power_of_two_scales_the_baseline_bit_for_bit() => Law(1, c =>
    {
        // Heights in options are in the unit of the intensity: methods that have them take the default here.
        if (c.Method.Name is "psalsa" or "derpsalsa" or "penalised-polynomial")
            return;
        double factor = Math.ScaleB(1, (c.Seed % 41) - 20);
        (double[] z, BaselineInfo info) = Run(c.Method.Make(c.Y.Length), c.Y);
        (double[] scaled, BaselineInfo scaledInfo) = Run(c.Method.Make(c.Y.Length), [.. c.Y.Select(v => v * factor)]);
        Assert.Equal(info, scaledInfo);
        Assert.Equal(z.Select(v => v * factor), scaled);
    });

    [Fact]
    public void What_costs_nothing_is_carried_over_to_the_baseline() => Law(2, c =>
    {
        double[] line = [.. c.Y.Select((_, i) => c.Method.ShiftDegree == 0 ? 0 : ((c.Seed % 200) - 100) + (c.Method.ShiftDegree < 2 ? 0 : ((c.Seed % 7) - 3) * 0.5 * i))];
        (double[] z, BaselineInfo info) = Run(c.Method.MakeShort(c.Y.Length), c.Y);
        (double[] shifted, BaselineInfo shiftedInfo) = Run(c.Method.MakeShort(c.Y.Length), [.. c.Y.Zip(line, (a, b) => a + b)]);
        Assert.Equal(double.IsNaN(z[0]), double.IsNaN(shifted[0]));
        if (!double.IsNaN(z[0]) && info.Solves == shiftedInfo.Solves)
            AssertClose([.. shifted.Zip(line, (a, b) => a - b)], z, Size(c.Y) + Size(line), c);
    });

    [Fact]
    public void Reversed_data_give_the_reversed_baseline() => Law(3, c =>
    {
        (double[] z, BaselineInfo info) = Run(c.Method.MakeShort(c.Y.Length), c.Y);
        (double[] reversed, BaselineInfo reversedInfo) = Run(c.Method.MakeShort(c.Y.Length), [.. c.Y.Reverse()]);
        Assert.Equal(double.IsNaN(z[0]), double.IsNaN(reversed[0]));
        if (!double.IsNaN(z[0]) && info.Solves == reversedInfo.Solves)
            AssertClose([.. reversed.Reverse()], z, Size(c.Y), c);
    });

    [Fact]
    public void What_is_stored_under_a_mask_is_never_read() => Law(4, c =>
    {
        var random = new Random(c.Seed);
        bool[] excluded = [.. c.Y.Select(_ => random.Next(4) == 0)];
        double[] hidden = [.. c.Y.Select((v, i) => excluded[i] ? (i % 2 == 0 ? double.NaN : 1e9) : v)];
        (double[] z, BaselineInfo info) = Run(c.Method.Make(c.Y.Length), c.Y, excluded);
        (double[] other, BaselineInfo otherInfo) = Run(c.Method.Make(c.Y.Length), hidden, excluded);
        Assert.Equal(info, otherInfo);
        Assert.Equal(z, other);
    });

    [Fact]
    public void An_estimator_that_was_used_gives_what_a_fresh_one_gives() => Law(5, c =>
    {
        IBaselineEstimator reused = c.Method.Make(c.Y.Length);
        Run(reused, [.. c.Y.Reverse().Select(v => (3 * v) + 1)]);
        (double[] z, BaselineInfo info) = Run(reused, c.Y);
        (double[] fresh, BaselineInfo freshInfo) = Run(c.Method.Make(c.Y.Length), c.Y);
        Assert.Equal(freshInfo, info);
        Assert.Equal(fresh, z);
        Assert.Equal(info.Status is RowStatus.Ok or RowStatus.MaxIterations, z.All(double.IsFinite));
    });

    private static void Law(int number, Action<MethodCase> law) => Prop
        .ForAll(MethodCases.Cases(), law)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithReplay((ulong)Seed, (ulong)((2 * number) + 1)));

    private static void AssertClose(double[] actual, double[] expected, double size, MethodCase c)
    {
        // Of extrapolated and weakly held points rounding is multiplied by the stiffness over the smallest weight.
        double error = AslsReference.LargestDifference(actual, expected) / size;
        Assert.True(error < 1e-7, $"{c.Method}: {error:E2}");
    }

    private static double Size(double[] y) => y.Max() - y.Min() + Math.Abs(y.Max()) + 1e-300;

    private static (double[] Baseline, BaselineInfo Info) Run(IBaselineEstimator estimator, double[] y, bool[]? excluded = null)
    {
        double[] z = new double[y.Length];
        return (z, estimator.Estimate(new BaselineInput(y) { Excluded = excluded }, z));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}

/// <summary>A method and a row.</summary>
public sealed record MethodCase(Method Method, double[] Y, int Seed)
{
    public override string ToString() => $"{Method.Name}, seed {Seed}: [{string.Join(", ", Y.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}]";
}

public static class MethodCases
{
    public static Arbitrary<MethodCase> Cases() => Arb.From(
        from method in Gen.Elements(Estimators.All)
        from n in Gen.Choose(8, 100)
        from seed in Gen.Choose(0, int.MaxValue)
        from kind in Gen.Choose(0, 4)
        select new MethodCase(method, AslsCases.Row(n, seed, kind), seed));
}
