using System.Globalization;
using System.Text.Json;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>Goes from a number in an output file back to the bytes of the input that it was made of: every step, option and version on the way.</summary>
/// <remarks>
/// Nothing is believed that can be checked: the input is read again with the recorded step, and a place in a text file is given only where the
/// numbers that stand there are those of the reading step, bit by bit. What could not be found out is said. Thread-safe.
/// </remarks>
/// <example><code>
/// Trace trace = await Trace.OpenAsync("out/provenance.json", catalogue);
/// Console.WriteLine(trace.Number("fits.csv", row: 119, column: "H3.center").Report());
/// </code></example>
public sealed class Trace
{
    private const long LargestText = 1L << 28;
    private static readonly byte[] Hdf5Signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly ProvenanceRecord _record;
    private readonly string _folder;
    private readonly TraceOptions _options;
    private readonly Dictionary<int, Reading> _readings;
    private readonly Dictionary<string, OutputText?> _outputs = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    private Trace(ProvenanceRecord record, string folder, TraceOptions options, Dictionary<int, Reading> readings)
    {
        _record = record;
        _folder = folder;
        _options = options;
        _readings = readings;
    }

    /// <summary>Opens a record and reads its input again.</summary>
    /// <param name="provenancePath">The <c>provenance.json</c>.</param>
    /// <param name="catalogue">The steps; only reading steps are carried out.</param>
    /// <param name="options">Where the data are now; null for the defaults.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The trace, for any number of questions.</returns>
    /// <exception cref="InputFormatException">The file is not a complete record.</exception>
    public static async Task<Trace> OpenAsync(string provenancePath, StepCatalogue catalogue, TraceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        options ??= new TraceOptions();
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(provenancePath, cancellationToken).ConfigureAwait(false);
        string folder = Path.GetDirectoryName(Path.GetFullPath(provenancePath))!;
        var readings = new Dictionary<int, Reading>();
        HashSet<string> inputs = [.. record.InputFiles.Select(f => f.Id)];
        foreach (RecordedAction action in record.Actions.Where(a => a.Uses.Any(inputs.Contains)))
            readings.Add(action.Number, await ReadAsync(record, action, folder, catalogue, options, cancellationToken).ConfigureAwait(false));
        return new Trace(record, folder, options, readings);
    }

