using BigMap.Analysis.Numerics;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>What one participant found.</summary>
/// <param name="Participant">Laboratory, analyst or recipe.</param>
/// <param name="Value">The value; NaN when there is none, which leaves the participant out.</param>
/// <param name="StandardError">Its standard error; NaN when it is not known.</param>
public sealed record RoundRobinEntry(string Participant, double Value, double StandardError = double.NaN);

/// <summary>A participant of a round robin over one data set.</summary>
/// <param name="Name">Laboratory or analyst.</param>
/// <param name="Recipe">The recipe.</param>
/// <param name="Result">Takes the table to compare from the run.</param>
public sealed record RoundRobinParticipant(string Name, Recipe Recipe, Func<RecipeRun, IResultTable> Result);

/// <summary>How participants agree about one quantity.</summary>
/// <remarks>Immutable, thread-safe. Numbers that need more participants or standard errors than there are, are NaN.</remarks>
public sealed record RoundRobinResult
{
    /// <summary>Participants with a value.</summary>
    public required IReadOnlyList<RoundRobinEntry> Entries { get; init; }

    /// <summary>Mean x̄ = Σ xᵢ / n.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard deviation √(Σ (xᵢ − x̄)² / (n − 1)).</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Median.</summary>
    public required double Median { get; init; }

    /// <summary>Robust standard deviation, 1.4826 · median |xᵢ − median|.</summary>
    public required double RobustStandardDeviation { get; init; }

    /// <summary>Weighted mean Σ wᵢ xᵢ / Σ wᵢ, wᵢ = 1/uᵢ²; NaN unless every participant has a standard error.</summary>
    public required double WeightedMean { get; init; }

    /// <summary>Its standard error from the errors that the participants stated, 1/√(Σ wᵢ).</summary>
    public required double WeightedMeanError { get; init; }

    /// <summary>Birge ratio √(Σ wᵢ (xᵢ − weighted mean)² / (n − 1)): about 1 when the stated errors explain the spread, larger when they are too small.</summary>
    public required double BirgeRatio { get; init; }

    /// <summary>Standard deviation between participants after DerSimonian and Laird, τ² = max(0, (Q − (n − 1)) / (Σ wᵢ − Σ wᵢ²/Σ wᵢ)).</summary>
    public required double DerSimonianLairdTau { get; init; }

    /// <summary>Mean with weights 1/(uᵢ² + τ²), τ after DerSimonian and Laird.</summary>
    public required double DerSimonianLairdMean { get; init; }

    /// <summary>Its standard error.</summary>
    public required double DerSimonianLairdError { get; init; }

    /// <summary>Standard deviation between participants after Paule and Mandel: the τ ≥ 0 with Σ (xᵢ − x̄(τ))²/(uᵢ² + τ²) = n − 1.</summary>
    public required double PauleMandelTau { get; init; }

    /// <summary>Mean with weights 1/(uᵢ² + τ²), τ after Paule and Mandel.</summary>
    public required double PauleMandelMean { get; init; }

    /// <summary>Its standard error.</summary>
    public required double PauleMandelError { get; init; }

    /// <summary>The consensus: Paule–Mandel where every participant has a standard error, otherwise the median with 1.25 · robust standard deviation / √n (ISO 13528); the standard deviation is taken where the robust one is 0 because more than half of the values are equal.</summary>
    public double Consensus => double.IsNaN(PauleMandelMean) ? Median : PauleMandelMean;

    /// <summary>Standard error of the consensus.</summary>
    public double ConsensusError => double.IsNaN(PauleMandelMean) ? 1.25 * (RobustStandardDeviation > 0 ? RobustStandardDeviation : StandardDeviation) / Math.Sqrt(Entries.Count) : PauleMandelError;
}

