namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>What the estimators of one method share: checks before the work, NaN after a failure.</summary>
/// <typeparam name="TOptions">The options record of the method.</typeparam>
/// <remarks>Owns its scratch memory and allocates nothing per estimate. Not thread-safe: one per thread.</remarks>
public abstract class BaselineEstimator<TOptions> : IBaselineEstimator
    where TOptions : class
{
    private readonly TOptions _options;

    private protected BaselineEstimator(int length, TOptions? options, OptionSet<TOptions> set)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        options ??= set.Default;
        set.Validate(options);
        _options = options;
        Length = length;
    }

    /// <inheritdoc/>
    public int Length { get; }

    /// <inheritdoc/>
    public BaselineInfo Estimate(BaselineInput input, BaselineOutput output, CancellationToken cancellationToken = default) =>
        Estimate(_options, input, output, cancellationToken);

    /// <summary>The same with other options: rows of a series may have their own.</summary>
    internal BaselineInfo Estimate(TOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        input.CheckLengths(Length);
        output.CheckLengths(Length);
        cancellationToken.ThrowIfCancellationRequested();
        output.StandardErrors.Fill(double.NaN);
        BaselineInfo info = EstimateRow(options, input, output, cancellationToken);
        if (info.Status is RowStatus.Ok or RowStatus.MaxIterations)
        {
            bool finite = true;
            foreach (double z in output.Baseline)
                finite &= double.IsFinite(z);
            if (finite)
                return info;
            info = new BaselineInfo(RowStatus.NotFinite) { Solves = info.Solves };
        }

        output.Baseline.Fill(double.NaN);
        output.Weights.Fill(double.NaN);
        output.StandardErrors.Fill(double.NaN);
        return info;
    }

    /// <summary>The method itself. What it leaves in the output counts only with a status of Ok or MaxIterations.</summary>
    private protected abstract BaselineInfo EstimateRow(TOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken);
}
