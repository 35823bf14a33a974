namespace BigMap.Analysis.Formats.Tests;

/// <summary>A clock that goes on only when somebody waits, and lets the test act at each wait.</summary>
internal sealed class DrivenTime(Action<int>? onWait = null) : TimeProvider
{
    private long _ticks;
    private int _waits;

    public double Seconds => _ticks / (double)TimeSpan.TicksPerSecond;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Add(ref _ticks, dueTime.Ticks);
        onWait?.Invoke(Interlocked.Increment(ref _waits));
        return new Timer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
