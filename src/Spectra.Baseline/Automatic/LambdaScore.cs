namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>One point of the curve from which a smoothness was chosen.</summary>
/// <param name="Lambda">λ, counted in points.</param>
/// <param name="Score">The criterion, smaller is better: −2 log restricted likelihood, or n log of the generalised cross-validation score; up to a constant.</param>
public readonly record struct LambdaScore(double Lambda, double Score);
