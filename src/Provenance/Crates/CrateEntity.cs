namespace BigMap.Analysis.Provenance;

/// <summary>A value of a property of a crate: text, or a reference to another entity.</summary>
/// <param name="Value">The text, or the <c>@id</c> that is referred to.</param>
/// <param name="IsReference">Whether it refers to another entity.</param>
public readonly record struct CrateValue(string Value, bool IsReference)
{
    /// <summary>Text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator CrateValue(string text) => new(text, false);

    /// <summary>A reference.</summary>
    /// <param name="id"><c>@id</c> of the other entity.</param>
    /// <returns>The value.</returns>
    public static CrateValue To(string id) => new(id, true);
}

/// <summary>One entity of a crate: a file, an action, a person, a parameter.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class CrateEntity
{
    private readonly List<KeyValuePair<string, IReadOnlyList<CrateValue>>> _properties = [];

    /// <summary>Makes an entity without properties.</summary>
    /// <param name="id">Its <c>@id</c>.</param>
    /// <param name="types">Its types, at least one.</param>
    /// <exception cref="ArgumentException">Id or types are missing.</exception>
    public CrateEntity(string id, params IReadOnlyList<string> types)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(types);
        if (types.Count == 0)
            throw new ArgumentException($"{id} has no type.", nameof(types));
        Id = id;
        Types = types;
    }

    /// <summary>Its <c>@id</c>.</summary>
    public string Id { get; }

    /// <summary>Its types.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>Its properties, in order; each with at least one value.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<CrateValue>>> Properties => _properties;

    /// <summary>The values of a property; empty when there are none.</summary>
    /// <param name="property">Name of the property.</param>
    public IReadOnlyList<CrateValue> this[string property] => _properties.FirstOrDefault(p => p.Key == property).Value ?? [];

    /// <summary>The same entity with a property replaced, or taken away when no value is given.</summary>
    /// <param name="property">Name of the property.</param>
    /// <param name="values">Its values.</param>
    /// <returns>An entity.</returns>
    public CrateEntity With(string property, params IEnumerable<CrateValue> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(property);
        CrateValue[] kept = [.. values.Where(v => v.Value is not null)];
        var copy = new CrateEntity(Id, Types);
        int at = _properties.FindIndex(p => p.Key == property);
        copy._properties.AddRange(_properties);
        if (at >= 0)
            copy._properties.RemoveAt(at);
        if (kept.Length > 0)
            copy._properties.Insert(at >= 0 ? at : copy._properties.Count, new(property, kept));
        return copy;
    }

    /// <summary>As <see cref="With"/>, but changes this entity; only for one that nobody else has yet.</summary>
    internal CrateEntity Put(string property, params ReadOnlySpan<CrateValue> values)
    {
        if (values.Length > 0)
        {
            int at = _properties.FindIndex(p => p.Key == property);
            var one = new KeyValuePair<string, IReadOnlyList<CrateValue>>(property, values.ToArray());
            if (at >= 0)
                _properties[at] = one;
            else
                _properties.Add(one);
        }

        return this;
    }

    /// <summary>The first value of a property as text; empty when there is none.</summary>
    /// <param name="property">Name of the property.</param>
    /// <returns>The text, or the id that is referred to.</returns>
    public string Text(string property) => this[property] is [var first, ..] ? first.Value : string.Empty;

    /// <inheritdoc/>
    public override string ToString() => $"{Id} ({string.Join(", ", Types)})";
}
