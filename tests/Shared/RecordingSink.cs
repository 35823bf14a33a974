namespace BigMap.Analysis.Tests;

/// <summary>Keeps everything that steps report.</summary>
internal sealed class RecordingSink : IProvenanceSink
{
    public List<DataRef> Used { get; } = [];

    public List<DataRef> Produced { get; } = [];

    public List<StepWarning> Warnings { get; } = [];

    public List<StepInfo> Steps { get; } = [];

    public List<StepOutcome> Outcomes { get; } = [];

    public IProvenanceScope Begin(StepInfo step)
    {
        Steps.Add(step);
        return new Scope(this);
    }

    private sealed class Scope(RecordingSink sink) : IProvenanceScope
    {
        public void Use(DataRef input) => sink.Used.Add(input);

        public void Produce(DataRef output) => sink.Produced.Add(output);

        public void Warn(StepWarning warning) => sink.Warnings.Add(warning);

        public void Fail(Exception error)
        {
        }

        public void Complete(StepOutcome outcome) => sink.Outcomes.Add(outcome);

        public void Dispose()
        {
        }
    }
}