    /// <summary>Where a number comes from.</summary>
    /// <param name="file">Output file, as the record has it: relative to the folder of the record, with <c>/</c>.</param>
    /// <param name="row">Row of the file, from 0, the header not counted.</param>
    /// <param name="column">Column of the file, by the name in its header.</param>
    /// <returns>The answer; what could not be found out is among its notes.</returns>
    /// <exception cref="ArgumentException">The record has no such output file, or the file no such row or column.</exception>
    public TraceAnswer Number(string file, int row, string column)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentException.ThrowIfNullOrEmpty(column);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        RecordedEntity output = _record.OutputFiles.LastOrDefault(f => f.Path == file)
            ?? throw new ArgumentException($"The record has no output file {file}; there are {string.Join(", ", _record.OutputFiles.Select(f => f.Path))}.", nameof(file));
        RecordedAction writer = _record.Actions.Last(a => a.Makes.Contains(output.Id));
        List<RecordedAction> steps = Chain(writer);
        var notes = new List<string>();
        RecordedEntity? written = writer.Uses.Select(_record.Entity).FirstOrDefault(e => !e.IsFile);
        OutputText? text = Open(output);
        (string value, ByteRange? bytes) = text is null ? (string.Empty, null) : text.Cell(row, column);
        if (text is null)
            notes.Add($"{file} is no text of one line for each row, or is not there, so the number itself was not looked up.");
        else if (!text.IsIdentical)
            notes.Add($"{file} has changed since the record was written.");
        int[] rows = SourceRows(written, text, row, column, notes);
        return new TraceAnswer
        {
            File = output,
            Row = row,
            Column = column,
            Text = value,
            Bytes = bytes,
            SourceRows = rows,
            Steps = [.. steps.Select(s => new TraceStep(s, Decision(s, rows)))],
            Inputs = Inputs(steps, rows, notes),
            Software = _record.Software,
            Notes = [.. notes.Distinct()],
        };
    }

    private static string Decision(RecordedAction action, int[] rows)
    {
        using JsonDocument overrides = JsonDocument.Parse(action.Step.RowOverridesJson);
        return string.Join(", ", overrides.RootElement.EnumerateArray().Where(o => rows.Contains(o.GetProperty("row").GetInt32())).Select(o => o.GetRawText()));
    }

    private static async Task<Reading> ReadAsync(ProvenanceRecord record, RecordedAction action, string folder, StepCatalogue catalogue, TraceOptions options, CancellationToken cancellationToken)
    {
        RecordedEntity[] files = [.. action.Uses.Select(record.Entity).Where(e => e.IsFile)];
        var locator = new InputLocator(record.InputPath ?? files[0].Path, folder, options.InputOverride);
        var states = new List<(RecordedEntity, ReplayFileState, string)>();
        foreach (RecordedEntity file in files)
        {
            string path = locator.Locate(file.Path);
            string hash = await FileHash.TryComputeAsync(path, cancellationToken).ConfigureAwait(false);
            states.Add((file, hash.Length == 0 ? ReplayFileState.Missing : hash == file.Sha256 ? ReplayFileState.Identical : ReplayFileState.Differs, hash.Length == 0 ? string.Empty : path));
        }

        var reading = new Reading(action, states);
        if (states.Exists(s => s.Item2 != ReplayFileState.Identical))
            return reading with { Fault = "an input file is missing or has changed, so the place of the numbers in it is not known." };
        if (catalogue.Resolve(action.Step.Operation, action.Step.Version, out _) is not { } step || step.Version != action.Step.Version || step.InputType != typeof(InputPath))
            return reading with { Fault = $"{action.Step.Operation} version {action.Step.Version.ToString(CultureInfo.InvariantCulture)} is no reading step of this catalogue, so the input could not be read again." };
        try
        {
            using JsonDocument json = JsonDocument.Parse(action.Step.OptionsJson);
            object stepOptions = OptionsJson.Read(step.OptionSet, json.RootElement, null, string.Empty, []);
            string from = files.Length == 1 ? states[0].Item3 : locator.Path;
            var environment = new StepEnvironment(options.Context with { Provenance = null });
            object read = await step.RunAsync(new InputPath(from), stepOptions, [], environment, cancellationToken).ConfigureAwait(false);
            return RecipeChecks.Coerce(read, typeof(SpectrumSeries)) is SpectrumSeries series
                ? reading with { Result = read, Series = series }
                : reading with { Result = read, Fault = $"{action.Step.Operation} gives no series of rows, so the numbers go back to the whole file." };
        }
        catch (Exception e) when (e is AnalysisException or IOException or UnauthorizedAccessException)
        {
            return reading with { Fault = $"the input could not be read again: {e.Message}" };
        }
    }

    // Every action whose results went into this one, in the order in which they were carried out; actions inside others are left out.
    private List<RecordedAction> Chain(RecordedAction last)
    {
        var found = new SortedDictionary<int, RecordedAction> { [last.Number] = last };
        var open = new Queue<RecordedAction>([last]);
        while (open.TryDequeue(out RecordedAction? action))
        {
            foreach (string used in action.Uses)
            {
                RecordedAction? maker = _record.Actions.FirstOrDefault(a => a.Number < action.Number && a.Within is null && a.Makes.Contains(used))
                    ?? _record.Actions.FirstOrDefault(a => a.Number < action.Number && a.Makes.Contains(used));
                if (maker is not null && found.TryAdd(maker.Number, maker))
                    open.Enqueue(maker);
            }
        }

        return [.. found.Values];
    }

    private OutputText? Open(RecordedEntity output)
    {
        lock (_lock)
        {
            if (!_outputs.TryGetValue(output.Id, out OutputText? text))
                _outputs[output.Id] = text = OutputText.TryOpen(Path.GetFullPath(output.Path, _folder), output);
            return text;
        }
    }

    /// <summary>A table has one line for each row; a series that was written axis first has one column for each row.</summary>
    private int[] SourceRows(RecordedEntity? written, OutputText? text, int row, string column, List<string> notes)
    {
        if (written?.Rows is { } recorded)
        {
            int[] rows = [.. recorded.ToRows()];
            if (recorded.ByOrder)
                notes.Add($"{written.Description}: the table has as many rows as its input, and was taken to have them in the same order.");
            int at = row;
            if (text is not null && recorded.Axis is { } axis)
            {
                if (text.Rows == axis.Points && text.Columns > rows.Length)
                {
                    // Axis first, then one column (or one with its error) for each row.
                    int per = (text.Columns - 1) / Math.Max(rows.Length, 1);
                    at = text.ColumnIndex(column) == 0 || (text.Columns - 1) % rows.Length != 0 ? -1 : (text.ColumnIndex(column) - 1) / per;
                }
                else if (text.Rows != rows.Length)
                {
                    at = -1;
                }
            }
            else if (text is not null && text.Rows != rows.Length)
            {
                at = -1;
            }

            if (at >= 0 && at < rows.Length)
                return [rows[at]];
        }
        else if (text?.WholeNumber(row, "index") is { } index)
        {
            notes.Add("the source row was taken from the column index of the file; the record does not say it.");
            return [index];
        }

        notes.Add("which rows the number was made of is not recorded; it goes back to all.");
        return [.. _readings.Values.SelectMany(r => r.Series is { } series ? Enumerable.Range(0, series.Count).Select(series.SourceRow) : []).Distinct().Order()];
    }

    private List<TraceInput> Inputs(List<RecordedAction> steps, int[] rows, List<string> notes)
    {
        var inputs = new List<TraceInput>();
        foreach (Reading reading in steps.Select(s => _readings.GetValueOrDefault(s.Number)).OfType<Reading>())
        {
            if (reading.Fault.Length > 0)
                notes.Add(reading.Fault);
            RecordedAxis? axis = steps.Where(s => s.Number > reading.Action.Number).SelectMany(s => s.Makes.Concat(s.Uses)).Select(_record.Entity)
                .Select(e => e.Rows?.Axis).LastOrDefault(a => a is not null && reading.Series is { } s && a.Quantity == s.Axis.Quantity && a.Unit == s.Axis.Unit);
            IReadOnlyList<InputLocation>[] places;
            lock (_lock)
                places = reading.Locate(rows, axis, _options.Locators, notes);
            for (int f = 0; f < reading.Files.Count; f++)
            {
                (RecordedEntity file, ReplayFileState state, string path) = reading.Files[f];
                if (reading.Fault.Length > 0 || places[f].Count > 0 || places.All(p => p.Count == 0))
                    inputs.Add(new TraceInput(file, state, path, places[f]));
            }
        }

        return inputs;
    }

    /// <summary>A reading step that was carried out again.</summary>
    private sealed record Reading(RecordedAction Action, IReadOnlyList<(RecordedEntity File, ReplayFileState State, string Path)> Files)
    {
        private Dictionary<int, (int File, TextLocator.Place Place)>? _rows;
        private TextLocator?[] _texts = [];
        private TextLocator.Place?[] _axes = [];

        public string Fault { get; init; } = string.Empty;

        public object? Result { get; init; }

        public SpectrumSeries? Series { get; init; }

        public IReadOnlyList<InputLocation>[] Locate(int[] rows, RecordedAxis? used, IReadOnlyList<IInputLocator> locators, List<string> notes)
        {
            List<InputLocation>[] places = [.. Files.Select(_ => new List<InputLocation>())];
            if (Series is not { } series || Result is null)
                return places;
            ReadOnlySpan<double> x = series.Axis.Values;
            int start = 0, end = x.Length;
            if (used is not null)
            {
                double low = Math.Min(used.First, used.Last), high = Math.Max(used.First, used.Last);
                while (start < end && x[start] < low)
                    start++;
                while (end > start && x[end - 1] > high)
                    end--;

                // Points of a part of the axis keep their values. Of an axis that was calibrated, shifted or resampled the part is not known.
                if (end - start != used.Points || x[start] != low || x[end - 1] != high)
                {
                    (start, end) = (0, x.Length);
                    notes.Add("a step changed the axis, so all points of the rows are given.");
                }
            }

            var axes = new HashSet<int>();
            foreach (int sourceRow in rows)
            {
                if (Special(sourceRow, end - start, locators) is var (index, place))
                {
                    places[index].Add(place);
                    continue;
                }

                Search(series);
                if (!_rows!.TryGetValue(sourceRow, out (int File, TextLocator.Place Place) found))
                {
                    notes.Add(string.Create(CultureInfo.InvariantCulture, $"where in the input row {sourceRow} lies was not found: the file is no text, or its numbers are not those that the reading step gave."));
                    continue;
                }

                if (found.Place.IsAmbiguous)
                    notes.Add(string.Create(CultureInfo.InvariantCulture, $"the numbers of row {sourceRow} stand in another place of the file too; the first one is given."));
                places[found.File].Add(_texts[found.File]!.Locate(found.Place, sourceRow, start, end - start));
                if (_axes[found.File] is { } axis && axes.Add(found.File))
                    places[found.File].Add(_texts[found.File]!.Locate(axis, -1, start, end - start));
            }

            return places;
        }

        private (int File, InputLocation Place)? Special(int sourceRow, int points, IReadOnlyList<IInputLocator> locators)
        {
            for (int f = 0; f < Files.Count; f++)
            {
                foreach (IInputLocator locator in locators)
                {
                    if (locator.Locate(Result!, Files[f].File, Files[f].Path, sourceRow) is { } place)
                        return (f, place);
                }
            }

            // A dataset that the options name, in the only file: one row is one line of it.
            string dataset = OptionsJson.Flatten(Action.Step.OptionsJson).FirstOrDefault(o => o.Path == "dataset").Value ?? "\"\"";
            if (Files.Count != 1 || dataset.Length < 3 || dataset[0] != '"' || !IsHdf5(Files[0].Path))
                return null;
            string part = Series!.Count == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"[{sourceRow},:]");
            return (0, new InputLocation { SourceRow = sourceRow, Points = points, Hdf5Path = OptionsJson.Plain(dataset) + part });
        }

        private static bool IsHdf5(string path)
        {
            using FileStream stream = File.OpenRead(path);
            var first = new byte[Hdf5Signature.Length];
            return stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.AsSpan().SequenceEqual(Hdf5Signature);
        }

        private void Search(SpectrumSeries series)
        {
            if (_rows is not null)
                return;
            _rows = [];
            _texts = new TextLocator?[Files.Count];
            _axes = new TextLocator.Place?[Files.Count];
            int row = 0;
            for (int f = 0; f < Files.Count && row < series.Count; f++)
            {
                if (new FileInfo(Files[f].Path).Length > LargestText || IsHdf5(Files[f].Path))
                    continue;
                var text = new TextLocator(File.ReadAllBytes(Files[f].Path));
                int most = Files.Count == series.Count ? 1 : series.Count - row;
                (List<TextLocator.Place> found, TextLocator.Place? axis) = text.Find(series, row, most);
                _texts[f] = text;
                _axes[f] = axis;
                for (int i = 0; i < found.Count; i++)
                    _rows.TryAdd(series.SourceRow(row + i), (f, found[i]));
                row += Files.Count == series.Count ? 1 : found.Count;
            }
        }
    }
}
