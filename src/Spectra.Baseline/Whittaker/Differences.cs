namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Differences and their transposes, in place: products with Dᵀ(Dz) that multiply small numbers by λ where z is smooth.</summary>
internal static class Differences
{
    /// <summary>The coefficients of Δᵈ: (−1)^(d−k) binomial(d, k).</summary>
    public static ReadOnlySpan<double> Coefficients(int order) => order switch { 1 => [-1, 1], 2 => [1, -2, 1], _ => [-1, 3, -3, 1] };

    /// <summary>Replaces z by DᵀD z.</summary>
    public static void PenaltyProduct(Span<double> z, int order)
    {
        int n = z.Length;
        for (int k = 1; k <= order; k++)
        {
            for (int i = 0; i < n - k; i++)
                z[i] = z[i + 1] - z[i];
        }

        for (int k = order; k >= 1; k--)
        {
            int m = n - k;
            for (int i = m; i >= 0; i--)
                z[i] = (i > 0 ? z[i - 1] : 0) - (i < m ? z[i] : 0);
        }
    }
}
