using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Diffraction.Powder.Tests;

public sealed class SimulationTests
{
    private static readonly SimulationOptions Short = new() { From = 15, To = 70, Step = 0.05 };

    [Fact]
    public void A_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        IReadOnlyList<PowderMixture> mixtures = Mixtures(20);
        SpectrumSeries one = Simulate(mixtures, Short, 1), two = Simulate(mixtures, Short, 2), other = Simulate(mixtures, Short with { Seed = 1 }, 2);
        for (int row = 0; row < mixtures.Count; row++)
        {
            Assert.True(one[row].SequenceEqual(two[row]));
            Assert.False(one[row].SequenceEqual(other[row]));
        }

        // A row does not depend on the others.
        Assert.True(Simulate([.. mixtures.Take(3)], Short, 1)[2].SequenceEqual(one[2]));
    }

    [Fact]
    public void Noise_is_that_of_counts_around_the_pattern_without_noise()
    {
        IReadOnlyList<PowderMixture> mixtures = Mixtures(10);
        SpectrumSeries mean = Simulate(mixtures, Short with { Noise = false }, 2), counts = Simulate(mixtures, Short, 2);
        double chi = 0;
        int n = 0;
        for (int row = 0; row < mixtures.Count; row++)
        {
            Assert.Equal(5100, mean[row].ToArray().Max(), 1.0);
            for (int i = 0; i < mean.Length; i++)
            {
                double d = counts[row][i] - mean[row][i];
                chi += d * d / mean[row][i];
                n++;
            }
        }

        Assert.Equal(1, chi / n, 6 * Math.Sqrt(2.0 / n));
        Assert.Equal(IntensityKind.Counts, counts.Kind);
        Assert.Equal(IntensityKind.Unspecified, mean.Kind);
    }

    [Fact]
    public void Labels_and_weight_fractions_are_columns()
    {
        SpectrumSeries series = Simulate(Mixtures(5), Short, 1);
        Assert.Equal(["label", "Al.weight_fraction", "Cu.weight_fraction"], series.Columns.Select(c => c.Name));
        Assert.Equal("mixture 3", series.Columns[0].Text(3));
        Assert.Equal(0.75, ((NumberColumn)series.Columns[1])[3], 1e-12);
        Assert.Equal(15, series.Axis.Values[0]);
        Assert.Equal(1101, series.Length);
        Assert.Equal(0, Simulate([], Short, 1).Count);
    }

    [Fact]
    public void Impossible_mixtures_and_options_are_refused()
    {
        PowderPhase al = Mixtures(1)[0].Phases[0];
        Assert.Throws<ArgumentException>(() => Simulate([new PowderMixture("x", [al], [])], Short, 1));
        Assert.Throws<ArgumentException>(() => Simulate([new PowderMixture("x", [al], [0])], Short, 1));
        Assert.Throws<ArgumentException>(() => Simulate([new PowderMixture("x", [al], [double.NaN])], Short, 1));
        Assert.Throws<OptionsException>(() => Simulate(Mixtures(1), Short with { Step = 0 }, 1));
        Assert.Throws<OptionsException>(() => Simulate(Mixtures(1), Short with { To = 10 }, 1));
        Assert.Throws<OptionsException>(() => Simulate(Mixtures(1), Short with { Background = [1, -5] }, 1));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => PowderSimulation.Simulate(Mixtures(3), new PowderInstrument(), Short, cancellationToken: cancelled.Token));
    }

    private static SpectrumSeries Simulate(IReadOnlyList<PowderMixture> mixtures, SimulationOptions options, int threads) =>
        PowderSimulation.Simulate(mixtures, new PowderInstrument(), options, AnalysisContext.Default with { MaxDegreeOfParallelism = threads }, TestContext.Current.CancellationToken);

    private static IReadOnlyList<PowderMixture> Mixtures(int count)
    {
        CrystalStructure al = CrystalStructure.ParseCif(File.ReadAllText(ReferenceData.Shipped("samples/data/structures/Al.cif")), "Al");
        CrystalStructure cu = CrystalStructure.ParseCif(File.ReadAllText(ReferenceData.Shipped("samples/data/structures/Cu.cif")), "Cu");
        return [.. Enumerable.Range(0, count).Select(i => new PowderMixture($"mixture {i}", [new PowderPhase(al), new PowderPhase(cu) { Size = 0.05 }], [i, 1]))];
    }
}
