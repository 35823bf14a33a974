using System.Text.Json;

namespace BigMap.Analysis.Numerics;

/// <summary>What a check has found.</summary>
public enum FindingKind : byte
{
    /// <summary>Points that are NaN or infinite.</summary>
    NotFinite,

    /// <summary>A row without any finite point.</summary>
    EmptyRow,

    /// <summary>A row whose points are all equal: a shutter, a dead detector.</summary>
    ConstantRow,

    /// <summary>One or two points, or a pixel, far above all around them in this row alone: cosmic ray, zinger, white pixel.</summary>
    WhitePixel,

    /// <summary>One or two points, or a pixel, far below all around them in this row alone.</summary>
    DeadPixel,

    /// <summary>A white point at the same place of the row beside it too (frames: of half of the rows): a hot detector element, or a line narrower than two points.</summary>
    HotPoint,

    /// <summary>Points at the ceiling of the detector, or a plateau at the top.</summary>
    Saturated,

    /// <summary>A row that differs from both of its neighbours by far more than these differ from each other.</summary>
    IsolatedFrame,

    /// <summary>A row whose mean or spread stands out from the trend of the rows around it.</summary>
    OutlierFrame,

    /// <summary>A row that repeats an earlier one bit for bit.</summary>
    DuplicateRow,

    /// <summary>A row that repeats the one before it far more closely than noise allows.</summary>
    NearDuplicateRow,

    /// <summary>A step in time much longer than usual.</summary>
    TimeGap,

    /// <summary>Two rows with one time.</summary>
    DuplicateTime,

    /// <summary>A time before that of the row above.</summary>
    TimeReversal,

    /// <summary>The mean intensity, or a column, rises or falls along the rows.</summary>
    Drift,

    /// <summary>The centre of the intensity moves along the axis.</summary>
    PositionDrift,

    /// <summary>A value of a table column far from the others.</summary>
    OutlierValue,
}

/// <summary>What to do about a finding.</summary>
public enum QualityAction : byte
{
    /// <summary>Look at it: it can be the effect that was measured.</summary>
    Inspect,

    /// <summary>Leave the row out.</summary>
    Filter,

    /// <summary>Replace the points by what their neighbours say.</summary>
    Impute,

    /// <summary>Make the points NaN, so that fits and means leave them out.</summary>
    Remove,
}

/// <summary>Something that a check has found.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Row">Row of the series or table, from 0; −1 when it concerns all.</param>
/// <param name="First">First point, from 0; −1 when it concerns the whole row.</param>
/// <param name="Last">Last point.</param>
/// <param name="Value">What was measured; <paramref name="Detail"/> says what it is.</param>
/// <param name="Threshold">The limit it was held against.</param>
/// <param name="Action">What to do.</param>
/// <param name="Detail">One sentence for a person.</param>
/// <param name="Column">The column that it concerns; empty for the intensities.</param>
public sealed record QualityFinding(FindingKind Kind, int Row, int First, int Last, double Value, double Threshold, QualityAction Action, string Detail, string Column = "")
{
    /// <inheritdoc/>
    public override string ToString() => $"{FindingNames.Of(Kind)}: {Detail}";
}

/// <summary>Names of kinds in tables and recipes.</summary>
internal static class FindingNames
{
    private static readonly string[] Names = [.. Enum.GetNames<FindingKind>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public static string Of(FindingKind kind) => Names[(int)kind];

    public static bool Know(string name) => Array.IndexOf(Names, name) >= 0;

    public static FindingKind Parse(string name) => (FindingKind)Array.IndexOf(Names, name);

    /// <summary>What is wrong with a list of names, or null.</summary>
    public static string? Fault(IReadOnlyList<string> names, params ReadOnlySpan<FindingKind> allowed)
    {
        foreach (string name in names)
        {
            if (!Know(name) || !allowed.Contains(Parse(name)))
                return $"kinds can be {string.Join(", ", allowed.ToArray().Select(Of))}, not {name}.";
        }

        return null;
    }
}
