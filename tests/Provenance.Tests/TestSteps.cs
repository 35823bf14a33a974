using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Provenance.Tests;

public sealed record ReadOptions
{
    public static OptionSet<ReadOptions> Set { get; } = OptionSet.For(new ReadOptions())
        .Number("scale", o => o.Scale, (o, v) => o with { Scale = v }, new("Scale", "Factor on every value."));

    public double Scale { get; init; } = 1;
}

public enum ScaleMode
{
    Multiply,
    DivideBy,
}

public sealed record ScaleLimits
{
    public static OptionSet<ScaleLimits> Set { get; } = OptionSet.For(new ScaleLimits())
        .Number("min", o => o.Min, (o, v) => o with { Min = v }, new("Smallest", "Lower limit."))
        .OptionalNumber("max", o => o.Max, (o, v) => o with { Max = v }, new("Largest", "Upper limit.") { NullMeaning = "no limit" })
        .Rule(o => o.Max < o.Min ? "max must not be below min." : null);

    public double Min { get; init; } = -1e300;

    public double? Max { get; init; }
}

public sealed record ScaleOptions
{
    public static OptionSet<ScaleOptions> Set { get; } = OptionSet.For(new ScaleOptions())
        .Number("factor", o => o.Factor, (o, v) => o with { Factor = v }, new("Factor", "Factor on every value.") { Minimum = 0, MinimumExcluded = true, Maximum = 1e9, Scale = OptionScale.Logarithmic })
        .Number("offset", o => o.Offset, (o, v) => o with { Offset = v }, new("Offset", "Added afterwards.") { Unit = "intensity" })
        .Integer("repeats", o => o.Repeats, (o, v) => o with { Repeats = v }, new("Repeats", "How often.") { Minimum = 1, Maximum = 10 })
        .Choice("mode", o => o.Mode, (o, v) => o with { Mode = v }, new("Mode", "What is done with the factor."))
        .Boolean("round", o => o.Round, (o, v) => o with { Round = v }, new("Round", "Whether to round."))
        .Text("note", o => o.Note, (o, v) => o with { Note = v }, new("Note", "Free text."))
        .Group("limits", o => o.Limits, (o, v) => o with { Limits = v }, ScaleLimits.Set, new("Limits", "Where values are cut."))
        .GroupList("windows", o => o.Windows, (o, v) => o with { Windows = v }, ScaleLimits.Set, new("Windows", "Unused windows."))
        .NumberList("weights", o => o.Weights, (o, v) => o with { Weights = v }, new("Weights", "Unused weights.") { Minimum = 0 });

    public double Factor { get; init; } = 1;

    public double Offset { get; init; }

    public int Repeats { get; init; } = 1;

    public ScaleMode Mode { get; init; }

    public bool Round { get; init; }

    public string Note { get; init; } = string.Empty;

    public ScaleLimits Limits { get; init; } = new();

    public IReadOnlyList<ScaleLimits> Windows { get; init; } = [];

    public IReadOnlyList<double> Weights { get; init; } = [];
}

public sealed record NoOptions
{
    public static OptionSet<NoOptions> Set { get; } = OptionSet.For(new NoOptions());
}

public sealed record WriteOptions
{
    public static OptionSet<WriteOptions> Set { get; } = OptionSet.For(new WriteOptions())
        .Text("file", o => o.File, (o, v) => o with { File = v }, new("File", "Name of the file; must be given."))
        .Rule(o => o.File.Length == 0 ? "file must be given." : null);

    public string File { get; init; } = string.Empty;
}

/// <summary>A row-wise result with a series for the next step.</summary>
public sealed class ScaleResult(SpectrumSeries series, RowStatus[] statuses, IReadOnlyList<StepWarning> warnings) : ISeriesResult, IBatchResult
{
    public SpectrumSeries Series { get; } = series;

    public int Count => statuses.Length;

    public IReadOnlyList<StepWarning> Warnings { get; } = warnings;

    public RowStatus StatusOf(int row) => statuses[row];
}

/// <summary>Steps that only these tests know: the package knows none.</summary>
internal static class TestSteps
{
    public static Step<InputPath, ReadOptions, SpectrumSeries> Read { get; } = new("test.read", 1, ReadOptions.Set, ReadAsync)
    {
        Title = "Read",
        Description = "Reads lines of numbers: the first line is the axis, every other one a row. A folder is read file by file.",
    };

    public static Step<SpectrumSeries, ScaleOptions, ScaleResult> Scale { get; } = new("test.scale", 2, ScaleOptions.Set, RunScale)
    {
        Title = "Scale",
        Description = "Multiplies rows.",
    };

    public static Step<SpectrumSeries, NoOptions, ResultTable> Sum { get; } = new("test.sum", 1, NoOptions.Set, RunSum)
    {
        Title = "Sum",
        Description = "Adds up each row.",
    };

    public static Step<IResultTable, WriteOptions, FileRef> WriteTable { get; } = new("write.table", 1, WriteOptions.Set, WriteTableAsync) { Title = "Write", Description = "Writes a table." };

    public static Step<SpectrumSeries, WriteOptions, FileRef> WriteSeries { get; } = new("write.series", 1, WriteOptions.Set, WriteSeriesAsync) { Title = "Write", Description = "Writes a series." };

    public static Step<SpectrumSeries, NoOptions, SpectrumSeries> Fail { get; } = new("test.fail", 1, NoOptions.Set, RunFail);

    public static Step<SpectrumSeries, NoOptions, ScaleResult> Outer { get; } = new("test.outer", 1, NoOptions.Set, (series, _, scope, ct) => Scale.Run(series, new(new ScaleOptions { Factor = 2 }), scope.Context, ct));

