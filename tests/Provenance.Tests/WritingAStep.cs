using System.Text;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Provenance.Tests;

// The code of docs/writing-a-step.md; DocsTests checks that both are the same.

/// <summary>How rows are scaled to a common area.</summary>
public sealed record AreaOptions
{
    /// <summary>The one description: recipe JSON, JSON Schema, panels and validation come from it.</summary>
    public static OptionSet<AreaOptions> Set { get; } = OptionSet.For(new AreaOptions())
        .Number("area", o => o.Area, (o, v) => o with { Area = v }, new("Area", "Area that every row gets.")
        {
            Unit = "intensity*axis",
            Minimum = 0,
            MinimumExcluded = true,
            Scale = OptionScale.Logarithmic,
        })
        .OptionalNumber("from", o => o.From, (o, v) => o with { From = v }, new("From", "Lower end of the area.") { Unit = "axis", NullMeaning = "the start of the data" })
        .OptionalNumber("to", o => o.To, (o, v) => o with { To = v }, new("To", "Upper end of the area.") { Unit = "axis", NullMeaning = "the end of the data" })
        .Rule(o => o.From >= o.To ? "from must be below to." : null);

    /// <summary>Area that every row gets. Default 1.</summary>
    public double Area { get; init; } = 1;

    /// <summary>Lower end of the area, in the axis unit; null for the start of the data.</summary>
    public double? From { get; init; }

    /// <summary>Upper end of the area, in the axis unit; null for the end of the data.</summary>
    public double? To { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    public void Validate() => Set.Validate(this);
}

/// <summary>Scales one row; made once for an axis, allocates nothing afterwards.</summary>
public sealed class AreaScaler(Axis axis)
{
    /// <summary>Scales a row so that its trapezoidal area is <see cref="AreaOptions.Area"/>.</summary>
    public RowStatus Scale(ReadOnlySpan<double> y, AreaOptions options, Span<double> scaled, out double factor)
    {
        ReadOnlySpan<double> x = axis.Values;
        (int start, int length) = axis.IndexRange(options.From ?? axis.First, options.To ?? axis.Last).GetOffsetAndLength(axis.Length);
        double area = 0;
        for (int i = start + 1; i < start + length; i++)
            area += 0.5 * (y[i] + y[i - 1]) * (x[i] - x[i - 1]);
        factor = options.Area / area;
        RowStatus status = length < 2 ? RowStatus.TooFewPoints : double.IsFinite(factor) ? RowStatus.Ok : RowStatus.NotFinite;
        if (status != RowStatus.Ok)
            factor = double.NaN;
        for (int i = 0; i < y.Length; i++)
            scaled[i] = y[i] * factor;
        return status;
    }
}

/// <summary>Scaled rows: a series for the next step, a status per row, a table to write.</summary>
public sealed class ScaledSeries : ISeriesResult, IBatchResult, IResultTable
{
    private readonly RowStatus[] _statuses;

    internal ScaledSeries(SpectrumSeries series, RowStatus[] statuses, double[] factors)
    {
        Series = series;
        _statuses = statuses;
        Columns =
        [
            new TextColumn("label", [.. Enumerable.Range(0, series.Count).Select(series.Label)]),
            new StatusColumn("status", statuses),
            new NumberColumn("factor", string.Empty, factors),
        ];
    }

    public SpectrumSeries Series { get; }

    public string Name => "areas";

    public IReadOnlyList<TableColumn> Columns { get; }

    public int Count => _statuses.Length;

    public int RowCount => Count;

    public IReadOnlyList<StepWarning> Warnings => [];

    public RowStatus StatusOf(int row) => _statuses[row];
}

/// <summary>The steps of this package.</summary>
public static class AreaSteps
{
    /// <summary>Scales every row to one area.</summary>
    public static Step<SpectrumSeries, AreaOptions, ScaledSeries> ToArea { get; } = new("normalise.area", 1, AreaOptions.Set, Run)
    {
        Title = "Scale to area",
        Description = "Multiplies every row so that its area is the same.",
    };

    /// <summary>Every step, for catalogues.</summary>
    public static IReadOnlyList<IStep> All { get; } = [ToArea, TextFile.Step];