/// <summary>Compares what several recipes or laboratories make of one data set: table, spread, consensus. For any technique.</summary>
/// <remarks>
/// R. T. Birge, Phys. Rev. 40, 207 (1932), doi:10.1103/PhysRev.40.207. R. DerSimonian, N. Laird, Control. Clin. Trials 7, 177 (1986),
/// doi:10.1016/0197-2456(86)90046-2. R. C. Paule, J. Mandel, J. Res. Natl. Bur. Stand. 87, 377 (1982), doi:10.6028/jres.087.022. ISO 13528:2022.
/// </remarks>
public static class RoundRobin
{
    /// <summary>Compares values of one quantity.</summary>
    /// <param name="entries">One entry for each participant.</param>
    /// <returns>Spread and consensus.</returns>
    /// <exception cref="ArgumentException">A name occurs twice, or a standard error is not above 0.</exception>
    /// <example><code>
    /// RoundRobinResult result = RoundRobin.Compare([new("A", 2.8752, 0.0004), new("B", 2.8761, 0.0003), new("C", 2.8748, 0.0006)]);
    /// Console.WriteLine(MeasuredValue.Format(result.Consensus, result.ConsensusError));
    /// </code></example>
    public static RoundRobinResult Compare(IReadOnlyList<RoundRobinEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Select(e => e.Participant).Distinct().Count() != entries.Count)
            throw new ArgumentException("Two participants have the same name.", nameof(entries));
        if (entries.FirstOrDefault(e => e.StandardError <= 0 || double.IsInfinity(e.StandardError)) is { } wrong)
            throw new ArgumentException($"The standard error of {wrong.Participant} is not above 0; use NaN where it is not known.", nameof(entries));
        RoundRobinEntry[] there = [.. entries.Where(e => double.IsFinite(e.Value))];
        int n = there.Length;
        double[] x = [.. there.Select(e => e.Value)];
        double[] u = [.. there.Select(e => e.StandardError)];
        bool weighted = n > 1 && u.All(double.IsFinite);
        (double mean, double error) = weighted ? RandomEffects.Mean(x, u, 0) : (double.NaN, double.NaN);
        double q = weighted ? RandomEffects.ChiSquare(x, u, 0, mean) : double.NaN;
        double laird = weighted ? RandomEffects.DerSimonianLaird(u, q) : double.NaN;
        double mandel = weighted ? RandomEffects.PauleMandel(x, u) : double.NaN;
        (double Mean, double Error) ofLaird = weighted ? RandomEffects.Mean(x, u, laird) : (double.NaN, double.NaN);
        (double Mean, double Error) ofMandel = weighted ? RandomEffects.Mean(x, u, mandel) : (double.NaN, double.NaN);
        return new RoundRobinResult
        {
            Entries = there,
            Mean = n == 0 ? double.NaN : x.Sum() / n,
            StandardDeviation = n < 2 ? double.NaN : Statistics.StandardDeviation(x),
            Median = n == 0 ? double.NaN : Statistics.Median(x),
            RobustStandardDeviation = n < 2 ? double.NaN : Statistics.Mad(x),
            WeightedMean = mean,
            WeightedMeanError = error,
            BirgeRatio = weighted ? Math.Sqrt(q / (n - 1)) : double.NaN,
            DerSimonianLairdTau = weighted ? Math.Sqrt(laird) : double.NaN,
            DerSimonianLairdMean = ofLaird.Mean,
            DerSimonianLairdError = ofLaird.Error,
            PauleMandelTau = weighted ? Math.Sqrt(mandel) : double.NaN,
            PauleMandelMean = ofMandel.Mean,
            PauleMandelError = ofMandel.Error,
        };
    }

    /// <summary>Runs every participant's recipe on the same data.</summary>
    /// <param name="participants">At least two, with distinct names.</param>
    /// <param name="input">A path (<see cref="InputPath"/> or text) or an object that every recipe starts from.</param>
    /// <param name="context">Threads, progress, clock; null for the default. Each participant gets a record of its own where an output folder is given.</param>
    /// <param name="outputFolder">Folder with one folder for each participant, with its files and <c>provenance.json</c>; null writes nothing unless a recipe has writing steps.</param>
    /// <param name="cancellationToken">Stops the runs.</param>
    /// <returns>The tables to compare, by participant, in order.</returns>
    /// <exception cref="ArgumentException">Fewer than two participants, or a name that occurs twice or is no name of a folder.</exception>
    public static async Task<IReadOnlyList<KeyValuePair<string, IResultTable>>> RunAsync(IReadOnlyList<RoundRobinParticipant> participants, object input, AnalysisContext? context = null, string? outputFolder = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(participants);
        ArgumentNullException.ThrowIfNull(input);
        if (participants.Count < 2 || participants.Select(p => p.Name).Distinct().Count() != participants.Count)
            throw new ArgumentException("A round robin has at least two participants with distinct names.", nameof(participants));
        if (participants.FirstOrDefault(p => p.Name.Length == 0 || p.Name is "." or ".." || p.Name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0) is { } unnamed)
            throw new ArgumentException($"The name of a participant becomes that of a folder; \"{unnamed.Name}\" cannot.", nameof(participants));
        context ??= AnalysisContext.Default;
        var tables = new List<KeyValuePair<string, IResultTable>>();
        foreach (RoundRobinParticipant participant in participants)
        {
            string? folder = outputFolder is null ? null : Path.Combine(outputFolder, participant.Name);
            var recorder = new ProvenanceRecorder($"{participant.Name}: {(participant.Recipe.Title.Length > 0 ? participant.Recipe.Title : participant.Recipe.Name)}", context);
            var environment = new StepEnvironment(folder is null ? context : recorder.Context, folder);
            RecipeRun run;
            try
            {
                run = await participant.Recipe.RunAsync(input, environment, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // A run that failed or was stopped leaves its record too.
                if (folder is not null)
                    await recorder.SaveAsync(Path.Combine(folder, "provenance.json"), CancellationToken.None).ConfigureAwait(false);
            }

            tables.Add(new(participant.Name, participant.Result(run)));
        }

        return tables;
    }

    /// <summary>Compares one column of several tables, row by row.</summary>
    /// <param name="tables">One table for each participant.</param>
    /// <param name="column">A column of numbers that every table has.</param>
    /// <returns>
    /// One row for each row that any table has: <c>index</c>, number of participants, mean, standard deviation, median, robust standard deviation, weighted
    /// mean, Birge ratio, τ and consensus with its error, then the value of every participant with its error. Rows are matched by the column <c>index</c>
    /// where every table has one, otherwise by their order. Values of rows whose status is not usable are left out.
    /// </returns>
    /// <exception cref="DataMismatchException">A table has no such column, tables without <c>index</c> differ in length, or two tables state different units; a table that states none is taken to be in that of the others.</exception>
    public static ResultTable CompareTables(IReadOnlyList<KeyValuePair<string, IResultTable>> tables, string column)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentException.ThrowIfNullOrEmpty(column);
        if (tables.Count == 0)
            throw new ArgumentException("There is no table.", nameof(tables));
        bool indexed = tables.All(t => t.Value.Columns.Any(c => c is IntegerColumn { Name: "index" }));
        if (!indexed && tables.Any(t => t.Value.RowCount != tables[0].Value.RowCount))
            throw new DataMismatchException("The tables have different numbers of rows, and not every one has a column index to match them by.");
        NumberColumn[] columns = [.. tables.Select(t => t.Value.Numbers(column))];
        string unit = columns.FirstOrDefault(c => c.Unit.Length > 0)?.Unit ?? string.Empty;
        int other = Array.FindIndex(columns, c => c.Unit.Length > 0 && c.Unit != unit);
        if (other >= 0)
            throw new DataMismatchException($"Column {column} is in {columns[other].Unit} in the table of {tables[other].Key}, and in {unit} in others. Convert it first.");
        Dictionary<long, int>[] rows = [.. tables.Select(t => RowsOf(t.Value, indexed))];
        long[] index = [.. rows.SelectMany(r => r.Keys).Distinct().Order()];
        var values = new double[tables.Count][];
        var errors = new double[tables.Count][];
        for (int p = 0; p < tables.Count; p++)
        {
            StatusColumn? status = tables[p].Value.Columns.OfType<StatusColumn>().FirstOrDefault();
            (values[p], errors[p]) = (new double[index.Length], new double[index.Length]);
            for (int i = 0; i < index.Length; i++)
            {
                bool there = rows[p].TryGetValue(index[i], out int row) && (status is null || status[row].IsUsable());
                values[p][i] = there ? columns[p][row] : double.NaN;
                double error = there && columns[p].HasStandardErrors ? columns[p].StandardErrors.Span[row] : double.NaN;
                errors[p][i] = error > 0 && double.IsFinite(error) ? error : double.NaN;
            }
        }

        RoundRobinResult[] results = [.. Enumerable.Range(0, index.Length).Select(i => Compare([.. tables.Select((t, p) => new RoundRobinEntry(t.Key, values[p][i], errors[p][i]))]))];
        NumberColumn Of(string name, string inUnit, Func<RoundRobinResult, double> number, Func<RoundRobinResult, double>? error = null) =>
            new(name, inUnit, results.Select(number).ToArray(), error is null ? default : results.Select(error).ToArray());
        return new ResultTable($"round robin of {column}",
        [
            new IntegerColumn("index", index),
            new IntegerColumn("participants", results.Select(r => (long)r.Entries.Count).ToArray()),
            Of("mean", unit, r => r.Mean),
            Of("standard_deviation", unit, r => r.StandardDeviation),
            Of("median", unit, r => r.Median),
            Of("robust_standard_deviation", unit, r => r.RobustStandardDeviation),
            Of("weighted_mean", unit, r => r.WeightedMean, r => r.WeightedMeanError),
            Of("birge_ratio", string.Empty, r => r.BirgeRatio),
            Of("tau", unit, r => r.PauleMandelTau),
            Of("consensus", unit, r => r.Consensus, r => r.ConsensusError),
            .. tables.Select((t, p) => (TableColumn)new NumberColumn(t.Key, unit, values[p], errors[p])),
        ]);
    }

    /// <summary>How far each participant is from the consensus, over all rows.</summary>
    /// <param name="comparison">What <see cref="CompareTables"/> gave.</param>
    /// <param name="participants">Names of the participants; their columns.</param>
    /// <returns>One row for each participant: rows with a value, mean and root mean square deviation from the consensus, and the median of |deviation| / standard error.</returns>
    public static ResultTable Deviations(IResultTable comparison, IReadOnlyList<string> participants)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentNullException.ThrowIfNull(participants);
        NumberColumn consensus = comparison.Numbers("consensus");
        var rows = new long[participants.Count];
        double[] mean = new double[rows.Length], rms = new double[rows.Length], scaled = new double[rows.Length];
        for (int p = 0; p < rows.Length; p++)
        {
            NumberColumn column = comparison.Numbers(participants[p]);
            double[] deviations = [.. Enumerable.Range(0, comparison.RowCount).Select(i => column[i] - consensus[i]).Where(double.IsFinite)];
            double[] z = [.. Enumerable.Range(0, comparison.RowCount).Select(i => Math.Abs(column[i] - consensus[i]) / (column.HasStandardErrors ? column.StandardErrors.Span[i] : double.NaN)).Where(double.IsFinite)];
            rows[p] = deviations.Length;
            mean[p] = deviations.Length == 0 ? double.NaN : deviations.Sum() / deviations.Length;
            rms[p] = deviations.Length == 0 ? double.NaN : Math.Sqrt(deviations.Sum(d => d * d) / deviations.Length);
            scaled[p] = z.Length == 0 ? double.NaN : Statistics.Median(z);
        }

        return new ResultTable("deviations from the consensus",
        [
            new TextColumn("participant", participants), new IntegerColumn("rows", rows), new NumberColumn("mean_deviation", consensus.Unit, mean),
            new NumberColumn("rms_deviation", consensus.Unit, rms), new NumberColumn("median_deviation_in_errors", string.Empty, scaled),
        ]);
    }

    private static Dictionary<long, int> RowsOf(IResultTable table, bool indexed)
    {
        var rows = new Dictionary<long, int>();
        IntegerColumn? index = indexed ? (IntegerColumn)table.Column("index") : null;
        for (int row = 0; row < table.RowCount; row++)
        {
            if (!rows.TryAdd(index is null ? row : index[row], row))
                throw new DataMismatchException($"Table {table.Name} has two rows with the same index.");
        }

        return rows;
    }
}
