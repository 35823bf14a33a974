namespace BigMap.Analysis.Numerics;

/// <summary>Options of leaving rows out.</summary>
public sealed record FilterOptions
{
    private static readonly FindingKind[] Allowed =
    [
        FindingKind.NotFinite, FindingKind.EmptyRow, FindingKind.ConstantRow, FindingKind.Saturated, FindingKind.IsolatedFrame, FindingKind.OutlierFrame,
        FindingKind.DuplicateRow, FindingKind.NearDuplicateRow, FindingKind.DuplicateTime, FindingKind.TimeReversal,
    ];

    /// <summary>The one description.</summary>
    public static OptionSet<FilterOptions> Set { get; } = OptionSet.For(new FilterOptions())
        .TextList("kinds", o => o.Kinds, (o, v) => o with { Kinds = v }, new OptionInfo("Kinds", "Rows with a finding of one of these kinds are left out."))
        .NumberList("rows", o => o.Rows, (o, v) => o with { Rows = v }, new OptionInfo("Rows", "Source rows that are left out whatever the check says.") { Minimum = 0, Maximum = int.MaxValue })
        .Group("check", o => o.Check, (o, v) => o with { Check = v }, QualityOptions.Set, new OptionInfo("Check", "Options of the check."))
        .Rule(o => FindingNames.Fault(o.Kinds, Allowed))
        .Rule(o => o.Rows.Any(r => r != Math.Floor(r)) ? "rows are whole numbers." : null);

    /// <summary>Rows with a finding of one of these kinds are left out. Default <c>emptyRow</c>, <c>constantRow</c>, <c>isolatedFrame</c>, <c>duplicateRow</c>.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = ["emptyRow", "constantRow", "isolatedFrame", "duplicateRow"];

    /// <summary>Source rows that are left out whatever the check says. Default none.</summary>
    public IReadOnlyList<double> Rows { get; init; } = [];

    /// <summary>Options of the check.</summary>
    public QualityOptions Check { get; init; } = new();

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>How points are imputed.</summary>
public enum ImputeMethod : byte
{
    /// <summary>On the straight line between the nearest good points on either side; frames take the median.</summary>
    Linear,

    /// <summary>The median of the nearest good points.</summary>
    Median,
}

/// <summary>Options of replacing points by what their neighbours say.</summary>
public sealed record ImputeOptions
{
    /// <summary>The one description.</summary>
    public static OptionSet<ImputeOptions> Set { get; } = OptionSet.For(new ImputeOptions())
        .TextList("kinds", o => o.Kinds, (o, v) => o with { Kinds = v }, new OptionInfo("Kinds", "Points of findings of these kinds are replaced."))
        .Choice("method", o => o.Method, (o, v) => o with { Method = v }, new OptionInfo("Method", "Straight line between the nearest good points, or median of those around."))
        .Integer("maxPoints", o => o.MaxPoints, (o, v) => o with { MaxPoints = v }, new OptionInfo("Longest run", "Longer runs of bad points stay as NaN.") { Minimum = 1, Maximum = 1_000_000 })
        .Integer("neighbors", o => o.Neighbors, (o, v) => o with { Neighbors = v }, new OptionInfo("Neighbours", "Good points on either side for the median.") { Minimum = 1, Maximum = 1000 })
        .Group("check", o => o.Check, (o, v) => o with { Check = v }, QualityOptions.Set, new OptionInfo("Check", "Options of the check."))
        .Rule(o => FindingNames.Fault(o.Kinds, FindingKind.NotFinite, FindingKind.WhitePixel, FindingKind.DeadPixel, FindingKind.HotPoint, FindingKind.Saturated));

    /// <summary>Points of findings of these kinds are replaced. Default <c>notFinite</c>, <c>whitePixel</c>, <c>deadPixel</c>.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = ["notFinite", "whitePixel", "deadPixel"];

    /// <summary>How. Default <see cref="ImputeMethod.Linear"/>.</summary>
    public ImputeMethod Method { get; init; }

    /// <summary>Longer runs of bad points become NaN: a line over half a peak would be an invention. Default 5.</summary>
    public int MaxPoints { get; init; } = 5;

    /// <summary>Good points on either side for the median. Default 3.</summary>
    public int Neighbors { get; init; } = 3;

    /// <summary>Options of the check.</summary>
    public QualityOptions Check { get; init; } = new();

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>A range of the axis.</summary>
public sealed record AxisInterval
{
    /// <summary>The one description.</summary>
    public static OptionSet<AxisInterval> Set { get; } = OptionSet.For(new AxisInterval { From = 0, To = 1 })
        .Number("from", o => o.From, (o, v) => o with { From = v }, new OptionInfo("From", "Lower end, included.") { Unit = "axis" })
        .Number("to", o => o.To, (o, v) => o with { To = v }, new OptionInfo("To", "Upper end, included.") { Unit = "axis" })
        .Rule(o => o.From > o.To ? "from must not be above to." : null);

    /// <summary>Lower end, included. Required.</summary>
    public double From { get; init; } = double.NaN;

    /// <summary>Upper end, included. Required.</summary>
    public double To { get; init; } = double.NaN;
}

/// <summary>Options of making points NaN.</summary>
public sealed record RemoveOptions
{
    /// <summary>The one description.</summary>
    public static OptionSet<RemoveOptions> Set { get; } = OptionSet.For(new RemoveOptions())
        .TextList("kinds", o => o.Kinds, (o, v) => o with { Kinds = v }, new OptionInfo("Kinds", "Points of findings of these kinds become NaN."))
        .GroupList("intervals", o => o.Intervals, (o, v) => o with { Intervals = v }, AxisInterval.Set, new OptionInfo("Intervals", "Ranges of the axis that become NaN in every row."))
        .Group("check", o => o.Check, (o, v) => o with { Check = v }, QualityOptions.Set, new OptionInfo("Check", "Options of the check."))
        .Rule(o => FindingNames.Fault(o.Kinds, FindingKind.WhitePixel, FindingKind.DeadPixel, FindingKind.HotPoint, FindingKind.Saturated));

    /// <summary>Points of findings of these kinds become NaN. Default <c>whitePixel</c>, <c>deadPixel</c>, <c>saturated</c>.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = ["whitePixel", "deadPixel", "saturated"];

    /// <summary>Ranges of the axis that become NaN in every row: a detector gap, a line of the window. Default none.</summary>
    public IReadOnlyList<AxisInterval> Intervals { get; init; } = [];

    /// <summary>Options of the check.</summary>
    public QualityOptions Check { get; init; } = new();

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
