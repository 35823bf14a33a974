using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Makes a Process Run Crate of a record.</summary>
internal sealed class CrateBuilder(ProvenanceRecord record, CrateOptions options)
{
    private const string Schema = "http://schema.org/";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'+00:00'";
    private const string OwnPackages = "https://w3id.org/bigmap-analysis/packages#";
    private const string Recorder = "BigMap.Analysis.Provenance";

    private readonly OrderedDictionary<string, CrateEntity> _entities = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, OntologyTerm> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly List<string> _parts = [];
    private readonly List<string> _mentioned = [];
    private readonly string[] _environment = ["runtime", "operatingSystem", "architecture", "vectorDoubles", "instructionSets", "threads", "culture"];

    public RoCrate Build()
    {
        Add(new CrateEntity(RoCrate.FileName, "CreativeWork").Put("conformsTo", CrateValue.To(RoCrate.Specification)).Put("about", CrateValue.To("./")));
        Add(new CrateEntity("./", "Dataset"));
        Add(new CrateEntity(RoCrate.Profile, "CreativeWork", "Profile").Put("name", "Process Run Crate").Put("version", "0.5"));
        NameFiles();
        AddPeople();
        AddCharacterisation();
        AddFiles();
        AddSoftware();
        AddEnvironment();
        foreach (RecordedAction action in record.Actions)
            AddAction(action);
        AddValues();
        AddMetadata();
        AddRoot();
        AddTerms();
        return new RoCrate(_entities.Values);
    }

    private static string Slug(string text) => Uri.EscapeDataString(text).Replace("%", "~", StringComparison.Ordinal);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string ActionId(int number) => string.Create(CultureInfo.InvariantCulture, $"#action-{number}");

    private static bool IsInside(string path) => !Path.IsPathRooted(path) && path != ".." && !path.StartsWith("../", StringComparison.Ordinal) && !path.Contains(':', StringComparison.Ordinal);

    private static bool IsRooted(string path) => Path.IsPathRooted(path) || path.Contains(':', StringComparison.Ordinal);

    // RFC 6920: bytes by their hash, wherever they lie.
    private static string ByHash(string sha256) => "ni:///sha-256;" + Base64Url.EncodeToString(Convert.FromHexString(sha256));

