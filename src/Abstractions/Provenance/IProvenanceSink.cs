namespace BigMap.Analysis;

/// <summary>Receives the record of steps. A side channel: numbers are the same with or without it.</summary>
/// <remarks>Implementations are thread-safe.</remarks>
public interface IProvenanceSink
{
    /// <summary>A step begins.</summary>
    /// <param name="step">What it is and with what options.</param>
    /// <returns>Where the step reports; disposing it ends the step, as failed unless <see cref="IProvenanceScope.Complete"/> was called.</returns>
    IProvenanceScope Begin(StepInfo step);
}

/// <summary>Where a running step reports.</summary>
public interface IProvenanceScope : IDisposable
{
    /// <summary>The step reads something.</summary>
    /// <param name="input">What it reads.</param>
    void Use(DataRef input);

    /// <summary>The step makes something.</summary>
    /// <param name="output">What it makes.</param>
    void Produce(DataRef output);

    /// <summary>The step warns.</summary>
    /// <param name="warning">The warning.</param>
    void Warn(StepWarning warning);

    /// <summary>The step failed or was cancelled; says why.</summary>
    /// <param name="error">What was raised.</param>
    void Fail(Exception error);

    /// <summary>The step ended well.</summary>
    /// <param name="outcome">How many rows, how many of them failed.</param>
    void Complete(StepOutcome outcome);
}

/// <summary>A step that is carried out.</summary>
/// <param name="Operation">Operation name, e.g. <c>baseline.asls</c>.</param>
/// <param name="Version">Version of the operation.</param>
/// <param name="Package">Package that holds it.</param>
/// <param name="PackageVersion">Version of that package.</param>
/// <param name="OptionsJson">The options as JSON, every one of them.</param>
/// <param name="RowOverridesJson">What a person set for single rows, as a JSON list; empty list when nothing.</param>
public sealed record StepInfo(string Operation, int Version, string Package, string PackageVersion, string OptionsJson, string RowOverridesJson);

/// <summary>How a step ended.</summary>
/// <param name="Rows">Rows worked on.</param>
/// <param name="Failed">Rows without a usable result, those that a person excluded among them.</param>
public readonly record struct StepOutcome(int Rows, int Failed);

/// <summary>Something a step reads or makes.</summary>
public abstract record DataRef;

/// <summary>A file.</summary>
/// <param name="Path">Path as the caller gave it; for a file that a step writes into an output folder, the name inside that folder.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hexadecimal.</param>
/// <param name="Length">Number of bytes.</param>
/// <param name="MediaType">Media type, e.g. <c>text/csv</c>.</param>
public sealed record FileRef(string Path, string Sha256, long Length, string MediaType) : DataRef;

/// <summary>A value in memory; the sink links steps by the identity of the object.</summary>
/// <param name="Value">The object.</param>
/// <param name="Description">What it is, for readers.</param>
public sealed record ValueRef(object Value, string Description) : DataRef;

/// <summary>Something a person should know about a result that is not an error.</summary>
/// <param name="Code">Stable name, e.g. <c>trim_margin</c>.</param>
/// <param name="Message">What it is and what helps.</param>
/// <param name="Row">Source row that it concerns, or null for all.</param>
public sealed record StepWarning(string Code, string Message, int? Row = null)
{
    /// <inheritdoc/>
    public override string ToString() => Row is { } row ? $"row {row}: {Message}" : Message;
}
