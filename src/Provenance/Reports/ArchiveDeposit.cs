using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>A folder to be uploaded to an archive: the record's metadata, the files, and their checksums.</summary>
/// <remarks>
/// <c>record.json</c> has the fields of an InvenioRDM record, on which the BIG-MAP Archive and Zenodo run; <c>files/</c> the files of the run, its record,
/// its crate and, where given, the report form (JSON and Markdown); <c>sha256.txt</c> their checksums as <c>sha256sum -c</c> reads them.
/// </remarks>
public static class ArchiveDeposit
{
    /// <summary>Puts a deposit together from a recorded run.</summary>
    /// <param name="provenancePath">The <c>provenance.json</c> of the run; files of the run that lie below its folder are copied.</param>
    /// <param name="folder">The new folder; it appears when it is complete.</param>
    /// <param name="archive">Title, authors, licence, keywords.</param>
    /// <param name="form">A report form; null for none.</param>
    /// <param name="cancellationToken">Stops copying; nothing is left then.</param>
    /// <returns>The files of the deposit, in the order of <c>sha256.txt</c>.</returns>
    /// <exception cref="DataMismatchException">The folder exists, a file of the run is missing, is not that of the record any more, or has the name of a file that the deposit adds.</exception>
    /// <exception cref="InputFormatException">The record cannot be read.</exception>
    public static async Task<IReadOnlyList<FileRef>> WriteAsync(string provenancePath, string folder, ArchiveRecord archive, ReportForm? form = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(archive);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(provenancePath, cancellationToken).ConfigureAwait(false);
        string source = Path.GetDirectoryName(Path.GetFullPath(provenancePath))!, target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Directory.Exists(target) || File.Exists(target))
            throw new DataMismatchException($"{folder} exists already. A deposit is made in a new folder, so that nothing is mixed.");
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            var files = new List<FileRef>();
            foreach (RecordedEntity file in record.Entities.Where(e => e.IsFile).GroupBy(e => e.Path).Select(g => g.Last()))
            {
                // Normalised: a path may lead out of the folder in its middle, too.
                string inside = Path.GetRelativePath(source, Path.GetFullPath(file.Path, source));
                if (Path.IsPathRooted(file.Path) || Path.IsPathRooted(inside) || inside == ".." || inside.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    continue;
                files.Add(await CopyAsync(source, file, temporary, cancellationToken).ConfigureAwait(false));
            }

            files.Add(await PutAsync(temporary, "provenance.json", await File.ReadAllBytesAsync(provenancePath, cancellationToken).ConfigureAwait(false), "application/json", cancellationToken).ConfigureAwait(false));
            string crate = Path.Combine(source, RoCrate.FileName);
            if (File.Exists(crate))
                files.Add(await PutAsync(temporary, RoCrate.FileName, await File.ReadAllBytesAsync(crate, cancellationToken).ConfigureAwait(false), "application/ld+json", cancellationToken).ConfigureAwait(false));
            if (form is not null)
            {
                files.Add(await PutAsync(temporary, form.Name + ".json", Encoding.UTF8.GetBytes(form.ToJson()), "application/json", cancellationToken).ConfigureAwait(false));
                files.Add(await PutAsync(temporary, form.Name + ".md", Encoding.UTF8.GetBytes(form.ToMarkdown()), "text/markdown", cancellationToken).ConfigureAwait(false));
            }

            FileRef[] ordered = [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)];
            string sums = string.Concat(ordered.Select(f => $"{f.Sha256}  {f.Path}\n"));
            await File.WriteAllTextAsync(Path.Combine(temporary, "sha256.txt"), sums, cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(Path.Combine(temporary, "record.json"), Json(record, archive, ordered), cancellationToken).ConfigureAwait(false);
            Directory.Move(temporary, target);
            return ordered;
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    private static async Task<FileRef> CopyAsync(string source, RecordedEntity file, string folder, CancellationToken cancellationToken)
    {
        string from = Path.GetFullPath(file.Path, source);
        if (!File.Exists(from))
            throw new DataMismatchException($"{file.Path} of the record is not there, so the deposit would not be complete.");
        OutputFile copy = OutputFile.Create(Path.Combine(folder, "files", file.Path), "files/" + file.Path);
        await using (copy.ConfigureAwait(false))
        {
            FileStream stream = File.OpenRead(from);
            await using (stream.ConfigureAwait(false))
                await stream.CopyToAsync(copy.Stream, cancellationToken).ConfigureAwait(false);
            FileRef written = await copy.CommitAsync(file.MediaType, cancellationToken).ConfigureAwait(false);
            return written.Sha256 == file.Sha256 ? written
                : throw new DataMismatchException($"{file.Path} is not the file of the record any more. Run the analysis again, or restore the file.");
        }
    }

    private static async Task<FileRef> PutAsync(string folder, string name, byte[] content, string mediaType, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(folder, "files"));
        string path = Path.Combine(folder, "files", name);
        if (File.Exists(path))
            throw new DataMismatchException($"The run has a file {name}, and the deposit needs the name. Run the analysis with another name.");
        await File.WriteAllBytesAsync(path, content, cancellationToken).ConfigureAwait(false);
        return new FileRef("files/" + name, Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, mediaType);
    }

