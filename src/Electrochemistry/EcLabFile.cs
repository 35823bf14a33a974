namespace BigMap.Analysis.Electrochemistry;

/// <summary>Which of the two formats of EC-Lab a file is in.</summary>
public enum EcLabFormat : byte
{
    /// <summary>Binary, <c>.mpr</c>.</summary>
    Mpr,

    /// <summary>Text export, <c>.mpt</c>.</summary>
    Mpt,
}

/// <summary>A column as the file stores it.</summary>
/// <param name="Name">Name in the table, e.g. <c>Ewe</c>.</param>
/// <param name="Unit">Unit, e.g. <c>V</c>; empty for a pure number.</param>
/// <param name="StoredAs">Type in the file: <c>u1</c>, <c>u2</c>, <c>u4</c>, <c>f4</c>, <c>f8</c> (little-endian), <c>bits</c> for a flag, <c>text</c> in an export.</param>
/// <param name="Id">Column id of a <c>.mpr</c>; null for the flag byte as a whole and in an export.</param>
/// <param name="Offset">Position of the value in a record of a <c>.mpr</c>, in bytes; position of the column in an export.</param>
/// <param name="Header">The column's heading in an export, e.g. <c>Q charge/discharge/mA.h</c>; empty for a <c>.mpr</c>.</param>
public sealed record EcLabColumn(string Name, string Unit, string StoredAs, int? Id, int Offset, string Header);

/// <summary>A module of a <c>.mpr</c>.</summary>
/// <param name="Name">Short name: <c>VMP Set</c>, <c>VMP data</c>, <c>VMP LOG</c>, <c>VMP loop</c>, <c>VMP ExtDev</c>.</param>
/// <param name="Version">Version of its layout.</param>
/// <param name="Date">Day on which it was begun; null where the file has none that can be read.</param>
/// <param name="Offset">Position of its data in the file, in bytes.</param>
/// <param name="Length">Number of bytes of its data.</param>
public sealed record EcLabModule(string Name, int Version, DateOnly? Date, long Offset, long Length);

/// <summary>An analogue input to which the user gave a meaning of his own; the column keeps its name, and its values are what the user's scaling made of them.</summary>
/// <param name="Column">Column of the table: <c>Analog IN 1</c> or <c>Analog IN 2</c>.</param>
/// <param name="Quantity">Name that the user gave, e.g. <c>Temperature</c>.</param>
/// <param name="Unit">Unit that the user gave, e.g. <c>°C</c>.</param>
public sealed record EcLabExternalChannel(string Column, string Quantity, string Unit);

/// <summary>What was entered about the cell and the technique. EC-Lab stores 0.001 where nothing was entered; that is null here.</summary>
public sealed record EcLabSettings
{
    /// <summary>Short name of the technique, e.g. <c>GCPL</c>; empty when it is not known.</summary>
    public string Technique { get; init; } = string.Empty;

    /// <summary>Number of the technique in a <c>.mpr</c>; null in an export.</summary>
    public int? TechniqueId { get; init; }

    /// <summary>Comments, lines divided by line feeds.</summary>
    public string Comments { get; init; } = string.Empty;

    /// <summary>Electrode material.</summary>
    public string ElectrodeMaterial { get; init; } = string.Empty;

    /// <summary>Electrolyte.</summary>
    public string Electrolyte { get; init; } = string.Empty;

    /// <summary>Mass of active material, mg.</summary>
    public double? ActiveMass { get; init; }

    /// <summary>Content x of the intercalated ion to which <see cref="ActiveMass"/> belongs.</summary>
    public double? MassAtX { get; init; }

    /// <summary>Molar mass of the active material at x = 0, g/mol.</summary>
    public double? MolarMass { get; init; }

    /// <summary>Molar mass of the intercalated ion, g/mol.</summary>
    public double? IonMolarMass { get; init; }

    /// <summary>Electrons transferred per intercalated ion.</summary>
    public int? ElectronsPerIon { get; init; }

    /// <summary>Content x at the start.</summary>
    public double? StartX { get; init; }

    /// <summary>Surface area of the electrode, cm².</summary>
    public double? SurfaceArea { get; init; }

    /// <summary>Characteristic mass, mg.</summary>
    public double? CharacteristicMass { get; init; }

    /// <summary>Capacity of the battery, mA·h.</summary>
    public double? BatteryCapacity { get; init; }

    /// <summary>Number of sequences of the technique; null where it is not known.</summary>
    public int? SequenceCount { get; init; }

    /// <summary>Parameters per sequence; null where it is not known.</summary>
    public int? ParameterCount { get; init; }
}

/// <summary>A measurement of EC-Lab: its records as a table, with everything that the file says about them.</summary>
/// <remarks>
/// Columns have the names of the field and a unit each, the same from <c>.mpr</c> and <c>.mpt</c> (<c>time</c> s, <c>Ewe</c> V, <c>I</c> mA, <c>dq</c> mA·h …).
/// The flag byte of a <c>.mpr</c> comes as <c>flags</c> and, after the stored columns, bit by bit (<c>mode</c>, <c>ox or red</c>, …). Immutable, thread-safe.
/// </remarks>
/// <example><code>
/// EcLabFile file = await EcLab.ReadAsync("cell42_GCPL.mpr");
/// Console.WriteLine($"{file.Settings.Technique}, begun {file.AcquisitionStart:O}, {file.Numbers("Ewe")[0]} V");
/// </code></example>
public sealed class EcLabFile : IResultTable
{
    internal EcLabFile(string path, IReadOnlyList<TableColumn> columns, int rows)
    {
        Path = path;
        Columns = columns;
        RowCount = rows;
    }

    /// <summary>The file as the caller named it.</summary>
    public string Path { get; }

    /// <summary>Its format.</summary>
    public EcLabFormat Format { get; internal init; }

    /// <summary><c>records</c>.</summary>
    public string Name => "records";

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount { get; }

    /// <summary>The columns as the file stores them, in its order.</summary>
    public IReadOnlyList<EcLabColumn> StoredColumns { get; internal init; } = [];

    /// <summary>What was entered about cell and technique.</summary>
    public EcLabSettings Settings { get; internal init; } = new();

    /// <summary>
    /// When the acquisition began, in the local time of the measuring computer; its zone is not in the file. The time of a record is this plus
    /// <c>time</c>. Null where the file does not say (a <c>.mpr</c> without log, an export without header).
    /// </summary>
    public DateTime? AcquisitionStart { get; internal init; }

    /// <summary>Records with which a loop of a sequence begins; empty when there is none.</summary>
    public IReadOnlyList<int> LoopStarts { get; internal init; } = [];

    /// <summary>Modules of a <c>.mpr</c>; empty for an export.</summary>
    public IReadOnlyList<EcLabModule> Modules { get; internal init; } = [];

    /// <summary>What the user named the analogue inputs.</summary>
    public IReadOnlyList<EcLabExternalChannel> ExternalChannels { get; internal init; } = [];

    /// <summary>Header lines of an export; empty for a <c>.mpr</c>.</summary>
    public IReadOnlyList<string> HeaderLines { get; internal init; } = [];

    /// <summary>What looks wrong, though it could be read: the format has no checksum.</summary>
    public IReadOnlyList<StepWarning> Warnings { get; internal init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{(Settings.Technique.Length > 0 ? Settings.Technique : Format.ToString())}, {RowCount} records, columns {string.Join(", ", Columns.Select(c => c.Name))}";
}
