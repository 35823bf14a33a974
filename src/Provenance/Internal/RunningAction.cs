namespace BigMap.Analysis.Provenance.Internal;

/// <summary>A file or value as the recorder keeps it; the path is full, so that it can be stored relative to wherever the record is saved.</summary>
internal sealed class TrackedEntity(string id)
{
    public string Id { get; } = id;

    public string Description { get; init; } = string.Empty;

    public FileRef? File { get; init; }

    public string FullPath { get; init; } = string.Empty;

    public RecordedRows? Rows { get; set; }

    public RecordedBlocks? Blocks { get; set; }
}

/// <summary>An action as the recorder keeps it.</summary>
internal sealed class RunningAction(ProvenanceRecorder recorder, int number, StepInfo step) : IProvenanceScope
{
    public int Number { get; } = number;

    public StepInfo Step { get; } = step;

    /// <summary>Number of the recipe run, from 1; 0 for a direct call.</summary>
    public int Run { get; init; }

    public string Label { get; init; } = string.Empty;

    public RunningAction? Within { get; init; }

    public DateTimeOffset Started { get; init; }

    public DateTimeOffset? Ended { get; set; }

    public ActionState State { get; set; } = ActionState.Running;

    public bool IsComplete { get; set; }

    public string Error { get; set; } = string.Empty;

    public StepOutcome Outcome { get; set; }

    public List<TrackedEntity> Uses { get; } = [];

    public List<TrackedEntity> Makes { get; } = [];

    public OrderedDictionary<StepWarning, bool> Warnings { get; } = [];

    public void Use(DataRef input) => recorder.Take(this, input);

    public void Produce(DataRef output) => recorder.Make(this, output);

    public void Warn(StepWarning warning) => recorder.Note(() => Warnings.TryAdd(warning, true));

    public void Complete(StepOutcome outcome) => recorder.Note(() =>
    {
        Outcome = outcome;
        IsComplete = true;
    });

    public void Dispose() => recorder.End(this);

    public void Fail(Exception error) => recorder.Note(() =>
    {
        State = error is OperationCanceledException ? ActionState.Cancelled : ActionState.Failed;
        Error = $"{error.GetType().Name}: {error.Message}";
    });
}
