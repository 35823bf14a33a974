using System.Runtime.ExceptionServices;

namespace BigMap.Analysis.Numerics;

/// <summary>Runs independent rows on the threads that the context allows: the one place of the SDK that does.</summary>
/// <remarks>
/// Rows are handed out in blocks of fixed length; within a block they run in order on one thread with one workspace. The result of a row
/// may depend on earlier rows of its block only, so results do not depend on the number of threads. A call from inside a row runs on the
/// calling thread alone. With a degree of parallelism of 1 no other thread is touched.
/// </remarks>
public static class RowScheduler
{
    private const long ProgressIntervalMilliseconds = 50;

    [ThreadStatic]
    private static bool _inside;

    /// <summary>Work on one row.</summary>
    /// <typeparam name="TWorkspace">Scratch memory, one per thread.</typeparam>
    /// <param name="row">Row, from 0.</param>
    /// <param name="workspace">The thread's workspace.</param>
    /// <returns>Whether the row has a usable result; only for progress.</returns>
    public delegate bool RowAction<in TWorkspace>(int row, TWorkspace workspace);

    /// <summary>Work on the rows of one block.</summary>
    /// <typeparam name="TWorkspace">Scratch memory, one per thread.</typeparam>
    /// <param name="first">First row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="workspace">The thread's workspace.</param>
    /// <returns>How many rows have a usable result; only for progress.</returns>
    public delegate int BlockAction<in TWorkspace>(int first, int count, TWorkspace workspace);

    /// <summary>Runs every row.</summary>
    /// <typeparam name="TWorkspace">Scratch memory, one per thread.</typeparam>
    /// <param name="plan">How many rows, in blocks of what length, under what name.</param>
    /// <param name="context">Threads, progress and clock.</param>
    /// <param name="workspace">Makes a workspace; called once per thread.</param>
    /// <param name="action">Work on one row.</param>
    /// <param name="cancellationToken">Checked before every row.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Run<TWorkspace>(RowPlan plan, AnalysisContext context, Func<TWorkspace> workspace, RowAction<TWorkspace> action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(action);
        Run(new State<TWorkspace>(plan, context, workspace, cancellationToken) { Row = action }, plan, context, cancellationToken);
    }

    /// <summary>Runs every row, a block at a time: for work that takes several rows at once, such as <see cref="BatchLevenbergMarquardt"/>.</summary>
    /// <typeparam name="TWorkspace">Scratch memory, one per thread.</typeparam>
    /// <param name="plan">How many rows, in blocks of what length, under what name.</param>
    /// <param name="context">Threads, progress and clock.</param>
    /// <param name="workspace">Makes a workspace; called once per thread.</param>
    /// <param name="action">Work on the rows of a block; cancellation inside it is its own business.</param>
    /// <param name="cancellationToken">Checked before every block.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void RunBlocks<TWorkspace>(RowPlan plan, AnalysisContext context, Func<TWorkspace> workspace, BlockAction<TWorkspace> action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(action);
        Run(new State<TWorkspace>(plan, context, workspace, cancellationToken) { Block = action }, plan, context, cancellationToken);
    }

    private static void Run<TWorkspace>(State<TWorkspace> state, RowPlan plan, AnalysisContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int blocks = (int)(((long)plan.Rows + plan.BlockLength - 1) / plan.BlockLength);
        int threads = _inside ? 1 : Math.Min(context.MaxDegreeOfParallelism, blocks);
        var others = new Task[Math.Max(0, threads - 1)];
        for (int i = 0; i < others.Length; i++)
            others[i] = Task.Run(state.Work, CancellationToken.None);
        state.Work();
        foreach (Task other in others)
            other.Wait(CancellationToken.None);
        state.Finish();
    }

    private sealed class State<TWorkspace>(RowPlan plan, AnalysisContext context, Func<TWorkspace> workspace, CancellationToken cancellationToken)
    {
        private int _nextBlock = -1;
        private int _done;
        private int _failed;
        private long _lastReport = context.Time.GetTimestamp();
        private ExceptionDispatchInfo? _error;

        public RowAction<TWorkspace>? Row { get; init; }

        public BlockAction<TWorkspace>? Block { get; init; }

        public void Work()
        {
            bool outer = _inside;
            _inside = true;
            try
            {
                TWorkspace? mine = default;
                bool made = false;
                while (true)
                {
                    long start = (long)Interlocked.Increment(ref _nextBlock) * plan.BlockLength;
                    if (start >= plan.Rows)
                        return;
                    if (!made)
                    {
                        mine = workspace();
                        made = true;
                    }

                    int end = (int)Math.Min(plan.Rows, start + plan.BlockLength);
                    if (Block is not null)
                    {
                        if (Volatile.Read(ref _error) is not null)
                            return;
                        cancellationToken.ThrowIfCancellationRequested();
                        int count = end - (int)start;
                        Interlocked.Add(ref _failed, count - Block((int)start, count, mine!));
                        Report(Interlocked.Add(ref _done, count));
                        continue;
                    }

                    for (int row = (int)start; row < end; row++)
                    {
                        if (Volatile.Read(ref _error) is not null)
                            return;
                        cancellationToken.ThrowIfCancellationRequested();
                        if (!Row!(row, mine!))
                            Interlocked.Increment(ref _failed);
                        Report(Interlocked.Increment(ref _done));
                    }
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(e), null);
            }
            finally
            {
                _inside = outer;
            }
        }

        public void Finish()
        {
            _error?.Throw();
            context.Progress?.Report(new BatchProgress(_done, _failed, plan.Rows, plan.Operation));
        }

        private void Report(int done)
        {
            if (context.Progress is not { } progress || done == plan.Rows)
                return;
            long last = Volatile.Read(ref _lastReport);
            long now = context.Time.GetTimestamp();
            if (context.Time.GetElapsedTime(last, now).TotalMilliseconds >= ProgressIntervalMilliseconds
                && Interlocked.CompareExchange(ref _lastReport, now, last) == last)
            {
                progress.Report(new BatchProgress(done, Volatile.Read(ref _failed), plan.Rows, plan.Operation));
            }
        }
    }
}

/// <summary>How rows are to be run.</summary>
public readonly record struct RowPlan
{
    /// <summary>Plans rows.</summary>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="operation">Operation name, for progress.</param>
    /// <param name="blockLength">Rows that run in order on one thread, at least 1. Default 1.</param>
    public RowPlan(int rows, string operation, int blockLength = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockLength, 1);
        Rows = rows;
        Operation = operation;
        BlockLength = blockLength;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Operation name, for progress.</summary>
    public string Operation { get; }

    /// <summary>Rows that run in order on one thread.</summary>
    public int BlockLength { get; }
}
