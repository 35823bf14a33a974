using System.Globalization;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Smoothing, spikes, normalisation, infrared conversions.</summary>
public sealed class ProcessingTests
{
    private const int N = 240;

    private static readonly double[] X = [.. Enumerable.Range(0, N).Select(i => 400 + i + (0.35 * Math.Sin(0.7 * i)))];

    private static readonly Axis Shifts = new(X, AxisQuantity.RamanShift, "cm^-1");

    private static double[] Row(int s) => Workloads.W1(s, N);

    private static SpectrumSeries Series(int rows, bool variance = true, string quantity = "intensity", string unit = "counts")
    {
        double[] y = [.. Enumerable.Range(0, rows).SelectMany(Row)];
        return SpectrumSeries.Wrap(Shifts, y, rows, new SeriesAttributes
        {
            Variance = variance ? y.Select((v, i) => 1 + (i % 17)).Select(v => (double)v).ToArray() : default,
            IntensityQuantity = quantity,
            IntensityUnit = unit,
        });
    }

    public static TheoryData<string> Steps() => [.. BaselineSteps.All.Where(s => s.OutputType == typeof(ProcessedSeries)).Select(s => s.Operation)];

    private static ProcessedSeries Run(string operation, SpectrumSeries series, AnalysisContext? context = null, IReadOnlyList<RowOverride>? overrides = null)
    {
        IStep step = BaselineSteps.All.Single(s => s.Operation == operation);
        (SpectrumSeries input, object options) = operation switch
        {
            "spectra.to-absorbance" => (series, new AbsorbanceOptions { Scale = TransmittanceScale.Percent }),
            "spectra.to-transmittance" => (Scaled(series, 1e-3), new TransmittanceOptions { AssumeAbsorbance = true }),
            "spectra.correct-atr" => (series.WithAxis(new Axis(X, AxisQuantity.Wavenumber, "cm^-1")), new AtrOptions { AssumeAbsorbance = true }),
            _ => (series, step.OptionSet.Default),
        };
        ValueTask<object> task = step.RunAsync(input, options, overrides ?? [], new StepEnvironment(context ?? AnalysisContext.Default));
        Assert.True(task.IsCompleted);
        return (ProcessedSeries)task.GetAwaiter().GetResult();
    }

    private static SpectrumSeries Scaled(SpectrumSeries series, double factor)
    {
        double[] y = [.. Enumerable.Range(0, series.Count).SelectMany(r => series[r].ToArray()).Select(v => v * factor)], v = [.. Enumerable.Range(0, series.Count).SelectMany(r => series.Variance(r).ToArray())];
        return series.WithIntensity(y, v);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Every_step_keeps_rows_apart_and_carries_on_over_bad_ones(string operation)
    {
        SpectrumSeries series = Series(6);
        ProcessedSeries one = Run(operation, series, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 });
        ProcessedSeries two = Run(operation, series, AnalysisContext.Default with { MaxDegreeOfParallelism = 2 });
        CultureInfo before = CultureInfo.CurrentCulture;
        ProcessedSeries german;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            german = Run(operation, series);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal(IntensityKind.Derived, one.Series.Kind);
        for (int row = 0; row < 6; row++)
        {
            Assert.Equal(RowStatus.Ok, one.StatusOf(row));
            Assert.True(one.Series[row].SequenceEqual(two.Series[row]) && one.Series.Variance(row).SequenceEqual(two.Series.Variance(row)));
            Assert.True(one.Series[row].SequenceEqual(german.Series[row]));
            Assert.All(one.Series.Variance(row).ToArray(), v => Assert.True(v >= 0));
        }

        double[] y = [.. Enumerable.Range(0, 6).SelectMany(r => series[r].ToArray())], w = [.. Enumerable.Range(0, 6).SelectMany(r => series.Variance(r).ToArray())];
        y[(2 * N) + 9] = double.NaN;
        SpectrumSeries bad = SpectrumSeries.Wrap(Shifts, y, 6, new SeriesAttributes { Variance = w, IntensityUnit = "counts" });
        ProcessedSeries result = Run(operation, bad, null, [new RowOverride(4, null, "beam was off")]);
        Assert.Equal(RowStatus.NotFinite, result.StatusOf(2));
        Assert.Equal(RowStatus.Excluded, result.StatusOf(4));
        foreach (int row in new[] { 2, 4 })
            Assert.True(result.Series[row].ToArray().All(double.IsNaN) && result.Series.Variance(row).ToArray().All(double.IsNaN));
        Assert.Equal(RowStatus.Ok, result.StatusOf(0));
        Assert.False(Run(operation, Series(3, variance: false)).Series.HasVariance);
        Assert.Equal(["index", "label", "status"], result.ToTable().Columns.Select(c => c.Name).Take(3));
        Assert.Equal(6, result.ToTable().RowCount);
    }

