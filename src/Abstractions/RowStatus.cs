namespace BigMap.Analysis;

/// <summary>
/// What became of one row of a batch; the batch goes on whatever it is. <see cref="Ok"/> and <see cref="AtBound"/> are results. With
/// <see cref="MaxIterations"/> and <see cref="Singular"/> the numbers are the last iterate, for a person to look at; with the others they are NaN.
/// </summary>
public enum RowStatus : byte
{
    /// <summary>Converged; the numbers can be used.</summary>
    Ok = 0,

    /// <summary>The iteration limit was reached before the stop rule; the numbers are the last iterate.</summary>
    MaxIterations = 1,

    /// <summary>The row holds NaN or an infinity, or the model became non-finite.</summary>
    NotFinite = 2,

    /// <summary>The data do not determine every parameter; values are given, standard errors of the undetermined ones are not.</summary>
    Singular = 3,

    /// <summary>Converged with at least one parameter resting on its bound; the numbers can be used with that in mind.</summary>
    AtBound = 4,

    /// <summary>Fewer usable points than the operation needs.</summary>
    TooFewPoints = 5,

    /// <summary>A person excluded this row.</summary>
    Excluded = 6,

    /// <summary>The row was not reached.</summary>
    NotRun = 7,

    /// <summary>Nothing was measured near enough to this row, so nothing is joined to it.</summary>
    NoMatch = 8,
}

/// <summary>Text form and meaning of <see cref="RowStatus"/>.</summary>
public static class RowStatusText
{
    private static readonly string[] Names =
        ["ok", "max_iterations", "not_finite", "singular", "at_bound", "too_few_points", "excluded", "not_run", "no_match"];

    /// <summary>The name written into tables: <c>ok</c>, <c>max_iterations</c>, <c>not_finite</c>, <c>singular</c>, <c>at_bound</c>, <c>too_few_points</c>, <c>excluded</c>, <c>not_run</c>, <c>no_match</c>.</summary>
    /// <param name="status">The status.</param>
    /// <returns>Its lower-case name.</returns>
    public static string ToText(this RowStatus status) => Names[(int)status];

    /// <summary>Reads the name that <see cref="ToText"/> writes.</summary>
    /// <param name="text">The name.</param>
    /// <param name="status">The status.</param>
    /// <returns>Whether the name is known.</returns>
    public static bool TryParse(string text, out RowStatus status)
    {
        int i = Array.IndexOf(Names, text);
        status = i < 0 ? RowStatus.NotRun : (RowStatus)i;
        return i >= 0;
    }

    /// <summary>Whether the numbers of a row with this status are a converged result: <see cref="RowStatus.Ok"/> or <see cref="RowStatus.AtBound"/>.</summary>
    /// <param name="status">The status.</param>
    /// <returns>True when the row can be used.</returns>
    public static bool IsUsable(this RowStatus status) => status is RowStatus.Ok or RowStatus.AtBound;
}
