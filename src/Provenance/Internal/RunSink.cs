namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Listens to one step of a run: keeps its warnings and files for the <see cref="RecipeRun"/>, and hands everything on to the caller's sink.</summary>
internal sealed class RunSink(IProvenanceSink? inner, int run, string stepId, string? outputFolder, IReadOnlyList<StepWarning> atStart) : IProvenanceSink
{
    private readonly Lock _lock = new();
    private readonly List<StepWarning> _warnings = [];
    private readonly List<FileRef> _files = [];
    private RunningAction? _action;
    private bool _begun;

    public IReadOnlyList<StepWarning> Warnings => _warnings;

    public IReadOnlyList<FileRef> Files => _files;

    public IProvenanceScope Begin(StepInfo step)
    {
        ProvenanceRecorder? recorder = inner as ProvenanceRecorder;
        bool first;
        lock (_lock)
        {
            first = !_begun;
            _begun = true;
        }

        IProvenanceScope? scope = recorder is not null && first ? recorder.Begin(step, run, stepId) : inner?.Begin(step);
        var mine = new Scope(this, scope);
        if (first)
        {
            _action = scope as RunningAction;
            foreach (StepWarning warning in atStart)
                mine.Warn(warning);
        }

        return mine;
    }

    /// <summary>Tells the record why the step failed.</summary>
    public void NoteError(Exception error) => _action?.NoteError(error);

    // A step may name a file as its options do, inside the output folder, or with the folder in front of it.
    private FileRef Locate(FileRef file)
    {
        if (outputFolder is null || Path.IsPathRooted(file.Path))
            return file;
        string inside = Path.Combine(outputFolder, file.Path);
        return File.Exists(inside) ? file with { Path = inside } : file;
    }

    private sealed class Scope(RunSink sink, IProvenanceScope? inner) : IProvenanceScope
    {
        public void Use(DataRef input) => inner?.Use(input);

        public void Produce(DataRef output)
        {
            if (output is FileRef file)
            {
                file = sink.Locate(file);
                lock (sink._lock)
                    sink._files.Add(file);
                output = file;
            }

            inner?.Produce(output);
        }

        public void Warn(StepWarning warning)
        {
            lock (sink._lock)
                sink._warnings.Add(warning);
            inner?.Warn(warning);
        }

        public void Complete(StepOutcome outcome) => inner?.Complete(outcome);

        public void Dispose() => inner?.Dispose();
    }
}
