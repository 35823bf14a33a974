using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Processor time on the generated workloads, for the log; what is asserted is that no fit fails and that none is absurdly slow.</summary>
public class SpeedTests
{
    [Theory]
    [InlineData("W2a")]
    [InlineData("W2b")]
    [InlineData("W2c")]
    public void A_thousand_fits_from_the_given_starts(string workload)
    {
        const int Curves = 1000;
        bool one = workload == "W2a";
        PeakModelBuilder builder = PeakModel.Build().Peak("a", one ? LineShapes.Gaussian : LineShapes.PseudoVoigt, fwhm: new(null, 1, 100));
        if (!one)
            builder = builder.Peak("b", LineShapes.PseudoVoigt, fwhm: new(null, 1, 100));
        PeakModel model = builder.Polynomial(one ? 0 : 1).ToModel();
        FitCase[] cases = [.. Enumerable.Range(0, Curves).Select(s => one ? Workloads.W2a(s) : Workloads.W2b(s, workload == "W2b" ? 5 : 40))];
        double[][] starts = [.. cases.Select(c => Starts(model, c))];
        var fitter = new PeakFitter(model, 100);
        double[] values = new double[model.ValueNames.Count], errors = new double[values.Length];
        var counts = new int[8];
        double best = double.PositiveInfinity;
        long iterations = 0;
        for (int turn = 0; turn < 6; turn++)
        {
            Array.Clear(counts);
            iterations = 0;
            TimeSpan start = Environment.CpuUsage.TotalTime;
            for (int s = 0; s < Curves; s++)
            {
                starts[s].CopyTo(values, 0);
                FitInfo info = fitter.Fit(new FitData(cases[s].X, cases[s].Y), values, errors);
                counts[(int)info.Status]++;
                iterations += info.Iterations;
            }

            best = Math.Min(best, (Environment.CpuUsage.TotalTime - start).TotalMicroseconds / Curves);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{workload}: {best:F1} us per fit with standard errors, {(double)iterations / Curves:F1} Jacobians, {counts[(int)RowStatus.Ok]} ok, {counts[(int)RowStatus.AtBound]} at a bound");
        Assert.Equal(Curves, counts[(int)RowStatus.Ok] + counts[(int)RowStatus.AtBound]);
        Assert.True(best < 5000, $"{best} us per fit");
    }

    private static double[] Starts(PeakModel model, FitCase data)
    {
        var values = new double[model.ValueNames.Count];
        Array.Fill(values, double.NaN);
        double[] s = data.Start;
        if (s.Length == 4)
        {
            double fwhm = s[2] * Math.Sqrt(8 * Math.Log(2));
            values[model.IndexOf("a.center")] = s[1];
            values[model.IndexOf("a.fwhm")] = fwhm;
            values[model.IndexOf("a.area")] = s[0] * fwhm / 0.9394372786996513;
            values[model.IndexOf("background.c0")] = s[3];
            return values;
        }

        foreach ((string name, int at) in new[] { ("a", 0), ("b", 4) })
        {
            values[model.IndexOf($"{name}.center")] = s[at + 1];
            values[model.IndexOf($"{name}.fwhm")] = 2 * s[at + 2];
            values[model.IndexOf($"{name}.area")] = s[at] * 2 * s[at + 2] / ((0.5 * 2 / Math.PI) + (0.5 * 0.9394372786996513));
            values[model.IndexOf($"{name}.eta")] = s[at + 3];
        }

        values[model.IndexOf("background.c0")] = s[8];
        values[model.IndexOf("background.c1")] = s[9];
        return values;
    }
}