    [Theory]
    [InlineData(1, 3.0, 60)]
    [InlineData(2, 10.0, 60)]
    [InlineData(2, 1e5, 240)]
    [InlineData(2, 0.3, 240)]
    [InlineData(3, 1e-6, 7)]
    [InlineData(3, 40.0, 240)]
    public void Whittaker_smoothing_and_its_variance_agree_with_full_matrices(int order, double lambda, int n)
    {
        double[] y = Row(2)[..n], v = [.. Enumerable.Range(0, n).Select(i => 1.0 + (i % 5))], z = new double[n], w = new double[n];
        var axis = new Axis(X.AsMemory(0, n), AxisQuantity.RamanShift, "cm^-1");
        Assert.Equal(RowStatus.Ok, new WhittakerSmoother(axis, new WhittakerSmoothingOptions { Lambda = lambda, DifferenceOrder = order }).Process(y, v, z, w));
        double[] ones = FamilyReference.Ones(n);
        Assert.InRange(AslsReference.LargestDifference(z, AslsReference.ExactSolve(y, ones, lambda, order)), 0, 1e-11 * AslsReference.Range(y));
        double[] expected = new double[n];
        for (int j = 0; j < n; j++)
        {
            double[] unit = new double[n];
            unit[j] = 1;
            double[] column = AslsReference.ExactSolve(unit, ones, lambda, order);
            for (int i = 0; i < n; i++)
                expected[i] += column[i] * column[i] * v[j];
        }

        for (int i = 0; i < n; i++)
            Assert.Equal(1, w[i] / expected[i], 1e-10);
    }

    [Fact]
    public void Variances_of_the_stiffest_smoothing_do_not_need_the_whole_matrix()
    {
        // λ so large that nearly a constant is left: Var z = σ²/n, a little more at the ends.
        const int n = 4001;
        var axis = new Axis(Enumerable.Range(0, n).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty);
        double[] y = Workloads.W1(1, n), v = [.. Enumerable.Repeat(4.0, n)], z = new double[n], w = new double[n];
        Assert.Equal(RowStatus.Ok, new WhittakerSmoother(axis, new WhittakerSmoothingOptions { Lambda = 1e8, DifferenceOrder = 1 }).Process(y, v, z, w));
        for (int i = 0; i < n / 2; i++)
        {
            Assert.Equal(1, w[i] / w[n - 1 - i], 1e-10);
            Assert.InRange(w[i], 4.0 / n * 0.999999, 4.0 / n * 1.5);
        }
    }

    [Fact]
    public void Savitzky_Golay_reproduces_polynomials_and_their_derivatives_at_any_distances()
    {
        double[] y = [.. X.Select(x => Poly(x, 0))], z = new double[N];
        foreach ((int order, int derivative) in new[] { (3, 0), (3, 1), (3, 2), (5, 3), (4, 4) })
        {
            Assert.Equal(RowStatus.Ok, new SavitzkyGolayFilter(Shifts, new SavitzkyGolayOptions { HalfWindow = 6, Order = order, Derivative = derivative }).Process(y, default, z, default));
            for (int i = 0; i < N; i++)
                Assert.Equal(Poly(X[i], derivative), z[i], 1e-9 * Math.Pow(0.3, derivative));
        }

        static double Poly(double x, int derivative)
        {
            double t = (x - 500) / 100;
            return derivative switch
            {
                0 => 2 + t - (3 * t * t) + (0.5 * t * t * t),
                1 => (1 - (6 * t) + (1.5 * t * t)) / 100,
                2 => (-6 + (3 * t)) / 1e4,
                3 => 3 / 1e6,
                _ => 0,
            };
        }
    }

