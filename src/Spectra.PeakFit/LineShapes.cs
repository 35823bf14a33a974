using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>The line shapes of this package, each with <c>area</c>, <c>center</c> and <c>fwhm</c> as parameters.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>var peak = new PeakDefinition { Name = "G", Shape = LineShapes.PseudoVoigt, Center = 1585 };</code></example>
public static class LineShapes
{
    /// <summary>f = A·√(4 ln 2/π)/w · exp(−4 ln 2·((x − c)/w)²); <c>gaussian</c>.</summary>
    public static ILineShape Gaussian { get; } = new GaussianShape();

    /// <summary>f = A·(2/π)·w/(w² + 4(x − c)²); <c>lorentzian</c>.</summary>
    public static ILineShape Lorentzian { get; } = new LorentzianShape();

    /// <summary>f = η·Lorentzian + (1 − η)·Gaussian with the same area, centre and fwhm, 0 ≤ η ≤ 1; <c>pseudoVoigt</c>.</summary>
    public static ILineShape PseudoVoigt { get; } = new PseudoVoigtShape();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ILineShape> All { get; } = [Gaussian, Lorentzian, PseudoVoigt];

    /// <summary>Finds a shape by name.</summary>
    /// <param name="name">Name as in recipes.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="ArgumentException">There is no such shape; the message lists those there are.</exception>
    public static ILineShape Find(string name)
    {
        foreach (ILineShape shape in All)
        {
            if (shape.Name == name)
                return shape;
        }

        throw new ArgumentException($"There is no line shape {name}; the line shapes are {string.Join(", ", All.Select(s => s.Name))}.", nameof(name));
    }
}
