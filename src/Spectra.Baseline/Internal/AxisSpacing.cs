namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Positions of the points in units of their mean distance, and what belongs to each.</summary>
/// <remarks>
/// For a baseline that does not depend on where the points lie closer, the data term is an integral: every point counts as much as its share
/// of the axis, ωᵢ = (xᵢ₊₁ − xᵢ₋₁)/2, the ends as if the outermost distance went on. With equal distances all of this is 1.
/// </remarks>
internal sealed class AxisSpacing
{
    // Positions off the even ones by no more than this part of a step are those of an even axis that was printed with few digits.
    private const double EvenWithin = 0.01;

    private readonly double[] _x;

    public AxisSpacing(int length)
    {
        _x = new double[length];
        Position = new double[length];
        Step = new double[length];
        Share = new double[length];
    }

    /// <summary>Positions from the first point on, in mean steps.</summary>
    public double[] Position { get; }

    /// <summary>hᵢ, the distance from point i to the next; the last one is that before it once more.</summary>
    public double[] Step { get; }

    /// <summary>ωᵢ.</summary>
    public double[] Share { get; }

    /// <summary>Mean distance, in the unit of the axis.</summary>
    public double MeanStep { get; private set; } = 1;

    /// <summary>Whether the points are evenly spaced, so that everything else is 1.</summary>
    public bool IsEven { get; private set; } = true;

    /// <summary>Takes positions; nothing is done, and false returned, when they are those of the last call.</summary>
    /// <exception cref="ArgumentException">The positions are not finite and strictly ascending.</exception>
    public bool Set(ReadOnlySpan<double> x)
    {
        int n = _x.Length;
        if (x.SequenceEqual(_x) && n > 1)
            return false;
        for (int i = 0; i < n; i++)
        {
            if (!double.IsFinite(x[i]) || (i > 0 && !(x[i] > x[i - 1])))
                throw new ArgumentException($"Positions must be finite and strictly ascending; number {i} is {x[i]:R}.", nameof(x));
        }

        x.CopyTo(_x);
        MeanStep = n > 1 ? (x[^1] - x[0]) / (n - 1) : 1;
        IsEven = true;
        for (int i = 0; i < n; i++)
        {
            Position[i] = (x[i] - x[0]) / MeanStep;
            IsEven &= Math.Abs(Position[i] - i) <= EvenWithin;
        }

        for (int i = 0; i < n - 1; i++)
            Step[i] = (x[i + 1] - x[i]) / MeanStep;
        Step[n - 1] = n > 1 ? Step[n - 2] : 1;
        for (int i = 0; i < n; i++)
            Share[i] = (Step[Math.Max(0, i - 1)] + Step[i]) / 2;
        return true;
    }
}
