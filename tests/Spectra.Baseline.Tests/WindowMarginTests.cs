using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

public sealed class WindowMarginTests
{
    // Peak at 50 of width 4 on a sloping background.
    private static SpectrumSeries Peaks(int rows, double noise = 0)
    {
        const int n = 501;
        double[] x = [.. Enumerable.Range(0, n).Select(i => 0.2 * i)];
        var y = new double[rows * n];
        ulong state = 12345;
        for (int i = 0; i < y.Length; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            double at = (x[i % n] - 50) / 2, random = ((state >> 33) / (double)(1UL << 31)) - 0.5;
            y[i] = 300 + x[i % n] + (1000 / (1 + (at * at))) + (noise * random);
        }

        return SpectrumSeries.Wrap(new Axis(x, AxisQuantity.RamanShift, "cm^-1"), y, rows);
    }

    [Theory]
    [InlineData(49, 100, "lower")]
    [InlineData(51.5, 100, "lower")]
    [InlineData(0, 50, "upper")]
    [InlineData(0, 48.6, "upper")]
    public void A_peak_cut_by_the_window_is_reported_with_its_end_and_the_share_of_rows(double from, double to, string end)
    {
        foreach (double noise in new[] { 0.0, 20 })
        {
            foreach (double lambda in new[] { 1e3, 1e5, 1e7 })
            {
                BaselineSeries result = Peaks(4, noise).Trim(from, to).EstimateBaseline(new AslsOptions { Lambda = lambda });
                StepWarning warning = Assert.Single(result.Warnings);
                Assert.Equal("trim_margin_baseline", warning.Code);
                Assert.Null(warning.Row);
                Assert.StartsWith("In 4 of 4 rows (100 %)", warning.Message, StringComparison.Ordinal);
                Assert.Contains($"at the {end} end of the window", warning.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_window_with_margin_gives_no_warning()
    {
        foreach (double noise in new[] { 0.0, 20, 300 })
        {
            foreach (double lambda in new[] { 1e3, 1e5, 1e7, 1e10 })
                Assert.Empty(Peaks(4, noise).Trim(20, 80).EstimateBaseline(new AslsOptions { Lambda = lambda }).Warnings);
        }
    }

    [Fact]
    public void The_simulated_operando_series_has_margin_in_its_usual_window_and_none_in_a_narrow_one()
    {
        SpectrumSeries series = Sim003();
        foreach (double lambda in new[] { 1e4, 1e6, 1e8 })
        {
            foreach (double p in new[] { 0.001, 0.01, 0.05 })
            {
                var options = new AslsOptions { Lambda = lambda, P = p };
                Assert.Empty(series.Trim(17.6, 20.6).EstimateBaseline(options).Warnings);
                Assert.Empty(series.EstimateBaseline(options).Warnings);
                StepWarning cut = Assert.Single(series.Trim(18.5, 20.6).EstimateBaseline(options).Warnings);
                Assert.Contains("lower end of the window, 18.5 deg", cut.Message, StringComparison.Ordinal);
                int rows = int.Parse(cut.Message.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
                Assert.InRange(rows, 90, 120);
            }
        }
    }

    // ps_785 begins on a steep flank (11597 counts falling to 2500 within 40 points) and so does ps_633_full (20262 counts): those alarms are
    // right. The first-order baseline of prisma_synth0 stays level under a background that rises to the end: the message names that, too.
    [Fact]
    public void Golden_windows_give_no_false_alarm()
    {
        foreach (string name in Golden.Cases.Concat(Golden.ExactCases.Select(c => "exact_asls_" + c)))
        {
            GoldenCsv csv = Golden.Csv(name);
            SpectrumSeries series = SpectrumSeries.Wrap(new Axis(csv["x"], AxisQuantity.RamanShift, "cm^-1"), csv["y"], 1);
            foreach (double lambda in new[] { 1e4, 1e5, 1e6, 1e7, 1e8, 1e14 })
            {
                foreach (double p in new[] { 0.001, 0.01, 0.03 })
                {
                    IReadOnlyList<StepWarning> warnings = series.EstimateBaseline(new AslsOptions { Lambda = lambda, P = p }).Warnings;
                    if (name == "ps_785_150_3150" && lambda > 1e5)
                        Assert.Contains("lower end", Assert.Single(warnings).Message, StringComparison.Ordinal);
                    else if (name is "ps_785_150_3150" or "exact_asls_ps_633_full")
                        Assert.All(warnings, w => Assert.Contains("lower end", w.Message, StringComparison.Ordinal));
                    else
                        Assert.Empty(warnings);
                }
            }
        }

        GoldenCsv synthetic = Golden.Csv("prisma_synth0_300_1400");
        SpectrumSeries one = SpectrumSeries.Wrap(new Axis(synthetic["x"], AxisQuantity.Index, string.Empty), synthetic["y"], 1);
        StepWarning stiff = Assert.Single(one.EstimateBaseline(new AslsOptions { Lambda = 1e5, DifferenceOrder = 1 }).Warnings);
        Assert.Contains("too stiff for the background", stiff.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Short_empty_and_failed_rows_are_not_judged()
    {
        var axis = new Axis(new double[] { 1, 2, 3, 4 }, "x", string.Empty);
        Assert.Empty(SpectrumSeries.Wrap(axis, new double[] { 9, 1, 1, 1 }, 1).EstimateBaseline(new AslsOptions()).Warnings);
        Assert.Empty(SpectrumSeries.Wrap(axis, default, 0).EstimateBaseline(new AslsOptions()).Warnings);
        double[] bad = new double[501];
        bad[7] = double.NaN;
        Assert.Empty(SpectrumSeries.Wrap(Peaks(1).Axis, bad, 1).EstimateBaseline(new AslsOptions()).Warnings);
    }

    internal static SpectrumSeries Sim003()
    {
        var csv = new GoldenCsv(ReferenceData.File("spectra/sim-003/patterns.csv"));
        int n = csv[0].Length, rows = csv.Names.Length - 1;
        var y = new double[n * rows];
        for (int row = 0; row < rows; row++)
            csv[row + 1].CopyTo(y, row * n);
        return SpectrumSeries.Wrap(new Axis(csv[0], AxisQuantity.TwoTheta, "deg"), y, rows);
    }
}
