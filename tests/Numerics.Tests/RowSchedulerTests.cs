using System.Collections.Concurrent;

namespace BigMap.Analysis.Numerics.Tests;

public class RowSchedulerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(4, 7)]
    [InlineData(3, 1000)]
    public void Every_row_runs_once_and_in_order_within_its_block(int threads, int block)
    {
        const int Rows = 103;
        var seen = new int[Rows];
        var last = new ConcurrentDictionary<int, int>();
        RowScheduler.Run(new RowPlan(Rows, "test", block), Context(threads), () => new object(), (row, _) =>
        {
            Interlocked.Increment(ref seen[row]);
            int before = last.GetOrAdd(row / block, -1);
            Assert.True(row > before);
            last[row / block] = row;
            return true;
        });
        Assert.All(seen, s => Assert.Equal(1, s));
    }

    [Fact]
    public void A_chain_within_blocks_gives_the_same_for_any_number_of_threads()
    {
        double[] Run(int threads)
        {
            var result = new double[200];
            RowScheduler.Run(new RowPlan(200, "test", 8), Context(threads), () => new object(), (row, _) =>
            {
                result[row] = (row % 8 == 0 ? 1 : result[row - 1]) * 1.1;
                return true;
            });
            return result;
        }

        Assert.Equal(Run(1), Run(4));
    }

    [Fact]
    public void One_thread_is_the_callers_and_has_one_workspace()
    {
        int caller = Environment.CurrentManagedThreadId, made = 0;
        RowScheduler.Run(new RowPlan(50, "test"), Context(1), () => ++made, (_, workspace) =>
        {
            Assert.Equal(caller, Environment.CurrentManagedThreadId);
            Assert.Equal(1, workspace);
            return true;
        });
        Assert.Equal(1, made);
        RowScheduler.Run(new RowPlan(0, "test"), Context(2), () => ++made, (_, _) => true);
        Assert.Equal(1, made);
    }

    [Fact]
    public void Cancelling_lets_no_further_row_begin()
    {
        using var source = new CancellationTokenSource();
        int rows = 0;
        Assert.Throws<OperationCanceledException>(() => RowScheduler.Run(new RowPlan(100, "test", 10), Context(1), () => 0, (row, _) =>
        {
            rows++;
            if (row == 4)
                source.Cancel();
            return true;
        }, source.Token));
        Assert.Equal(5, rows);
        Assert.Throws<OperationCanceledException>(() => RowScheduler.Run(new RowPlan(100, "test"), Context(1), () => 0, (_, _) => throw new InvalidOperationException(), source.Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_reaches_the_caller_as_it_was(int threads)
    {
        var error = Assert.Throws<FormatException>(() => RowScheduler.Run(new RowPlan(100, "test"), Context(threads), () => 0, (row, _) => row == 40 ? throw new FormatException("row 40") : true));
        Assert.Equal("row 40", error.Message);
        Assert.Throws<FormatException>(() => RowScheduler.Run<int>(new RowPlan(3, "test"), Context(threads), () => throw new FormatException(), (_, _) => true));
    }

    [Fact]
    public void A_call_from_inside_a_row_stays_on_its_thread()
    {
        var outer = new int[4];
        RowScheduler.Run(new RowPlan(4, "outer"), Context(2), () => 0, (row, _) =>
        {
            int thread = Environment.CurrentManagedThreadId;
            RowScheduler.Run(new RowPlan(20, "inner"), Context(4), () => 0, (_, _) =>
            {
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                outer[row]++;
                return true;
            });
            return true;
        });
        Assert.All(outer, c => Assert.Equal(20, c));
    }

    [Fact]
    public void Progress_comes_at_most_every_50_ms_and_once_at_the_end()
    {
        var time = new Clock();
        var reports = new List<(BatchProgress Progress, double At)>();
        AnalysisContext context = AnalysisContext.Default with { MaxDegreeOfParallelism = 1, Time = time, Progress = new Reports(p => reports.Add((p, time.Milliseconds))) };
        RowScheduler.Run(new RowPlan(100, "test"), context, () => 0, (row, _) =>
        {
            time.Milliseconds += 7;
            return row % 10 != 0;
        });
        for (int i = 1; i < reports.Count - 1; i++)
            Assert.True(reports[i].At - reports[i - 1].At >= 50);
        Assert.InRange(reports.Count, 10, 15);
        Assert.Equal(new BatchProgress(100, 10, 100, "test"), reports[^1].Progress);
        Assert.All(reports[..^1], r => Assert.True(r.Progress.Done < 100));
    }

    private static AnalysisContext Context(int threads) => AnalysisContext.Default with { MaxDegreeOfParallelism = threads };

    private sealed class Reports(Action<BatchProgress> report) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => report(value);
    }

    private sealed class Clock : TimeProvider
    {
        public double Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)Milliseconds;
    }
}
