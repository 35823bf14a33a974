using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>The line shapes of this package, with exact derivatives; area, centre and full width at half maximum as parameters where nothing else is said.</summary>
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

    /// <summary>Gaussian convolved with a Lorentzian, to 1e-13; parameters <c>gaussianFwhm</c> and <c>lorentzianFwhm</c>, from which fwhm is computed; <c>voigt</c>.</summary>
    public static ILineShape Voigt { get; } = new VoigtShape();

    /// <summary>Pseudo-Voigt with fwhm and η from <c>gaussianFwhm</c> and <c>lorentzianFwhm</c> as Thompson, Cox and Hastings have it (1987, doi:10.1107/S0021889887087090); <c>thompsonCoxHastings</c>.</summary>
    public static ILineShape ThompsonCoxHastings { get; } = new ThompsonCoxHastingsShape();

    /// <summary>Gaussian with half widths w(1 − s)/2 below and w(1 + s)/2 above the centre, s = <c>asymmetry</c>; <c>splitGaussian</c>.</summary>
    public static ILineShape SplitGaussian { get; } = new SplitShape("splitGaussian", Gaussian);

    /// <summary>Lorentzian with half widths w(1 − s)/2 below and w(1 + s)/2 above the centre, s = <c>asymmetry</c>; <c>splitLorentzian</c>.</summary>
    public static ILineShape SplitLorentzian { get; } = new SplitShape("splitLorentzian", Lorentzian);

    /// <summary>Pseudo-Voigt with half widths w(1 − s)/2 below and w(1 + s)/2 above the centre, s = <c>asymmetry</c>; <c>splitPseudoVoigt</c>.</summary>
    public static ILineShape SplitPseudoVoigt { get; } = new SplitShape("splitPseudoVoigt", PseudoVoigt);

    /// <summary>f ∝ (1 + (2^(1/m) − 1)·4((x − c)/w)²)^−m, Lorentzian for <c>m</c> = 1, Gaussian for m → ∞ (Hall et al. 1977, doi:10.1107/S0021889877012849); <c>pearson7</c>.</summary>
    public static ILineShape PearsonSeven { get; } = new PearsonSevenShape();

    /// <summary>Gaussian of <c>gaussianFwhm</c> at c convolved with an exponential decay of length |<c>tau</c>| towards higher x (τ &gt; 0) or lower x; fwhm is computed, height is the value at c; <c>exponentialGaussian</c>.</summary>
    public static ILineShape ExponentialGaussian { get; } = new ExponentialGaussianShape();

    /// <summary>f = H (1 + κε)²/(1 + ε²), ε = 2(x − c)/w, κ = 1/q = <c>inverseQ</c>; H the <c>height</c> at c. No area: the integral is not finite. <c>breitWignerFano</c>.</summary>
    public static ILineShape BreitWignerFano { get; } = new FanoShape(breitWigner: true);

    /// <summary>f = H (q + ε)²/((1 + ε²)(1 + q²)), ε = 2(x − c)/w; H the maximum, <c>height</c>. No area: the integral is not finite. <c>fano</c> (Fano 1961, doi:10.1103/PhysRev.124.1866).</summary>
    public static ILineShape Fano { get; } = new FanoShape(breitWigner: false);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ILineShape> All { get; } =
        [Gaussian, Lorentzian, PseudoVoigt, Voigt, ThompsonCoxHastings, SplitGaussian, SplitLorentzian, SplitPseudoVoigt, PearsonSeven, ExponentialGaussian, BreitWignerFano, Fano];

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
