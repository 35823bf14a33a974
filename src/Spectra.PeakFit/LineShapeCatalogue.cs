using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Line shapes that recipes can name: those of this package and your own, with the steps that know them.</summary>
/// <remarks>Immutable, thread-safe. A direct call takes a shape of your own as it is; recipes, schemas and replay need the catalogue with its steps.</remarks>
/// <example><code>
/// var shapes = new LineShapeCatalogue(new MyShape());
/// var catalogue = new StepCatalogue(SeriesSteps.All, shapes.Steps);     // instead of PeakFitSteps.All
/// Recipe recipe = await Recipe.ReadAsync("with-my-shape.json", catalogue);
/// </code></example>
public sealed class LineShapeCatalogue
{
    /// <summary>Makes a catalogue.</summary>
    /// <param name="own">Shapes beside those of <see cref="LineShapes.All"/>.</param>
    /// <exception cref="ArgumentException">Two shapes have the same name.</exception>
    public LineShapeCatalogue(params IEnumerable<ILineShape> own)
    {
        ArgumentNullException.ThrowIfNull(own);
        Shapes = [.. LineShapes.All, .. own];
        if (Shapes.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two line shapes are named {twice.Key}.", nameof(own));
        Fit = PeakFitSteps.MakeFit(PeakFitOptions.SetFor(Shapes));
        Steps = [Fit, PeakFitSteps.Find, PeakFitSteps.Sample, PeakFitSteps.Compare, PeakFitSteps.CalibrateRaman, PeakFitSteps.CorrectAxis, PeakFitSteps.ImportLmfit, PeakFitSteps.ImportPrisma];
    }

    /// <summary>Every shape.</summary>
    public IReadOnlyList<ILineShape> Shapes { get; }

    /// <summary>The fit that knows these shapes: <c>peakfit.fit</c>.</summary>
    public Step<SpectrumSeries, PeakFitOptions, FitSeries> Fit { get; }

    /// <summary>The steps of this package, with the fit that knows these shapes.</summary>
    public IReadOnlyList<IStep> Steps { get; }
}
