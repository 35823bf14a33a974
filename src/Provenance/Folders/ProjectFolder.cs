using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>What data in a project folder are.</summary>
public enum DataStage : byte
{
    /// <summary>As the instrument gave them; never changed.</summary>
    Raw,

    /// <summary>Sorted, converted, averaged; nothing was modelled.</summary>
    PreProcessed,

    /// <summary>Corrected: background, calibration, normalisation.</summary>
    Processed,

    /// <summary>Results: fits, tables, figures, reports.</summary>
    Analysed,
}

/// <summary>A folder that keeps raw, pre-processed, processed and analysed data apart, with dated names, and never overwrites raw data.</summary>
/// <remarks>
/// <c>1-raw</c>, <c>2-pre-processed</c>, <c>3-processed</c>, <c>4-analysed</c>; names begin with the date, <c>2026-01-31_cell42_ocv.csv</c>. Raw files are write-protected, and their
/// hashes are kept in <c>1-raw/sha256.txt</c>, one line a file as <c>sha256sum -c</c> reads it. Thread-safe; one process, with one object, adds files at a time.
/// </remarks>
/// <example><code>
/// ProjectFolder project = ProjectFolder.Open("cell42");
/// FileRef raw = await project.AddRawAsync("/media/usb/scan.xy", new DateOnly(2026, 1, 31));
/// string results = project.NewFolder(DataStage.Analysed, "lno-003", new DateOnly(2026, 2, 1));
/// </code></example>
public sealed class ProjectFolder
{
    private const string Checksums = "sha256.txt";
    private static readonly string[] Names = ["1-raw", "2-pre-processed", "3-processed", "4-analysed"];

    private readonly SemaphoreSlim _adding = new(1, 1);
    private readonly Lock _making = new();

