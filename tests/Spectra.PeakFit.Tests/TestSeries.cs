using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Made data: two peaks on a line with reproducible noise.</summary>
internal static class TestSeries
{
    public static PeakFitOptions Model { get; } = PeakModel.Build()
        .Peak("a", LineShapes.PseudoVoigt, center: Parameter.Between(30, 45))
        .Peak("b", LineShapes.PseudoVoigt, center: Parameter.Between(50, 68))
        .Polynomial(1)
        .ToOptions();

    public static SpectrumSeries W2b(int rows, double yScale = 1, double xScale = 1, Func<int, bool>? broken = null)
    {
        double[] x = [.. Workloads.W2b(0).X.Select(v => v * xScale)];
        var y = new double[rows * x.Length];
        for (int s = 0; s < rows; s++)
        {
            double[] row = Workloads.W2b(s).Y;
            for (int i = 0; i < x.Length; i++)
                y[(s * x.Length) + i] = row[i] * yScale;
            if (broken?.Invoke(s) == true)
                y[(s * x.Length) + 17] = double.NaN;
        }

        return SpectrumSeries.Wrap(new Axis(x, AxisQuantity.RamanShift, "cm^-1"), y, rows, new SeriesAttributes { IntensityUnit = "counts" });
    }

    public static PeakFitOptions Stretched(double xScale) => Model with
    {
        Peaks = [.. Model.Peaks.Select(p => p with { Center = Parameter.Between(p.Center.Min!.Value * xScale, p.Center.Max!.Value * xScale) })],
    };
}

/// <summary>The line shapes and a polynomial in plain scalar code, straight from the conventions.</summary>
internal static class ScalarShapes
{
    public static double Value(string shape, double x, double area, double center, double fwhm, double eta = 0)
    {
        double gauss = area * Math.Sqrt(4 * Math.Log(2) / Math.PI) / fwhm * Math.Exp(-4 * Math.Log(2) * Math.Pow((x - center) / fwhm, 2));
        double lorentz = area * 2 / Math.PI * fwhm / ((fwhm * fwhm) + (4 * (x - center) * (x - center)));
        return shape switch
        {
            "gaussian" => gauss,
            "lorentzian" => lorentz,
            _ => (eta * lorentz) + ((1 - eta) * gauss),
        };
    }
}