    public static IReadOnlyList<IStep> All { get; } = [Read, Scale, Sum, WriteTable, WriteSeries, Fail, Outer];

    public static StepCatalogue Catalogue { get; } = new(All);

    public static SpectrumSeries MakeSeries(int rows, int points = 5)
    {
        double[] x = [.. Enumerable.Range(0, points).Select(i => 17 + (0.5 * i))];
        double[] y = [.. Enumerable.Range(0, rows * points).Select(i => 1 + (0.1 * ((i * 7) % 23)))];
        return SpectrumSeries.Wrap(new Axis(x, AxisQuantity.TwoTheta, "deg"), y, rows);
    }

    public static string Text(SpectrumSeries series)
    {
        var text = new StringBuilder();
        text.AppendJoin(' ', series.Axis.Values.ToArray().Select(v => v.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        for (int row = 0; row < series.Count; row++)
            text.AppendJoin(' ', series[row].ToArray().Select(v => v.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        return text.ToString();
    }

    private static async ValueTask<SpectrumSeries> ReadAsync(InputPath input, StepRequest<ReadOptions> request, StepScope scope, CancellationToken ct)
    {
        string[] files = Directory.Exists(input.Path) ? [.. Directory.GetFiles(input.Path).Order(StringComparer.Ordinal)] : [input.Path];
        double[]? axis = null;
        var values = new List<double>();
        foreach (string file in files)
        {
            byte[] bytes = await File.ReadAllBytesAsync(file, ct).ConfigureAwait(false);
            scope.Use(new FileRef(file, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length, "text/plain"));
            string[] lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            axis ??= Numbers(lines[0]);
            foreach (string line in lines[1..])
                values.AddRange(Numbers(line).Select(v => v * request.Options.Scale));
        }

        scope.Warn(new StepWarning("read_note", $"read {files.Length} files."));
        return SpectrumSeries.Wrap(new Axis(axis!, AxisQuantity.TwoTheta, "deg"), values.ToArray(), values.Count / axis!.Length);
    }

    private static SpectrumSeries RunFail(SpectrumSeries series, StepRequest<NoOptions> request, StepScope scope, CancellationToken ct) =>
        throw new DataMismatchException("this step always fails.");

    private static double[] Numbers(string line) => [.. line.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];

    private static ScaleResult RunScale(SpectrumSeries series, StepRequest<ScaleOptions> request, StepScope scope, CancellationToken ct)
    {
        var y = new double[series.Count * series.Length];
        var statuses = new RowStatus[series.Count];
        RowScheduler.Run(
            new RowPlan(series.Count, scope.Operation),
            scope.Context,
            () => new double[series.Length],
            (row, scratch) =>
            {
                Span<double> target = y.AsSpan(row * series.Length, series.Length);
                if (request.OptionsFor(series.SourceRow(row)) is not { } options)
                {
                    target.Fill(double.NaN);
                    statuses[row] = RowStatus.Excluded;
                    return false;
                }

                series[row].CopyTo(scratch);
                for (int repeat = 0; repeat < options.Repeats; repeat++)
                {
                    for (int i = 0; i < scratch.Length; i++)
                    {
                        double scaled = options.Mode == ScaleMode.Multiply ? scratch[i] * options.Factor : scratch[i] / options.Factor;
                        scratch[i] = Math.Clamp(scaled + options.Offset, options.Limits.Min, options.Limits.Max ?? double.MaxValue);
                    }
                }

                scratch.CopyTo(target);
                return true;
            },
            ct);
        IReadOnlyList<StepWarning> warnings = request.Options.Factor > 1000 ? [new StepWarning("large_factor", "the factor is large.")] : [];
        return new ScaleResult(series.WithIntensity(y, default), statuses, warnings);
    }

    private static ResultTable RunSum(SpectrumSeries series, StepRequest<NoOptions> request, StepScope scope, CancellationToken ct)
    {
        var sums = new double[series.Count];
        for (int row = 0; row < sums.Length; row++)
        {
            foreach (double value in series[row])
                sums[row] += value;
        }

        return new ResultTable("sums", [new TextColumn("label", [.. Enumerable.Range(0, series.Count).Select(series.Label)]), new NumberColumn("sum", "counts", sums)]);
    }

    private static async ValueTask<FileRef> WriteTableAsync(IResultTable table, StepRequest<WriteOptions> request, StepScope scope, CancellationToken ct)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', table.Columns.Select(c => c.Name)).Append('\n');
        for (int row = 0; row < table.RowCount; row++)
            text.AppendJoin(',', table.Columns.Select(c => c.Text(row))).Append('\n');
        return await WriteAsync(text.ToString(), request.Options.File, "text/csv", scope, ct).ConfigureAwait(false);
    }

    private static ValueTask<FileRef> WriteSeriesAsync(SpectrumSeries series, StepRequest<WriteOptions> request, StepScope scope, CancellationToken ct) =>
        WriteAsync(Text(series), request.Options.File, "text/plain", scope, ct);

    private static async ValueTask<FileRef> WriteAsync(string text, string name, string mediaType, StepScope scope, CancellationToken ct)
    {
        string path = scope.OutputFolder is null ? name : Path.Combine(scope.OutputFolder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        await File.WriteAllBytesAsync(path, bytes, ct).ConfigureAwait(false);
        var file = new FileRef(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length, mediaType);
        scope.Produce(file);
        return file;
    }
}

/// <summary>A clock that advances by one second whenever it is read.</summary>
internal sealed class FixedClock : TimeProvider
{
    private long _reads;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddSeconds(Interlocked.Increment(ref _reads) - 1);

    public override long GetTimestamp() => 0;
}

/// <summary>A new folder that is removed at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("bigmap-test-").FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public string Write(string relative, string text)
    {
        string path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
