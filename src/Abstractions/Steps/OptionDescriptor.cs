namespace BigMap.Analysis;

/// <summary>What kind of value an option holds.</summary>
public enum OptionKind : byte
{
    /// <summary>A finite number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>One of <see cref="OptionDescriptor.Choices"/>.</summary>
    Choice,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A group of options: <see cref="OptionDescriptor.Children"/>.</summary>
    Group,

    /// <summary>A list of groups, each with <see cref="OptionDescriptor.Children"/>.</summary>
    GroupList,

    /// <summary>A list of finite numbers.</summary>
    NumberList,

    /// <summary>A list of texts.</summary>
    TextList,
}

/// <summary>How a slider for an option should move.</summary>
public enum OptionScale : byte
{
    /// <summary>In equal steps.</summary>
    Linear,

    /// <summary>In equal factors.</summary>
    Logarithmic,
}

/// <summary>What a person and a program need to know of an option besides its type.</summary>
/// <param name="Label">Short name for a panel, with the field's standard term.</param>
/// <param name="Description">One or two sentences: what it does and what larger and smaller values mean.</param>
public sealed record OptionInfo(string Label, string Description)
{
    /// <summary>Unit symbol; <c>axis</c> for the unit of the axis, <c>intensity</c> for that of the intensity; empty for a pure number.</summary>
    public string Unit { get; init; } = string.Empty;

    /// <summary>Smallest value allowed. Default: none.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>Whether <see cref="Minimum"/> itself is refused.</summary>
    public bool MinimumExcluded { get; init; }

    /// <summary>Largest value allowed. Default: none.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>Whether <see cref="Maximum"/> itself is refused.</summary>
    public bool MaximumExcluded { get; init; }

    /// <summary>How a slider should move.</summary>
    public OptionScale Scale { get; init; }

    /// <summary>For an option that may be left open: what null means, e.g. <c>no limit</c>.</summary>
    public string NullMeaning { get; init; } = string.Empty;
}

/// <summary>An option as recipes, schemas and panels see it.</summary>
/// <param name="Name">Name in JSON, camelCase.</param>
/// <param name="Kind">Kind of value.</param>
/// <param name="Info">Label, description, unit and range.</param>
/// <param name="Nullable">Whether null is allowed.</param>
/// <param name="DefaultJson">The default as JSON.</param>
public sealed record OptionDescriptor(string Name, OptionKind Kind, OptionInfo Info, bool Nullable, string DefaultJson)
{
    /// <summary>The values a <see cref="OptionKind.Choice"/> allows.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The options inside a group.</summary>
    public IReadOnlyList<OptionDescriptor> Children { get; init; } = [];
}
