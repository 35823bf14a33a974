namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Estimates the baseline of one spectrum after the other.</summary>
/// <remarks>
/// An estimator owns its scratch memory: make one per thread and length, and reuse it. <see cref="Estimate"/> allocates nothing, and its
/// result does not depend on what was estimated before. Not thread-safe.
/// </remarks>
public interface IBaselineEstimator
{
    /// <summary>Number of points of every spectrum.</summary>
    int Length { get; }

    /// <summary>Estimates a baseline.</summary>
    /// <param name="input">Intensities and what belongs to them; never written to.</param>
    /// <param name="output">Receives the baseline.</param>
    /// <param name="cancellationToken">Checked at least once per linear solve.</param>
    /// <returns>How it went. Bad numbers give a status and a baseline of NaN, never an exception.</returns>
    /// <exception cref="ArgumentException">A part of input or output has another length than <see cref="Length"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the output is undefined.</exception>
    BaselineInfo Estimate(BaselineInput input, BaselineOutput output, CancellationToken cancellationToken = default);
}
