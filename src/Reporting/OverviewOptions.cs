namespace BigMap.Analysis.Reporting;

/// <summary>What an <see cref="OverviewFigure"/> shows and says; every value has a default that suits the main job.</summary>
public sealed record OverviewOptions
{
    /// <summary>Heading. Default <c>Overview</c>.</summary>
    public string Title { get; init; } = "Overview";

    /// <summary>Name of the recipe, for the caption. Default empty.</summary>
    public string RecipeName { get; init; } = string.Empty;

    /// <summary>Where the data come from, for the caption, e.g. <c>simulated data</c>. Default empty.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>Column of the series that results are drawn against, or null for the row index. Default null. Not used for maps.</summary>
    public string? Against { get; init; }

    /// <summary>Names of the peaks, or empty for all that the table has a position of. Default empty. At most three positions get a panel of their own.</summary>
    public IReadOnlyList<string> Peaks { get; init; } = [];

    /// <summary>Name of the position parameter: the table's columns are <c>peak.parameter</c>. Default <c>center</c>.</summary>
    public string PositionParameter { get; init; } = "center";

    /// <summary>Name of the parameter whose evolution or map is shown. Default <c>area</c>.</summary>
    public string AmountParameter { get; init; } = "area";

    /// <summary>A position is drawn pale where the amount is below this many of its standard errors; 0 draws none pale. Default 3.</summary>
    public double Significance { get; init; } = 3;

    /// <summary>Column of the series with positions along x of a map; null takes a column named x, or x with a unit (<c>x_um</c>). Default null.</summary>
    public string? MapX { get; init; }

    /// <summary>Column of the series with positions along y of a map; as <see cref="MapX"/>. Default null.</summary>
    public string? MapY { get; init; }

    /// <summary>What a pixel of the heat map shows where several values fall into it. Default <see cref="Binning.Mean"/>.</summary>
    public Binning Binning { get; init; }
}