    private static string Json(ProvenanceRecord record, ArchiveRecord archive, FileRef[] files) => CanonicalJson.Text(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("access");
        // Nothing becomes public by itself.
        writer.WriteString("record", "restricted");
        writer.WriteString("files", "restricted");
        writer.WriteEndObject();
        writer.WriteStartObject("files");
        writer.WriteBoolean("enabled", true);
        writer.WriteStartArray("entries");
        foreach (FileRef file in files)
        {
            writer.WriteStartObject();
            writer.WriteString("key", file.Path["files/".Length..]);
            writer.WriteNumber("size", file.Length);
            writer.WriteString("mimetype", file.MediaType);
            writer.WriteString("checksum", "sha256:" + file.Sha256);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("metadata");
        writer.WriteString("title", archive.Title.Length > 0 ? archive.Title : record.Title);
        writer.WriteString("description", archive.Description);
        writer.WriteString("publication_date", (archive.PublicationDate ?? DateOnly.FromDateTime(record.Written.UtcDateTime)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        writer.WriteStartObject("resource_type");
        writer.WriteString("id", "dataset");
        writer.WriteEndObject();
        if (archive.Publisher is { } publisher)
            writer.WriteString("publisher", publisher.Name);
        writer.WriteStartArray("creators");
        foreach (CrateAgent creator in archive.Creators)
            Write(writer, creator);
        writer.WriteEndArray();
        writer.WriteStartArray("subjects");
        foreach (string keyword in archive.Keywords)
        {
            writer.WriteStartObject();
            writer.WriteString("subject", keyword);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("rights");
        if (archive.Licence is { } licence)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("title");
            writer.WriteString("en", licence.Description);
            writer.WriteEndObject();
            writer.WriteString("link", licence.Address);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("related_identifiers");
        foreach (string related in archive.RelatedIdentifiers)
        {
            writer.WriteStartObject();
            writer.WriteString("identifier", related);
            writer.WriteString("scheme", related.Contains("doi.org/", StringComparison.Ordinal) ? "doi" : "url");
            writer.WriteStartObject("relation_type");
            writer.WriteString("id", "references");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, CrateAgent creator)
    {
        // "Family, Given", or the last word as family name.
        string[] parts = creator.Name.Contains(',', StringComparison.Ordinal) ? creator.Name.Split(',', 2, StringSplitOptions.TrimEntries)
            : creator.Name.LastIndexOf(' ') is var at and > 0 ? [creator.Name[(at + 1)..], creator.Name[..at]] : [creator.Name];
        writer.WriteStartObject();
        writer.WriteStartObject("person_or_org");
        writer.WriteString("type", "personal");
        writer.WriteString("family_name", parts[0]);
        if (parts.Length > 1)
            writer.WriteString("given_name", parts[1]);
        if (creator.Identifier.Contains("orcid.org/", StringComparison.Ordinal))
        {
            writer.WriteStartArray("identifiers");
            writer.WriteStartObject();
            writer.WriteString("scheme", "orcid");
            writer.WriteString("identifier", creator.Identifier[(creator.Identifier.LastIndexOf('/') + 1)..]);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        if (creator.Affiliation.Length > 0)
        {
            writer.WriteStartArray("affiliations");
            writer.WriteStartObject();
            writer.WriteString("name", creator.Affiliation);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
