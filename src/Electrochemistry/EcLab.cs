using BigMap.Analysis.Electrochemistry.Internal;

namespace BigMap.Analysis.Electrochemistry;

/// <summary>Reads the files of EC-Lab and BT-Lab: <c>.mpr</c> and the text export <c>.mpt</c>, told apart by their content.</summary>
/// <remarks>
/// A <c>.mpr</c> has no checksum. What is checked: every module, version, length and column id; that records times record size is exactly the
/// length of the data; that the columns make sense together; that values are possible. What cannot be read is refused with file and offset; what
/// can be read but looks wrong is in <see cref="EcLabFile.Warnings"/>. Stateless, thread-safe.
/// </remarks>
public static class EcLab
{
    /// <summary>Reads a file and records it with the SHA-256 of its bytes.</summary>
    /// <param name="path">A <c>.mpr</c> or <c>.mpt</c>.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="InputFormatException">The file is damaged, truncated, or holds what is not known; the message names offset or line and a remedy.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <example><code>EcLabFile file = await EcLab.ReadAsync("cell42_GCPL.mpr");</code></example>
    public static async Task<EcLabFile> ReadAsync(string path, EcLabReadOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return await ElectrochemistrySteps.Read
            .RunAsync(new InputPath(path), new StepRequest<EcLabReadOptions>(options ?? new EcLabReadOptions()), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Reads the content of a file that is in memory; nothing is recorded.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="InputFormatException">The file is damaged, truncated, or holds what is not known; the message names offset or line and a remedy.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public static EcLabFile Read(ReadOnlySpan<byte> content, string name, EcLabReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        options ??= new EcLabReadOptions();
        options.Validate();
        return Read(content, name, options, CancellationToken.None);
    }

    private static EcLabFile Read(ReadOnlySpan<byte> content, string name, EcLabReadOptions options, CancellationToken cancellationToken)
    {
        EcLabFile file = MprParser.Recognises(content) ? new MprParser(name, cancellationToken).Parse(content)
            : MptParser.Recognises(content) ? new MptParser(name, options, cancellationToken).Parse(content)
            : throw InputFormatException.AtByte(name, 0, "This is neither an EC-Lab .mpr (it does not begin with \"BIO-LOGIC MODULAR FILE\") nor a .mpt (it does not begin with \"EC-Lab ASCII FILE\" or \"BT-Lab ASCII FILE\").", "Check the file; other text tables are read by the table reader of Formats.");
        return options.RefuseDoubtful && file.Warnings.Count > 0
            ? throw new InputFormatException(name, 0, string.Join(" ", file.Warnings.Select(w => w.Message)), "Compare with the original file, or set refuseDoubtful to false.")
            : file;
    }

    /// <summary>Reads the files of one measurement and records each with the SHA-256 of its bytes.</summary>
    /// <param name="path">A folder, a pattern such as <c>cell42/*.mpr</c>, or one file. Of a folder, all <c>.mpr</c>; where there is none, all <c>.mpt</c>.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The files, by name.</returns>
    /// <exception cref="InputFormatException">There is no such file, or one cannot be read.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public static async Task<EcLabSequence> ReadSequenceAsync(string path, EcLabReadOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return await ElectrochemistrySteps.ReadSequence
            .RunAsync(new InputPath(path), new StepRequest<EcLabReadOptions>(options ?? new EcLabReadOptions()), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);
    }

    internal static async ValueTask<EcLabSequence> ReadSequenceAsync(InputPath input, EcLabReadOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        var files = new List<EcLabFile>();
        IReadOnlyList<string> paths = SequenceFiles.Find(input.Path);
        foreach (string path in paths)
        {
            files.Add(await ReadAsync(new InputPath(path), options, scope, cancellationToken).ConfigureAwait(false));
            scope.Context.Progress?.Report(new BatchProgress(files.Count, 0, paths.Count, scope.Operation));
        }

        return new EcLabSequence(files);
    }

    internal static async ValueTask<EcLabFile> ReadAsync(InputPath input, EcLabReadOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        (byte[] bytes, FileRef file) = await InputFile.ReadAsync(input.Path, MediaType(input.Path), cancellationToken).ConfigureAwait(false);
        scope.Use(file);
        EcLabFile read = Read(bytes, input.Path, options, cancellationToken);
        foreach (StepWarning warning in read.Warnings)
            scope.Warn(warning);
        return read;
    }

    private static string MediaType(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".mpt" or ".txt" => "text/plain",
        ".csv" => "text/csv",
        _ => "application/octet-stream",
    };
}
