using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>A number that a sweep takes from every run.</summary>
/// <param name="Name">Name of its column.</param>
/// <param name="Unit">Unit symbol; empty for a pure number.</param>
/// <param name="Compute">Takes it from a run on the chosen rows.</param>
public sealed record KeyFigure(string Name, string Unit, Func<RecipeRun, double> Compute);

/// <summary>What a sweep found.</summary>
/// <param name="Table">
/// One row per value (or pair of values): the value(s), <c>rows_ok</c>, <c>rows_failed</c> of the last step with a status per row, the key figures,
/// and <c>problem</c> where a value could not be run. The same bits for any number of threads.
/// </param>
/// <param name="Elapsed">Time of each, by the clock of the context; apart from the table because it is never the same twice.</param>
public sealed record SweepResult(ResultTable Table, IReadOnlyList<TimeSpan> Elapsed);

/// <summary>Runs a recipe on chosen rows for every value of one or two options.</summary>
public static class ParameterSweep
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs the sweep. Only the steps that depend on the value are run again for each.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="input">As for <see cref="RecipePreview.OpenAsync"/>.</param>
    /// <param name="sourceRows">The chosen source rows.</param>
    /// <param name="axes">One or two options; of two, the second runs fastest.</param>
    /// <param name="figures">Key figures; their names must be distinct.</param>
    /// <param name="context">Threads, progress (one step named <c>sweep</c>), clock; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The table.</returns>
    /// <exception cref="OptionsException">A value is not allowed, or there is no such option; found before anything is computed.</exception>
    /// <exception cref="RecipeException">A setter made options that cannot be used; found before anything is computed.</exception>
    /// <exception cref="ArgumentException">Not one or two axes, or two columns of the same name.</exception>
    /// <example><code>
    /// SweepResult sweep = await ParameterSweep.RunAsync(
    ///     recipe, series, [0, 75, 149],
    ///     [SweepAxis.Option("flat", "lambda", SweepAxis.LogRange(1e3, 1e9, 7))],
    ///     [new KeyFigure("chi", "", run => run.Result&lt;FitSeries&gt;("fit").Numbers("reduced_chi_square").Values.Span[0])]);
    /// Console.WriteLine(sweep.Table);
    /// </code></example>
    public static async Task<SweepResult> RunAsync(
        Recipe recipe,
        object input,
        IReadOnlyList<int> sourceRows,
        IReadOnlyList<SweepAxis> axes,
        IReadOnlyList<KeyFigure> figures,
        AnalysisContext? context = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(figures);
        if (axes.Count is not (1 or 2))
            throw new ArgumentException("A sweep has one or two axes.", nameof(axes));
        string[] names = [.. axes.Select(a => a.Name), "rows_ok", "rows_failed", .. figures.Select(f => f.Name), "problem"];
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length)
            throw new ArgumentException($"Two columns would have the same name: {string.Join(", ", names)}.", nameof(figures));
        context ??= AnalysisContext.Default;
        int inner = axes.Count == 2 ? axes[1].Count : 1;
        var recipes = new Recipe[axes[0].Count * inner];
        for (int i = 0; i < recipes.Length; i++)
        {
            Recipe changed = axes[0].Apply(recipe, i / inner);
            recipes[i] = axes.Count == 2 ? axes[1].Apply(changed, i % inner) : changed;
        }

        RecipePreview preview = RecipePreview.Create(recipe, input, sourceRows, context with { Progress = null });
        long reported = context.Time.GetTimestamp();
        var cells = new Cells(recipes.Length, figures.Count);
        for (int i = 0; i < recipes.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long began = context.Time.GetTimestamp();
            try
            {
                await preview.UpdateAsync(recipes[i], cancellationToken).ConfigureAwait(false);
                cells.Fill(i, preview.Run, figures);
            }
            catch (AnalysisException e)
            {
                cells.Fail(i, sourceRows.Count, e.Message);
            }

            cells.Elapsed[i] = context.Time.GetElapsedTime(began);
            if (i + 1 == recipes.Length || context.Time.GetElapsedTime(reported) >= ProgressInterval)
            {
                reported = context.Time.GetTimestamp();
                context.Progress?.Report(new BatchProgress(i + 1, cells.Failures, recipes.Length, "sweep"));
            }
        }

        int[] index = [.. Enumerable.Range(0, recipes.Length)];
        var columns = new List<TableColumn> { axes[0].Column([.. index.Select(i => i / inner)]) };
        if (axes.Count == 2)
            columns.Add(axes[1].Column([.. index.Select(i => i % inner)]));
        cells.AddColumns(columns, figures);
        return new SweepResult(new ResultTable("sweep", columns), cells.Elapsed);
    }

    private sealed class Cells(int rows, int figures)
    {
        private readonly long[] _ok = new long[rows];
        private readonly long[] _failed = new long[rows];
        private readonly double[][] _figures = [.. Enumerable.Range(0, figures).Select(_ => new double[rows])];
        private readonly string[] _problems = [.. Enumerable.Repeat(string.Empty, rows)];

        public TimeSpan[] Elapsed { get; } = new TimeSpan[rows];

        public int Failures { get; private set; }

        public void Fill(int row, RecipeRun run, IReadOnlyList<KeyFigure> keyFigures)
        {
            StepRun? batch = run.LastBatch;
            _ok[row] = batch is null ? IntegerColumn.Missing : batch.Rows - batch.Failed;
            _failed[row] = batch?.Failed ?? IntegerColumn.Missing;
            for (int i = 0; i < keyFigures.Count; i++)
                _figures[i][row] = keyFigures[i].Compute(run);
        }

        // One value that cannot be run, e.g. a trim outside the data, does not stop the others.
        public void Fail(int row, int sourceRows, string problem)
        {
            Failures++;
            _ok[row] = 0;
            _failed[row] = sourceRows;
            foreach (double[] figure in _figures)
                figure[row] = double.NaN;
            _problems[row] = problem;
        }

        public void AddColumns(List<TableColumn> columns, IReadOnlyList<KeyFigure> keyFigures)
        {
            columns.Add(new IntegerColumn("rows_ok", _ok));
            columns.Add(new IntegerColumn("rows_failed", _failed));
            for (int i = 0; i < keyFigures.Count; i++)
                columns.Add(new NumberColumn(keyFigures[i].Name, keyFigures[i].Unit, _figures[i]));
            columns.Add(new TextColumn("problem", _problems));
        }
    }
}
