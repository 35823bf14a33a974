using System.Text;
using System.Text.Json;

namespace BigMap.Analysis.Abstractions.Tests;

public sealed class OptionSetTests
{
    private enum Mode
    {
        FirstMode,
        SecondMode,
    }

    [Fact]
    public void Options_survive_json()
    {
        var options = new Outer { Level = 3, Mode = Mode.SecondMode, Limit = null, Inner = new Inner { Width = 0.25 }, Items = [new Inner { Width = 1 }, new Inner()], Names = ["a"], Values = [1.5] };
        string json = Outer.Set.ToJson(options);
        Assert.Equal(json, Outer.Set.ToJson(Outer.Set.Read(JsonDocument.Parse(json).RootElement)));
        Assert.Contains("\"mode\":\"secondMode\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_not_named_keep_what_was_there()
    {
        Outer start = Outer.Set.Default with { Level = 4, Inner = new Inner { Width = 0.5, Name = "kept" } };
        Outer merged = Outer.Set.Read(JsonDocument.Parse("""{ "inner": { "width": 0.75 } }""").RootElement, start);
        Assert.Equal((4, 0.75, "kept"), (merged.Level, merged.Inner.Width, merged.Inner.Name));
    }

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        const string json = """{ "lvl": 1, "level": 2.5, "mode": "third", "limit": "x", "inner": { "width": -1, "name": 3 }, "items": [ { "width": 1 }, { "widht": 1 } ], "level": 3 }""";
        OptionsException error = Assert.Throws<OptionsException>(() => Outer.Set.Read(JsonDocument.Parse(json).RootElement));
        string[] paths = [.. error.Faults.Select(f => f.Path)];
        Assert.Equal(["lvl", "level", "mode", "limit", "inner.name", "items[1].widht", "level"], paths);
        error = Assert.Throws<OptionsException>(() => Outer.Set.Read(JsonDocument.Parse("""{ "level": 99, "inner": { "width": 0 } }""").RootElement));
        Assert.Equal(["level", "inner.width"], error.Faults.Select(f => f.Path));
        Assert.Contains("between 0 and 10, but is 99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_over_several_options_are_checked()
    {
        OptionsException error = Assert.Throws<OptionsException>(() => Outer.Set.Validate(new Outer { Level = 9, Limit = 1 }));
        Assert.Contains("level must not be above limit", error.Message, StringComparison.Ordinal);
        Assert.Throws<OptionsException>(() => Outer.Set.Validate(new Outer { Limit = double.NaN }));
    }

    [Fact]
    public void Descriptors_and_schema_tell_ranges_units_and_defaults()
    {
        OptionDescriptor width = Outer.Set.Options.Single(o => o.Name == "inner").Children[0];
        Assert.Equal(("axis", 0d, OptionScale.Logarithmic), (width.Info.Unit, width.Info.Minimum, width.Info.Scale));
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            Outer.Set.WriteSchema(writer);
        JsonElement schema = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement;
        JsonElement inner = schema.GetProperty("properties").GetProperty("inner").GetProperty("properties").GetProperty("width");
        Assert.Equal(0, inner.GetProperty("exclusiveMinimum").GetDouble());
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(JsonValueKind.Null, schema.GetProperty("properties").GetProperty("limit").GetProperty("default").ValueKind);
    }

    [Fact]
    public void An_option_cannot_be_described_twice() =>
        Assert.Throws<ArgumentException>(() => Outer.Set.Integer("level", o => o.Level, (o, v) => o with { Level = v }, new OptionInfo("x", "y")));

    private sealed record Inner
    {
        public double Width { get; init; } = 1;

        public string Name { get; init; } = "n";

        public static OptionSet<Inner> Set { get; } = OptionSet.For(new Inner())
            .Number("width", o => o.Width, (o, v) => o with { Width = v }, new OptionInfo("Width", "A width.") { Unit = "axis", Minimum = 0, MinimumExcluded = true, Scale = OptionScale.Logarithmic })
            .Text("name", o => o.Name, (o, v) => o with { Name = v }, new OptionInfo("Name", "A name."));
    }

    private sealed record Outer
    {
        public int Level { get; init; } = 1;

        public Mode Mode { get; init; }

        public double? Limit { get; init; }

        public Inner Inner { get; init; } = new();

        public IReadOnlyList<Inner> Items { get; init; } = [];

        public IReadOnlyList<string> Names { get; init; } = [];

        public IReadOnlyList<double> Values { get; init; } = [];

        public bool On { get; init; }

        public static OptionSet<Outer> Set { get; } = OptionSet.For(new Outer())
            .Integer("level", o => o.Level, (o, v) => o with { Level = v }, new OptionInfo("Level", "A level.") { Minimum = 0, Maximum = 10 })
            .Choice("mode", o => o.Mode, (o, v) => o with { Mode = v }, new OptionInfo("Mode", "A mode."))
            .OptionalNumber("limit", o => o.Limit, (o, v) => o with { Limit = v }, new OptionInfo("Limit", "A limit.") { NullMeaning = "no limit" })
            .Group("inner", o => o.Inner, (o, v) => o with { Inner = v }, Inner.Set, new OptionInfo("Inner", "A group."))
            .GroupList("items", o => o.Items, (o, v) => o with { Items = v }, Inner.Set, new OptionInfo("Items", "A list."))
            .TextList("names", o => o.Names, (o, v) => o with { Names = v }, new OptionInfo("Names", "Texts."))
            .NumberList("values", o => o.Values, (o, v) => o with { Values = v }, new OptionInfo("Values", "Numbers."))
            .Boolean("on", o => o.On, (o, v) => o with { On = v }, new OptionInfo("On", "A switch."))
            .Rule(o => o.Level > o.Limit ? "level must not be above limit." : null);
    }
}