    private static string InsideId(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static CrateValue[] References(IEnumerable<string> ids) => [.. ids.Distinct().Select(CrateValue.To)];

    private void Add(CrateEntity entity) => _entities[entity.Id] = entity;

    private CrateValue Term(OntologyTerm term)
    {
        _terms.TryAdd(term.Iri, term);
        return CrateValue.To(term.Iri);
    }

    // A file is named by its path in the folder; one that lies elsewhere, or was replaced by a later step, by its hash.
    private void NameFiles()
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RecordedEntity file in record.Entities.Where(e => e.IsFile && IsInside(e.Path)))
            last[file.Path] = file.Id;
        foreach (RecordedEntity file in record.Entities.Where(e => e.IsFile))
            _files[file.Id] = last.GetValueOrDefault(file.Path) == file.Id ? InsideId(file.Path) : ByHash(file.Sha256);
    }

    private string Agent(CrateAgent agent, bool person)
    {
        string id = Uri.TryCreate(agent.Identifier, UriKind.Absolute, out _) ? agent.Identifier : $"#{(person ? "person" : "organisation")}-{Slug(agent.Name)}";
        CrateEntity entity = new CrateEntity(id, person ? "Person" : "Organization").Put("name", agent.Name);
        if (agent.Affiliation.Length > 0)
            entity = entity.Put("affiliation", CrateValue.To(Agent(new CrateAgent(agent.Affiliation), person: false)));
        if (!_entities.ContainsKey(id) || agent.Affiliation.Length > 0)
            Add(entity);
        return id;
    }

    private void AddPeople()
    {
        foreach (CrateAgent creator in options.Archive.Creators)
            Agent(creator, person: true);
        if (options.Operator is { } person)
            Add(_entities.GetValueOrDefault(Agent(person, person: true))!.Put("additionalType", Term(Ontology.Operator)));
    }

    private void AddCharacterisation()
    {
        CharacterisationDescription described = options.Characterisation;
        string subject = described.UseCase.Length > 0 ? described.UseCase : "not stated";
        Mention(new CrateEntity("#use-case", "CreativeWork").Put("name", "Use case").Put("description", subject).Put("additionalType", Term(Ontology.UseCase)));

        CrateEntity experiment = new CrateEntity("#experiment", "Action").Put("name", "Experiment")
            .Put("description", described.Experiment.Length > 0 ? described.Experiment : "not stated")
            .Put("additionalType", Term(Ontology.Experiment));
        if (described.Technique is { } technique)
            experiment = experiment.Put("measurementTechnique", Term(technique));
        if (described.Sample.Length > 0 || described.SampleTerms.Count > 0)
        {
            Add(new CrateEntity("#sample", "Thing").Put("name", described.Sample.Length > 0 ? described.Sample : "sample")
                .Put("additionalType", [Term(Ontology.Sample), .. described.SampleTerms.Select(Term)]));
            experiment = experiment.Put("object", CrateValue.To("#sample"));
        }

        if (described.Instrument.Length > 0)
        {
            Add(new CrateEntity("#instrument", "Product").Put("name", described.Instrument).Put("additionalType", Term(Ontology.Instrument)));
            experiment = experiment.Put("instrument", CrateValue.To("#instrument"));
        }

        if (described.Laboratory is { } laboratory)
        {
            string id = Agent(laboratory, person: false);
            Add(_entities[id].Put("additionalType", Term(Ontology.Laboratory)));
            experiment = experiment.Put("agent", CrateValue.To(id));
        }

        experiment = experiment.Put("result", References(record.InputFiles.Select(f => _files[f.Id])));
        Mention(experiment);
        Mention(new CrateEntity("#raw-data", "CreativeWork").Put("name", "Raw data")
            .Put("description", described.RawData.Length > 0 ? described.RawData : string.Create(CultureInfo.InvariantCulture, $"{record.InputFiles.Count} file(s)"))
            .Put("additionalType", Term(Ontology.RawData))
            .Put("mentions", References(record.InputFiles.Select(f => _files[f.Id]))));
        Mention(new CrateEntity("#data-processing", "CreativeWork").Put("name", "Data processing").Put("description", record.Title)
            .Put("additionalType", Term(Ontology.DataPostProcessing))
            .Put("mentions", References(record.Actions.Select(a => ActionId(a.Number)))));
    }

    private void Mention(CrateEntity entity)
    {
        Add(entity);
        _mentioned.Add(entity.Id);
    }

    private void AddFiles()
    {
        var inputs = record.InputFiles.Select(f => f.Id).ToHashSet();
        foreach (RecordedEntity file in record.Entities.Where(e => e.IsFile))
        {
            string id = _files[file.Id];
            RecordedAction? maker = record.Actions.LastOrDefault(a => a.Makes.Contains(file.Id));
            OntologyTerm term = inputs.Contains(file.Id) ? Ontology.RawData : OutputTerm(maker);
            CrateEntity entity = FileEntity(id, file.Path, file.Sha256, file.Length, file.MediaType)
                .Put("description", inputs.Contains(file.Id) ? "Input of the run." : maker is null ? "Part of the run." : $"Made by {Name(maker)}.")
                .Put("additionalType", Term(term));
            // A crate goes to others: folders of this machine are left to the record.
            if (id != InsideId(file.Path))
                entity = entity.Put("alternateName", [.. (_entities.GetValueOrDefault(id)?["alternateName"] ?? []).Append((CrateValue)(IsRooted(file.Path) ? Path.GetFileName(file.Path.Replace('\\', '/')) : file.Path)).Distinct()]);
            Add(entity);
            _parts.Add(id);
        }

        foreach (FileRef file in options.OtherFiles)
        {
            string id = InsideId(file.Path);
            Add(FileEntity(id, file.Path, file.Sha256, file.Length, file.MediaType).Put("description", "Belongs to the run; no recorded step made it."));
            _parts.Add(id);
        }
    }

    private static CrateEntity FileEntity(string id, string path, string sha256, long length, string mediaType) => new CrateEntity(id, "File")
        .Put("name", Path.GetFileName(path))
        .Put("encodingFormat", mediaType.Length > 0 ? mediaType : "application/octet-stream")
        .Put("contentSize", length.ToString(CultureInfo.InvariantCulture))
        .Put("sha256", sha256);

    // What a written file holds is decided by the step whose result it is.
    private OntologyTerm OutputTerm(RecordedAction? maker)
    {
        for (RecordedAction? action = maker; action is not null; action = MakerOf(action))
        {
            OntologyTerm? term = options.OutputTerms.Where(t => action.Step.Operation.StartsWith(t.Key, StringComparison.Ordinal)).OrderByDescending(t => t.Key.Length).Select(t => t.Value).FirstOrDefault();
            if (term is not null)
                return term;
            if (action != maker)
                break;
        }

        return Ontology.SecondaryData;
    }

    private RecordedAction? MakerOf(RecordedAction action) =>
        record.Actions.LastOrDefault(a => a.Number < action.Number && action.Uses.Any(u => a.Makes.Contains(u)));

    private void AddSoftware()
    {
        foreach (SoftwareVersion software in record.Software.Append(new SoftwareVersion(Recorder, "0")).DistinctBy(s => s.Name))
        {
            CrateEntity entity = new CrateEntity(SoftwareId(software.Name), "SoftwareApplication").Put("name", software.Name)
                .Put("version", software.Version).Put("softwareVersion", software.Version);
            Add(software.Name.StartsWith("BigMap.Analysis", StringComparison.Ordinal) ? entity.Put("url", OwnPackages + software.Name) : entity);
        }
    }

    private static string SoftwareId(string package) => "#software-" + Slug(package);

    private void AddEnvironment()
    {
        RecordedEnvironment at = record.Environment;
        string[] values =
        [
            at.Runtime, at.OperatingSystem, at.Architecture, at.VectorDoubles.ToString(CultureInfo.InvariantCulture), string.Join(' ', at.InstructionSets),
            at.Threads?.ToString(CultureInfo.InvariantCulture) ?? "not stated", at.Culture.Length == 0 ? "invariant" : at.Culture,
        ];
        for (int i = 0; i < values.Length; i++)
            Add(new CrateEntity("#environment-" + _environment[i], "PropertyValue").Put("name", _environment[i]).Put("value", values[i]));
    }

    private static string Name(RecordedAction action) => $"{(action.StepId.Length > 0 ? action.StepId : action.Step.Operation)} ({action.Step.Operation} version {action.Step.Version.ToString(CultureInfo.InvariantCulture)})";

    private void AddAction(RecordedAction action)
    {
        string id = ActionId(action.Number);
        IStep? step = options.Catalogue?.Find(action.Step.Operation, action.Step.Version);
        string package = SoftwareId(action.Step.Package);
        if (!_entities.ContainsKey(package))
            Add(new CrateEntity(package, "SoftwareApplication").Put("name", action.Step.Package).Put("version", action.Step.PackageVersion).Put("softwareVersion", action.Step.PackageVersion));
        List<string> objects = [.. action.Uses.Select(IdOf)];
        objects.AddRange(AddParameters(action, step));
        objects.AddRange(AddOverrides(action, step));
        string status = action.State switch
        {
            ActionState.Completed => "CompletedActionStatus",
            ActionState.Running => "ActiveActionStatus",
            _ => "FailedActionStatus",
        };
        string error = action.Error.Length > 0 ? action.Error : action.State == ActionState.Cancelled ? "cancelled" : action.State == ActionState.Failed ? "raised an error" : string.Empty;
        CrateEntity entity = new CrateEntity(id, "CreateAction").Put("name", Name(action));
        entity = entity
            .Put("description", step is { Description.Length: > 0 } ? step.Description : $"Step {action.Step.Operation} of {action.Step.Package}.")
            .Put("additionalType", Term(Ontology.DataProcessing))
            .Put("instrument", CrateValue.To(package));
        if (options.Operator is { } person)
            entity = entity.Put("agent", CrateValue.To(Agent(person, person: true)));
        entity = entity.Put("startTime", Time(action.Started));
        if (action.Ended is { } ended)
            entity = entity.Put("endTime", Time(ended));
        entity = entity.Put("actionStatus", CrateValue.To(Schema + status));
        if (error.Length > 0)
            entity = entity.Put("error", WithoutFolders(error));
        if (action.Within is { } outer)
            entity = entity.Put("isPartOf", CrateValue.To(ActionId(outer)));
        entity = entity
            .Put("object", References(objects))
            .Put("result", References(action.Makes.Select(IdOf)))
            .Put("environment", References(_environment.Select(e => "#environment-" + e)));
        var comments = new List<string>();
        foreach (StepWarning warning in action.Warnings)
        {
            string comment = string.Create(CultureInfo.InvariantCulture, $"{id}.warning-{comments.Count + 1}");
            Add(new CrateEntity(comment, "Comment").Put("name", warning.Code).Put("text", WithoutFolders(warning.ToString())));
            comments.Add(comment);
        }

        Mention(entity.Put("comment", References(comments)));
    }

    // Messages name files as they were given, with the folders of this machine.
    private string WithoutFolders(string message)
    {
        IEnumerable<string> given = record.Entities.Where(e => e.IsFile).Select(e => e.Path).Append(record.InputPath ?? string.Empty);
        foreach (string path in given.Where(Path.IsPathRooted).Distinct().OrderByDescending(p => p.Length))
            message = message.Replace(path, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), StringComparison.Ordinal);
        return message;
    }

    private string IdOf(string entityId) => _files.GetValueOrDefault(entityId) ?? "#" + entityId;

    private List<string> AddParameters(RecordedAction action, IStep? step)
    {
        string prefix = action.StepId.Length > 0 ? action.StepId : action.Step.Operation;
        return [.. OptionsJson.Flatten(action.Step.OptionsJson).Where(o => o.Path.Length > 0)
            .Select(o => AddParameter($"{ActionId(action.Number)}.{o.Path}", $"{prefix}.{o.Path}", o.Path, o.Value, action, step))];
    }

    private string AddParameter(string id, string name, string path, string json, RecordedAction action, IStep? step)
    {
        id = '#' + Slug(id[1..].Replace("[", ".", StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal));
        CrateEntity entity = new CrateEntity(id, "PropertyValue").Put("name", name).Put("value", OptionsJson.Plain(json)).Put("additionalType", Term(Ontology.Parameter));
        if (Describe(step, path) is { } option)
        {
            entity = entity.Put("description", $"{option.Info.Label}: {option.Info.Description}");
            string unit = Unit(option.Info.Unit, action);
            if (unit.Length > 0)
                entity = entity.Put("unitText", unit);
            if (Ontology.Unit(unit) is { } term)
                entity = entity.Put("unitCode", Term(term));
        }

        Add(entity);
        return id;
    }

    private static OptionDescriptor? Describe(IStep? step, string path)
    {
        if (step is null)
            return null;
        IReadOnlyList<OptionDescriptor> options = step.OptionSet.Options;
        OptionDescriptor? found = null;
        foreach (string part in path.Split('.'))
        {
            string name = part.Split('[')[0];
            found = options.FirstOrDefault(o => o.Name == name);
            if (found is null)
                return null;
            options = found.Children;
        }

        return found;
    }

    // Units "axis" and "intensity" stand for those of the series that the step worked on.
    private string Unit(string unit, RecordedAction action)
    {
        if (unit.Length == 0 || (!unit.Contains("axis", StringComparison.Ordinal) && !unit.Contains("intensity", StringComparison.Ordinal)))
            return unit;
        RecordedAxis? axis = action.Uses.Concat(action.Makes).Select(record.Entity).Select(e => e.Rows?.Axis).FirstOrDefault(a => a is not null);
        if (axis is null)
            return unit;
        string intensity = axis.IntensityUnit.Length > 0 ? axis.IntensityUnit : "intensity";
        return unit.Replace("axis", axis.Unit.Length > 0 ? axis.Unit : "axis", StringComparison.Ordinal).Replace("intensity", intensity, StringComparison.Ordinal);
    }

    private List<string> AddOverrides(RecordedAction action, IStep? step)
    {
        var made = new List<string>();
        var common = OptionsJson.Flatten(action.Step.OptionsJson).ToDictionary(o => o.Path, o => o.Value, StringComparer.Ordinal);
        using JsonDocument overrides = JsonDocument.Parse(action.Step.RowOverridesJson);
        foreach (JsonElement one in overrides.RootElement.EnumerateArray())
        {
            int row = one.GetProperty("row").GetInt32();
            string id = string.Create(CultureInfo.InvariantCulture, $"#override-{action.Number}-{row}");
            string prefix = string.Create(CultureInfo.InvariantCulture, $"{(action.StepId.Length > 0 ? action.StepId : action.Step.Operation)}.row[{row}]");
            var results = new List<string>();
            if (one.TryGetProperty("options", out JsonElement changed))
            {
                foreach ((string path, string value) in OptionsJson.Flatten(changed.GetRawText()).Where(o => common.GetValueOrDefault(o.Path) != o.Value))
                    results.Add(AddParameter($"{id}.{path}", $"{prefix}.{path}", path, value, action, step));
            }

            if (results.Count == 0)
                results.Add(AddParameter($"{id}.exclude", $"{prefix}.exclude", "exclude", changed.ValueKind == JsonValueKind.Undefined ? "true" : "false", action, null));
            string target = id + ".row";
            Add(new CrateEntity(target, "PropertyValue").Put("name", "row").Put("value", row.ToString(CultureInfo.InvariantCulture)).Put("description", "Row of what was read, from 0."));
            CrateEntity entity = new CrateEntity(id, "UpdateAction")
                .Put("name", string.Create(CultureInfo.InvariantCulture, $"Row {row} of {(action.StepId.Length > 0 ? action.StepId : action.Step.Operation)}: decision of a person"))
                .Put("description", one.GetProperty("reason").GetString()!)
                .Put("additionalType", Term(Ontology.RowOverride))
                .Put("instrument", CrateValue.To(SoftwareId(Recorder)));
            if (options.Operator is { } person)
                entity = entity.Put("agent", CrateValue.To(Agent(person, person: true)));
            Mention(entity.Put("actionStatus", CrateValue.To(Schema + "CompletedActionStatus")).Put("object", CrateValue.To(target)).Put("result", References(results)));
            made.AddRange(results);
        }

        return made;
    }

    private void AddValues()
    {
        foreach (RecordedEntity value in record.Entities.Where(e => !e.IsFile))
        {
            CrateEntity entity = new CrateEntity("#" + value.Id, "Thing").Put("name", value.Description.Length > 0 ? value.Description : value.Id).Put("description", "Value in memory between two steps.");
            if (value.Rows is { } rows)
                entity = entity.Put("identifier", "rows " + rows.SourceRows);
            Add(entity);
        }
    }

    private void AddMetadata()
    {
        foreach (MetadataEntry entry in record.Metadata.Entries)
            AddEntry("#metadata-" + Slug(entry.Key), entry);
        for (int i = 0; i < record.Metadata.Edits.Count; i++)
        {
            MetadataEdit edit = record.Metadata.Edits[i];
            string id = string.Create(CultureInfo.InvariantCulture, $"#edit-{i + 1}");
            CrateEntity entity = new CrateEntity(id, "UpdateAction")
                .Put("name", edit.Before is null ? $"{edit.Key}: entered" : edit.After is null ? $"{edit.Key}: removed" : $"{edit.Key}: changed")
                .Put("additionalType", Term(Ontology.MetadataEdit))
                .Put("instrument", CrateValue.To(SoftwareId(Recorder)))
                .Put("agent", CrateValue.To(Agent(new CrateAgent(edit.Who), person: true)))
                .Put("endTime", Time(edit.When))
                .Put("actionStatus", CrateValue.To(Schema + "CompletedActionStatus"));
            if (edit.Reason.Length > 0)
                entity = entity.Put("description", edit.Reason);
            if (edit.Before is { } before)
                entity = entity.Put("object", CrateValue.To(AddEntry(id + ".before", before)));
            if (edit.After is { } after)
                entity = entity.Put("result", CrateValue.To(AddEntry(id + ".after", after)));
            Mention(entity);
        }
    }

    private string AddEntry(string id, MetadataEntry entry)
    {
        CrateEntity entity = new CrateEntity(id, "PropertyValue").Put("name", entry.Key).Put("value", entry.Value);
        if (entry.Unit.Length > 0)
            entity = entity.Put("unitText", entry.Unit);
        if (Ontology.Unit(entry.Unit) is { } unit)
            entity = entity.Put("unitCode", Term(unit));
        if (entry.Term.Length > 0)
            entity = entity.Put("propertyID", Term(Ontology.All.FirstOrDefault(t => t.Iri == entry.Term) ?? new OntologyTerm(entry.Term, entry.Term)));
        Add(entity);
        return id;
    }

    private void AddRoot()
    {
        ArchiveRecord archive = options.Archive;
        string title = archive.Title.Length > 0 ? archive.Title : record.Title.Length > 0 ? record.Title : "Analysis";
        string description = archive.Description.Length > 0 ? archive.Description
            : string.Create(CultureInfo.InvariantCulture, $"{record.Actions.Count} steps on {record.InputFiles.Count} input file(s), {record.OutputFiles.Count} output file(s); {record.Actions.Count(a => a.State != ActionState.Completed)} steps did not end well.");
        string licence = archive.Licence?.Address ?? "#licence";
        Add(new CrateEntity(licence, "CreativeWork").Put("name", archive.Licence?.Name ?? "No licence stated")
            .Put("description", archive.Licence?.Description ?? "The owner of the data has not chosen a licence; ask before using them."));
        string publisher = archive.Publisher is { } named ? Agent(named, person: false) : Agent(new CrateAgent("not stated"), person: false);
        DateOnly date = archive.PublicationDate ?? DateOnly.FromDateTime(record.Written.UtcDateTime);
        CrateEntity root = new CrateEntity("./", "Dataset").Put("name", title).Put("description", description)
            .Put("datePublished", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            .Put("license", CrateValue.To(licence))
            .Put("publisher", CrateValue.To(publisher))
            .Put("conformsTo", CrateValue.To(RoCrate.Profile))
            .Put("author", References(archive.Creators.Select(c => Agent(c, person: true))))
            .Put("keywords", [.. archive.Keywords.Select(k => (CrateValue)k)])
            .Put("isBasedOn", References(archive.RelatedIdentifiers))
            .Put("hasPart", References(_parts))
            .Put("additionalProperty", References(record.Metadata.Entries.Select(e => "#metadata-" + Slug(e.Key))))
            .Put("mentions", References(_mentioned));
        Add(root);
    }

    private void AddTerms()
    {
        foreach (OntologyTerm term in _terms.Values.ToArray())
        {
            if (!term.IsOwn)
            {
                Add(new CrateEntity(term.Iri, "DefinedTerm").Put("name", term.Label));
                continue;
            }

            Add(new CrateEntity(term.Iri, "DefinedTerm", "rdfs:Class").Put("name", term.Label).Put("description", term.Definition)
                .Put("rdfs:label", term.Label).Put("rdfs:comment", term.Definition).Put("rdfs:subClassOf", CrateValue.To(term.Parent)));
        }
    }
}
