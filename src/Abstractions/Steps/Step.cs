using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace BigMap.Analysis;

/// <summary>A result of which each row has a status.</summary>
public interface IBatchResult
{
    /// <summary>Number of rows.</summary>
    int Count { get; }

    /// <summary>Status of a row.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The status.</returns>
    RowStatus StatusOf(int row);

    /// <summary>What a person should know about the result.</summary>
    IReadOnlyList<StepWarning> Warnings { get; }
}

/// <summary>A result that contains the series with which the next step goes on, e.g. the corrected spectra of a baseline step.</summary>
public interface ISeriesResult
{
    /// <summary>The series for the next step.</summary>
    SpectrumSeries Series { get; }
}

/// <summary>The input of a step that takes several things; each is recorded by itself.</summary>
public interface ICompositeInput
{
    /// <summary>The things taken, in order.</summary>
    IReadOnlyList<object> Parts { get; }
}

/// <summary>Files to be read: the input of reading steps.</summary>
/// <param name="Path">A file, a folder, or a pattern such as <c>scans/*.xy</c>.</param>
public sealed record InputPath(string Path);

/// <summary>What a person decided for one row.</summary>
/// <param name="Row">Source row (<see cref="SpectrumSeries.SourceRow"/>).</param>
/// <param name="Options">Options for this row, or null to exclude it.</param>
/// <param name="Reason">Why; goes into the record.</param>
public sealed record RowOverride(int Row, object? Options, string Reason);

/// <summary>Options of a step with the decisions for single rows.</summary>
/// <typeparam name="TOptions">The options record.</typeparam>
public sealed class StepRequest<TOptions>
    where TOptions : class
{
    private readonly Dictionary<int, RowOverride> _byRow = [];

    /// <summary>Makes a request.</summary>
    /// <param name="options">Options of every row that has no override.</param>
    /// <param name="overrides">Decisions for single rows.</param>
    /// <exception cref="ArgumentException">A row has two overrides, or options of another type.</exception>
    public StepRequest(TOptions options, IReadOnlyList<RowOverride>? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Overrides = overrides ?? [];
        foreach (RowOverride one in Overrides)
        {
            if (one.Options is not null and not TOptions)
                throw new ArgumentException($"The override of row {one.Row} holds {one.Options.GetType().Name}, but this step takes {typeof(TOptions).Name}.", nameof(overrides));
            if (!_byRow.TryAdd(one.Row, one))
                throw new ArgumentException($"Row {one.Row} is overridden twice.", nameof(overrides));
        }
    }

    /// <summary>Options of every row that has no override.</summary>
    public TOptions Options { get; }

    /// <summary>Decisions for single rows.</summary>
    public IReadOnlyList<RowOverride> Overrides { get; }

    /// <summary>Options for a row.</summary>
    /// <param name="sourceRow">Source row.</param>
    /// <returns>Its options, or null when a person excluded it.</returns>
    public TOptions? OptionsFor(int sourceRow) => _byRow.TryGetValue(sourceRow, out RowOverride? one) ? (TOptions?)one.Options : Options;
}

/// <summary>What a step's code is given besides its input and options.</summary>
public sealed class StepScope
{
    private readonly IProvenanceScope? _record;

    internal StepScope(AnalysisContext context, IProvenanceScope? record, string? outputFolder, string operation)
    {
        Context = context;
        _record = record;
        OutputFolder = outputFolder;
        Operation = operation;
    }

    /// <summary>Threads, progress, clock.</summary>
    public AnalysisContext Context { get; }

    /// <summary>Folder for files that the step writes, or null for paths as they are.</summary>
    public string? OutputFolder { get; }

    /// <summary>Operation name, for progress.</summary>
    public string Operation { get; }

    /// <summary>Whether anybody records; hashes need not be computed when nobody does.</summary>
    public bool IsRecorded => _record is not null;

    /// <summary>Records something that the step reads.</summary>
    /// <param name="input">What it reads.</param>
    public void Use(DataRef input) => _record?.Use(input);

