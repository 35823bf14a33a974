namespace BigMap.Analysis.Formats.Internal;

/// <summary>Reports progress at most every 50 ms, and at the end.</summary>
internal sealed class ProgressClock(AnalysisContext context, string step, int total)
{
    private long _last = context.Time.GetTimestamp();

    public void Report(int done)
    {
        if (context.Progress is not { } progress || (done < total && context.Time.GetElapsedTime(_last).TotalMilliseconds < 50))
            return;
        _last = context.Time.GetTimestamp();
        progress.Report(new BatchProgress(done, 0, total, step));
    }
}
