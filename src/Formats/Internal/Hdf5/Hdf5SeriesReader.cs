using System.Security.Cryptography;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Reads series from HDF5 files, waited for where that is wanted.</summary>
internal static class Hdf5SeriesReader
{
    private const int HashBytes = 1 << 17;

    public static async ValueTask<ReadResult> ReadAsync(InputPath input, Hdf5ReadOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        (List<string> paths, List<string> skipped) = InputFiles.FindHdf5(input.Path, (options.FilePattern, options.Order, options.WaitForStable));
        var parsed = new List<ParsedSeries>(paths.Count);
        var files = new List<FileRef>(paths.Count);
        var warnings = new List<StepWarning>();
        var progress = new ProgressClock(scope.Context, scope.Operation, paths.Count);
        foreach (string path in paths)
        {
            (FileRef file, ParsedSeries series) = await OpenAsync(path, options, scope.Context.Time, Parse, cancellationToken).ConfigureAwait(false);
            scope.Use(file);
            files.Add(file);
            parsed.Add(series);
            warnings.AddRange(series.Warnings);
            progress.Report(parsed.Count);
        }

        SpectrumSeries all = SeriesAssembler.Assemble(parsed, options.OnAxisMismatch, options.Order, warnings);
        foreach (StepWarning warning in warnings)
            scope.Warn(warning);
        return new ReadResult(all, new ReadReport([.. parsed.Select(p => p.Report)], warnings) { Skipped = [.. skipped.Select(s => $"{s} (not the ending of an HDF5 file, or not matched by filePattern)")] }, files);

        ParsedSeries Parse(Hdf5File file)
        {
            var plan = new NexusPlan(file, options);
            if ((long)plan.Rows * plan.Points > Array.MaxLength / sizeof(double))
                throw new InputFormatException(file.Path, 0, $"{plan.Signal} has more values than fit into one block of memory.", "Read it in blocks with Hdf5SeriesSource.");
            using var rows = new NexusRows(plan);
            return rows.ReadAll();
        }
    }

    /// <summary>Opens, hashes and reads a file; one that is being written is waited for, if that is wanted, and read again when it changed meanwhile.</summary>
    public static async Task<(FileRef File, T Result)> OpenAsync<T>(string path, Hdf5ReadOptions options, TimeProvider time, Func<Hdf5File, T> read, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            if (options.WaitForStable)
                await options.Stability.WaitAsync(path, time, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            bool late = time.GetElapsedTime(start).TotalSeconds >= options.Stability.TimeoutSeconds;
            Hdf5File? file = null;
            try
            {
                file = Hdf5File.Open(path);
            }
            catch (InputFormatException) when (options.WaitForStable && !late)
            {
                // Cut off, or marked as open: its writer may only have paused.
            }

            if (file is not null)
            {
                bool keep = false;
                try
                {
                    FileRef reference = await HashAsync(path, cancellationToken).ConfigureAwait(false);
                    T result = read(file);
                    if (!file.HasChanged && reference.Length == file.Length)
                    {
                        keep = ReferenceEquals(result, file);
                        return (reference, result);
                    }
                }
                catch (InputFormatException) when (options.WaitForStable && !late && file.HasChanged)
                {
                    // It changed under the reader's hands.
                }
                finally
                {
                    if (!keep)
                        file.Dispose();
                }

                if (!options.WaitForStable)
                    throw new InputFormatException(path, 0, "The file changed while it was read.", "Set waitForStable to true.");
            }

            if (late)
                throw new FileNotReadyException(path, "changes whenever it is read", options.Stability.TimeoutSeconds);
            await Task.Delay(TimeSpan.FromSeconds(options.Stability.PollSeconds), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<FileRef> HashAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var stream = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
            await using (stream.ConfigureAwait(false))
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var buffer = new byte[HashBytes];
                long length = 0;
                for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; length += read)
                    hash.AppendData(buffer, 0, read);
                return new FileRef(path, Convert.ToHexStringLower(hash.GetHashAndReset()), length, "application/x-hdf5");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, $"The file cannot be read: {e.Message}", "Check path, permissions and drive.");
        }
    }
}