    /// <summary>Records something that the step makes.</summary>
    /// <param name="output">What it makes.</param>
    public void Produce(DataRef output) => _record?.Produce(output);

    /// <summary>Records a warning.</summary>
    /// <param name="warning">The warning.</param>
    public void Warn(StepWarning warning) => _record?.Warn(warning);
}

/// <summary>A step, for callers that do not know its types: recipes, panels.</summary>
public interface IStep
{
    /// <summary>Operation name: <c>&lt;room&gt;.&lt;verb or method&gt;</c>, lower case, e.g. <c>baseline.asls</c>. Never changes.</summary>
    string Operation { get; }

    /// <summary>Version of the operation; rises when its options or results change their meaning.</summary>
    int Version { get; }

    /// <summary>Short name for a panel.</summary>
    string Title { get; }

    /// <summary>What the step does, in one or two sentences.</summary>
    string Description { get; }

    /// <summary>Package that holds the step.</summary>
    string Package { get; }

    /// <summary>Version of that package.</summary>
    string PackageVersion { get; }

    /// <summary>Type of the input.</summary>
    Type InputType { get; }

    /// <summary>Type of the output.</summary>
    Type OutputType { get; }

    /// <summary>Description of the options.</summary>
    IOptionSet OptionSet { get; }

    /// <summary>Carries the step out.</summary>
    /// <param name="input">Input of <see cref="InputType"/>.</param>
    /// <param name="options">Options record of the right type.</param>
    /// <param name="overrides">Decisions for single rows.</param>
    /// <param name="environment">Context and output folder.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Output of <see cref="OutputType"/>; a task that is already complete for a step without I/O.</returns>
    ValueTask<object> RunAsync(object input, object options, IReadOnlyList<RowOverride> overrides, StepEnvironment environment, CancellationToken cancellationToken = default);
}

/// <summary>Where a step is carried out.</summary>
/// <param name="Context">Threads, progress, provenance, clock.</param>
/// <param name="OutputFolder">Folder for files that the step writes, or null for paths as they are.</param>
public sealed record StepEnvironment(AnalysisContext Context, string? OutputFolder = null);

