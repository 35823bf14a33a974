using FsCheck.Xunit;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

public class LineShapeTests
{
    private static readonly ILineShape[] Plain = [LineShapes.Gaussian, LineShapes.Lorentzian, LineShapes.PseudoVoigt];

    public static TheoryData<string> Names() => [.. Plain.Select(s => s.Name)];

    public static TheoryData<string> AllNames() => [.. LineShapes.All.Select(s => s.Name)];

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
        foreach (ILineShape shape in Plain)
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
        foreach (ILineShape shape in Plain)
        {
            double[] p = Parameters(shape, 7, 0.3, 1.5, 0.4), y = new double[x.Length];
            shape.Add(x, p, y);

            // Tails of the Lorentzian beyond ±2000 hold 2/π·atan(w/2/2000) of its area.
            double outside = shape.Name == "gaussian" ? 0 : (shape.Name == "lorentzian" ? 1 : 0.4) * 2 / Math.PI * Math.Atan(0.75 / 2000);
            Assert.Equal(7 * (1 - outside), y.Sum() * 0.01, 7e-6);
        }
    }

    /// <summary>w(z) from 30-digit arithmetic.</summary>
    [Theory]
    [InlineData(0, 1e-7, 0.99999988716209329)]
    [InlineData(0, 0.02, 0.97782647768353936)]
    [InlineData(0, 0.5, 0.61569034419292587)]
    [InlineData(0, 1.1, 0.40173046063649507)]
    [InlineData(0, 4, 0.13699945762506139)]
    [InlineData(0, 30, 0.018795888861416751)]
    [InlineData(0, 500, 0.0011283769103507188)]
    [InlineData(0.001, 1e-7, 0.99999888716281897)]
    [InlineData(0.001, 0.02, 0.97782552164285472)]
    [InlineData(0.001, 0.5, 0.6156899848471173)]
    [InlineData(0.001, 1.1, 0.4017303279354337)]
    [InlineData(0.001, 4, 0.13699945015962852)]
    [InlineData(0.001, 30, 0.018795888840590205)]
    [InlineData(0.001, 500, 0.0011283769103462053)]
    [InlineData(0.25, 1e-7, 0.93941296350704308)]
    [InlineData(0.25, 0.02, 0.91987602084893028)]
    [InlineData(0.25, 0.5, 0.59370885150521581)]
    [InlineData(0.25, 1.1, 0.39355331735043316)]
    [InlineData(0.25, 4, 0.13653431062012569)]
    [InlineData(0.25, 30, 0.018794587292217638)]
    [InlineData(0.25, 500, 0.0011283766282593826)]
    [InlineData(0.7, 1e-7, 0.61262636199239958)]
    [InlineData(0.7, 0.02, 0.60619413594599581)]
    [InlineData(0.7, 0.5, 0.4661266851480537)]
    [InlineData(0.7, 1.1, 0.34337539812248826)]
    [InlineData(0.7, 4, 0.13342836852272852)]
    [InlineData(0.7, 30, 0.018785689379263952)]
    [InlineData(0.7, 500, 0.001128374698758425)]
    [InlineData(1.3, 1e-7, 0.18451955297354704)]
    [InlineData(1.3, 0.02, 0.19014266057839854)]
    [InlineData(1.3, 0.5, 0.25265441811731198)]
    [InlineData(1.3, 1.1, 0.24326590542585402)]
    [InlineData(1.3, 4, 0.12536451236965099)]
    [InlineData(1.3, 30, 0.018760757639646876)]
    [InlineData(1.3, 500, 0.0011283692826506443)]
    [InlineData(2.6, 1e-7, 0.0011592408253949493)]
    [InlineData(2.6, 0.02, 0.0034834654631293003)]
    [InlineData(2.6, 0.5, 0.052885033769402816)]
    [InlineData(2.6, 1.1, 0.09159764379932472)]
    [InlineData(2.6, 4, 0.0994113377038662)]
    [InlineData(2.6, 30, 0.018656145839096217)]
    [InlineData(2.6, 500, 0.001128346400169152)]
    [InlineData(4.1, 1e-7, 5.377569851954992e-8)]
    [InlineData(4.1, 0.02, 0.00074272987315471057)]
    [InlineData(4.1, 0.5, 0.018213902645518448)]
    [InlineData(4.1, 1.1, 0.037393774806905445)]
    [InlineData(4.1, 4, 0.06983354764764222)]
    [InlineData(4.1, 30, 0.018452182663964221)]
    [InlineData(4.1, 500, 0.0011283010441471279)]
    [InlineData(5.98, 1e-7, 1.6490187521290602e-9)]
    [InlineData(5.98, 0.02, 0.00032979958093875716)]
    [InlineData(5.98, 0.5, 0.0081813968531103327)]
    [InlineData(5.98, 1.1, 0.017481837826624629)]
    [InlineData(5.98, 4, 0.044346134272631329)]
    [InlineData(5.98, 30, 0.018079451023385496)]
    [InlineData(5.98, 500, 0.0011282155302097418)]
    [InlineData(6.27, 1e-7, 1.4937173310847911e-9)]
    [InlineData(6.27, 0.02, 0.00029874011388020202)]
    [InlineData(6.27, 0.5, 0.0074166199933385597)]
    [InlineData(6.27, 1.1, 0.015892819359107618)]
    [InlineData(6.27, 4, 0.04148441682221272)]
    [InlineData(6.27, 30, 0.01801124392741935)]
    [InlineData(6.27, 500, 0.0011281995009479379)]
    [InlineData(7.8, 1e-7, 9.5119448559140507e-10)]
    [InlineData(7.8, 0.02, 0.00019023756793217802)]
    [InlineData(7.8, 0.5, 0.0047352974626329449)]
    [InlineData(7.8, 1.1, 0.010246738833127107)]
    [InlineData(7.8, 4, 0.029789376176817138)]
    [InlineData(7.8, 30, 0.01760867028536119)]
    [InlineData(7.8, 500, 0.0011281023781007592)]
    [InlineData(12.5, 1e-7, 3.6460445580978615e-10)]
    [InlineData(12.5, 0.02, 7.2920700166102196e-5)]
    [InlineData(12.5, 0.5, 0.0018200429040155893)]
    [InlineData(12.5, 1.1, 0.0039791251126359896)]
    [InlineData(12.5, 4, 0.013202706633432301)]
    [InlineData(12.5, 30, 0.016021217950921457)]
    [InlineData(12.5, 500, 0.0011276721223185945)]
    [InlineData(60, 1e-7, 1.5678467387475424e-11)]
    [InlineData(60, 0.02, 3.1356931287455405e-6)]
    [InlineData(60, 0.5, 7.8386888104109509e-5)]
    [InlineData(60, 1.1, 0.00017240513757584487)]
    [InlineData(60, 4, 0.0006243610627364633)]
    [InlineData(60, 30, 0.0037621835388243373)]
    [InlineData(60, 500, 0.0011123590977021559)]
    [InlineData(140, 1e-7, 2.878738606277348e-12)]
    [InlineData(140, 0.02, 5.7574770950341766e-7)]
    [InlineData(140, 0.5, 1.439350940791346e-5)]
    [InlineData(140, 1.1, 3.1664169542094317e-5)]
    [InlineData(140, 4, 0.00011505560454026267)]
    [InlineData(140, 30, 0.0008257001756742503)]
    [InlineData(140, 500, 0.0010463442905821337)]
    [InlineData(3000, 1e-7, 6.2687741953264404e-15)]
    [InlineData(3000, 0.02, 1.2537548390095657e-9)]
    [InlineData(3000, 0.5, 3.1343870105968807e-8)]
    [InlineData(3000, 1.1, 6.895650687776799e-8)]
    [InlineData(3000, 4, 2.5075052203417843e-7)]
    [InlineData(3000, 30, 1.8804442141033976e-6)]
    [InlineData(3000, 500, 3.0496739013029021e-5)]
    public void The_Voigt_profile_is_right_to_12_digits(double x, double y, double re)
    {
        // σ√2 = 1, so that z = x + iy.
        double fwhmGauss = 2 * Math.Sqrt(Math.Log(2)), area = Math.Sqrt(Math.PI);
        double[] value = new double[1], other = new double[1];
        LineShapes.Voigt.Add([x], [area, 0, fwhmGauss, 2 * y], value);
        LineShapes.Voigt.AddWithJacobian([x], [area, 0, fwhmGauss, 2 * y], other, new double[4]);
        Assert.Equal(re, value[0], 1e-12 * re);
        Assert.Equal(value[0], other[0]);
    }

    [Fact]
    public void A_Voigt_profile_between_its_limits_is_one_of_them()
    {
        double[] x = [.. Enumerable.Range(0, 60).Select(i => 0.1 * i)], y = new double[60], z = new double[60];
        LineShapes.Voigt.Add(x, [3, 2.5, 1.1, 0], y);
        LineShapes.Gaussian.Add(x, [3, 2.5, 1.1], z);
        Assert.All(y.Zip(z), v => Assert.Equal(v.Second, v.First, 1e-13));
        Array.Clear(y);
        Array.Clear(z);
        LineShapes.Voigt.Add(x, [3, 2.5, 1e-6, 1.1], y);
        LineShapes.Lorentzian.Add(x, [3, 2.5, 1.1], z);
        Assert.All(y.Zip(z), v => Assert.Equal(v.Second, v.First, 1e-10));
    }

    [Theory]
    [MemberData(nameof(AllNames))]
    public void Every_shape_passes_its_own_check_for_random_parameters(string name)
    {
        ILineShape shape = LineShapes.Find(name);
        var random = new Random(name.Length);
        for (int turn = 0; turn < 12; turn++)
        {
            double width = 0.05 + random.NextDouble();
            ILineShape[] forms = shape.Parameters[0].Role == ShapeParameterRole.Area
                ? [shape, new PeakDefinition { Shape = shape, Amplitude = AmplitudeForm.Height }.Line(), new PeakDefinition { Shape = shape, SecondLine = SecondLine.CopperKAlpha2 }.Line()]
                : [shape];
            foreach (ILineShape form in forms)
            {
                double[] p = Draw(form, random, width);
                IReadOnlyList<string> faults = LineShapeCheck.Run(form, p);
                Assert.True(faults.Count == 0, $"{form.Name} ({string.Join(", ", p)}): {string.Join(" ", faults)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllNames))]
    public void Every_shape_is_fitted_from_automatic_starts(string name)
    {
        ILineShape shape = LineShapes.Find(name);
        double[] x = [.. Enumerable.Range(0, 400).Select(i => 18 + (0.01 * i))], y = new double[400];
        double[] p = [.. shape.Parameters.Select(s => s.Role switch
        {
            ShapeParameterRole.Area => 100.0,
            ShapeParameterRole.Height => 300,
            ShapeParameterRole.Center => 20.1,
            ShapeParameterRole.Width => 0.25,
            ShapeParameterRole.PartialWidth => s.Name == "tau" ? 0.12 : 0.15,
            _ => s.Name switch { "eta" => 0.4, "m" => 2.2, "asymmetry" => 0.3, "inverseQ" => -0.2, _ => 3 },
        })];
        shape.Add(x, p, y);
        var random = new Random(3);
        for (int i = 0; i < y.Length; i++)
            y[i] += 20 + (2 * (random.NextDouble() - 0.5));
        FitResult fit = SpectrumSeries.Wrap(new Axis(x, AxisQuantity.TwoTheta, "deg"), y, 1).Fit(new PeakFitOptions { Peaks = [new() { Name = "p", Shape = shape, Center = Parameter.Between(19.5, 20.6) }], Background = new() { Degree = 0 } })[0].EnsureUsable();
        Assert.Equal(FitFlags.None, fit.Flags);
        for (int k = 0; k < p.Length; k++)
        {
            string full = $"p.{shape.Parameters[k].Name}";
            Assert.True(Math.Abs(fit[full] - p[k]) <= 4.5 * fit.StandardError(full), $"{full}: {fit[full]} ± {fit.StandardError(full)} against {p[k]}");
        }

        Assert.True(fit.StandardError("p.fwhm") > 0);
        Assert.Equal(shape.Fwhm(p, new double[p.Length]), fit["p.fwhm"], 5 * fit.StandardError("p.fwhm"));
        if (p[0] == 300)
        {
            Assert.True(double.IsNaN(fit["p.area"]));
            Assert.Equal(("no finite value", StandardErrorStatus.NotApplicable), (fit.MissingErrorReason("p.area"), fit.ErrorStatus("p.area")));
            Assert.Contains("integral over all x is not finite", Assert.Throws<OptionsException>(() => new PeakDefinition { Shape = shape, Area = 3 }.Validate()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Height_and_area_form_give_the_same_fit()
    {
        PeakFitOptions area = TestSeries.Model, height = area with { Peaks = [.. area.Peaks.Select(p => p with { Amplitude = AmplitudeForm.Height })] };
        FitSeries a = TestSeries.W2b(10).Fit(area), h = TestSeries.W2b(10).Fit(height);
        for (int row = 0; row < 10; row++)
        {
            foreach (string name in a.Model.ValueNames.Where(n => a[row].ErrorStatus(n) == StandardErrorStatus.Given))
            {
                Assert.Equal(a[row][name], h[row][name], 1e-5 * a[row].StandardError(name));
                Assert.Equal(1, h[row].StandardError(name) / a[row].StandardError(name), 1e-5);
            }
        }

        PeakFitOptions tied = height with { Ties = [new Tie { Parameter = "b.height", To = "a.height", Factor = 0.7 }] };
        FitResult fit = TestSeries.W2b(1).Fit(tied)[0];
        Assert.Equal(0.7 * fit["a.height"], fit["b.height"], 1e-9);
    }

    [Fact]
    public void The_check_finds_a_wrong_derivative_and_a_wrong_area()
    {
        Assert.Contains(LineShapeCheck.Run(new Wrong(2), 3, 1, 0.5), f => f.StartsWith("The derivative by fwhm", StringComparison.Ordinal));
        Assert.Contains(LineShapeCheck.Run(new Wrong(0), 3, 1, 0.5), f => f.StartsWith("The derivative by area", StringComparison.Ordinal));
        Assert.Contains(LineShapeCheck.Run(new Wrong(-1), 3, 1, 0.5), f => f.StartsWith("The area is 3, but the integral", StringComparison.Ordinal));
    }

    [Fact]
    public void A_shape_of_ones_own_is_named_in_recipes_through_a_catalogue()
    {
        var catalogue = new LineShapeCatalogue(new Wrong(5));
        var options = new PeakFitOptions { Peaks = [new() { Name = "p", Shape = new Wrong(5), Center = 20 }], Background = new() { Degree = 0 } };
        string json = catalogue.Fit.Options.ToJson(options);
        using var document = System.Text.Json.JsonDocument.Parse(json);
        PeakFitOptions read = catalogue.Fit.Options.Read(document.RootElement);
        Assert.IsType<Wrong>(read.Peaks[0].Shape);
        double[] x = [.. Enumerable.Range(0, 100).Select(i => 19 + (0.02 * i))], y = new double[100];
        LineShapes.Gaussian.Add(x, [5, 20.2, 0.4], y);
        FitSeries fits = catalogue.Fit.Run(SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, 1), new StepRequest<PeakFitOptions>(read));
        Assert.Equal(20.2, fits[0]["p.center"], 1e-6);
        Assert.Equal("peakfit.fit", catalogue.Steps[0].Operation);
        Assert.Throws<OptionsException>(() => PeakFitSteps.Fit.Run(SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, 1), new StepRequest<PeakFitOptions>(options)));
        Assert.Contains("Two line shapes are named gaussian", Assert.Throws<ArgumentException>(() => new LineShapeCatalogue(LineShapes.Gaussian)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_that_only_some_shapes_have_are_given_by_name()
    {
        var peak = new PeakDefinition { Name = "v", Shape = LineShapes.Voigt, Parameters = [new() { Name = "lorentzianFwhm", Value = 0.2, Vary = false }] };
        peak.Validate();
        Assert.Contains("no parameter 'eta'", Assert.Throws<OptionsException>(() => (peak with { Parameters = [new() { Name = "eta" }] }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("computed from gaussianFwhm and lorentzianFwhm", Assert.Throws<OptionsException>(() => (peak with { Fwhm = 2 }).Validate()).Message, StringComparison.Ordinal);
        double[] x = [.. Enumerable.Range(0, 200).Select(i => 19 + (0.01 * i))], y = new double[200];
        LineShapes.Voigt.Add(x, [5, 20.2, 0.1, 0.2], y);
        FitResult fit = SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, 1).Fit(new PeakFitOptions { Peaks = [peak], Background = new() { Degree = 0 } })[0];
        Assert.Equal(0.1, fit["v.gaussianFwhm"], 1e-6);
        Assert.Equal("fixed", fit.MissingErrorReason("v.lorentzianFwhm"));
    }

    private static double[] Draw(ILineShape shape, Random random, double width) => [.. shape.Parameters.Select(s => s.Role switch
    {
        ShapeParameterRole.Area or ShapeParameterRole.Height => 0.1 + (50 * random.NextDouble()),
        ShapeParameterRole.Center => 40 + (20 * random.NextDouble()),
        ShapeParameterRole.Width => width,
        ShapeParameterRole.PartialWidth => width * (0.1 + (0.8 * random.NextDouble())) * (s.Name == "tau" && random.Next(2) == 0 ? -1 : 1),
        _ => s.Name == "m" ? 0.8 + (8 * random.NextDouble()) : (0.9 * random.NextDouble() * (s.Maximum - Math.Max(s.Minimum, -3))) + Math.Max(s.Minimum, -3) + 0.01 is var v && v > 3 ? 3 : v,
    })];

    /// <summary>A Gaussian with a fault in the derivative by one parameter, or with a wrong area for −1.</summary>
    private sealed class Wrong(int parameter) : ILineShape
    {
        public string Name => "wrong";

        public IReadOnlyList<ShapeParameter> Parameters => LineShapes.Gaussian.Parameters;

        public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) => AddWithJacobian(x, parameters, y, new double[3 * x.Length]);

        public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian)
        {
            LineShapes.Gaussian.AddWithJacobian(x, [parameters[0] * (parameter == -1 ? 1.01 : 1), parameters[1], parameters[2]], y, jacobian);
            for (int i = 0; i < x.Length; i++)
            {
                if (parameter == -1)
                    jacobian[i] *= 1.01;
                else if (parameter < 3)
                    jacobian[(parameter * x.Length) + i] *= 1 + 1e-4;
            }
        }

        public double Height(ReadOnlySpan<double> parameters, Span<double> gradient) => LineShapes.Gaussian.Height(parameters, gradient);
    }

    private static double[] Parameters(ILineShape shape, double area, double center, double fwhm, double eta) =>
        shape.Parameters.Count == 4 ? [area, center, fwhm, eta] : [area, center, fwhm];
}
