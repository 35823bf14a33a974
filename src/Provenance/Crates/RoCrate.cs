using System.Text;
using System.Text.Json;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>An RO-Crate 1.2: what <c>ro-crate-metadata.json</c> holds, as a list of entities that refer to each other.</summary>
/// <remarks>
/// Immutable, thread-safe. Process Run Crate 0.5 for crates made of records. Specification: https://w3id.org/ro/crate/1.2,
/// https://w3id.org/ro/wfrun/process/0.5. Every term that the file uses is defined in the file itself too, so it means the same to a
/// reader that cannot load the context of RO-Crate.
/// </remarks>
/// <example><code>
/// RoCrate crate = RoCrate.From(recorder.Snapshot("out"), new CrateOptions { Catalogue = catalogue, Operator = new CrateAgent("A. Operator") });
/// await crate.WriteAsync("out");
/// </code></example>
public sealed class RoCrate
{
    /// <summary>Name of the file, in the folder that the crate describes.</summary>
    public const string FileName = "ro-crate-metadata.json";

    /// <summary>Address of the context of RO-Crate 1.2.</summary>
    public const string ContextAddress = "https://w3id.org/ro/crate/1.2/context";

    internal const string Specification = "https://w3id.org/ro/crate/1.2";
    internal const string Profile = "https://w3id.org/ro/wfrun/process/0.5";
    private const string Remedy = "Give the ro-crate-metadata.json of a flattened RO-Crate.";

    private readonly OrderedDictionary<string, CrateEntity> _entities = new(StringComparer.Ordinal);

    /// <summary>Puts a crate together.</summary>
    /// <param name="entities">The entities; ids are distinct.</param>
    /// <exception cref="ArgumentException">Two entities have the same id.</exception>
    public RoCrate(IEnumerable<CrateEntity> entities)
    {
        ArgumentNullException.ThrowIfNull(entities);
        foreach (CrateEntity entity in entities)
        {
            if (!_entities.TryAdd(entity.Id, entity))
                throw new ArgumentException($"Two entities have the id {entity.Id}.", nameof(entities));
        }
    }

    /// <summary>The entities, in the order of the file.</summary>
    public IReadOnlyList<CrateEntity> Entities => _entities.Values;

    /// <summary>The entity of the folder itself: title, description, licence, files.</summary>
    /// <exception cref="ArgumentException">The crate has none.</exception>
    public CrateEntity Root => this[this[FileName].Text("about")];

    /// <summary>An entity by its id.</summary>
    /// <param name="id">Its <c>@id</c>.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public CrateEntity this[string id] => _entities.TryGetValue(id, out CrateEntity? entity) ? entity : throw new ArgumentException($"The crate has no {id}.", nameof(id));

    /// <summary>Describes a recorded run.</summary>
    /// <param name="record">The record; its paths must be relative to the folder of the crate (<see cref="ProvenanceRecorder.Snapshot"/> with that folder).</param>
    /// <param name="options">Who, what for, licence, labels; null for the defaults.</param>
    /// <returns>The crate.</returns>
    public static RoCrate From(ProvenanceRecord record, CrateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new CrateBuilder(record, options ?? new CrateOptions()).Build();
    }

    /// <summary>Whether the crate has an entity.</summary>
    /// <param name="id">Its <c>@id</c>.</param>
    /// <returns>True when it does.</returns>
    public bool Contains(string id) => _entities.ContainsKey(id);

    /// <summary>The same crate with an entity added, or the one of its id replaced.</summary>
    /// <param name="entity">The entity.</param>
    /// <returns>A crate.</returns>
    public RoCrate With(CrateEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        var copy = new RoCrate(Entities);
        copy._entities[entity.Id] = entity;
        return copy;
    }

    /// <summary>Reads a crate.</summary>
    /// <param name="json">The text of <c>ro-crate-metadata.json</c>.</param>
    /// <param name="source">File name, for error messages.</param>
    /// <returns>The crate; terms keep the names that the file gives them.</returns>
    /// <exception cref="InputFormatException">It is not a flattened RO-Crate.</exception>
    public static RoCrate Parse(string json, string source = FileName)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (!document.RootElement.TryGetProperty("@graph", out JsonElement graph))
                throw new InputFormatException(source, 0, "there is no @graph.", Remedy);
            var crate = new RoCrate(graph.EnumerateArray().Select(e => CrateJson.Read(e, source)));
            return crate._entities.ContainsKey(FileName) ? crate : throw new InputFormatException(source, 0, $"there is no entity {FileName}.", Remedy);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new InputFormatException(source, e is JsonException { LineNumber: { } line } ? line + 1 : 0, $"this is not a crate: {e.Message}", Remedy);
        }
    }

    /// <summary>Reads the crate of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The crate.</returns>
    /// <exception cref="InputFormatException">There is none, or it is not a flattened RO-Crate.</exception>
    public static async Task<RoCrate> ReadAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new InputFormatException(path, 0, "there is no such file.", "Check the folder.");
        return Parse(await File.ReadAllTextAsync(path, Encoding.UTF8, cancellationToken).ConfigureAwait(false), path);
    }

    /// <summary>The crate as JSON-LD: indented, LF, entities in order.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidOperationException">A term is used that neither RO-Crate nor this package defines.</exception>
    public string ToJson() => CanonicalJson.Text(writer => CrateJson.Write(writer, Entities));

    /// <summary>Writes the crate into its folder (under a temporary name first).</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>A task.</returns>
    public Task WriteAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return CanonicalJson.WriteFileAsync(Path.Combine(folder, FileName), ToJson(), cancellationToken);
    }

    /// <summary>A JSON-LD context with every term that crates of this package use: give it to a reader in place of <see cref="ContextAddress"/> where there is no network.</summary>
    /// <returns>The context document.</returns>
    public static string OfflineContext() => CanonicalJson.Text(writer =>
    {
        writer.WriteStartObject();
        CrateContext.Write(writer, CrateContext.Terms.Select(t => t.Key));
        writer.WriteEndObject();
    });
}