/// <summary>
/// A step: the one path through which a method call, a recipe and a replay all go. It checks the options, records what is used and made, and calls the code.
/// </summary>
/// <typeparam name="TIn">Input.</typeparam>
/// <typeparam name="TOptions">Options record.</typeparam>
/// <typeparam name="TOut">Output.</typeparam>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class Step<TIn, TOptions, TOut> : IStep
    where TIn : class
    where TOptions : class
    where TOut : class
{
    private readonly Func<TIn, StepRequest<TOptions>, StepScope, CancellationToken, ValueTask<TOut>> _code;

    /// <summary>Describes a step whose code does no I/O.</summary>
    /// <param name="operation">Operation name.</param>
    /// <param name="version">Version of the operation, from 1.</param>
    /// <param name="options">Description of the options.</param>
    /// <param name="code">The code.</param>
    public Step(string operation, int version, OptionSet<TOptions> options, Func<TIn, StepRequest<TOptions>, StepScope, CancellationToken, TOut> code)
        : this(operation, version, options, (input, request, scope, ct) => ValueTask.FromResult(code(input, request, scope, ct)))
    {
    }

    /// <summary>Describes a step whose code reads or writes files.</summary>
    /// <param name="operation">Operation name.</param>
    /// <param name="version">Version of the operation, from 1.</param>
    /// <param name="options">Description of the options.</param>
    /// <param name="code">The code.</param>
    public Step(string operation, int version, OptionSet<TOptions> options, Func<TIn, StepRequest<TOptions>, StepScope, CancellationToken, ValueTask<TOut>> code)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(code);
        Operation = operation;
        Version = version;
        Options = options;
        _code = code;
        Assembly assembly = typeof(TOptions).Assembly;
        Package = assembly.GetName().Name ?? operation;
        PackageVersion = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
    }

    /// <inheritdoc/>
    public string Operation { get; }

    /// <inheritdoc/>
    public int Version { get; }

    /// <inheritdoc/>
    public string Title { get; init; } = string.Empty;

    /// <inheritdoc/>
    public string Description { get; init; } = string.Empty;

    /// <inheritdoc/>
    public string Package { get; }

    /// <inheritdoc/>
    public string PackageVersion { get; }

    /// <summary>Description of the options.</summary>
    public OptionSet<TOptions> Options { get; }

    Type IStep.InputType => typeof(TIn);

    Type IStep.OutputType => typeof(TOut);

    IOptionSet IStep.OptionSet => Options;

    /// <summary>Carries the step out; for a step without I/O.</summary>
    /// <param name="input">The input.</param>
    /// <param name="request">Options, with decisions for single rows.</param>
    /// <param name="context">Threads, progress, provenance, clock; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The output.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public TOut Run(TIn input, StepRequest<TOptions> request, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ValueTask<TOut> task = RunAsync(input, request, new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken);
        return task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException($"{Operation} reads or writes files; call RunAsync.");
    }

    /// <summary>Carries the step out.</summary>
    /// <param name="input">The input.</param>
    /// <param name="request">Options, with decisions for single rows.</param>
    /// <param name="environment">Context and output folder.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The output.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public async ValueTask<TOut> RunAsync(TIn input, StepRequest<TOptions> request, StepEnvironment environment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(environment);
        Check(request);
        AnalysisContext context = environment.Context;
        if (context.Provenance is not { } sink)
            return await _code(input, request, new StepScope(context, null, environment.OutputFolder, Operation), cancellationToken).ConfigureAwait(false);

        using IProvenanceScope record = sink.Begin(new StepInfo(Operation, Version, Package, PackageVersion, Options.ToJson(request.Options), OverridesJson(request)));
        foreach (object part in input is ICompositeInput composite ? composite.Parts : [input])
        {
            if (part is not InputPath)
                record.Use(new ValueRef(part, part.ToString() ?? part.GetType().Name));
        }

        TOut output;
        try
        {
            output = await _code(input, request, new StepScope(context, record, environment.OutputFolder, Operation), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            record.Fail(e);
            throw;
        }

        if (output is not FileRef)
            record.Produce(new ValueRef(output, output.ToString() ?? typeof(TOut).Name));
        record.Complete(Describe(output, record));
        return output;
    }

    async ValueTask<object> IStep.RunAsync(object input, object options, IReadOnlyList<RowOverride> overrides, StepEnvironment environment, CancellationToken cancellationToken) =>
        await RunAsync((TIn)input, new StepRequest<TOptions>((TOptions)options, overrides), environment, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override string ToString() => $"{Operation} v{Version} ({Package} {PackageVersion})";

    private static StepOutcome Describe(TOut output, IProvenanceScope record)
    {
        if (output is not IBatchResult batch)
        {
            SpectrumSeries? series = output as SpectrumSeries ?? (output as ISeriesResult)?.Series;
            return new StepOutcome(series?.Count ?? 0, 0);
        }

        int failed = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            if (!batch.StatusOf(row).IsUsable())
                failed++;
        }

        foreach (StepWarning warning in batch.Warnings)
            record.Warn(warning);
        return new StepOutcome(batch.Count, failed);
    }

    private void Check(StepRequest<TOptions> request)
    {
        var faults = new List<OptionFault>();
        Options.Check(request.Options, string.Empty, faults);
        foreach (RowOverride one in request.Overrides)
        {
            if (one.Options is TOptions options)
                Options.Check(options, $"row {one.Row}", faults);
        }

        if (faults.Count > 0)
            throw new OptionsException(Operation, faults);
    }

    private string OverridesJson(StepRequest<TOptions> request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (RowOverride one in request.Overrides)
            {
                writer.WriteStartObject();
                writer.WriteNumber("row", one.Row);
                writer.WriteString("reason", one.Reason);
                if (one.Options is TOptions options)
                {
                    writer.WritePropertyName("options");
                    Options.Write(writer, options);
                }
                else
                {
                    writer.WriteBoolean("exclude", true);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