    private static ScaledSeries Run(SpectrumSeries series, StepRequest<AreaOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        var y = new double[series.Count * series.Length];
        var variance = new double[series.HasVariance ? y.Length : 0];
        var statuses = new RowStatus[series.Count];
        var factors = new double[series.Count];
        RowScheduler.Run(
            new RowPlan(series.Count, scope.Operation),
            scope.Context,
            () => new AreaScaler(series.Axis),
            (row, scaler) =>
            {
                Span<double> scaled = y.AsSpan(row * series.Length, series.Length);
                if (request.OptionsFor(series.SourceRow(row)) is { } options)
                {
                    statuses[row] = scaler.Scale(series[row], options, scaled, out factors[row]);
                }
                else
                {
                    // A person excluded this row.
                    statuses[row] = RowStatus.Excluded;
                    factors[row] = double.NaN;
                    scaled.Fill(double.NaN);
                }

                for (int i = 0; i < series.Variance(row).Length; i++)
                    variance[(row * series.Length) + i] = series.Variance(row)[i] * factors[row] * factors[row];
                return statuses[row].IsUsable();
            },
            cancellationToken);
        return new ScaledSeries(series.WithIntensity(y, variance), statuses, factors);
    }
}

/// <summary>The direct call: the same step, so the same numbers and the same record.</summary>
public static class AreaExtensions
{
    /// <summary>Scales every row to one area.</summary>
    public static ScaledSeries ScaleToArea(this SpectrumSeries series, AreaOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        AreaSteps.ToArea.Run(series, new(options ?? new AreaOptions()), context, cancellationToken);
}

/// <summary>Where a table is written.</summary>
public sealed record TextFileOptions
{
    public static OptionSet<TextFileOptions> Set { get; } = OptionSet.For(new TextFileOptions())
        .Text("file", o => o.File, (o, v) => o with { File = v }, new("File", "Name of the file, in the output folder."))
        .Rule(o => o.File.Length == 0 ? "file must be given." : null);

    public string File { get; init; } = string.Empty;
}

/// <summary>A step that writes: its output is a <see cref="FileRef"/>, and it tells the record so.</summary>
public static class TextFile
{
    public static Step<IResultTable, TextFileOptions, FileRef> Step { get; } = new("example.write-text", 1, TextFileOptions.Set, WriteAsync)
    {
        Title = "Write text",
        Description = "Writes a table as text.",
    };

    private static async ValueTask<FileRef> WriteAsync(IResultTable table, StepRequest<TextFileOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        for (int row = 0; row < table.RowCount; row++)
            text.AppendJoin(' ', table.Columns.Select(c => c.Text(row))).Append('\n');
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());

        string path = Path.Combine(scope.OutputFolder ?? string.Empty, request.Options.File);
        FileRef file = await OutputFile.WriteAsync(path, bytes, "text/plain", cancellationToken).ConfigureAwait(false);
        scope.Produce(file);
        return file;
    }
}

public class WritingAStepTests
{
    [Fact]
    public async Task TheExampleRunsInARecipeAndIsReplayed()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(4)));
        var catalogue = new StepCatalogue(TestSteps.All, AreaSteps.All);
        Recipe recipe = Recipe.Parse("""
            {
              "format": "bigmap-recipe/1",
              "name": "areas",
              "steps": [
                { "id": "read", "operation": "test.read", "version": 1 },
                { "id": "norm", "operation": "normalise.area", "version": 1,
                  "options": { "area": 100, "from": 17.5 },
                  "overrides": [ { "row": 2, "exclude": true, "reason": "shutter closed" } ] },
                { "id": "areas.txt", "operation": "example.write-text", "version": 1, "options": { "file": "areas.txt" } }
              ]
            }
            """, catalogue);
        var recorder = new ProvenanceRecorder("areas");
        RecipeRun run = await recipe.RunAsync(input, new StepEnvironment(recorder.Context, folder.Path));
        await recorder.SaveAsync(folder["provenance.json"]);
        Assert.True((await Replay.RunAsync(folder["provenance.json"], catalogue, new ReplayOptions { OutputFolder = folder["again"] })).IsIdentical);

        ScaledSeries direct = TestSteps.MakeSeries(4).ScaleToArea(new AreaOptions { Area = 100, From = 17.5 });
        Assert.Equal(direct.Series[1].ToArray(), run.Result<SpectrumSeries>("norm")[1].ToArray());
        Assert.Equal(RowStatus.Excluded, run.Result<ScaledSeries>("norm").StatusOf(2));
        Assert.Equal(100, Area(direct.Series, 1), 1e-10);

        static double Area(SpectrumSeries series, int row)
        {
            double area = 0;
            for (int i = 2; i < series.Length; i++)
                area += 0.5 * (series[row][i] + series[row][i - 1]) * (series.Axis.Values[i] - series.Axis.Values[i - 1]);
            return area;
        }
    }

    [Fact]
    public void TheKernelAllocatesNothingAndBadRowsGetAStatus()
    {
        SpectrumSeries series = TestSteps.MakeSeries(2);
        var scaler = new AreaScaler(series.Axis);
        var scaled = new double[series.Length];
        var options = new AreaOptions();
        scaler.Scale(series[0], options, scaled, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        scaler.Scale(series[0], options, scaled, out double factor);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(RowStatus.NotFinite, scaler.Scale(new double[series.Length], options, scaled, out factor));
        Assert.True(double.IsNaN(factor) && double.IsNaN(scaled[0]));
        Assert.Equal(RowStatus.TooFewPoints, scaler.Scale(series[0], new AreaOptions { From = 99, To = 100 }, scaled, out _));
        Assert.Throws<OptionsException>(() => new AreaOptions { Area = 0 }.Validate());
    }
}