    private ProjectFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Opens a project folder; makes it, and the four folders in it, where they are missing.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The project folder.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static ProjectFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.GetFullPath(path);
        foreach (string name in Names)
            Directory.CreateDirectory(System.IO.Path.Combine(full, name));
        return new ProjectFolder(full);
    }

    /// <summary>The folder of a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>Its path.</returns>
    public string FolderOf(DataStage stage) => System.IO.Path.Combine(Path, Names[(int)stage]);

    /// <summary>Copies a file to the raw data, write-protects it, and keeps its hash. What is there is never replaced.</summary>
    /// <param name="file">The file; it is not changed.</param>
    /// <param name="date">Date of the measurement.</param>
    /// <param name="name">Name after the date; null for that of the file. Characters other than letters, digits, <c>.</c>, <c>_</c>, <c>-</c> become <c>-</c>.</param>
    /// <param name="cancellationToken">Stops copying; nothing is left then.</param>
    /// <returns>The copy. A file with the same name and the same bytes that is there already is returned as it is.</returns>
    /// <exception cref="InputFormatException">There is no such file.</exception>
    /// <exception cref="DataMismatchException">A raw file of this name with other bytes is there, or was added before.</exception>
    public async Task<FileRef> AddRawAsync(string file, DateOnly date, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        if (!File.Exists(file))
            throw new InputFormatException(file, 0, "there is no such file.", "Check the path.");
        string target = System.IO.Path.Combine(FolderOf(DataStage.Raw), Dated(date, name ?? System.IO.Path.GetFileName(file)));
        string temporary = System.IO.Path.Combine(FolderOf(DataStage.Raw), $".{Guid.NewGuid():N}.tmp");
        try
        {
            string hash;
            long length;
            FileStream source = File.OpenRead(file);
            await using (source.ConfigureAwait(false))
            {
                using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                FileStream copy = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                await using (copy.ConfigureAwait(false))
                {
                    var buffer = new byte[1 << 16];
                    for (int read; (read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
                    {
                        sha.AppendData(buffer, 0, read);
                        await copy.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    }

                    length = copy.Length;
                }

                hash = Convert.ToHexStringLower(sha.GetHashAndReset());
            }

            await _adding.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await PutAsync(temporary, target, hash, length, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _adding.Release();
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Makes a new folder with a dated name; one of the same name gets <c>-2</c>, <c>-3</c>, … after it, so that no run overwrites an earlier one.</summary>
    /// <param name="stage">Any stage but <see cref="DataStage.Raw"/>.</param>
    /// <param name="name">Name after the date.</param>
    /// <param name="date">Date of the work.</param>
    /// <returns>Path of the folder, for <see cref="StepEnvironment.OutputFolder"/>.</returns>
    /// <exception cref="ArgumentException">Nothing is written to the raw data; see <see cref="AddRawAsync"/>.</exception>
    public string NewFolder(DataStage stage, string name, DateOnly date)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (stage == DataStage.Raw)
            throw new ArgumentException("Results do not belong to the raw data; raw files are added one by one.", nameof(stage));
        string wanted = System.IO.Path.Combine(FolderOf(stage), Dated(date, name)), folder = wanted;
        lock (_making)
        {
            for (int i = 2; Directory.Exists(folder) || File.Exists(folder); i++)
                folder = string.Create(CultureInfo.InvariantCulture, $"{wanted}-{i}");
            return Directory.CreateDirectory(folder).FullName;
        }
    }

    /// <summary>Compares the raw data with their hashes.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Every raw file by name: identical, differs, missing, or added beside <see cref="AddRawAsync"/>.</returns>
    /// <exception cref="InputFormatException">The file of hashes was damaged.</exception>
    public async Task<IReadOnlyList<ReplayFile>> VerifyRawAsync(CancellationToken cancellationToken = default)
    {
        string folder = FolderOf(DataStage.Raw);
        SortedDictionary<string, string> kept = await KeptAsync(cancellationToken).ConfigureAwait(false);
        var files = new List<ReplayFile>();
        foreach ((string name, string hash) in kept)
        {
            string path = System.IO.Path.Combine(folder, name), now = await FileHash.TryComputeAsync(path, cancellationToken).ConfigureAwait(false);
            files.Add(new ReplayFile(name, now.Length == 0 ? ReplayFileState.Missing : now == hash ? ReplayFileState.Identical : ReplayFileState.Differs, hash, now, now.Length == 0 ? string.Empty : path));
        }

        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            string name = System.IO.Path.GetFileName(path);
            if (name != Checksums && !name.StartsWith('.') && !kept.ContainsKey(name))
                files.Add(new ReplayFile(name, ReplayFileState.Added, string.Empty, await FileHash.TryComputeAsync(path, cancellationToken).ConfigureAwait(false), path));
        }

        return files;
    }

    private static string Dated(DateOnly date, string name)
    {
        var safe = new StringBuilder(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Append('_');
        foreach (char c in name)
            safe.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-');
        return safe.ToString();
    }

    private async Task<FileRef> PutAsync(string temporary, string target, string hash, long length, CancellationToken cancellationToken)
    {
        string name = System.IO.Path.GetFileName(target);
        SortedDictionary<string, string> kept = await KeptAsync(cancellationToken).ConfigureAwait(false);
        string? known = kept.GetValueOrDefault(name);
        string there = await FileHash.TryComputeAsync(target, cancellationToken).ConfigureAwait(false);
        if (there.Length > 0 && there != hash)
            throw new DataMismatchException($"{target} is there already, with other bytes. Raw data are never replaced; give another name.");

        // A raw file that was deleted or changed past this API is not quietly replaced either.
        if (known is not null && known != hash)
            throw new DataMismatchException($"{target} was kept with another hash ({known}). Raw data are never replaced; restore the file, or give another name.");
        cancellationToken.ThrowIfCancellationRequested();

        // From here on to the end: a raw file without its hash would look as if nobody had added it.
        if (there.Length == 0)
        {
            // Refuses when somebody else made the file in the meantime.
            File.Move(temporary, target, overwrite: false);
            File.SetAttributes(target, File.GetAttributes(target) | FileAttributes.ReadOnly);
        }

        if (known is null)
            await KeepAsync(kept, name, hash).ConfigureAwait(false);
        return new FileRef(target, hash, length, "application/octet-stream");
    }

    private async Task KeepAsync(SortedDictionary<string, string> kept, string name, string hash)
    {
        kept[name] = hash;
        string text = string.Concat(kept.Select(k => $"{k.Value}  {k.Key}\n"));
        await OutputFile.WriteAsync(System.IO.Path.Combine(FolderOf(DataStage.Raw), Checksums), Encoding.UTF8.GetBytes(text), "text/plain", CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<SortedDictionary<string, string>> KeptAsync(CancellationToken cancellationToken)
    {
        var kept = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string path = System.IO.Path.Combine(FolderOf(DataStage.Raw), Checksums);
        if (!File.Exists(path))
            return kept;
        string[] lines = await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            if (lines[i].Length < 67 || !lines[i].AsSpan(64, 2).SequenceEqual("  ") || lines[i].AsSpan(0, 64).ContainsAnyExcept("0123456789abcdef"))
                throw new InputFormatException(path, i + 1, "this is no hash and name.", "Restore the file, or make it anew with sha256sum.");
            kept[lines[i][66..]] = lines[i][..64];
        }

        return kept;
    }
}
