namespace BigMap.Analysis;

/// <summary>What two tables are joined on.</summary>
public enum JoinOn : byte
{
    /// <summary>A column of whole numbers that must be equal; by default the row number.</summary>
    Index,

    /// <summary>A column of numbers or times; the nearest row of the other table, the lower one on a tie.</summary>
    Nearest,

    /// <summary>Two columns of coordinates; the nearest row of the other table, the lower one on a tie.</summary>
    Position,

    /// <summary>A column of text that must be equal.</summary>
    Text,
}

/// <summary>Options of <see cref="TableJoin"/>.</summary>
public sealed record JoinOptions
{
    /// <summary>What to join on. Default <see cref="JoinOn.Index"/>.</summary>
    public JoinOn On { get; init; } = JoinOn.Index;

    /// <summary>Key column, or the two coordinate columns, of the left side. Empty for the row number (a series: the source row; text: the label).</summary>
    public IReadOnlyList<string> LeftKeys { get; init; } = [];

    /// <summary>The same for the right side.</summary>
    public IReadOnlyList<string> RightKeys { get; init; } = [];

    /// <summary>Largest distance of a match in the unit of the key (s for times); null for no limit. Rows farther away get missing values. Default null.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Added to the right key before matching (clock offset, s for times). Default 0.</summary>
    public double Offset { get; init; }

    /// <summary>For <see cref="JoinOn.Nearest"/>: interpolate numbers linearly between the two neighbours instead of taking the nearest row; clamped at the ends. Default false.</summary>
    public bool Interpolate { get; init; }

    /// <summary>Put before the names of the columns that are added. Default empty; a name that exists already gets the table's name and a dot.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>Description of the options.</summary>
    public static OptionSet<JoinOptions> Set { get; } = OptionSet.For(new JoinOptions())
        .Choice("on", o => o.On, (o, v) => o with { On = v }, new OptionInfo("Join on", "What must agree: index, nearest value, position, or text."))
        .TextList("leftKeys", o => o.LeftKeys, (o, v) => o with { LeftKeys = v }, new OptionInfo("Left keys", "Key column of the left side, or its two coordinate columns."))
        .TextList("rightKeys", o => o.RightKeys, (o, v) => o with { RightKeys = v }, new OptionInfo("Right keys", "Key column of the right side, or its two coordinate columns."))
        .OptionalNumber("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new OptionInfo("Tolerance", "Largest distance of a match.") { Minimum = 0, NullMeaning = "no limit" })
        .Number("offset", o => o.Offset, (o, v) => o with { Offset = v }, new OptionInfo("Offset", "Added to the right key before matching."))
        .Boolean("interpolate", o => o.Interpolate, (o, v) => o with { Interpolate = v }, new OptionInfo("Interpolate", "Interpolate numbers between the two neighbours."))
        .Text("prefix", o => o.Prefix, (o, v) => o with { Prefix = v }, new OptionInfo("Prefix", "Put before the names of the columns that are added."))
        .Rule(o => o is { Interpolate: true, On: not JoinOn.Nearest } ? "interpolate needs on = nearest." : null)
        .Rule(o => o.On == JoinOn.Position && (o.LeftKeys.Count != 2 || o.RightKeys.Count != 2) ? "on = position needs two left and two right keys." : null)
        .Rule(o => o.On == JoinOn.Nearest && (o.LeftKeys.Count != 1 || o.RightKeys.Count != 1) ? "on = nearest needs one left and one right key." : null)
        .Rule(o => o.On is JoinOn.Index or JoinOn.Text && (o.LeftKeys.Count > 1 || o.RightKeys.Count > 1) ? "on = index and on = text take one key a side." : null);

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
