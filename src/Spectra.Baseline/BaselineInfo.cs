namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>How the estimate of one baseline went.</summary>
public readonly record struct BaselineInfo
{
    /// <summary>A row that has no baseline.</summary>
    /// <param name="status">Why.</param>
    public BaselineInfo(RowStatus status)
    {
        Status = status;
        LastChange = double.NaN;
        ErrorEstimate = double.NaN;
    }

    /// <summary><see cref="RowStatus.Ok"/> when the stop rule was met or the fixed point reached, otherwise the reason. With <see cref="RowStatus.MaxIterations"/> the baseline is the last iterate, with any other status NaN.</summary>
    public RowStatus Status { get; init; }

    /// <summary>Linear systems of full size solved from the start that led to the result; 0 when the row could not be worked on. The coarse systems of <see cref="AslsStart.Nested"/> are not counted.</summary>
    public int Solves { get; init; }

    /// <summary>‖w⁺ − w‖₂ / ‖w‖₂: how much the weights that follow from the baseline (w⁺) differ from those it was computed with (w). 0 means the exact fixed point; NaN without a baseline.</summary>
    public double LastChange { get; init; }

    /// <summary>Whether the stop rule was met, or the fixed point reached.</summary>
    public bool Converged { get; init; }

    /// <summary>Whether the baseline reproduces the weights it was computed with: then it is the exact minimiser, whatever the stop rule.</summary>
    public bool IsFixedPoint => LastChange == 0;

    /// <summary>Estimate of the largest rounding error of the baseline, divided by (max − min) of the intensities, from a step of iterative refinement. An estimate, not a bound. NaN without a baseline.</summary>
    public double ErrorEstimate { get; init; }

    /// <summary>λ that was chosen automatically, counted in points; null with methods that are given theirs.</summary>
    public double? Lambda { get; init; }

    /// <summary>Whether <see cref="Lambda"/> is at an end of the range that was searched: at the lower one the background bends about as sharply as the peaks, and a fit afterwards should keep a polynomial term.</summary>
    public bool LambdaAtBound { get; init; }
}
