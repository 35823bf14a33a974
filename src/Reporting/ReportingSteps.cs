using System.Text;
using BigMap.Analysis.Spectra.PeakFit;

namespace BigMap.Analysis.Reporting;

/// <summary>The steps of this package.</summary>
public static class ReportingSteps
{
    /// <summary>Draws the overview of a fitted series into a file: <c>write.overview-svg</c>. Being a step, the figure is recorded with its hash and drawn again by a replay.</summary>
    public static Step<FitSeries, OverviewFileOptions, FileRef> WriteOverview { get; } = new("write.overview-svg", 1, OverviewFileOptions.Set, async (fits, request, scope, ct) =>
    {
        OverviewFileOptions options = request.Options;
        Figure figure = fits.Overview(new OverviewOptions
        {
            Title = options.Title,
            Source = options.Source,
            RecipeName = options.Recipe,
            Against = options.Against,
            Significance = options.Significance,
        });
        string path = scope.OutputFolder is { } folder ? Path.Combine(folder, options.File) : options.File;
        FileRef written = (await OutputFile.WriteAsync(path, Encoding.UTF8.GetBytes(figure.ToSvg()), "image/svg+xml", ct).ConfigureAwait(false)) with { Path = options.File };
        scope.Produce(written);
        return written;
    })
    {
        Title = "Draw overview",
        Description = "Draws the series as heat map, a representative fit, and peak positions and areas into an SVG file.",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IStep> All { get; } = [WriteOverview];
}
