namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Listens to one step of a run: keeps its warnings and files for the <see cref="RecipeRun"/>, and hands everything on to the caller's sink.</summary>
/// <remarks>A step that carries out another one may hand on its warnings and files; each is kept once.</remarks>
internal sealed class RunSink(IProvenanceSink? inner, int run, string stepId, string? outputFolder, Dictionary<string, string> written, IReadOnlyList<StepWarning> atStart) : IProvenanceSink
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<StepWarning, bool> _warnings = [];
    private readonly OrderedDictionary<FileRef, bool> _files = [];
    private bool _begun;

    public IReadOnlyList<StepWarning> Warnings => [.. _warnings.Keys];

    public IReadOnlyList<FileRef> Files => [.. _files.Keys];

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
            foreach (StepWarning warning in atStart)
                mine.Warn(warning);
        }

        return mine;
    }

    // A step may name a file as its options do, inside the output folder, or with the folder in front of it.
    private FileRef Locate(FileRef file)
    {
        if (outputFolder is null || Path.IsPathRooted(file.Path))
            return file;
        string inside = Path.Combine(outputFolder, file.Path);
        return File.Exists(inside) ? file with { Path = inside } : file;
    }

    // Notes the file; says so when an earlier step wrote one of the same name.
    private StepWarning? Keep(FileRef file)
    {
        lock (_lock)
        {
            _files.TryAdd(file, true);
            string full = Path.GetFullPath(file.Path);
            if (written.TryAdd(full, stepId) || written[full] == stepId)
                return null;
            return new StepWarning("file_overwritten", $"{file.Path} replaced the file of the same name that step {written[full]} wrote.");
        }
    }

    private sealed class Scope(RunSink sink, IProvenanceScope? inner) : IProvenanceScope
    {
        public void Use(DataRef input) => inner?.Use(input);

        public void Produce(DataRef output)
        {
            if (output is FileRef file)
            {
                file = sink.Locate(file);
                output = file;
                if (sink.Keep(file) is { } warning)
                    Warn(warning);
            }

            inner?.Produce(output);
        }

        public void Warn(StepWarning warning)
        {
            lock (sink._lock)
                sink._warnings.TryAdd(warning, true);
            inner?.Warn(warning);
        }

        public void Fail(Exception error) => inner?.Fail(error);

        public void Complete(StepOutcome outcome) => inner?.Complete(outcome);

        public void Dispose() => inner?.Dispose();
    }
}
