using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>The baselines of a series and what remains when they are subtracted.</summary>
/// <remarks>
/// A row that has no baseline holds NaN in <see cref="Baselines"/> and in the intensities of <see cref="Corrected"/>. The variances of the raw
/// data are carried over to the corrected ones; the uncertainty of the baseline, which is correlated over many points, is not in them: see <see cref="StandardErrors"/> and <see cref="CovarianceOf"/>. Immutable, thread-safe.
/// </remarks>
/// <example><code>
/// BaselineSeries result = series.EstimateBaseline(new AslsOptions { Lambda = 1e6 });
/// SpectrumSeries corrected = result.Corrected;
/// </code></example>
public sealed class BaselineSeries : ISeriesResult, IBatchResult
{
    private readonly BaselineInfo[] _info;
    private readonly Lazy<SpectrumSeries> _corrected;

    internal BaselineSeries(SpectrumSeries source, SpectrumSeries baselines, BaselineInfo[] info, IReadOnlyList<StepWarning> warnings)
    {
        Baselines = baselines;
        _corrected = new Lazy<SpectrumSeries>(() => Subtract(source, baselines));
        _info = info;
        Warnings = warnings;
    }

    /// <summary>The baselines, in the unit of the intensity; without variances.</summary>
    public SpectrumSeries Baselines { get; }

    /// <summary>Intensities minus baselines, with the variances of the intensities where those have any. Computed when first asked for, and kept.</summary>
    public SpectrumSeries Corrected => _corrected.Value;

    /// <summary>Standard errors of the baselines, in the unit of the intensity, or null: not asked for (<see cref="AslsOptions.StandardErrors"/>, <see cref="RemlOptions.StandardErrors"/>), or not known to the method.</summary>
    public SpectrumSeries? StandardErrors { get; internal init; }

    /// <summary>How each estimate went.</summary>
    public ReadOnlySpan<BaselineInfo> Info => _info;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public int Count => _info.Length;

    /// <summary>The corrected spectra: the next step goes on with them.</summary>
    public SpectrumSeries Series => Corrected;

    internal Func<int, IBaselineCovariance>? Covariances { get; init; }

    /// <summary>Covariance of the values of a baseline: what a fit to <see cref="Corrected"/> needs to add the uncertainty of the baseline to its own. AsLS has it.</summary>
    /// <param name="row">Row, from 0. Its baseline is estimated once more for this.</param>
    /// <returns>The covariance; NaN in every product when the row has no baseline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="NotSupportedException">The method does not know it.</exception>
    public IBaselineCovariance CovarianceOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return Covariances?.Invoke(row) ?? throw new NotSupportedException("This method does not know the covariance of its baseline; AsLS does.");
    }

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _info[row].Status;

    /// <summary>How each estimate went, as a table: index (source row), label, status, solves, converged (1 or 0), last_change, error_estimate; and lambda where it was chosen automatically.</summary>
    /// <returns>One row per spectrum, for <see cref="ResultTable"/> writers.</returns>
    public ResultTable ToTable()
    {
        int[] rows = [.. Enumerable.Range(0, Count)];
        TableColumn[] chosen = _info.Any(i => i.Lambda is not null) ? [new NumberColumn("lambda", string.Empty, _info.Select(i => i.Lambda ?? double.NaN).ToArray())] : [];
        return new ResultTable("baselines",
        [
            new IntegerColumn("index", rows.Select(r => (long)Baselines.SourceRow(r)).ToArray()),
            new TextColumn("label", [.. rows.Select(Baselines.Label)]),
            new StatusColumn("status", rows.Select(StatusOf).ToArray()),
            new IntegerColumn("solves", _info.Select(i => (long)i.Solves).ToArray()),
            new IntegerColumn("converged", _info.Select(i => i.Converged ? 1L : 0).ToArray()),
            new NumberColumn("last_change", string.Empty, _info.Select(i => i.LastChange).ToArray()),
            new NumberColumn("error_estimate", string.Empty, _info.Select(i => i.ErrorEstimate).ToArray()),
            .. chosen,
        ]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"baselines of {Baselines}";

    private static void Subtract(ReadOnlySpan<double> y, ReadOnlySpan<double> z, Span<double> c)
    {
        int i = 0;
        for (; i <= c.Length - 4; i += 4)
            (Vector256.Create(y[i..]) - Vector256.Create(z[i..])).CopyTo(c[i..]);
        for (; i < c.Length; i++)
            c[i] = y[i] - z[i];
    }

    /// <summary>The largest y − z, or 0.</summary>
    internal static double LargestDifference(ReadOnlySpan<double> y, ReadOnlySpan<double> z)
    {
        ref double y0 = ref MemoryMarshal.GetReference(y);
        ref double z0 = ref MemoryMarshal.GetReference(z);
        Vector256<double> most = default, other = default;
        int i = 0;
        for (; i <= y.Length - 8; i += 8)
        {
            most = Vector256.MaxNative(most, Vector256.LoadUnsafe(ref y0, (nuint)i) - Vector256.LoadUnsafe(ref z0, (nuint)i));
            other = Vector256.MaxNative(other, Vector256.LoadUnsafe(ref y0, (nuint)i + 4) - Vector256.LoadUnsafe(ref z0, (nuint)i + 4));
        }

        most = Vector256.MaxNative(most, other);
        double largest = Math.Max(Math.Max(most[0], most[1]), Math.Max(most[2], most[3]));
        for (; i < y.Length; i++)
            largest = Math.Max(largest, y[i] - z[i]);
        return largest;
    }

    private static SpectrumSeries Subtract(SpectrumSeries source, SpectrumSeries baselines)
    {
        int n = source.Length;
        double[] corrected = GC.AllocateUninitializedArray<double>(source.Count * n), variance = source.HasVariance ? GC.AllocateUninitializedArray<double>(corrected.Length) : [];
        for (int row = 0; row < source.Count; row++)
        {
            Subtract(source[row], baselines[row], corrected.AsSpan(row * n, n));
            if (source.HasVariance)
                source.Variance(row).CopyTo(variance.AsSpan(row * n, n));
        }

        return source.WithIntensity(corrected, variance);
    }
}
