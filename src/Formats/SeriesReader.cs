using BigMap.Analysis.Formats.Internal;

namespace BigMap.Analysis.Formats;

/// <summary>Reads spectra and patterns into series: from delimited text as laboratories write it, from HDF5 and NeXus, from diffractometers' files.</summary>
/// <remarks>Stateless, thread-safe.</remarks>
public static class SeriesReader
{
    /// <summary>Reads a file, the text files of a folder, or the files that match a pattern into one series.</summary>
    /// <param name="path">A file, a folder, or a pattern such as <c>scans/*.xy</c>.</param>
    /// <param name="options">How to read; null for the defaults, which decide from the file and report what was decided.</param>
    /// <param name="context">Progress, provenance and clock; null for the default.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The series, the report and the files with their SHA-256.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="InputFormatException">A file cannot be read, holds no such data, or can be read in more than one way; the message names file, line and the option that settles it.</exception>
    /// <exception cref="FileNotReadyException">With <see cref="TextReadOptions.WaitForStable"/>: a file was not complete in time.</exception>
    /// <example><code>
    /// ReadResult read = await SeriesReader.ReadAsync("scans", new TextReadOptions { AxisQuantity = AxisQuantity.TwoTheta, AxisUnit = "deg" });
    /// Console.WriteLine(read.Report);
    /// SpectrumSeries series = read.Series;
    /// </code></example>
    public static async Task<ReadResult> ReadAsync(string path, TextReadOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return await FormatsSteps.ReadText
            .RunAsync(new InputPath(path), new StepRequest<TextReadOptions>(options ?? new TextReadOptions()), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Reads an HDF5 or NeXus file, those of a folder, or those that match a pattern into one series.</summary>
    /// <param name="path">A file, a folder, or a pattern such as <c>scans/*.nxs</c>.</param>
    /// <param name="options">What to read; null for the defaults, which take what the file says is plotted.</param>
    /// <param name="context">Progress, provenance and clock; null for the default.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The series, the report and the files with their SHA-256.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="InputFormatException">A file cannot be read, is damaged, or does not say what the series is; the message names the option that settles it.</exception>
    /// <exception cref="FileNotReadyException">With <see cref="Hdf5ReadOptions.WaitForStable"/>: a file was not complete in time.</exception>
    /// <example><code>ReadResult read = await SeriesReader.ReadHdf5Async("scan.nxs");</code></example>
    public static async Task<ReadResult> ReadHdf5Async(string path, Hdf5ReadOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return await FormatsSteps.ReadHdf5
            .RunAsync(new InputPath(path), new StepRequest<Hdf5ReadOptions>(options ?? new Hdf5ReadOptions()), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Reads the scans of diffractometer files (PANalytical .xrdml, Bruker .brml and .raw of version 3), of one file, a folder or a pattern, into one series.</summary>
    /// <param name="path">A file, a folder, or a pattern such as <c>scans/*.xrdml</c>.</param>
    /// <param name="options">What to read; null for the defaults, intensities over 2θ.</param>
    /// <param name="context">Progress, provenance and clock; null for the default.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The series with columns for counting time, wavelength, start time and fixed positions, the report and the files with their SHA-256.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="InputFormatException">A file cannot be read, is damaged, or holds scans that cannot be read truly.</exception>
    /// <exception cref="FileNotReadyException">With <see cref="XrdReadOptions.WaitForStable"/>: a file was not complete in time.</exception>
    /// <example><code>ReadResult read = await SeriesReader.ReadXrdAsync("scan.xrdml");</code></example>
    public static async Task<ReadResult> ReadXrdAsync(string path, XrdReadOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return await FormatsSteps.ReadXrd
            .RunAsync(new InputPath(path), new StepRequest<XrdReadOptions>(options ?? new XrdReadOptions()), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);
    }

    internal static async ValueTask<ReadResult> ReadAsync(InputPath input, TextReadOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        (List<string> paths, List<string> skipped) = InputFiles.Find(input.Path, options);
        var parsed = new List<ParsedSeries>(paths.Count);
        var files = new List<FileRef>(paths.Count);
        var warnings = new List<StepWarning>();
        var clock = new ProgressClock(scope.Context, scope.Operation, paths.Count);
        foreach (string path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (byte[] bytes, int length, FileRef file) = await HashedFile.ReadAsync(path, scope, options, cancellationToken).ConfigureAwait(false);
            scope.Use(file);
            files.Add(file);
            parsed.Add(Parse(path, bytes, length, options, cancellationToken));
            warnings.AddRange(parsed[^1].Warnings);
            clock.Report(parsed.Count);
        }

        SpectrumSeries series = SeriesAssembler.Assemble(parsed, options.OnAxisMismatch, options.Order, warnings);
        foreach (StepWarning warning in warnings)
            scope.Warn(warning);
        var report = new ReadReport([.. parsed.Select(p => p.Report)], warnings) { Skipped = [.. skipped.Select(s => $"{s} (not the ending of a text file, or not matched by filePattern)")] };
        return new ReadResult(series, report, files);
    }

    internal static ParsedSeries Parse(string path, byte[] bytes, int length, TextReadOptions options, CancellationToken cancellationToken) =>
        new TextSeriesParser(TextDocument.Decode(path, bytes, length, options.Encoding), options, cancellationToken).Parse();
}
