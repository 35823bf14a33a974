using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>Records every step that runs with it: options, inputs, outputs, times, versions. Numbers are the same with and without it.</summary>
/// <remarks>
/// Thread-safe. Values are linked by the identity of the object and are not kept alive; what a step writes into the record is its description.
/// </remarks>
/// <example><code>
/// var recorder = new ProvenanceRecorder("LiNiO2 half cell, operando XRD", AnalysisContext.Default);
/// RecipeRun run = await recipe.RunAsync(new InputPath("scans"), new StepEnvironment(recorder.Context, "out"));
/// await recorder.SaveAsync("out/provenance.json");
/// </code></example>
public sealed class ProvenanceRecorder : IProvenanceSink
{
    private const int LongestDescription = 200;

    private readonly Lock _lock = new();
    private readonly AsyncLocal<RunningAction?> _current = new();
    private readonly ConditionalWeakTable<object, TrackedEntity> _values = [];
    private readonly Dictionary<(string Path, string Sha256), TrackedEntity> _files = [];
    private readonly List<TrackedEntity> _entities = [];
    private readonly List<RunningAction> _actions = [];
    private readonly List<object> _units = [];
    private readonly TimeProvider _time;
    private int _valueCount;
    private int _runCount;
    private int? _threads;

    /// <summary>Starts a record.</summary>
    /// <param name="title">One line for people.</param>
    /// <param name="context">Gives clock and number of threads; null for the system clock.</param>
    public ProvenanceRecorder(string title, AnalysisContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(title);
        Title = title;
        _time = context?.Time ?? TimeProvider.System;
        _threads = context?.MaxDegreeOfParallelism;
        Context = (context ?? AnalysisContext.Default) with { Provenance = this };
    }

    /// <summary>One line for people.</summary>
    public string Title { get; }

    /// <summary>The context with this recorder in it.</summary>
    public AnalysisContext Context { get; }

    /// <summary>What people write down about sample, experiment and run; goes into every record that is taken afterwards.</summary>
    /// <example><code>recorder.Metadata = recorder.Metadata.With(new MetadataEntry("sample", "LNO-42"), "A. Operator", "from the notebook", clock.GetUtcNow());</code></example>
    public MetadataBook Metadata { get; set; } = MetadataBook.Empty;

    /// <inheritdoc/>
    public IProvenanceScope Begin(StepInfo step) => Begin(step, 0, string.Empty);

    /// <summary>The record of what has happened until now.</summary>
    /// <param name="folder">Folder of the record. Paths below it, and those that were given as relative ones, are made relative to it; null leaves all as they were given.</param>
    /// <returns>The record.</returns>
    public ProvenanceRecord Snapshot(string? folder = null)
    {
        lock (_lock)
        {
            var recipe = new EffectiveRecipe(_units, _actions, Title);
            string root = folder is null ? string.Empty : Path.GetFullPath(folder);
            return new ProvenanceRecord
            {
                Title = Title,
                Written = _time.GetUtcNow(),
                RecipeJson = recipe.Json,
                InputPath = recipe.InputPath is { } input ? Relative(input, Path.GetFullPath(input), root) : null,
                NotReplayable = recipe.Fault,
                OutsideRecipe = recipe.Skipped,
                Actions = [.. _actions.Select(a => Record(a, recipe.StepIds))],
                Entities = [.. _entities.Select(e => Record(e, root))],
                Metadata = Metadata,
                Software = Software(),
                Environment = Environment(),
            };
        }
    }

