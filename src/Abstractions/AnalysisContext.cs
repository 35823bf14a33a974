namespace BigMap.Analysis;

/// <summary>How work is carried out: threads, progress, provenance, clock, memory. It never changes a number.</summary>
/// <remarks>Immutable and safe to share between threads; change one value with a <c>with</c> expression. There is no static configuration.</remarks>
/// <example><code>var context = AnalysisContext.Default with { MaxDegreeOfParallelism = 2 };</code></example>
public sealed record AnalysisContext
{
    private readonly int _maxDegreeOfParallelism = DefaultDegreeOfParallelism();
    private readonly long _memoryBudgetBytes = 1L << 30;

    /// <summary>All processors, no progress, no provenance, the system clock, 1 GiB.</summary>
    public static AnalysisContext Default { get; } = new();

    /// <summary>Number of threads; 1 means the caller's thread only. Default: the number of processors. Results do not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxDegreeOfParallelism
    {
        get => _maxDegreeOfParallelism;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxDegreeOfParallelism = value;
        }
    }

    /// <summary>Receives progress, at most every 50 ms and once at the end of each step; called on a working thread.</summary>
    public IProgress<BatchProgress>? Progress { get; init; }

    /// <summary>Receives the record of every step; null records nothing.</summary>
    public IProvenanceSink? Provenance { get; init; }

    /// <summary>The clock. Default: <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Upper bound for the buffers that streaming steps choose themselves, in bytes. Default 1 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 MiB.</exception>
    public long MemoryBudgetBytes
    {
        get => _memoryBudgetBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1L << 20);
            _memoryBudgetBytes = value;
        }
    }

#pragma warning disable RS0030 // The one place that asks the machine.
    private static int DefaultDegreeOfParallelism() => Environment.ProcessorCount;
#pragma warning restore RS0030
}

/// <summary>How far a step has come.</summary>
/// <param name="Done">Rows finished, failed ones included.</param>
/// <param name="Failed">Rows finished without a usable result.</param>
/// <param name="Total">Rows in all.</param>
/// <param name="Step">The operation name.</param>
public readonly record struct BatchProgress(int Done, int Failed, int Total, string Step)
{
    /// <inheritdoc/>
    public override string ToString() => Failed == 0 ? $"{Step} {Done}/{Total}" : $"{Step} {Done}/{Total} ({Failed} failed)";
}
