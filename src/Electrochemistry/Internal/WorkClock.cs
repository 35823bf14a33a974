namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Stops a long loop when that is asked for, and reports how far it is, at most every 50 ms.</summary>
internal sealed class WorkClock(StepScope scope, int total, CancellationToken cancellationToken)
{
    // A clock read or a look at the token costs about as much as a few hundred records.
    private const int Often = 4096;
    private long _last = scope.Context.Time.GetTimestamp();

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>To be called with every index of a loop.</summary>
    public void Poll(int index)
    {
        if (index % Often == 0)
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>As <see cref="Poll"/>, with a report of how many are done; to be called with the total at the end.</summary>
    public void Report(int done)
    {
        if (done % Often != 0 && done != total)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        if (scope.Context.Progress is not { } progress || (done < total && scope.Context.Time.GetElapsedTime(_last).TotalMilliseconds < 50))
            return;
        _last = scope.Context.Time.GetTimestamp();
        progress.Report(new BatchProgress(done, 0, total, scope.Operation));
    }
}
