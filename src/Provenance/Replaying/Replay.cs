using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>Repeats what a <c>provenance.json</c> records, into another folder, and compares every byte.</summary>
public static class Replay
{
    /// <summary>Replays a record: checks the input files first, runs the recorded recipe with the recorded overrides, compares every file.</summary>
    /// <param name="provenancePath">The <c>provenance.json</c>.</param>
    /// <param name="catalogue">The steps that the recipe can use.</param>
    /// <param name="options">Where the data are now, where the files go; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    /// <returns>What was identical and what was not. An input that changed, a step that failed: all in the report.</returns>
    /// <exception cref="InputFormatException">The file is not a complete record.</exception>
    /// <exception cref="DataMismatchException">The record says that it cannot be replayed, or the output folder is that of the record.</exception>
    /// <exception cref="RecipeException">The recipe needs steps that the catalogue does not have.</exception>
    /// <example><code>
    /// ReplayReport report = await Replay.RunAsync("out/provenance.json", catalogue);
    /// Console.WriteLine(report.Report());
    /// </code></example>
    public static async Task<ReplayReport> RunAsync(string provenancePath, StepCatalogue catalogue, ReplayOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        options ??= new ReplayOptions();
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(provenancePath, cancellationToken).ConfigureAwait(false);
        if (record.RecipeJson is null || record.InputPath is null || record.NotReplayable.Length > 0)
            throw new DataMismatchException($"{provenancePath} cannot be replayed: {(record.NotReplayable.Length > 0 ? record.NotReplayable : "it holds no recipe with an input path.")}");
        Recipe recipe = Recipe.Parse(record.RecipeJson, catalogue, provenancePath);
        string folder = Path.GetDirectoryName(Path.GetFullPath(provenancePath))!;
        string output = OutputFolder(options, folder);

        // The same folder can have several names: links, upper and lower case.
        string twin = Path.Combine(output, Path.GetFileName(provenancePath));
        if (File.Exists(twin) && await FileHash.TryComputeAsync(twin, cancellationToken).ConfigureAwait(false) == await FileHash.TryComputeAsync(provenancePath, cancellationToken).ConfigureAwait(false))
            throw new DataMismatchException($"A replay into {options.OutputFolder} would overwrite the files that it is compared with. Choose another folder.");

        var inputs = new InputLocator(record.InputPath, folder, options.InputOverride);
        ReplayFile[] files = await CompareInputsAsync(record, inputs, cancellationToken).ConfigureAwait(false);
        bool run = files.All(f => f.State == ReplayFileState.Identical || (f.State == ReplayFileState.Differs && options.RunOnChangedInput));
        var recorder = new ProvenanceRecorder(record.Title, options.Context);
        string error = string.Empty;
        if (run)
        {
            Directory.CreateDirectory(output);
            try
            {
                await recipe.RunAsync(new InputPath(inputs.Path), new StepEnvironment(recorder.Context, output), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                error = $"{e.GetType().Name}: {e.Message}";
            }
        }

        ProvenanceRecord now = recorder.Snapshot(output);
        string[] located = [.. files.Select(f => f.CurrentPath)];
        IEnumerable<ReplayFile> unknown = recorder.Snapshot().InputFiles
            .Where(f => !located.Contains(Path.GetFullPath(f.Path)))
            .Select(f => new ReplayFile(f.Path, ReplayFileState.Added, string.Empty, f.Sha256, f.Path));
        return new ReplayReport
        {
            Record = record,
            Ran = run,
            OutputFolder = output,
            Inputs = [.. files, .. unknown],
            Outputs = CompareOutputs(record, now, output),
            Parameters = run ? CompareParameters(record, now) : [],
            Packages = ComparePackages(record, recipe, now),
            Environment = CompareEnvironment(record.Environment, now.Environment),
            RecordedError = ErrorOf(record),
            Error = error,
            EndedAlike = FailureOf(record) == FailureOf(now) && ErrorOf(record).Length > 0 == error.Length > 0,
            Notes = recipe.Notes,
            MetadataEdits = [.. record.Metadata.Edits.Where(e => e.When > record.Written)],
        };
    }

    private static RecordedAction? Failed(ProvenanceRecord record) => record.Actions.LastOrDefault(a => a.StepId.Length > 0 && a.Error.Length > 0);

    private static string ErrorOf(ProvenanceRecord record) => Failed(record)?.Error ?? string.Empty;

    // Which step failed, and with what type of error. The message may name folders, and those are other ones now.
    private static (string Step, string Type) FailureOf(ProvenanceRecord record) =>
        Failed(record) is { } action ? (action.StepId, action.Error.Split(':')[0]) : (string.Empty, string.Empty);

    private static string OutputFolder(ReplayOptions options, string recordFolder)
    {
        if (options.OutputFolder is null)
            return Directory.CreateTempSubdirectory("bigmap-replay-").FullName;
        string folder = Path.GetFullPath(options.OutputFolder);
        return Path.TrimEndingDirectorySeparator(folder) != Path.TrimEndingDirectorySeparator(recordFolder)
            ? folder
            : throw new DataMismatchException($"A replay into {options.OutputFolder} would overwrite the files that it is compared with. Choose another folder.");
    }

    private static async Task<ReplayFile[]> CompareInputsAsync(ProvenanceRecord record, InputLocator inputs, CancellationToken cancellationToken)
    {
        IReadOnlyList<RecordedEntity> recorded = record.InputFiles;
        var files = new ReplayFile[recorded.Count];
        for (int i = 0; i < files.Length; i++)
        {
            string path = inputs.Locate(recorded[i].Path);
            string hash = await FileHash.TryComputeAsync(path, cancellationToken).ConfigureAwait(false);
            ReplayFileState state = hash.Length == 0 ? ReplayFileState.Missing : hash == recorded[i].Sha256 ? ReplayFileState.Identical : ReplayFileState.Differs;
            files[i] = new ReplayFile(recorded[i].Path, state, recorded[i].Sha256, hash, hash.Length == 0 ? string.Empty : path)
            {
                ChangedBytes = state == ReplayFileState.Differs && recorded[i].Blocks is { } blocks ? BlockMarks.Changed(blocks, recorded[i].Length, path) : [],
            };
        }

        return files;
    }

    /// <summary>Files are matched by the step that made them and their order within it, so that a folder may have another name.</summary>
    private static List<ReplayFile> CompareOutputs(ProvenanceRecord record, ProvenanceRecord now, string output)
    {
        var files = new List<ReplayFile>();
        foreach (RecordedAction action in record.Actions)
        {
            if (action.Within is not null)
                continue;
            RecordedEntity[] made = FilesOf(record, action);
            RecordedAction? again = action.StepId.Length == 0 ? null : now.Actions.FirstOrDefault(a => a.StepId == action.StepId);
            RecordedEntity[] remade = again is null ? [] : FilesOf(now, again);
            for (int i = 0; i < Math.Max(made.Length, remade.Length); i++)
            {
                RecordedEntity? before = i < made.Length ? made[i] : null;
                RecordedEntity? after = i < remade.Length ? remade[i] : null;
                ReplayFileState state = before is null ? ReplayFileState.Added
                    : action.StepId.Length == 0 ? ReplayFileState.OutsideRecipe
                    : again is null ? ReplayFileState.NotReplayed
                    : after is null ? ReplayFileState.Missing
                    : before.Sha256 == after.Sha256 ? ReplayFileState.Identical : ReplayFileState.Differs;
                files.Add(new ReplayFile(
                    (before ?? after)!.Path,
                    state,
                    before?.Sha256 ?? string.Empty,
                    after?.Sha256 ?? string.Empty,
                    after is null ? string.Empty : Path.Combine(output, after.Path)));
            }
        }

        foreach (RecordedAction action in now.Actions.Where(a => a.StepId.Length > 0 && !record.Actions.Any(r => r.StepId == a.StepId)))
            files.AddRange(FilesOf(now, action).Select(f => new ReplayFile(f.Path, ReplayFileState.Added, string.Empty, f.Sha256, Path.Combine(output, f.Path))));
        return files;
    }

    /// <summary>The files that an action made, itself or through steps that it carried out.</summary>
    private static RecordedEntity[] FilesOf(ProvenanceRecord record, RecordedAction action)
    {
        var numbers = new HashSet<int> { action.Number };
        var files = new List<RecordedEntity>();
        foreach (RecordedAction one in record.Actions.Where(a => a.Number >= action.Number))
        {
            if (one.Number != action.Number && !(one.Within is { } outer && numbers.Contains(outer)))
                continue;
            numbers.Add(one.Number);
            files.AddRange(one.Makes.Select(record.Entity).Where(e => e.IsFile && !files.Contains(e)));
        }

        return [.. files];
    }

    /// <summary>Compares what each action was done with, then and now; not the recipe text, which somebody may have edited.</summary>
    private static List<ReplayDifference> CompareParameters(ProvenanceRecord record, ProvenanceRecord now)
    {
        var differences = new List<ReplayDifference>();
        bool completed = Failed(now) is null;
        foreach (RecordedAction then in record.Actions.Where(a => a.StepId.Length > 0))
        {
            RecordedAction? again = now.Actions.FirstOrDefault(a => a.StepId == then.StepId);
            if (again is null)
            {
                if (completed)
                    differences.Add(new ReplayDifference($"step {then.StepId}", then.Step.Operation, string.Empty));
                continue;
            }

            string was = $"{then.Step.Operation} v{then.Step.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            string nowIs = $"{again.Step.Operation} v{again.Step.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            if (was != nowIs)
                differences.Add(new ReplayDifference($"{then.StepId}: operation", was, nowIs));
            string from = SourceOf(record, then), fromNow = SourceOf(now, again);
            if (from != fromNow)
                differences.Add(new ReplayDifference($"{then.StepId}: from", from, fromNow));
            Compare(differences, $"{then.StepId}: ", then.Step.OptionsJson, again.Step.OptionsJson);
            Compare(differences, $"{then.StepId}: overrides", then.Step.RowOverridesJson, again.Step.RowOverridesJson);
        }

        if (Failed(record) is null)
        {
            foreach (RecordedAction added in now.Actions.Where(a => a.StepId.Length > 0 && !record.Actions.Any(r => r.StepId == a.StepId)))
                differences.Add(new ReplayDifference($"step {added.StepId}", string.Empty, added.Step.Operation));
        }

        return differences;
    }

    /// <summary>Id of the step whose result an action was given.</summary>
    private static string SourceOf(ProvenanceRecord record, RecordedAction action)
    {
        foreach (string used in action.Uses)
        {
            RecordedAction? maker = record.Actions.LastOrDefault(a => a.StepId.Length > 0 && a.Number < action.Number && a.Makes.Contains(used));
            if (maker is not null)
                return maker.StepId;
        }

        return RecipeStep.RunInput;
    }

    private static void Compare(List<ReplayDifference> differences, string prefix, string recorded, string replayed)
    {
        IReadOnlyList<(string Path, string Value)> before = OptionsJson.Flatten(recorded);
        var after = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string path, string value) in OptionsJson.Flatten(replayed))
            after[path] = value;
        foreach ((string path, string value) in before)
        {
            if (!after.Remove(path, out string? other) || other != value)
                differences.Add(new ReplayDifference(prefix + path, value, other ?? string.Empty));
        }

        foreach ((string path, string value) in after)
            differences.Add(new ReplayDifference(prefix + path, string.Empty, value));
    }