    [Fact]
    public void Savitzky_Golay_has_the_coefficients_of_the_paper_and_the_variance_that_follows_from_them()
    {
        var axis = new Axis(Enumerable.Range(0, 21).Select(i => 0.5 * i).ToArray(), AxisQuantity.Index, string.Empty);
        double[] y = new double[21], z = new double[21], v = [.. Enumerable.Range(0, 21).Select(i => 1.0 + i)], w = new double[21];
        var smooth = new SavitzkyGolayFilter(axis, new SavitzkyGolayOptions { HalfWindow = 2, Order = 2 });
        var slope = new SavitzkyGolayFilter(axis, new SavitzkyGolayOptions { HalfWindow = 2, Order = 2, Derivative = 1 });
        y[10] = 35;
        smooth.Process(y, v, z, w);
        Assert.InRange(AslsReference.LargestDifference(z.AsSpan(8, 5), [-3, 12, 17, 12, -3]), 0, 1e-12);
        y[10] = 10;
        slope.Process(y, default, z, default);
        Assert.InRange(AslsReference.LargestDifference(z.AsSpan(8, 5), [4, 2, 0, -2, -4]), 0, 1e-12);

        double[] expected = new double[21];
        for (int j = 0; j < 21; j++)
        {
            Array.Clear(y);
            y[j] = 1;
            smooth.Process(y, default, z, default);
            for (int i = 0; i < 21; i++)
                expected[i] += z[i] * z[i] * v[j];
        }

        Assert.InRange(AslsReference.LargestDifference(w, expected), 0, 1e-12);
        Assert.Equal(RowStatus.TooFewPoints, new SavitzkyGolayFilter(Shifts.Slice(0..6)).Process(y.AsSpan(0, 6), default, z.AsSpan(0, 6), default));
        ProcessedSeries derived = Series(2).Smooth(new SavitzkyGolayOptions { Derivative = 2 });
        Assert.Equal(("d^2 intensity", "counts/(cm^-1)^2"), (derived.Series.IntensityQuantity, derived.Series.IntensityUnit));
    }

    [Theory]
    [InlineData(NormalisationKind.Area, null, null)]
    [InlineData(NormalisationKind.Area, 450.0, 520.0)]
    [InlineData(NormalisationKind.Maximum, 450.0, 520.0)]
    [InlineData(NormalisationKind.Vector, null, null)]
    [InlineData(NormalisationKind.Vector, 450.0, 520.0)]
    [InlineData(NormalisationKind.Snv, null, null)]
    [InlineData(NormalisationKind.Snv, 450.0, 520.0)]
    public void A_normalised_row_has_what_was_asked_for_and_the_variance_of_first_order(NormalisationKind kind, double? from, double? to)
    {
        var options = new NormalisationOptions { Kind = kind, From = from, To = to, Target = 3 };
        var normaliser = new Normaliser(Shifts, options);
        double[] y = Row(3), v = [.. Enumerable.Range(0, N).Select(i => 1.0 + (i % 5))], z = new double[N], w = new double[N];
        Assert.Equal(RowStatus.Ok, normaliser.Process(y, v, z, w));
        int[] inside = [.. Enumerable.Range(0, N).Where(i => X[i] >= (from ?? 0) && X[i] <= (to ?? 1e9))];
        double[] zi = [.. inside.Select(i => z[i])];
        double reached = kind switch
        {
            NormalisationKind.Area => inside.Skip(1).Sum(i => 0.5 * (z[i] + z[i - 1]) * (X[i] - X[i - 1])),
            NormalisationKind.Maximum => zi.Max(),
            NormalisationKind.Vector => Math.Sqrt(zi.Sum(u => u * u)),
            _ => Math.Sqrt(zi.Sum(u => (u - zi.Average()) * (u - zi.Average())) / (zi.Length - 1)),
        };
        Assert.Equal(3, reached, 1e-11);
        if (kind == NormalisationKind.Snv)
            Assert.Equal(0, zi.Average(), 1e-12);

        // Σⱼ (∂z/∂yⱼ)² vⱼ by differences.
        double[] expected = new double[N], high = new double[N], low = new double[N];
        for (int j = 0; j < N; j++)
        {
            double[] moved = [.. y];
            moved[j] += 1e-3;
            normaliser.Process(moved, default, high, default);
            moved[j] -= 2e-3;
            normaliser.Process(moved, default, low, default);
            for (int i = 0; i < N; i++)
                expected[i] += (high[i] - low[i]) / 2e-3 * ((high[i] - low[i]) / 2e-3) * v[j];
        }

        double largest = expected.Max();
        for (int i = 0; i < N; i++)
            Assert.InRange(Math.Abs(w[i] - expected[i]), 0, 1e-6 * largest);
        Assert.Equal(RowStatus.Singular, normaliser.Process(new double[N], default, z, default));
    }

