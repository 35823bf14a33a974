using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>
/// Probability that noise alone, searched over every place and width that a peak may have, gives a signal of t standard deviations or more:
/// the expected Euler characteristic of the excursion set (R. J. Adler, J. E. Taylor, Random Fields and Geometry, 2007; O. Vitells, E. Gross,
/// Astropart. Phys. 35 (2011) 230, doi:10.1016/j.astropartphys.2011.08.005), with the correlation of Gaussian profiles on white noise.
/// </summary>
/// <param name="Range">Length of the interval that the centre is searched over; 0 for a fixed centre.</param>
/// <param name="Narrow">Smallest full width at half maximum.</param>
/// <param name="Wide">Largest full width at half maximum.</param>
/// <param name="FormFree">Whether the form (Gaussian to Lorentzian) is searched too.</param>
/// <param name="TwoSided">Whether dips count as well.</param>
internal readonly record struct FalseAlarm(double Range, double Narrow, double Wide, bool FormFree, bool TwoSided)
{
    // arccos of the correlation of a Gaussian and a Lorentzian of the same width.
    private const double FormLength = 0.32;
    private const double SigmaOfFwhm = 0.42466090014400953;

    public double Probability(double t)
    {
        if (!(t > 0))
            return 1;
        double low = SigmaOfFwhm * Narrow, high = SigmaOfFwhm * Wide;

        // Profiles of width s at a distance d have the correlation exp(−d²/4s²), of the widths s and s·eᵘ √sech u: lengths d/(√2 s) and u/√2.
        double widths = Math.Log(high / low) / Math.Sqrt(2);
        double l1 = widths + (Range * ((1 / low) + (1 / high)) / (2 * Math.Sqrt(2)));
        double l2 = 0.5 * Range * ((1 / low) - (1 / high));
        double l3 = 0;
        if (FormFree)
        {
            l3 = FormLength * l2;
            l2 += FormLength * l1;
            l1 += FormLength;
        }

        double e = Math.Exp(-0.5 * t * t), tau = 2 * Math.PI;
        double p = Distributions.NormalCdf(-t)
            + (e * ((l1 / tau) + (l2 * t / Math.Pow(tau, 1.5)) + (l3 * Math.Max(0, (t * t) - 1) / (tau * tau))));
        return Math.Min(1, TwoSided ? 2 * p : p);
    }

    /// <summary>The smallest t whose probability is not above a level.</summary>
    public double Threshold(double level)
    {
        double low = 0, high = 40;
        for (int k = 0; k < 60; k++)
        {
            double middle = 0.5 * (low + high);
            if (Probability(middle) > level)
                low = middle;
            else
                high = middle;
        }

        return high;
    }
}