    /// <summary>The packages of the record against those of this process; what only helps (a package no step of the recipe needs) is not compared.</summary>
    private static List<ReplayDifference> ComparePackages(ProvenanceRecord record, Recipe recipe, ProvenanceRecord now)
    {
        var here = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SoftwareVersion software in now.Software)
            here[software.Name] = software.Version;
        foreach (RecipeStep step in recipe.Steps)
            here[step.Step.Package] = step.Step.PackageVersion;
        var differences = new List<ReplayDifference>();
        foreach (SoftwareVersion software in record.Software)
        {
            string version = here.GetValueOrDefault(software.Name) ?? string.Empty;
            if (version != software.Version)
                differences.Add(new ReplayDifference(software.Name, software.Version, version));
        }

        return differences;
    }

    private static List<ReplayDifference> CompareEnvironment(RecordedEnvironment then, RecordedEnvironment now)
    {
        var differences = new List<ReplayDifference>();
        Add("runtime", then.Runtime, now.Runtime);
        Add("operating system", then.OperatingSystem, now.OperatingSystem);
        Add("architecture", then.Architecture, now.Architecture);
        Add("instruction sets", string.Join(" ", then.InstructionSets), string.Join(" ", now.InstructionSets));
        Add("doubles per vector", Text(then.VectorDoubles), Text(now.VectorDoubles));
        Add("threads", Text(then.Threads), Text(now.Threads));
        Add("culture", CultureName(then.Culture), CultureName(now.Culture));
        return differences;

        void Add(string subject, string recorded, string replayed)
        {
            if (recorded != replayed)
                differences.Add(new ReplayDifference(subject, recorded, replayed));
        }

        // The invariant culture has no name.
        static string CultureName(string name) => name.Length == 0 ? "invariant" : name;

        static string Text(int? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty;
    }
}