    [Fact]
    public void Normalisation_says_what_it_made_and_refuses_an_interval_outside()
    {
        SpectrumSeries series = Series(2);
        ProcessedSeries area = series.Normalise(new NormalisationOptions());
        Assert.Equal(("normalised intensity", "1/(cm^-1)"), (area.Series.IntensityQuantity, area.Series.IntensityUnit));
        Assert.Equal("factor", area.ToTable().Columns[^1].Name);
        Assert.Throws<DataMismatchException>(() => series.Normalise(new NormalisationOptions { From = 5000 }));
        Assert.Throws<OptionsException>(() => series.Normalise(new NormalisationOptions { From = 500, To = 450 }));
        Assert.Throws<OptionsException>(() => BaselineSteps.Normalise.Run(series, new StepRequest<NormalisationOptions>(new NormalisationOptions(), [new RowOverride(0, new NormalisationOptions { Kind = NormalisationKind.Snv }, "other")])));
    }

    [Fact]
    public void Spikes_go_and_peaks_stay()
    {
        var filter = new SpikeFilter(Shifts);
        for (int s = 0; s < 40; s++)
        {
            // A peak of 13 points at half height; of W1 they would be only some three points wide here.
            double[] clean = new double[N], v = [.. Enumerable.Repeat(4.0, N)], w = new double[N];
            double[] wide = [.. Enumerable.Range(0, N).Select(i => 100 + (500 / (1 + ((i - 90) * (i - 90) / 40.0))) + (5 * Math.Sin(i * (s + 1.3))))];
            filter.Process(wide, v, clean, w);
            Assert.Equal(wide, clean);
            Assert.Equal(v, w);
            double[] hit = [.. wide];
            int at = 20 + (5 * s);
            hit[at] += 900;
            hit[at + 1] += s % 2 == 0 ? 400 : 0;
            hit[0] += s % 3 == 0 ? 800 : 0;
            filter.Process(hit, v, clean, w);
            for (int i = 0; i < N; i++)
            {
                bool replaced = i == at || (s % 2 == 0 && i == at + 1) || (s % 3 == 0 && i == 0);
                if (!replaced)
                    Assert.Equal(hit[i], clean[i]);
                else
                    Assert.InRange(Math.Abs(clean[i] - wide[i]), 0, 110); // a mean over three points a side rounds off the summit: 500 · mean k²/40
                Assert.Equal(!replaced ? 4 : i == 0 ? 4.0 / 3 : 4.0 / 6, w[i], 1e-12);
            }
        }

        ProcessedSeries result = Series(3).RemoveSpikes(new SpikeOptions { Threshold = 1000 });
        Assert.Empty(result.Warnings);
        double[] flat = [.. Enumerable.Repeat(7.0, N)], same = new double[N];
        Assert.Equal(RowStatus.Ok, filter.Process(flat, default, same, default));
        Assert.Equal(flat, same);
        flat[50] = 90;
        Assert.Equal(RowStatus.Ok, filter.Process(flat, default, same, default));
        Assert.All(same, u => Assert.Equal(7.0, u));
    }

