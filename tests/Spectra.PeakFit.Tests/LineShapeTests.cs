using FsCheck.Xunit;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

public class LineShapeTests
{
    public static TheoryData<string> Names() => [.. LineShapes.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_those_of_the_scalar_formula_for_every_length(string name)
    {
        ILineShape shape = LineShapes.Find(name);
        double[] p = Parameters(shape, 3.5, 1.2, 0.7, 0.3);
        for (int n = 1; n < 40; n++)
        {
            double[] x = [.. Enumerable.Range(0, n).Select(i => -2 + (0.31 * i))], y = new double[n], z = new double[n], j = new double[n * p.Length];
            Array.Fill(y, 10);
            shape.Add(x, p, y);
            shape.AddWithJacobian(x, p, z, j);
            for (int i = 0; i < n; i++)
            {
                double expected = ScalarShapes.Value(name, x[i], p[0], p[1], p[2], 0.3);
                Assert.Equal(expected, y[i] - 10, 1e-13 * 10);
                Assert.Equal(expected, z[i], 1e-14 * 5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_does_not_depend_on_the_other_points(string name)
    {
        ILineShape shape = LineShapes.Find(name);
        double[] p = Parameters(shape, 3.5, 1.2, 0.7, 0.3), x = [.. Enumerable.Range(0, 37).Select(i => -2 + (0.11 * i))], all = new double[37];
        shape.Add(x, p, all);
        for (int i = 0; i < x.Length; i++)
        {
            var one = new double[1];
            shape.Add([x[i]], p, one);
            Assert.Equal(all[i], one[0]);
        }
    }

    [Property(MaxTest = 100)]
    public void Derivatives_agree_with_differences(int seed)
    {
        var random = new Random(seed);
        foreach (ILineShape shape in LineShapes.All)
        {
            double[] p = Parameters(shape, 0.1 + (50 * random.NextDouble()), 10 * (random.NextDouble() - 0.5), 0.2 + (5 * random.NextDouble()), random.NextDouble());
            double[] x = [.. Enumerable.Range(0, 23).Select(i => p[1] + (0.4 * p[2] * (i - 11)))];
            double[] y = new double[x.Length], jacobian = new double[x.Length * p.Length], low = new double[x.Length], high = new double[x.Length];
            shape.AddWithJacobian(x, p, y, jacobian);
            double top = y.Max();
            for (int k = 0; k < p.Length; k++)
            {
                double h = 1e-5 * Math.Max(p[2], Math.Abs(p[k]));
                Array.Clear(low);
                Array.Clear(high);
                shape.Add(x, [.. p.Select((v, i) => i == k ? v - h : v)], low);
                shape.Add(x, [.. p.Select((v, i) => i == k ? v + h : v)], high);
                double scale = Enumerable.Range(0, x.Length).Max(i => Math.Abs(jacobian[(k * x.Length) + i]));
                for (int i = 0; i < x.Length; i++)
                    Assert.True(Math.Abs(((high[i] - low[i]) / (2 * h)) - jacobian[(k * x.Length) + i]) <= 1e-6 * scale, $"{shape.Name} {k}");
            }

            var gradient = new double[p.Length];
            Assert.Equal(top, shape.Height(p, gradient), 1e-12 * top);
            for (int k = 0; k < p.Length; k++)
            {
                double h = 1e-6 * Math.Max(p[2], Math.Abs(p[k]));
                double difference = (shape.Height([.. p.Select((v, i) => i == k ? v + h : v)], new double[4]) - shape.Height([.. p.Select((v, i) => i == k ? v - h : v)], new double[4])) / (2 * h);
                Assert.Equal(difference, gradient[k], 1e-6 * (1 + Math.Abs(gradient[k])));
            }
        }
    }

    [Fact]
    public void The_area_parameter_is_the_integral()
    {
        double[] x = [.. Enumerable.Range(-200_000, 400_001).Select(i => i * 0.01)];
        foreach (ILineShape shape in LineShapes.All)
        {
            double[] p = Parameters(shape, 7, 0.3, 1.5, 0.4), y = new double[x.Length];
            shape.Add(x, p, y);

            // Tails of the Lorentzian beyond ±2000 hold 2/π·atan(w/2/2000) of its area.
            double outside = shape.Name == "gaussian" ? 0 : (shape.Name == "lorentzian" ? 1 : 0.4) * 2 / Math.PI * Math.Atan(0.75 / 2000);
            Assert.Equal(7 * (1 - outside), y.Sum() * 0.01, 7e-6);
        }
    }

    private static double[] Parameters(ILineShape shape, double area, double center, double fwhm, double eta) =>
        shape.Parameters.Count == 4 ? [area, center, fwhm, eta] : [area, center, fwhm];
}
