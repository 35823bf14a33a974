using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BigMap.Analysis;

/// <summary>The options of a step, for callers that do not know their type: recipes, schemas, panels.</summary>
public interface IOptionSet
{
    /// <summary>The options, in order.</summary>
    IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>The options record with every default.</summary>
    object Default { get; }

    /// <summary>Reads options from JSON.</summary>
    /// <param name="json">An object; options that it does not name keep the value of <paramref name="start"/>.</param>
    /// <param name="start">Where to start from, or null for the defaults.</param>
    /// <param name="path">Prefix of fault paths.</param>
    /// <param name="faults">Receives every fault: unknown names, wrong types, values out of range.</param>
    /// <returns>The options; to be used only when no fault was added.</returns>
    object Read(JsonElement json, object? start, string path, ICollection<OptionFault> faults);

    /// <summary>Writes options as a JSON object, every option in order.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="options">An options record of the right type.</param>
    void Write(Utf8JsonWriter writer, object options);

    /// <summary>Finds every fault of an options record.</summary>
    /// <param name="options">An options record of the right type.</param>
    /// <param name="path">Prefix of fault paths.</param>
    /// <param name="faults">Receives every fault.</param>
    void Check(object options, string path, ICollection<OptionFault> faults);

    /// <summary>Writes a JSON Schema (draft 2020-12) of the options as an object.</summary>
    /// <param name="writer">The writer.</param>
    void WriteSchema(Utf8JsonWriter writer);
}

