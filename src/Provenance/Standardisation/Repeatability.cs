using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Provenance;

/// <summary>Accuracy, precision and reproducibility of a protocol.</summary>
/// <param name="Accuracy">Mean of all values minus the reference value; NaN without one.</param>
/// <param name="Precision">Repeatability standard deviation s_r: within one run, laboratory or day.</param>
/// <param name="Reproducibility">Reproducibility standard deviation s_R = √(s_L² + s_r²): within and between them.</param>
public sealed record ProtocolFigures(double Accuracy, double Precision, double Reproducibility);

/// <summary>Accuracy, precision and reproducibility after ISO 5725-2:2019, section 7.</summary>
public static class Repeatability
{
    /// <summary>Estimates them from repeated results.</summary>
    /// <param name="groups">Results of the same quantity, one list for each run, laboratory or day; lists may differ in length, values that are not finite are left out.</param>
    /// <param name="reference">The accepted value; NaN when there is none.</param>
    /// <returns>The figures. Precision is NaN without a group of two, reproducibility without two groups.</returns>
    /// <remarks>One-way analysis of variance: s_r² = Σ (nᵢ − 1) sᵢ² / Σ (nᵢ − 1); s_L² = max(0, (s_d² − s_r²) / n̄), s_d² = Σ nᵢ (x̄ᵢ − x̄)² / (p − 1), n̄ = (Σ nᵢ − Σ nᵢ² / Σ nᵢ) / (p − 1).</remarks>
    public static ProtocolFigures Estimate(IReadOnlyList<IReadOnlyList<double>> groups, double reference = double.NaN)
    {
        ArgumentNullException.ThrowIfNull(groups);
        double[][] x = [.. groups.Select(g => g.Where(double.IsFinite).ToArray()).Where(g => g.Length > 0)];
        int n = x.Sum(g => g.Length), p = x.Length;
        if (n == 0)
            return new ProtocolFigures(double.NaN, double.NaN, double.NaN);
        double mean = Statistics.Mean([.. x.SelectMany(g => g)]);
        double within = n > p ? x.Sum(g => (g.Length - 1) * (g.Length > 1 ? Statistics.Variance(g) : 0)) / (n - p) : double.NaN;
        double reproducibility = double.NaN;
        if (p > 1 && n > p)
        {
            double between = x.Sum(g => g.Length * Math.Pow(Statistics.Mean(g) - mean, 2)) / (p - 1);
            double size = (n - (x.Sum(g => (double)g.Length * g.Length) / n)) / (p - 1);
            reproducibility = Math.Sqrt(Math.Max(0, (between - within) / size) + within);
        }
        else if (p > 1)
        {
            reproducibility = Statistics.StandardDeviation([.. x.SelectMany(g => g)]);
        }

        return new ProtocolFigures(mean - reference, Math.Sqrt(within), reproducibility);
    }
}
