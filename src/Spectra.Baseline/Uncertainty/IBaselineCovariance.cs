namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Covariance of the values of one baseline, as an operator: what a later fit needs to add the uncertainty of the baseline to its own.</summary>
/// <remarks>
/// The errors of a baseline are correlated over many points, so their variances alone say too little: with G = (JᵀWJ)⁻¹JᵀW of a fit to the corrected
/// data, the part of the baseline in the covariance of the parameters is G Cov Gᵀ, one multiplication for each parameter. Not thread-safe.
/// </remarks>
/// <example><code>
/// IBaselineCovariance covariance = result.CovarianceOf(row);
/// covariance.Multiply(weights, product);      // Cov · w: its product with w is the variance that the baseline gives to Σ wᵢ(yᵢ − zᵢ)
/// </code></example>
public interface IBaselineCovariance
{
    /// <summary>Number of points.</summary>
    int Length { get; }

    /// <summary>product = Cov · v.</summary>
    /// <param name="v">A vector with a value for each point.</param>
    /// <param name="product">Receives the product, in the squared unit of the intensity times that of v; may be <paramref name="v"/>.</param>
    /// <exception cref="ArgumentException">A length is not <see cref="Length"/>.</exception>
    void Multiply(ReadOnlySpan<double> v, Span<double> product);
}
