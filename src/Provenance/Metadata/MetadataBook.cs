using System.Globalization;
using System.Text.Json;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>What people write down about sample, experiment and run, before it and after it; nothing is ever lost, every change keeps what was there.</summary>
/// <remarks>Immutable, thread-safe. No number depends on it, so a replay of a run whose metadata were edited is identical.</remarks>
/// <example><code>
/// MetadataBook book = MetadataBook.Empty
///     .With(new MetadataEntry("sample", "LNO-42"), who: "A. Operator", reason: "label on the cell", when: clock.GetUtcNow())
///     .With(new MetadataEntry("temperature", "298", "K"), who: "A. Operator", reason: "logbook", when: clock.GetUtcNow());
/// </code></example>
public sealed class MetadataBook : IEquatable<MetadataBook>
{
    private const string Remedy = "Give the metadata that this package wrote.";

    private MetadataBook(IReadOnlyList<MetadataEntry> entries, IReadOnlyList<MetadataEdit> edits)
    {
        Entries = entries;
        Edits = edits;
    }

    /// <summary>A book without entries.</summary>
    public static MetadataBook Empty { get; } = new([], []);

    /// <summary>The entries of now, in the order in which they were first made.</summary>
    public IReadOnlyList<MetadataEntry> Entries { get; }

    /// <summary>Every change, in order.</summary>
    public IReadOnlyList<MetadataEdit> Edits { get; }

    /// <summary>The value of an entry; null when there is none.</summary>
    /// <param name="key">Name of the entry.</param>
    public string? this[string key] => Find(key)?.Value;

    /// <summary>Adds an entry or changes one.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="who">Who says so; not empty.</param>
    /// <param name="reason">Why, or from where; may be empty for a new entry, not for a change.</param>
    /// <param name="when">When.</param>
    /// <returns>A book; the same one when nothing changes.</returns>
    /// <exception cref="ArgumentException">Key or person is empty, or a change has no reason.</exception>
    public MetadataBook With(MetadataEntry entry, string who, string reason, DateTimeOffset when)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentException.ThrowIfNullOrWhiteSpace(entry.Key);
        MetadataEntry? before = Find(entry.Key);
        if (before == entry)
            return this;
        MetadataEdit edit = Edit(before, entry, who, reason, when);
        IReadOnlyList<MetadataEntry> entries = before is null ? [.. Entries, entry] : [.. Entries.Select(e => e.Key == entry.Key ? entry : e)];
        return new MetadataBook(entries, [.. Edits, edit]);
    }

    /// <summary>Removes an entry; the history keeps it.</summary>
    /// <param name="key">Name of the entry.</param>
    /// <param name="who">Who says so; not empty.</param>
    /// <param name="reason">Why; not empty.</param>
    /// <param name="when">When.</param>
    /// <returns>A book.</returns>
    /// <exception cref="ArgumentException">There is no such entry, or person or reason is empty.</exception>
    public MetadataBook Without(string key, string who, string reason, DateTimeOffset when)
    {
        MetadataEntry before = Find(key) ?? throw new ArgumentException($"There is no entry {key}.", nameof(key));
        return new MetadataBook([.. Entries.Where(e => e.Key != key)], [.. Edits, Edit(before, null, who, reason, when)]);
    }

    /// <summary>The book as JSON: indented, LF, fixed order.</summary>
    /// <returns>The text.</returns>
    public string ToJson() => CanonicalJson.Text(Write);

    /// <summary>Reads what <see cref="ToJson"/> writes.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">File name, for error messages.</param>
    /// <returns>The book.</returns>
    /// <exception cref="InputFormatException">It is something else.</exception>
    public static MetadataBook Parse(string json, string source = "metadata.json")
    {
        ArgumentNullException.ThrowIfNull(json);
        return Read(json, source);
    }

    /// <inheritdoc/>
    public bool Equals(MetadataBook? other) => other is not null && Entries.SequenceEqual(other.Entries) && Edits.SequenceEqual(other.Edits);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MetadataBook);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Entries.Count, Edits.Count, Edits.LastOrDefault());

    /// <summary>Whether two books hold the same entries and the same history.</summary>
    /// <param name="left">One book.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(MetadataBook? left, MetadataBook? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two books differ.</summary>
    /// <param name="left">One book.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(MetadataBook? left, MetadataBook? right) => !(left == right);

    internal static MetadataBook Read(string json, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, CanonicalJson.Reading);
            JsonElement root = document.RootElement;
            MetadataEdit[] edits = [.. root.GetProperty("edits").EnumerateArray().Select(e => new MetadataEdit(
                DateTimeOffset.Parse(e.GetProperty("when").GetString()!, CultureInfo.InvariantCulture),
                e.GetProperty("who").GetString()!,
                e.GetProperty("reason").GetString()!,
                e.TryGetProperty("before", out JsonElement before) ? ReadEntry(before) : null,
                e.TryGetProperty("after", out JsonElement after) ? ReadEntry(after) : null))];
            if (edits.Any(e => e.Before is null && e.After is null))
                throw new FormatException("an edit has neither before nor after.");
            return new MetadataBook([.. root.GetProperty("entries").EnumerateArray().Select(ReadEntry)], edits);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            throw new InputFormatException(source, e is JsonException { LineNumber: { } line } ? line + 1 : 0, $"these are not metadata: {e.Message}", Remedy);
        }
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("entries");
        foreach (MetadataEntry entry in Entries)
            Write(writer, entry);
        writer.WriteEndArray();
        writer.WriteStartArray("edits");
        foreach (MetadataEdit edit in Edits)
        {
            writer.WriteStartObject();
            writer.WriteString("when", edit.When.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteString("who", edit.Who);
            writer.WriteString("reason", edit.Reason);
            if (edit.Before is { } before)
            {
                writer.WritePropertyName("before");
                Write(writer, before);
            }

            if (edit.After is { } after)
            {
                writer.WritePropertyName("after");
                Write(writer, after);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, MetadataEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("key", entry.Key);
        writer.WriteString("value", entry.Value);
        if (entry.Unit.Length > 0)
            writer.WriteString("unit", entry.Unit);
        if (entry.Term.Length > 0)
            writer.WriteString("term", entry.Term);
        writer.WriteEndObject();
    }

    private static MetadataEntry ReadEntry(JsonElement json) => new(
        json.GetProperty("key").GetString()!,
        json.GetProperty("value").GetString()!,
        json.TryGetProperty("unit", out JsonElement unit) ? unit.GetString()! : string.Empty,
        json.TryGetProperty("term", out JsonElement term) ? term.GetString()! : string.Empty);

    private static MetadataEdit Edit(MetadataEntry? before, MetadataEntry? after, string who, string reason, DateTimeOffset when)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(who);
        ArgumentNullException.ThrowIfNull(reason);
        if (before is not null && string.IsNullOrWhiteSpace(reason))
            throw new ArgumentException($"A change of {before.Key} needs a reason.", nameof(reason));
        return new MetadataEdit(when, who, reason, before, after);
    }

    private MetadataEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);
}
