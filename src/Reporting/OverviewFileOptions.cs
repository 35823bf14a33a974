namespace BigMap.Analysis.Reporting;

/// <summary>Options of the step that draws the overview of a fitted series into a file.</summary>
/// <example><code>var options = new OverviewFileOptions { File = "overview.svg", Title = "Cell 42" };</code></example>
public sealed record OverviewFileOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<OverviewFileOptions> Set { get; } = OptionSet.For(new OverviewFileOptions())
        .Text("file", o => o.File, (o, v) => o with { File = v }, new("File", "Name of the SVG file inside the output folder."))
        .Text("title", o => o.Title, (o, v) => o with { Title = v }, new("Title", "Heading of the figure."))
        .Text("source", o => o.Source, (o, v) => o with { Source = v }, new("Source", "What the caption says of the data."))
        .Text("recipe", o => o.Recipe, (o, v) => o with { Recipe = v }, new("Recipe", "What the caption says of the recipe."))
        .OptionalText("against", o => o.Against, (o, v) => o with { Against = v }, new("Against", "Column of the series on the horizontal axis.") { NullMeaning = "the row" })
        .Number("significance", o => o.Significance, (o, v) => o with { Significance = v }, new("Significance", "Peaks whose area is below this many standard errors are drawn pale.") { Minimum = 0, Maximum = 100 })
        .Rule(o => o.File.Length == 0 || Path.GetFileName(o.File) != o.File ? "file must be a plain file name." : null);

    /// <summary>Name of the SVG file inside the output folder. Default <c>overview.svg</c>.</summary>
    public string File { get; init; } = "overview.svg";

    /// <summary>Heading of the figure. Default <c>Overview</c>.</summary>
    public string Title { get; init; } = "Overview";

    /// <summary>What the caption says of the data. Default empty.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>What the caption says of the recipe. Default empty.</summary>
    public string Recipe { get; init; } = string.Empty;

    /// <summary>Column of the series on the horizontal axis; null for the row. Default null.</summary>
    public string? Against { get; init; }

    /// <summary>Peaks whose area is below this many standard errors are drawn pale; 0 to 100. Default 3.</summary>
    public double Significance { get; init; } = 3;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