    /// <summary>Writes the record to a file (under a temporary name first). The recorder can go on recording.</summary>
    /// <param name="path">The file, usually <c>provenance.json</c> beside the results; replaced when it exists.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>A task.</returns>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return CanonicalJson.WriteFileAsync(path, Snapshot(folder).ToJson(), cancellationToken);
    }

    /// <summary>Writes the record and beside it <c>ro-crate-metadata.json</c>, which describes the folder to others.</summary>
    /// <param name="path">The record, usually <c>provenance.json</c> beside the results; both files are replaced when they exist, the crate last.</param>
    /// <param name="crate">Who, what for, licence, labels.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>The crate.</returns>
    public async Task<RoCrate> SaveAsync(string path, CrateOptions crate, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(crate);
        string full = Path.GetFullPath(path), folder = Path.GetDirectoryName(full)!;
        ProvenanceRecord record = Snapshot(folder);
        byte[] json = Encoding.UTF8.GetBytes(record.ToJson());
        FileRef file = await OutputFile.WriteAsync(full, json, "application/json", cancellationToken).ConfigureAwait(false);
        RoCrate made = RoCrate.From(record, crate with { OtherFiles = [.. crate.OtherFiles, file with { Path = Path.GetFileName(full) }] });
        await made.WriteAsync(folder, cancellationToken).ConfigureAwait(false);
        return made;
    }

    internal int BeginRun(Recipe recipe, object input, AnalysisContext context)
    {
        lock (_lock)
        {
            _threads = context.MaxDegreeOfParallelism;
            var run = new TrackedRun(++_runCount, recipe, (input as InputPath)?.Path, input is InputPath ? null : Track(new ValueRef(input, Describe(input))));
            _units.Add(run);
            return run.Number;
        }
    }

    /// <summary>A value that was taken out of another one, e.g. the series of a baseline result, is the same thing to a reader of the record.</summary>
    internal void Alias(object taken, object from)
    {
        lock (_lock)
        {
            if (_values.TryGetValue(from, out TrackedEntity? entity))
                _values.TryAdd(taken, entity);
        }
    }

    internal RunningAction Begin(StepInfo step, int run, string label)
    {
        ArgumentNullException.ThrowIfNull(step);
        lock (_lock)
        {
            RunningAction? within = _current.Value is { State: ActionState.Running } open ? open : null;
            var action = new RunningAction(this, _actions.Count + 1, step) { Run = run, Label = label, Within = within, Started = _time.GetUtcNow() };
            _actions.Add(action);
            if (run == 0 && within is null)
                _units.Add(action);
            _current.Value = action;
            return action;
        }
    }

    internal void Link(List<TrackedEntity> list, DataRef data)
    {
        ArgumentNullException.ThrowIfNull(data);
        lock (_lock)
        {
            TrackedEntity entity = Track(data);
            if (!list.Contains(entity))
                list.Add(entity);
        }
    }

    internal void Take(RunningAction action, DataRef input)
    {
        Link(action.Uses, input);
        if (input is not FileRef file)
            return;
        TrackedEntity entity;
        lock (_lock)
            entity = Track(input);
        entity.Blocks ??= BlockMarks.TryCompute(file.Path, file.Sha256, file.Length);
    }

    internal void Make(RunningAction action, DataRef output)
    {
        Link(action.Makes, output);
        if (output is not ValueRef { Value: var value })
            return;
        lock (_lock)
        {
            TrackedEntity entity = Track(output);
            entity.Rows ??= RowsOf(value, action.Uses);
        }
    }

    internal void Note(Action note)
    {
        lock (_lock)
            note();
    }

    internal void End(RunningAction action)
    {
        lock (_lock)
        {
            if (action.Ended is not null)
                return;
            action.Ended = _time.GetUtcNow();
            if (action.State == ActionState.Running)
                action.State = action.IsComplete ? ActionState.Completed : ActionState.Failed;
            _current.Value = action.Within;
        }
    }

    private static RecordedAction Record(RunningAction action, Dictionary<RunningAction, string> stepIds) => new()
    {
        Number = action.Number,
        StepId = stepIds.GetValueOrDefault(action) ?? action.Label,
        Within = action.Within?.Number,
        Step = action.Step,
        Started = action.Started,
        Ended = action.Ended,
        State = action.State,
        Error = action.Error,
        Rows = action.Outcome.Rows,
        Failed = action.Outcome.Failed,
        Uses = [.. action.Uses.Select(e => e.Id)],
        Makes = [.. action.Makes.Select(e => e.Id)],
        Warnings = [.. action.Warnings.Keys],
    };

    private static RecordedEntity Record(TrackedEntity entity, string root) => entity.File is { } file
        ? new RecordedEntity(entity.Id, string.Empty, Relative(file.Path, entity.FullPath, root), file.Sha256, file.Length, file.MediaType) { Blocks = entity.Blocks }
        : new RecordedEntity(entity.Id, entity.Description) { Rows = entity.Rows };

    private static RecordedRows? RowsOf(object value, List<TrackedEntity> uses)
    {
        SpectrumSeries? series = value as SpectrumSeries ?? (value as ISeriesResult)?.Series;
        if (series is not null)
        {
            var axis = new RecordedAxis(series.Axis.Quantity, series.Axis.Unit, series.Axis.First, series.Axis.Last, series.Length, series.IntensityUnit);
            return new RecordedRows(RowRanges.Text(series.Count, series.SourceRow), Axis: axis);
        }

        int count = value is IBatchResult batch ? batch.Count : (value as IResultTable)?.RowCount ?? 0;
        string? rows = uses.Select(u => u.Rows?.SourceRows).FirstOrDefault(r => r is not null);
        return rows is not null && count > 0 && RowRanges.Count(rows) == count ? new RecordedRows(rows, value is not IBatchResult) : null;
    }

    private static string Relative(string given, string full, string root)
    {
        if (root.Length == 0)
            return given;
        string relative = Path.GetRelativePath(root, full);
        if (Path.IsPathRooted(relative))
            return full;
        bool below = relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);

        // A path relative to the current folder would lead nowhere from any other folder.
        return below || !Path.IsPathRooted(given) ? relative.Replace(Path.DirectorySeparatorChar, '/') : given;
    }

    private static string Describe(object value)
    {
        string text = value.ToString() ?? value.GetType().Name;
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        text = end < 0 ? text : text[..end];
        return text.Length <= LongestDescription ? text : text[..LongestDescription] + "…";
    }

    private static SoftwareVersion VersionOf(Assembly assembly) => new(
        assembly.GetName().Name ?? string.Empty,
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0");

    private TrackedEntity Track(DataRef data)
    {
        switch (data)
        {
            case FileRef file:
                string full = Path.GetFullPath(file.Path);
                if (!_files.TryGetValue((full, file.Sha256), out TrackedEntity? known))
                {
                    known = new TrackedEntity(string.Create(CultureInfo.InvariantCulture, $"f{_files.Count + 1}")) { File = file, FullPath = full };
                    _files.Add((full, file.Sha256), known);
                    _entities.Add(known);
                }

                return known;
            case ValueRef value:
                if (!_values.TryGetValue(value.Value, out TrackedEntity? entity))
                {
                    entity = new TrackedEntity(string.Create(CultureInfo.InvariantCulture, $"v{++_valueCount}")) { Description = Describe(value.Description) };
                    _values.Add(value.Value, entity);
                    _entities.Add(entity);
                }

                // The next step is given the series inside the result: the same thing to a reader of the record.
                if (value.Value is ISeriesResult result)
                    _values.TryAdd(result.Series, entity);
                return entity;
            default:
                throw new ArgumentException($"{data.GetType().Name} is not something that this recorder knows.", nameof(data));
        }
    }

    private SoftwareVersion[] Software()
    {
        var versions = new Dictionary<string, SoftwareVersion>(StringComparer.Ordinal);
        foreach (Assembly own in (ReadOnlySpan<Assembly>)[typeof(AnalysisContext).Assembly, typeof(RowScheduler).Assembly, typeof(ProvenanceRecorder).Assembly])
        {
            SoftwareVersion version = VersionOf(own);
            versions[version.Name] = version;
        }

        foreach (RunningAction action in _actions)
            versions[action.Step.Package] = new SoftwareVersion(action.Step.Package, action.Step.PackageVersion);
        return [.. versions.Values.OrderBy(v => v.Name, StringComparer.Ordinal)];
    }

    private RecordedEnvironment Environment()
    {
        (string Name, bool IsThere)[] sets =
        [
            ("Vector128", Vector128.IsHardwareAccelerated),
            ("Vector256", Vector256.IsHardwareAccelerated),
            ("Vector512", Vector512.IsHardwareAccelerated),
            ("AVX2", Avx2.IsSupported),
            ("FMA", Fma.IsSupported),
            ("AVX-512F", Avx512F.IsSupported),
            ("AdvSimd", AdvSimd.IsSupported),
        ];
#pragma warning disable RS0030 // Recorded, never used for a number.
        string culture = CultureInfo.CurrentCulture.Name;
#pragma warning restore RS0030
        return new RecordedEnvironment(
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.OSDescription,
            RuntimeInformation.ProcessArchitecture.ToString(),
            Vector<double>.Count,
            [.. sets.Where(s => s.IsThere).Select(s => s.Name)],
            _threads,
            culture);
    }
}