    [Fact]
    public void A_spike_stands_out_from_the_rows_around_it_and_a_growing_peak_does_not()
    {
        const int rows = 9;
        var y = new double[rows * N];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < N; i++)
                y[(row * N) + i] = 100 + (30 * row) + ((300 + (60 * row)) / (1 + ((i - 90) * (i - 90) / 9.0))) + (3 * Math.Sin((i * 1.7) + (row * row)));
        }

        double[] hit = [.. y];
        hit[(4 * N) + 91] += 700;
        hit[(0 * N) + 200] += 300;
        hit[(8 * N) + 3] += 300;
        SpectrumSeries series = SpectrumSeries.Wrap(Shifts, hit, rows, new SeriesAttributes { Variance = Enumerable.Repeat(2.0, hit.Length).ToArray() });
        ProcessedSeries result = series.RemoveSpikesBetweenRows(new SeriesSpikeOptions { Threshold = 40 });
        Assert.Equal("3 points in 3 of 9 rows were taken for spikes and replaced.", Assert.Single(result.Warnings).Message);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < N; i++)
            {
                if (hit[(row * N) + i] == y[(row * N) + i])
                    Assert.Equal(hit[(row * N) + i], result.Series[row][i]);
                else
                    Assert.InRange(Math.Abs(result.Series[row][i] - y[(row * N) + i]), 0, 40);
            }
        }

        Assert.Equal(0.5 * Math.PI * 2 / 4, result.Series.Variance(4)[91], 1e-12);
        Assert.Equal(1, result.Series.Variance(0)[200], 1e-12);
        Assert.Throws<DataMismatchException>(() => series.Slice(0..1).RemoveSpikesBetweenRows(new SeriesSpikeOptions()));
    }

    [Fact]
    public void Transmittance_and_absorbance_are_each_others_inverse()
    {
        double[] t = [.. Enumerable.Range(0, N).Select(i => 5 + (90 * (0.5 + (0.5 * Math.Sin(0.1 * i)))))], v = [.. Enumerable.Repeat(0.04, N)];
        SpectrumSeries percent = SpectrumSeries.Wrap(new Axis(X, AxisQuantity.Wavenumber, "cm^-1", AxisDirection.Descending), t, 1, new SeriesAttributes { Variance = v, IntensityQuantity = "Transmittance", IntensityUnit = "%" });
        ProcessedSeries absorbance = percent.ToAbsorbance(new AbsorbanceOptions());
        Assert.Equal(("absorbance", string.Empty), (absorbance.Series.IntensityQuantity, absorbance.Series.IntensityUnit));
        Assert.Equal(-Math.Log10(t[7] / 100), absorbance.Series[0][7], 1e-14);
        Assert.Equal(0.04 / Math.Pow(t[7] * Math.Log(10), 2), absorbance.Series.Variance(0)[7], 1e-14);
        ProcessedSeries back = absorbance.Series.ToTransmittance(new TransmittanceOptions { Percent = true });
        Assert.Equal(("transmittance", "%"), (back.Series.IntensityQuantity, back.Series.IntensityUnit));
        Assert.InRange(AslsReference.LargestDifference(back.Series[0], t), 0, 1e-12);
        Assert.InRange(AslsReference.LargestDifference(back.Series.Variance(0), v), 0, 1e-14);

        Assert.Throws<DataMismatchException>(() => Series(1).ToAbsorbance(new AbsorbanceOptions()));
        Assert.Throws<DataMismatchException>(() => absorbance.Series.ToAbsorbance(new AbsorbanceOptions()));
        Assert.Throws<DataMismatchException>(() => percent.ToTransmittance(new TransmittanceOptions()));
        t[3] = -0.1;
        Assert.Equal(RowStatus.NotFinite, percent.ToAbsorbance(new AbsorbanceOptions()).StatusOf(0));
    }

    [Fact]
    public void The_ATR_correction_follows_the_depth_that_light_reaches()
    {
        // Diamond against an organic liquid at 45°, 1000 cm⁻¹: 2.0 µm, the usual figure.
        Assert.Equal(2.0, new AtrOptions().PenetrationDepth(1000), 0.01);
        Assert.Equal(0.66, new AtrOptions { CrystalIndex = 4 }.PenetrationDepth(1000), 0.01);
        double[] a = [.. X.Select(x => 0.001 * x)];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(X, AxisQuantity.Wavenumber, "cm^-1"), a, 1, new SeriesAttributes { Variance = Enumerable.Repeat(1.0, N).ToArray(), IntensityQuantity = "absorbance" });
        ProcessedSeries relative = series.CorrectAtr(new AtrOptions { ReferenceWavenumber = 500 });
        Assert.InRange(AslsReference.LargestDifference(relative.Series[0], [.. X.Select(x => 0.001 * x * x / 500)]), 0, 1e-14);
        Assert.Equal(X[9] * X[9] / 250000, relative.Series.Variance(0)[9], 1e-12);
        ProcessedSeries perDepth = series.CorrectAtr(new AtrOptions { ReferenceWavenumber = null, Angle = 60 });
        Assert.Equal("um^-1", perDepth.Series.IntensityUnit);
        Assert.Equal(a[4] / new AtrOptions { Angle = 60 }.PenetrationDepth(X[4]), perDepth.Series[0][4], 1e-13);

        // The same points over wavelength give the same numbers.
        double[] wavelength = [.. X.Reverse().Select(x => 1e7 / x)];
        SpectrumSeries over = SpectrumSeries.Wrap(new Axis(wavelength, AxisQuantity.Wavelength, "nm"), a.Reverse().ToArray(), 1, new SeriesAttributes { IntensityQuantity = "absorbance" });
        Assert.InRange(AslsReference.LargestDifference([.. over.CorrectAtr(new AtrOptions { ReferenceWavenumber = 500 }).Series[0].ToArray().Reverse()], relative.Series[0]), 0, 1e-13);

        Assert.Throws<OptionsException>(() => new AtrOptions { Angle = 30 }.Validate());
        Assert.Throws<DataMismatchException>(() => Series(1, quantity: "absorbance").CorrectAtr(new AtrOptions()));
        Assert.Throws<DataMismatchException>(() => series.WithAxis(new Axis(X.Select(x => x - 400).ToArray(), AxisQuantity.Wavenumber, "cm^-1")).CorrectAtr(new AtrOptions()));
    }

    [Fact]
    public void Filters_allocate_nothing_per_spectrum_and_check_lengths()
    {
        double[] y = Row(1), v = [.. Enumerable.Repeat(2.0, N)], z = new double[N], w = new double[N];
        Check(new WhittakerSmoother(Shifts));
        Check(new SavitzkyGolayFilter(Shifts));
        Check(new SpikeFilter(Shifts));
        Check(new Normaliser(Shifts, new NormalisationOptions { Kind = NormalisationKind.Snv }));

        void Check<TOptions>(RowFilter<TOptions> filter)
            where TOptions : class
        {
            filter.Process(y, v, z, w);
            long allocated = long.MaxValue;
            for (int call = 0; call < 4 && allocated != 0; call++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                filter.Process(y, v, z, w);
                allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, allocated);
            Assert.Throws<ArgumentException>(() => filter.Process(y[..5], default, z, default));
            Assert.Throws<ArgumentException>(() => filter.Process(y, v, z, default));
            Assert.Equal(RowStatus.NotFinite, filter.Process([.. y.Select((u, i) => i == 3 ? double.PositiveInfinity : u)], v, z, w));
            Assert.True(z.All(double.IsNaN) && w.All(double.IsNaN));
        }
    }
}
