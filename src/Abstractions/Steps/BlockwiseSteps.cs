using System.Runtime.CompilerServices;

namespace BigMap.Analysis;

/// <summary>Carries out a step on a series that does not fit into memory, block by block.</summary>
public static class BlockwiseSteps
{
    /// <summary>Runs a row-wise step on every block of a source, in order.</summary>
    /// <typeparam name="TOptions">Options record.</typeparam>
    /// <typeparam name="TOut">Output of the step.</typeparam>
    /// <param name="step">A step whose rows do not depend on each other: trim, baseline, independent fits. Averages and from-previous fits restart in each block.</param>
    /// <param name="source">The source.</param>
    /// <param name="request">Options, with decisions for single rows of the source.</param>
    /// <param name="context">Threads, progress, provenance (one record a block), and the memory budget from which the block length is taken; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One output per block.</returns>
    /// <remarks>A block takes at most an eighth of <see cref="AnalysisContext.MemoryBudgetBytes"/>, so that input, output and workspaces stay within it.</remarks>
    /// <example><code>
    /// await foreach (SpectrumSeries block in SeriesSteps.Resample.RunBlocksAsync(source, new StepRequest&lt;ResampleOptions&gt;(options)))
    ///     Console.WriteLine(block);
    /// </code></example>
    public static async IAsyncEnumerable<TOut> RunBlocksAsync<TOptions, TOut>(
        this Step<SpectrumSeries, TOptions, TOut> step,
        ISeriesSource source,
        StepRequest<TOptions> request,
        AnalysisContext? context = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TOptions : class
        where TOut : class
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(source);
        context ??= AnalysisContext.Default;
        long rows = context.MemoryBudgetBytes / 8 / (sizeof(double) * (long)source.Axis.Length);
        var environment = new StepEnvironment(context);
        await foreach (SpectrumSeries block in source.ReadBlocksAsync((int)Math.Clamp(rows, 1, int.MaxValue), cancellationToken).ConfigureAwait(false))
            yield return await step.RunAsync(block, request, environment, cancellationToken).ConfigureAwait(false);
    }
}