/// <summary>
/// The one description of an options record: names, labels, units, ranges and defaults, with accessors. Validation, recipe JSON, JSON
/// Schema and GUI panels all come from it; no reflection.
/// </summary>
/// <typeparam name="T">An immutable record.</typeparam>
/// <remarks>Immutable: every method that adds an option returns a new set. Thread-safe.</remarks>
/// <example><code>
/// static readonly OptionSet&lt;TrimOptions&gt; Set = OptionSet.For(new TrimOptions())
///     .Number("from", o =&gt; o.From, (o, v) =&gt; o with { From = v }, new("From", "Lower end of the interval.") { Unit = "axis" });
/// </code></example>
public sealed class OptionSet<T> : IOptionSet
    where T : class
{
    private readonly Option[] _options;
    private readonly Func<T, string?>[] _rules;

    internal OptionSet(T defaults, Option[] options, Func<T, string?>[] rules)
    {
        Default = defaults;
        _options = options;
        _rules = rules;
        Options = [.. options.Select(o => o.Descriptor)];
    }

    private delegate bool ValueReader<TValue>(JsonElement json, string path, ICollection<OptionFault> faults, out TValue value);

    /// <inheritdoc/>
    public IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>The options record with every default.</summary>
    public T Default { get; }

    object IOptionSet.Default => Default;

    /// <summary>Adds a number.</summary>
    /// <param name="name">Name in JSON.</param>
    /// <param name="get">Reads the value from a record.</param>
    /// <param name="set">Makes a record with another value.</param>
    /// <param name="info">Label, description, unit, range.</param>
    /// <returns>A set with the option added.</returns>
    public OptionSet<T> Number(string name, Func<T, double> get, Func<T, double, T> set, OptionInfo info) => Add(
        name,
        OptionKind.Number,
        info,
        (get, set),
        (JsonElement json, string path, ICollection<OptionFault> faults, out double value) => ReadNumber(json, path, faults, out value),
        (w, v) => w.WriteNumberValue(v),
        (v, path, faults) => CheckNumber(v, info, path, faults));

    /// <summary>Adds a number that may be left open.</summary>
    /// <inheritdoc cref="Number"/>
    public OptionSet<T> OptionalNumber(string name, Func<T, double?> get, Func<T, double?, T> set, OptionInfo info) =>
        AddOptional(name, OptionKind.Number, info, (get, set), ReadNumber, static (w, v) => w.WriteNumberValue(v));

    /// <summary>Adds a whole number.</summary>
    /// <inheritdoc cref="Number"/>
    public OptionSet<T> Integer(string name, Func<T, int> get, Func<T, int, T> set, OptionInfo info) => Add(
        name,
        OptionKind.Integer,
        info,
        (get, set),
        ReadInteger,
        (w, v) => w.WriteNumberValue(v),
        (v, path, faults) => CheckNumber(v, info, path, faults));

    /// <summary>Adds a whole number that may be left open.</summary>
    /// <inheritdoc cref="Number"/>
    public OptionSet<T> OptionalInteger(string name, Func<T, int?> get, Func<T, int?, T> set, OptionInfo info) =>
        AddOptional(name, OptionKind.Integer, info, (get, set), ReadInteger, static (w, v) => w.WriteNumberValue(v));

    /// <summary>Adds a switch.</summary>
    /// <inheritdoc cref="Number"/>
    public OptionSet<T> Boolean(string name, Func<T, bool> get, Func<T, bool, T> set, OptionInfo info) => Add(
        name,
        OptionKind.Boolean,
        info,
        (get, set),
        (JsonElement json, string path, ICollection<OptionFault> faults, out bool value) =>
        {
            value = json.ValueKind == JsonValueKind.True;
            if (value || json.ValueKind == JsonValueKind.False)
                return true;
            faults.Add(new OptionFault(path, "must be true or false."));
            return false;
        },
        (w, v) => w.WriteBooleanValue(v),
        static (_, _, _) => { });

    /// <summary>Adds a choice; JSON holds the enum name in camelCase.</summary>
    /// <typeparam name="TEnum">The enum.</typeparam>
    /// <inheritdoc cref="Number"/>
    public OptionSet<T> Choice<TEnum>(string name, Func<T, TEnum> get, Func<T, TEnum, T> set, OptionInfo info)
        where TEnum : struct, Enum
    {
        TEnum[] values = Enum.GetValues<TEnum>();
        string[] names = [.. Enum.GetNames<TEnum>().Select(JsonNamingPolicy.CamelCase.ConvertName)];
        string allowed = string.Join(", ", names);
        return Add(
            name,
            OptionKind.Choice,
            info,
            (get, set),
            (JsonElement json, string path, ICollection<OptionFault> faults, out TEnum value) =>
            {
                int i = json.ValueKind == JsonValueKind.String ? Array.IndexOf(names, json.GetString()) : -1;
                value = i < 0 ? default : values[i];
                if (i < 0)
                    faults.Add(new OptionFault(path, $"must be one of {allowed}."));
                return i >= 0;
            },
            (w, v) => w.WriteStringValue(names[Array.IndexOf(values, v)]),
            (v, path, faults) =>
            {
                if (Array.IndexOf(values, v) < 0)
                    faults.Add(new OptionFault(path, $"must be one of {allowed}."));
            },
            choices: names);
    }

    /// <summary>Adds text.</summary>
    /// <param name="name">Name in JSON.</param>
    /// <param name="get">Reads the value from a record.</param>
    /// <param name="set">Makes a record with another value.</param>
    /// <param name="info">Label and description.</param>
    /// <param name="choices">The texts allowed, or empty for any.</param>
    /// <returns>A set with the option added.</returns>
    public OptionSet<T> Text(string name, Func<T, string> get, Func<T, string, T> set, OptionInfo info, params IReadOnlyList<string> choices) => Add(
        name,
        choices.Count == 0 ? OptionKind.Text : OptionKind.Choice,
        info,
        (get, set),
        (JsonElement json, string path, ICollection<OptionFault> faults, out string value) =>
        {
            value = json.ValueKind == JsonValueKind.String ? json.GetString()! : string.Empty;
            if (json.ValueKind == JsonValueKind.String)
                return true;
            faults.Add(new OptionFault(path, "must be text."));
            return false;
        },
        (w, v) => w.WriteStringValue(v),
        (v, path, faults) =>
        {
            if (v is null)
                faults.Add(new OptionFault(path, "must not be null."));
            else if (choices.Count != 0 && !choices.Contains(v))
                faults.Add(new OptionFault(path, $"must be one of {string.Join(", ", choices)}."));
        },
        choices: choices);

    /// <summary>Adds text that may be left open.</summary>
    /// <inheritdoc cref="Number"/>
    public OptionSet<T> OptionalText(string name, Func<T, string?> get, Func<T, string?, T> set, OptionInfo info) => Add(
        name,
        OptionKind.Text,
        info,
        (get, set),
        (JsonElement json, string path, ICollection<OptionFault> faults, out string? value) =>
        {
            value = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
            if (json.ValueKind is JsonValueKind.String or JsonValueKind.Null)
                return true;
            faults.Add(new OptionFault(path, "must be text or null."));
            return false;
        },
        (w, v) => w.WriteStringValue(v),
        static (_, _, _) => { },
        nullable: true);

    /// <summary>Adds a group of options.</summary>
    /// <typeparam name="TChild">The record of the group.</typeparam>
    /// <param name="name">Name in JSON.</param>
    /// <param name="get">Reads the group from a record.</param>
    /// <param name="set">Makes a record with another group.</param>
    /// <param name="children">The options of the group.</param>
    /// <param name="info">Label and description.</param>
    /// <returns>A set with the option added.</returns>
    public OptionSet<T> Group<TChild>(string name, Func<T, TChild> get, Func<T, TChild, T> set, OptionSet<TChild> children, OptionInfo info)
        where TChild : class => Add(
        name,
        OptionKind.Group,
        info,
        (get, set),
        (JsonElement json, string path, ICollection<OptionFault> faults, out TChild value) => children.TryRead(json, children.Default, path, faults, out value),
        (w, v) => children.Write(w, v),
        (v, path, faults) => children.Check(v, path, faults),
        children: children.Options,
        merge: (record, json, path, faults) => children.TryRead(json, get(record), path, faults, out TChild value) ? set(record, value) : record);

    /// <summary>Adds a list of groups.</summary>
    /// <inheritdoc cref="Group"/>
    public OptionSet<T> GroupList<TChild>(string name, Func<T, IReadOnlyList<TChild>> get, Func<T, IReadOnlyList<TChild>, T> set, OptionSet<TChild> children, OptionInfo info)
        where TChild : class => Add(
        name,
        OptionKind.GroupList,
        info,
        (get, set),
        (JsonElement json, string path, ICollection<OptionFault> faults, out IReadOnlyList<TChild> value) =>
            ReadList(json, path, faults, (JsonElement item, string at, ICollection<OptionFault> f, out TChild child) => children.TryRead(item, children.Default, at, f, out child), out value),
        (w, v) => WriteList(w, v, children.Write),
        (v, path, faults) =>
        {
            if (v is null)
            {
                faults.Add(new OptionFault(path, "must not be null."));
                return;
            }

            for (int i = 0; i < v.Count; i++)
                children.Check(v[i], $"{path}[{i}]", faults);
        },
        children: children.Options);

    /// <summary>Adds a list of numbers.</summary>
    /// <inheritdoc cref="Number"/>
    public OptionSet<T> NumberList(string name, Func<T, IReadOnlyList<double>> get, Func<T, IReadOnlyList<double>, T> set, OptionInfo info) => Add(
        name,
        OptionKind.NumberList,
        info,
        (get, set),
        (JsonElement json, string path, ICollection<OptionFault> faults, out IReadOnlyList<double> value) => ReadList(json, path, faults, ReadNumber, out value),
        (w, v) => WriteList(w, v, static (writer, number) => writer.WriteNumberValue(number)),
        (v, path, faults) =>
        {
            for (int i = 0; i < v.Count; i++)
                CheckNumber(v[i], info, $"{path}[{i}]", faults);
        });

    /// <summary>Adds a list of texts.</summary>
    /// <inheritdoc cref="Number"/>
    public OptionSet<T> TextList(string name, Func<T, IReadOnlyList<string>> get, Func<T, IReadOnlyList<string>, T> set, OptionInfo info) => Add(
        name,
        OptionKind.TextList,
        info,
        (get, set),
        (JsonElement json, string path, ICollection<OptionFault> faults, out IReadOnlyList<string> value) => ReadList(
            json,
            path,
            faults,
            (JsonElement item, string at, ICollection<OptionFault> f, out string text) =>
            {
                text = item.ValueKind == JsonValueKind.String ? item.GetString()! : string.Empty;
                if (item.ValueKind != JsonValueKind.String)
                    f.Add(new OptionFault(at, "must be text."));
                return item.ValueKind == JsonValueKind.String;
            },
            out value),
        (w, v) => WriteList(w, v, static (writer, text) => writer.WriteStringValue(text)),
        static (_, _, _) => { });

    /// <summary>Adds a rule over several options.</summary>
    /// <param name="rule">Returns what is wrong, or null.</param>
    /// <returns>A set with the rule added.</returns>
    public OptionSet<T> Rule(Func<T, string?> rule) => new(Default, _options, [.. _rules, rule]);

    /// <summary>Reads options from JSON.</summary>
    /// <param name="json">An object; options that it does not name keep the value of <paramref name="start"/>.</param>
    /// <param name="start">Where to start from, or null for the defaults.</param>
    /// <returns>Valid options.</returns>
    /// <exception cref="OptionsException">Unknown names, wrong types or values out of range; every fault is listed.</exception>
    public T Read(JsonElement json, T? start = null)
    {
        var faults = new List<OptionFault>();
        TryRead(json, start ?? Default, string.Empty, faults, out T value);
        if (faults.Count == 0)
            Check(value, string.Empty, faults);
        return faults.Count == 0 ? value : throw new OptionsException(typeof(T).Name, faults);
    }

    /// <summary>Raises one error with every fault of an options record.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="OptionsException">At least one option is out of range.</exception>
    public void Validate(T options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new List<OptionFault>();
        Check(options, string.Empty, faults);
        if (faults.Count > 0)
            throw new OptionsException(typeof(T).Name, faults);
    }

    /// <summary>Finds every fault of an options record.</summary>
    /// <param name="options">The options.</param>
    /// <param name="path">Prefix of fault paths.</param>
    /// <param name="faults">Receives every fault.</param>
    public void Check(T options, string path, ICollection<OptionFault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (options is null)
        {
            faults.Add(new OptionFault(path, "must not be null."));
            return;
        }

        int before = faults.Count;
        foreach (Option option in _options)
            option.Check(options, Join(path, option.Descriptor.Name), faults);
        if (faults.Count != before)
            return;
        foreach (Func<T, string?> rule in _rules)
        {
            if (rule(options) is { } message)
                faults.Add(new OptionFault(path, message));
        }
    }

    /// <summary>Writes options as a JSON object, every option in order.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="options">The options.</param>
    public void Write(Utf8JsonWriter writer, T options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        foreach (Option option in _options)
        {
            writer.WritePropertyName(option.Descriptor.Name);
            option.Write(writer, options);
        }

        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public void WriteSchema(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        OptionSchema.Write(writer, Options);
    }

    object IOptionSet.Read(JsonElement json, object? start, string path, ICollection<OptionFault> faults)
    {
        int before = faults.Count;
        TryRead(json, (T?)start ?? Default, path, faults, out T value);
        if (faults.Count == before)
            Check(value, path, faults);
        return value;
    }

    void IOptionSet.Write(Utf8JsonWriter writer, object options) => Write(writer, (T)options);

    void IOptionSet.Check(object options, string path, ICollection<OptionFault> faults) => Check((T)options, path, faults);

    internal bool TryRead(JsonElement json, T start, string path, ICollection<OptionFault> faults, out T value)
    {
        value = start;
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new OptionFault(path, "must be an object."));
            return false;
        }

        int before = faults.Count;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            string at = Join(path, property.Name);
            Option? option = Array.Find(_options, o => o.Descriptor.Name == property.Name);
            if (option is null)
                faults.Add(new OptionFault(at, $"is unknown; the options are {string.Join(", ", _options.Select(o => o.Descriptor.Name))}."));
            else if (!seen.Add(property.Name))
                faults.Add(new OptionFault(at, "is given twice."));
            else
                value = option.Read(value, property.Value, at, faults);
        }

        return faults.Count == before;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static bool ReadNumber(JsonElement json, string path, ICollection<OptionFault> faults, out double value)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out value) && double.IsFinite(value))
            return true;
        value = double.NaN;
        faults.Add(new OptionFault(path, "must be a finite number."));
        return false;
    }

    private static bool ReadInteger(JsonElement json, string path, ICollection<OptionFault> faults, out int value)
    {
        value = 0;
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out value))
            return true;
        faults.Add(new OptionFault(path, "must be a whole number."));
        return false;
    }

    private static bool ReadList<TItem>(JsonElement json, string path, ICollection<OptionFault> faults, OptionSet<T>.ValueReader<TItem> read, out IReadOnlyList<TItem> value)
    {
        value = [];
        if (json.ValueKind != JsonValueKind.Array)
        {
            faults.Add(new OptionFault(path, "must be a list."));
            return false;
        }

        var items = new List<TItem>();
        int before = faults.Count;
        foreach (JsonElement item in json.EnumerateArray())
        {
            // A faulty item is kept too, so that the positions of later faults are right.
            read(item, $"{path}[{items.Count}]", faults, out TItem one);
            items.Add(one);
        }

        value = items;
        return faults.Count == before;
    }

    private static void WriteList<TItem>(Utf8JsonWriter writer, IReadOnlyList<TItem> items, Action<Utf8JsonWriter, TItem> write)
    {
        writer.WriteStartArray();
        foreach (TItem item in items)
            write(writer, item);
        writer.WriteEndArray();
    }

    private static void CheckNumber(double value, OptionInfo info, string path, ICollection<OptionFault> faults)
    {
        bool tooLow = info.MinimumExcluded ? value <= info.Minimum : value < info.Minimum;
        bool tooHigh = info.MaximumExcluded ? value >= info.Maximum : value > info.Maximum;
        if (double.IsFinite(value) && !tooLow && !tooHigh)
            return;
        string range = (double.IsNegativeInfinity(info.Minimum), double.IsPositiveInfinity(info.Maximum)) switch
        {
            (true, true) => "must be finite",
            (false, true) => string.Create(CultureInfo.InvariantCulture, $"must be {(info.MinimumExcluded ? "above" : "at least")} {info.Minimum:R}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $"must be {(info.MaximumExcluded ? "below" : "at most")} {info.Maximum:R}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"must lie between {info.Minimum:R}{(info.MinimumExcluded ? " (excluded)" : string.Empty)} and {info.Maximum:R}{(info.MaximumExcluded ? " (excluded)" : string.Empty)}"),
        };
        faults.Add(new OptionFault(path, string.Create(CultureInfo.InvariantCulture, $"{range}, but is {value:R}.")));
    }

    private OptionSet<T> AddOptional<TValue>(
        string name,
        OptionKind kind,
        OptionInfo info,
        (Func<T, TValue?> Get, Func<T, TValue?, T> Set) access,
        ValueReader<TValue> read,
        Action<Utf8JsonWriter, TValue> write)
        where TValue : struct, System.Numerics.INumber<TValue> => Add(
        name,
        kind,
        info,
        access,
        (JsonElement json, string path, ICollection<OptionFault> faults, out TValue? value) =>
        {
            value = null;
            if (json.ValueKind == JsonValueKind.Null)
                return true;
            bool ok = read(json, path, faults, out TValue number);
            value = number;
            return ok;
        },
        (w, v) =>
        {
            if (v is { } number)
                write(w, number);
            else
                w.WriteNullValue();
        },
        (v, path, faults) =>
        {
            if (v is { } number)
                CheckNumber(double.CreateChecked(number), info, path, faults);
        },
        nullable: true);

    private OptionSet<T> Add<TValue>(
        string name,
        OptionKind kind,
        OptionInfo info,
        (Func<T, TValue> Get, Func<T, TValue, T> Set) access,
        ValueReader<TValue> read,
        Action<Utf8JsonWriter, TValue> write,
        Action<TValue, string, ICollection<OptionFault>> check,
        bool nullable = false,
        IReadOnlyList<string>? choices = null,
        IReadOnlyList<OptionDescriptor>? children = null,
        Func<T, JsonElement, string, ICollection<OptionFault>, T>? merge = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(info);
        if (Array.Exists(_options, o => o.Descriptor.Name == name))
            throw new ArgumentException($"The option {name} is described twice.", nameof(name));
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer, access.Get(Default));
        var option = new Option(
            new OptionDescriptor(name, kind, info, nullable, Encoding.UTF8.GetString(buffer.WrittenSpan)) { Choices = choices ?? [], Children = children ?? [] },
            merge ?? ((record, json, path, faults) => read(json, path, faults, out TValue value) ? access.Set(record, value) : record),
            (w, record) => write(w, access.Get(record)),
            (record, path, faults) => check(access.Get(record), path, faults));
        return new OptionSet<T>(Default, [.. _options, option], _rules);
    }

    internal sealed record Option(
        OptionDescriptor Descriptor,
        Func<T, JsonElement, string, ICollection<OptionFault>, T> Read,
        Action<Utf8JsonWriter, T> Write,
        Action<T, string, ICollection<OptionFault>> Check);
}

/// <summary>Starts the description of an options record.</summary>
public static class OptionSet
{
    /// <summary>Starts a description.</summary>
    /// <typeparam name="T">The options record.</typeparam>
    /// <param name="defaults">The record with every default.</param>
    /// <returns>A set without options.</returns>
    public static OptionSet<T> For<T>(T defaults)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(defaults);
        return new OptionSet<T>(defaults, [], []);
    }

    /// <summary>Options as compact JSON.</summary>
    /// <param name="set">The description.</param>
    /// <param name="options">The options.</param>
    /// <returns>A JSON object; the same text for the same options on every machine.</returns>
    public static string ToJson(this IOptionSet set, object options)
    {
        ArgumentNullException.ThrowIfNull(set);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            set.Write(writer, options);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
