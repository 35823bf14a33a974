using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Abstractions.Tests;

public sealed class SeriesArithmeticTests
{
    [Fact]
    public void A_mean_has_the_mean_and_its_propagated_variance()
    {
        SpectrumSeries series = SpectrumSeriesTests.Series(5), mean = series.Average(new AverageOptions { GroupSize = 2 });
        Assert.Equal(3, mean.Count);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal((series[2][i] + series[3][i]) / 2, mean[1][i]);
            Assert.Equal((series.Variance(2)[i] + series.Variance(3)[i]) / 4, mean.Variance(1)[i]);
            Assert.Equal(series[4][i], mean[2][i]);
        }

        Assert.Equal("s2..s3", mean.Label(1));
        Assert.Equal(25, ((NumberColumn)mean.Columns[0])[1]);
        Assert.Equal(IntensityKind.Derived, mean.Kind);
    }

    [Fact]
    public void The_variance_of_a_mean_is_that_of_many_simulated_means()
    {
        // 2000 groups of 4 draws with variances 1, 4, 9, 16: the spread of the means must be what was propagated.
        var rng = new Workloads.Rng(7, 1);
        var axis = new Axis(Enumerable.Range(0, 2000).Select(i => (double)i).ToArray(), "x", string.Empty);
        double[] y = new double[8000], v = new double[8000];
        for (int row = 0; row < 4; row++)
        {
            for (int i = 0; i < 2000; i++)
                (y[(row * 2000) + i], v[(row * 2000) + i]) = ((row + 1) * rng.G(), (row + 1.0) * (row + 1));
        }

        SpectrumSeries series = SpectrumSeries.Wrap(axis, y, 4, new SeriesAttributes { Variance = v });
        foreach (AverageMode mode in Enum.GetValues<AverageMode>())
        {
            SpectrumSeries mean = series.Average(new AverageOptions { Mode = mode });
            double spread = mean[0].ToArray().Average(value => value * value);
            Assert.InRange(spread / mean.Variance(0)[0], 0.9, 1.1);
        }

        SpectrumSeries scatter = series.Average(new AverageOptions { Variance = AverageVariance.Scatter });
        Assert.InRange(scatter.Variance(0).ToArray().Average() / (30.0 / 16), 0.93, 1.07);
    }

    [Fact]
    public void Sums_of_counts_stay_counts_and_weighted_means_need_variances()
    {
        var axis = new Axis(new double[] { 1, 2 }, "x", "u");
        SpectrumSeries raw = SpectrumSeries.Wrap(axis, new double[] { 1, 2, 3, 4 }, 2);
        Assert.Equal(IntensityKind.Counts, raw.WithPoissonVariance().Average(new AverageOptions { Mode = AverageMode.Sum }).Kind);
        Assert.Throws<DataMismatchException>(() => raw.Average(new AverageOptions { Mode = AverageMode.InverseVariance }));
        Assert.Throws<DataMismatchException>(() => raw.Average(new AverageOptions { GroupSize = 1, Variance = AverageVariance.Scatter }));
        Assert.Throws<OptionsException>(() => raw.Average(new AverageOptions { GroupSize = 0 }));
        Assert.Throws<DataMismatchException>(() => SpectrumSeries.Wrap(axis, default, 0).Average());
    }

    [Fact]
    public void Rebinning_whole_points_conserves_counts_and_their_variance()
    {
        double[] x = [.. Enumerable.Range(0, 100).Select(i => 0.01 * i)];
        double[] y = [.. Enumerable.Range(0, 100).Select(i => (double)((i * 37 % 91) + 1))];
        SpectrumSeries raw = SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, 1).WithPoissonVariance();
        SpectrumSeries bins = raw.Rebin(new RebinOptions { Width = 0.05, Mode = RebinMode.Sum });
        Assert.Equal(20, bins.Length);
        Assert.Equal(y.Sum(), bins[0].ToArray().Sum(), 9);
        Assert.Equal(y.Skip(5).Take(5).Sum(), bins[0][1], 9);
        Assert.Equal(bins[0].ToArray(), bins.Variance(0).ToArray());
        Assert.Equal(IntensityKind.Counts, bins.Kind);
        Assert.Equal(0.02, bins.Axis.First, 12);
    }

    [Fact]
    public void Rebinning_that_divides_points_conserves_the_sum_and_is_derived()
    {
        double[] x = [0, 1, 2.5, 3, 4.2, 6], y = [3, 5, 7, 2, 9, 4];
        SpectrumSeries raw = SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, 1).WithPoissonVariance();
        SpectrumSeries bins = raw.Rebin(new RebinOptions { Width = 0.74, From = -0.5, To = 6.9, Mode = RebinMode.Sum });
        Assert.Equal(y.Sum(), bins[0].ToArray().Sum(), 9);
        Assert.Equal(IntensityKind.Derived, bins.Kind);
        SpectrumSeries constant = SpectrumSeries.Wrap(new Axis(x, "x", "u"), new double[] { 2, 2, 2, 2, 2, 2 }, 1).Rebin(new RebinOptions { Width = 0.74 });
        Assert.All(constant[0].ToArray(), value => Assert.Equal(2, value, 12));
        Assert.Throws<DataMismatchException>(() => raw.Rebin(new RebinOptions { Width = 99 }));
        Assert.Throws<DataMismatchException>(() => raw.Rebin(new RebinOptions { Width = 1, From = -3 }));
        Assert.Throws<OptionsException>(() => raw.Rebin(new RebinOptions { Width = double.NaN }));
    }

    [Fact]
    public void Resampling_reproduces_lines_and_keeps_points_that_it_hits()
    {
        double[] x = [0, 1, 3, 7], y = [1, 3, 7, 15];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, 1, new SeriesAttributes { Variance = new double[] { 1, 1, 1, 1 } });
        SpectrumSeries fine = series.Resample(new ResampleOptions { From = 0, To = 7, Points = 15 });
        for (int i = 0; i < 15; i++)
            Assert.Equal((2 * fine.Axis.Values[i]) + 1, fine[0][i], 12);
        Assert.Equal(1, fine.Variance(0)[2]);
        Assert.Equal(0.5, fine.Variance(0)[1], 12);
        Assert.Throws<DataMismatchException>(() => series.Resample(new ResampleOptions { From = -1, To = 7, Points = 3 }));
        SpectrumSeries same = series.Resample(series.Axis);
        Assert.Equal(y, same[0].ToArray());
    }

    [Fact]
    public void A_missing_point_stays_where_it_is_when_resampled()
    {
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(new double[] { 0, 1, 2, 3 }, "x", "u"), new[] { 1, double.NaN, 3, 4 }, 1);
        SpectrumSeries again = series.Resample(new ResampleOptions { From = 0, To = 3, Points = 7 });
        Assert.Equal([false, true, true, true, false, false, false], again[0].ToArray().Select(double.IsNaN));
    }

    [Fact]
    public void Concatenating_keeps_rows_and_common_columns()
    {
        SpectrumSeries a = SpectrumSeriesTests.Series(2), b = SpectrumSeriesTests.Series(3).WithColumns([new NumberColumn("time", "s", new double[] { 7, 8, 9 }), new NumberColumn("U", "V", new double[3])]);
        SpectrumSeries all = a.Concatenate(b);
        Assert.Equal(5, all.Count);
        Assert.Equal(b[2].ToArray(), all[4].ToArray());
        Assert.Equal(b.Variance(2).ToArray(), all.Variance(4).ToArray());
        Assert.Equal([0, 10, 7, 8, 9], ((NumberColumn)Assert.Single(all.Columns)).Values.ToArray());
        Assert.Throws<DataMismatchException>(() => a.Concatenate(b.Trim(1, 2)));
    }

    [Fact]
    public void Merging_overlapping_ranges_weights_coinciding_points()
    {
        SpectrumSeries a = SpectrumSeries.Wrap(new Axis(new double[] { 1, 2, 3 }, "x", "u"), new double[] { 10, 20, 30 }, 1, new SeriesAttributes { Variance = new double[] { 1, 1, 1 } });
        SpectrumSeries b = SpectrumSeries.Wrap(new Axis(new[] { 2.5, 3, 4 }, "x", "u"), new double[] { 5, 60, 7 }, 1, new SeriesAttributes { Variance = new double[] { 1, 3, 1 } });
        SpectrumSeries merged = a.Merge(b);
        Assert.Equal([1, 2, 2.5, 3, 4], merged.Axis.Values.ToArray());
        Assert.Equal([10, 20, 5, 37.5, 7], merged[0].ToArray());
        Assert.Equal(0.75, merged.Variance(0)[3]);
        Assert.Throws<DataMismatchException>(() => a.Merge(SpectrumSeriesTests.Series(2)));
    }

    [Fact]
    public void Selecting_every_second_row_keeps_source_rows()
    {
        SpectrumSeries some = SpectrumSeriesTests.Series(7).Select(new SelectOptions { First = 1, Every = 2, Last = 5 });
        Assert.Equal([1, 3, 5], Enumerable.Range(0, some.Count).Select(some.SourceRow));
        Assert.Throws<DataMismatchException>(() => some.Select(new SelectOptions { First = 9 }));
    }

    [Fact]
    public void A_series_is_joined_by_index_time_position_and_label()
    {
        SpectrumSeries series = SpectrumSeriesTests.Series(4);
        var table = new ResultTable("cycler", [new NumberColumn("t", "s", new double[] { 0, 14, 16, 100 }), new NumberColumn("U", "V", new double[] { 3, 4, 5, 6 }), new TextColumn("name", ["s3", "s1", "x", "s0"])]);
        SpectrumSeries nearest = series.Join(table, new JoinOptions { On = JoinOn.Nearest, LeftKeys = ["time"], RightKeys = ["t"], Tolerance = 5 });
        Assert.Equal([3, 4, 5, double.NaN], nearest.RowTable().Numbers("U").Values.ToArray());
        Assert.Equal([0, 4, 4, 14], nearest.RowTable().Numbers("cycler.distance").Values.ToArray());
        SpectrumSeries line = series.Join(table, new JoinOptions { On = JoinOn.Nearest, LeftKeys = ["time"], RightKeys = ["t"], Interpolate = true });
        Assert.Equal(3 + (10.0 / 14), line.RowTable().Numbers("U")[1], 12);
        Assert.Equal(5 + (4.0 / 84), line.RowTable().Numbers("U")[2], 12);
        SpectrumSeries text = series.Join(table, new JoinOptions { On = JoinOn.Text, RightKeys = ["name"] });
        Assert.Equal([6, 4, double.NaN, 3], text.RowTable().Numbers("U").Values.ToArray());
        SpectrumSeries index = series.Slice(1..3).Join(table, new JoinOptions { Prefix = "c." });
        Assert.Equal([4, 5], index.RowTable().Numbers("c.U").Values.ToArray());
        Assert.Throws<OptionsException>(() => series.Join(table, new JoinOptions { On = JoinOn.Position }));
        Assert.Throws<DataMismatchException>(() => series.Join(table, new JoinOptions { On = JoinOn.Nearest, LeftKeys = ["nope"], RightKeys = ["t"] }));
    }

    [Fact]
    public void Positions_match_the_nearest_point_by_brute_force()
    {
        var rng = new Workloads.Rng(3, 5);
        double[] lx = Draw(), ly = Draw(), rx = Draw(), ry = Draw();
        double[] Draw() => [.. Enumerable.Range(0, 200).Select(_ => Math.Round(rng.U() * 10, 1))];
        var left = new ResultTable("left", [new NumberColumn("x", "um", lx), new NumberColumn("y", "um", ly)]);
        var right = new ResultTable("right", [new NumberColumn("x", "um", rx), new NumberColumn("y", "um", ry), new NumberColumn("row", string.Empty, Enumerable.Range(0, 200).Select(i => (double)i).ToArray())]);
        ResultTable joined = left.Join(right, new JoinOptions { On = JoinOn.Position, LeftKeys = ["x", "y"], RightKeys = ["x", "y"] });
        for (int i = 0; i < 200; i++)
        {
            double[] d = [.. Enumerable.Range(0, 200).Select(j => double.Hypot(lx[i] - rx[j], ly[i] - ry[j]))];
            Assert.Equal(Array.FindIndex(d, v => v <= d.Min() + 1e-9), (int)joined.Numbers("row")[i]);
            Assert.Equal(d.Min(), joined.Numbers("right.distance")[i], 8);
        }
    }

    [Fact]
    public void Nearest_times_agree_with_the_reference_alignment()
    {
        string folder = Path.GetDirectoryName(ReferenceData.File("provenance/align/scans.csv"))!;
        string[][] echem = [.. File.ReadLines(Path.Combine(folder, "echem.csv")).Skip(1).Select(l => l.Split(','))];
        string[] header = File.ReadLines(Path.Combine(folder, "scans.csv")).First().Split(',');
        string[][] scans = [.. File.ReadLines(Path.Combine(folder, "scans.csv")).Skip(1).Select(l => l.Split(','))];
        double[] Numbers(string[][] rows, int column) => [.. rows.Select(r => double.Parse(r[column], System.Globalization.CultureInfo.InvariantCulture))];
        var right = new ResultTable("echem", [new NumberColumn("time", "s", Numbers(echem, 0)), new NumberColumn("Ewe", "V", Numbers(echem, 1)), new IntegerColumn("record", Enumerable.Range(0, echem.Length).Select(i => (long)i).ToArray())]);
        int time = Array.FindIndex(header, h => h.Contains("time", StringComparison.Ordinal));
        int nearest = Array.FindIndex(header, h => h.Contains("nearest", StringComparison.Ordinal) && h.Contains("ind", StringComparison.Ordinal));
        int linear = Array.FindIndex(header, h => h.Contains("linear", StringComparison.Ordinal));
        Assert.True(time >= 0 && nearest >= 0 && linear >= 0, string.Join(',', header));
        var left = new ResultTable("scans", [new NumberColumn("t", "s", Numbers(scans, time))]);
        var options = new JoinOptions { On = JoinOn.Nearest, LeftKeys = ["t"], RightKeys = ["time"] };
        ResultTable joined = left.Join(right, options), interpolated = left.Join(right, options with { Interpolate = true });
        for (int i = 0; i < scans.Length; i++)
        {
            Assert.Equal(long.Parse(scans[i][nearest], System.Globalization.CultureInfo.InvariantCulture), ((IntegerColumn)joined.Column("record"))[i]);
            Assert.Equal(double.Parse(scans[i][linear], System.Globalization.CultureInfo.InvariantCulture), interpolated.Numbers("Ewe")[i], 6e-8);
        }
    }

    [Fact]
    public void Rebinning_keeps_points_that_are_much_narrower_than_a_bin()
    {
        // Times from 1 µs to 10 ks in equal ratios, into bins of 1000 s: the first points are 1e-10 of a bin wide.
        double[] x = [.. Enumerable.Range(0, 200).Select(i => Math.Pow(10, -6 + (i * 10.0 / 199)))];
        double[] y = [.. x.Select((_, i) => (i * 37 % 11) + 1.0)];
        double low = x[0] - ((x[1] - x[0]) / 2);
        SpectrumSeries bins = SpectrumSeries.Wrap(new Axis(x, "t", "s"), y, 1, new SeriesAttributes { Kind = IntensityKind.Counts })
            .Rebin(new RebinOptions { Width = 1000, From = low, To = low + 10000, Mode = RebinMode.Sum });

        // All but what lies above the last bin, which only the last points reach.
        double above = 0;
        for (int i = 150; i < x.Length; i++)
        {
            double from = (x[i - 1] + x[i]) / 2, to = i < x.Length - 1 ? (x[i] + x[i + 1]) / 2 : x[i] + ((x[i] - x[i - 1]) / 2);
            above += y[i] * Math.Clamp((to - low - 10000) / (to - from), 0, 1);
        }

        Assert.Equal(y.Sum() - above, bins[0].ToArray().Sum(), 1e-9 * y.Sum());
    }

    [Fact]
    public void Merging_knows_a_grid_again_that_was_computed_in_another_way()
    {
        double[] a = [.. Enumerable.Range(0, 8).Select(i => i * 0.1)], b = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
        Assert.NotEqual(a[3], b[0]);
        SpectrumSeries merged = SpectrumSeries.Wrap(new Axis(a, "x", "u"), new double[] { 1, 1, 1, 1, 1, 1, 1, 1 }, 1)
            .Merge(SpectrumSeries.Wrap(new Axis(b, "x", "u"), new double[] { 3, 3, 3, 3, 3, 3, 3 }, 1));
        Assert.Equal([1, 1, 1, 2, 2, 2, 2, 2, 3, 3], merged[0].ToArray());

        // Points that merely lie close stay two.
        Assert.Equal(3, SpectrumSeries.Wrap(new Axis(new double[] { 0, 1 }, "x", "u"), new double[] { 1, 1 }, 1)
            .Merge(SpectrumSeries.Wrap(new Axis(new[] { 1 + 1e-6 }, "x", "u"), new double[] { 2 }, 1)).Length);
    }

    [Fact]
    public void Rows_without_a_key_match_nothing()
    {
        var left = new ResultTable("left", [new IntegerColumn("i", new[] { 1, IntegerColumn.Missing }), new NumberColumn("n", string.Empty, new[] { 1, double.NaN }), new TextColumn("s", ["a", string.Empty]), new NumberColumn("t", "s", new[] { 1, double.PositiveInfinity })]);
        var right = new ResultTable("right", [new IntegerColumn("i", new[] { IntegerColumn.Missing, 1, IntegerColumn.Missing }), new TextColumn("s", [string.Empty, "a", string.Empty]), new NumberColumn("t", "s", new[] { double.NaN, 1.5, double.PositiveInfinity }), new NumberColumn("v", string.Empty, new double[] { 7, 8, 9 })]);
        foreach (JoinOptions options in new[]
        {
            new JoinOptions { LeftKeys = ["i"], RightKeys = ["i"] },
            new JoinOptions { LeftKeys = ["n"], RightKeys = ["i"] },
            new JoinOptions { On = JoinOn.Text, LeftKeys = ["s"], RightKeys = ["s"] },
            new JoinOptions { On = JoinOn.Nearest, LeftKeys = ["t"], RightKeys = ["t"] },
            new JoinOptions { On = JoinOn.Nearest, LeftKeys = ["t"], RightKeys = ["t"], Interpolate = true },
        })
        {
            ResultTable joined = left.Join(right, options);
            var value = (NumberColumn)joined.Column("v");
            Assert.Equal(8, value[0]);
            Assert.True(double.IsNaN(value[1]), options.ToString());
            Assert.True(double.IsNaN(((NumberColumn)joined.Column("right.distance"))[1]));
        }
    }
}
