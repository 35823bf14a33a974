using System.Text.Json;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>A derived quantity against values of simulations.</summary>
public class ComparisonTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 120).Select(i => 800 + (0.8 * i))];

    private static readonly double[] Concentration = [0.5, 1.0, 1.0, 1.5, 2.0];

    private static readonly ComparisonOptions Options = new()
    {
        Value = "cn",
        Against = "concentration",
        Computed =
        [
            new() { At = 0.5, Value = 0.3, StandardError = 0.01, Label = "a" },
            new() { At = 1.0, Value = 0.4, StandardError = 0.01, Label = "a" },
            new() { At = 1.5, Value = 0.9, StandardError = 0.01, Label = "a" },
            new() { At = 2.0, Value = 0.5, Label = "b" },
            new() { At = 3.0, Value = 0.5, Label = "b" },
        ],
    };

    [Fact]
    public void Differences_in_standard_errors_and_their_verdicts()
    {
        FitSeries fits = Made();
        ComparisonTable table = fits.Compare(Options);
        Assert.Equal([0, 1, 2, 3, 4, -1], table.Points.Select(p => p.SourceRow));
        Assert.Equal([Agreement.Agrees, Agreement.Agrees, Agreement.Agrees, Agreement.Differs, Agreement.NotComparable, Agreement.NoMatch], table.Points.Select(p => p.Agreement));
        for (int i = 0; i < 4; i++)
        {
            ComparedPoint point = table.Points[i];
            double error = fits[point.SourceRow].StandardError("cn");
            Assert.Equal(fits[point.SourceRow]["cn"], point.Measured);
            Assert.Equal((point.Measured - point.Computed) / Math.Sqrt((error * error) + 1e-4), point.Z, 1e-12);
            Assert.Equal(point.Measured - point.Computed, table.Numbers("difference")[i], 1e-15);
            Assert.Equal(Math.Sqrt((error * error) + 1e-4), table.Numbers("difference").StandardErrors.Span[i], 1e-15);
        }

        Assert.Equal(table.Points.Take(4).Sum(p => p.Z * p.Z), table.ChiSquare, 1e-12);
        Assert.Equal(4, table.Degrees);
        Assert.True(table.Probability < 1e-6);
        Assert.Equal(StandardErrorStatus.NoResult, table.Numbers("measured").ErrorStatusOf(4));
        Assert.Equal("no_match", table.Column("agreement").Text(5));
        Assert.Equal("mol/l", table.Numbers("at").Unit);
    }

    [Fact]
    public void Rows_are_matched_by_number_where_no_column_is_named_and_excluded_ones_are_left_out()
    {
        FitSeries fits = Made();
        ComparisonOptions byRow = Options with { Against = string.Empty, Computed = [new() { At = 1, Value = 0.4 }, new() { At = 2, Value = 0.4 }] };
        Assert.Equal([1, 2], fits.Compare(byRow).Points.Select(p => p.SourceRow));
        ComparisonTable without = PeakFitSteps.Compare.Run(fits, new StepRequest<ComparisonOptions>(byRow, [new RowOverride(2, null, "bubble")]));
        Assert.Equal([Agreement.Agrees, Agreement.NoMatch], without.Points.Select(p => p.Agreement));
    }

    [Fact]
    public void Options_survive_json_and_faults_are_named()
    {
        using JsonDocument document = JsonDocument.Parse(ComparisonOptions.Set.ToJson(Options));
        Assert.Equal(ComparisonOptions.Set.ToJson(Options), ComparisonOptions.Set.ToJson(ComparisonOptions.Set.Read(document.RootElement)));
        Assert.Throws<OptionsException>((Options with { Value = string.Empty }).Validate);
        Assert.Throws<OptionsException>((Options with { Computed = [] }).Validate);
        Assert.Throws<OptionsException>((Options with { Computed = [new() { StandardError = -1 }] }).Validate);
        Assert.Contains("the values are", Assert.Throws<DataMismatchException>(() => Made().Compare(Options with { Value = "nothing" })).Message);
        Assert.Contains("concentration", Assert.Throws<DataMismatchException>(() => Made().Compare(Options with { Against = "pressure" })).Message);
    }

    private static FitSeries Made()
    {
        var random = new Random(12);
        double[] cn = [0.3, 0.4, 0.4, 0.45, 0.5];
        double[] y = [.. Enumerable.Range(0, 5).SelectMany(r => X.Select(x => r == 4 && x > 850 ? double.NaN
            : 1 + ScalarShapes.Value("gaussian", x, 10 * cn[r], 835, 14) + ScalarShapes.Value("gaussian", x, 10 * (1 - cn[r]), 862, 12) + (0.01 * (random.NextDouble() - 0.5))))];
        return SpectrumSeries.Wrap(new Axis(X, AxisQuantity.Wavenumber, "cm^-1"), y, 5, new SeriesAttributes { Columns = [new NumberColumn("concentration", "mol/l", Concentration)] }).Fit(new PeakFitOptions
        {
            Peaks = [new() { Name = "free", Shape = LineShapes.Gaussian, Center = Parameter.Between(825, 845) }, new() { Name = "bound", Shape = LineShapes.Gaussian, Center = Parameter.Between(852, 872) }],
            Derived = [new() { Name = "cn", Of = ["free.area"], Over = ["free.area", "bound.area"] }],
        });
    }
}
