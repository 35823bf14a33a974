namespace BigMap.Analysis.Electrochemistry;

/// <summary>The files of one measurement, a technique each, as EC-Lab writes them: <c>cell42_01_OCV.mpr</c>, <c>cell42_02_GCPL.mpr</c>, …</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>
/// EcLabSequence sequence = await EcLab.ReadSequenceAsync("cell42/*.mpr");
/// CyclingRecord cycling = sequence.Cycles();
/// </code></example>
public sealed class EcLabSequence : ICompositeInput
{
    /// <summary>Puts files together.</summary>
    /// <param name="files">At least one file, in any order.</param>
    /// <exception cref="ArgumentException">There is no file.</exception>
    public EcLabSequence(IReadOnlyList<EcLabFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0)
            throw new ArgumentException("A sequence needs at least one file.", nameof(files));
        Files = files;
    }

    /// <summary>The files.</summary>
    public IReadOnlyList<EcLabFile> Files { get; }

    IReadOnlyList<object> ICompositeInput.Parts => Files;

    /// <inheritdoc/>
    public override string ToString() => $"{Files.Count} files, {Files.Sum(f => f.RowCount)} records";
}
