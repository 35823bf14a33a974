namespace BigMap.Analysis.Provenance;

/// <summary>A person or an organisation.</summary>
/// <param name="Name">Name.</param>
/// <param name="Identifier">IRI: an ORCID (<c>https://orcid.org/0000-…</c>), a ROR, a web page; empty for none.</param>
/// <param name="Affiliation">For a person: name of the organisation; empty for none.</param>
public sealed record CrateAgent(string Name, string Identifier = "", string Affiliation = "");

/// <summary>A licence.</summary>
/// <param name="Address">Its address, e.g. <c>https://creativecommons.org/licenses/by/4.0/</c>.</param>
/// <param name="Name">Short name, e.g. <c>CC BY 4.0</c>.</param>
/// <param name="Description">One line.</param>
public sealed record Licence(string Address, string Name, string Description)
{
    /// <summary>Creative Commons Attribution 4.0 International.</summary>
    public static Licence CcBy4 { get; } = new("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0", "Creative Commons Attribution 4.0 International");
}

/// <summary>What an archive wants to know of a record: title, people, licence, keywords.</summary>
/// <remarks>Immutable, thread-safe. The fields are those of an InvenioRDM archive such as the BIG-MAP Archive.</remarks>
public sealed record ArchiveRecord
{
    /// <summary>Title; empty for the title of the run. Default empty.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>Abstract; empty for one sentence about the run. Default empty.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>Authors, in order. Default none.</summary>
    public IReadOnlyList<CrateAgent> Creators { get; init; } = [];

    /// <summary>Who publishes it; null for nobody yet. Default null.</summary>
    public CrateAgent? Publisher { get; init; }

    /// <summary>Keywords. Default none.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>Licence of the data; null when none was chosen, which the crate says. Default null: nobody but the owner of the data can choose one.</summary>
    public Licence? Licence { get; init; }

    /// <summary>Date of publication; null for the day of the record. Default null.</summary>
    public DateOnly? PublicationDate { get; init; }

    /// <summary>IRIs of what belongs to it: a paper, the raw data, a notebook entry. Default none.</summary>
    public IReadOnlyList<string> RelatedIdentifiers { get; init; } = [];
}

/// <summary>What was measured: the first three parts of a CHADA (use case, experiment, raw data); the fourth, data processing, is the record itself.</summary>
/// <remarks>Immutable, thread-safe. CEN CWA 17815:2021, Materials characterisation: terminology, metadata and classification.</remarks>
public sealed record CharacterisationDescription
{
    /// <summary>What is studied, and what for. Default empty: not stated.</summary>
    public string UseCase { get; init; } = string.Empty;

    /// <summary>The sample. Default empty: not stated.</summary>
    public string Sample { get; init; } = string.Empty;

    /// <summary>Terms that say what the sample is, e.g. <see cref="Ontology.LithiumNickelOxide"/>. Default none.</summary>
    public IReadOnlyList<OntologyTerm> SampleTerms { get; init; } = [];

    /// <summary>The technique, e.g. <see cref="Ontology.XrayPowderDiffraction"/>; null when not stated. Default null.</summary>
    public OntologyTerm? Technique { get; init; }

    /// <summary>The measurement in words. Default empty: not stated.</summary>
    public string Experiment { get; init; } = string.Empty;

    /// <summary>Name of the instrument. Default empty: not stated.</summary>
    public string Instrument { get; init; } = string.Empty;

    /// <summary>Where it was measured; null when not stated. Default null.</summary>
    public CrateAgent? Laboratory { get; init; }

    /// <summary>The raw data in words. Default empty: not stated.</summary>
    public string RawData { get; init; } = string.Empty;
}

/// <summary>What a crate says besides what the recorder knows.</summary>
/// <remarks>Immutable, thread-safe. Everything may be left out.</remarks>
public sealed record CrateOptions
{
    /// <summary>Archive record: title, authors, licence. Default: title of the run, nothing else stated.</summary>
    public ArchiveRecord Archive { get; init; } = new();

    /// <summary>What was measured. Default: nothing stated.</summary>
    public CharacterisationDescription Characterisation { get; init; } = new();

    /// <summary>Who ran the analysis and decided about rows; null when not stated. Default null.</summary>
    public CrateAgent? Operator { get; init; }

    /// <summary>Steps of the record, for labels and units of parameters; null leaves them out. Default null.</summary>
    public StepCatalogue? Catalogue { get; init; }

    /// <summary>What the output of an operation is, by the beginning of the operation's name, e.g. <c>baseline.</c> → <see cref="Ontology.PrimaryData"/>; the longest one that fits counts. Files of other operations are <see cref="Ontology.SecondaryData"/>. Default: none.</summary>
    public IReadOnlyDictionary<string, OntologyTerm> OutputTerms { get; init; } = new Dictionary<string, OntologyTerm>();

    /// <summary>Further files of the folder that belong to the crate though no step made them, e.g. <c>provenance.json</c>. Default: none.</summary>
    public IReadOnlyList<FileRef> OtherFiles { get; init; } = [];
}
