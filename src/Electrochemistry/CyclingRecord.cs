namespace BigMap.Analysis.Electrochemistry;

/// <summary>What happens to a cell at a record.</summary>
public enum CellState : byte
{
    /// <summary>No current: <c>rest</c>.</summary>
    Rest,

    /// <summary>Charge: <c>charge</c>.</summary>
    Charge,

    /// <summary>Discharge: <c>discharge</c>.</summary>
    Discharge,

    /// <summary>Held at constant voltage while current flows: <c>cv</c>. Its half-cycle says in which direction.</summary>
    ConstantVoltage,

    /// <summary>The potential is swept (CV, LSV): <c>sweep</c>. Its half-cycle says in which direction; the current may go either way.</summary>
    Sweep,
}

/// <summary>A stretch of current in one direction, or a sweep of the potential in one direction, with the rests and holds that follow.</summary>
/// <param name="Number">Number, from 1.</param>
/// <param name="Cycle">The cycle that it belongs to.</param>
/// <param name="Direction"><see cref="CellState.Charge"/> or <see cref="CellState.Discharge"/>.</param>
/// <param name="FirstRecord">First record.</param>
/// <param name="LastRecord">Last record, rest included.</param>
/// <param name="Capacity">Charge that was passed in its direction, mA·h; negative where more went the other way, which a sweep allows.</param>
/// <param name="Energy">∫V dQ over that charge, mW·h.</param>
public sealed record HalfCycle(int Number, int Cycle, CellState Direction, int FirstRecord, int LastRecord, double Capacity, double Energy);

/// <summary>A measurement in terms of cycling: for every record its voltage, current, charge, state, half-cycle, cycle and capacity.</summary>
/// <remarks>
/// Columns: <c>time</c> s, <c>voltage</c> V, <c>current</c> mA (positive on charge), <c>charge</c> mA·h (since the start, positive on charge),
/// <c>state</c> (<c>rest</c>, <c>charge</c>, <c>discharge</c>, <c>cv</c>, <c>sweep</c>), <c>half cycle</c> and <c>cycle</c> (0 before the first), <c>capacity</c> mA·h (since the half-cycle began, in its
/// direction), <c>specific capacity</c> mA·h/g where the mass is known, and <c>x</c> after <see cref="ElectrochemistryExtensions.Lithiation"/>. Immutable, thread-safe.
/// </remarks>
/// <example><code>
/// CyclingRecord cycling = (await EcLab.ReadAsync("cell42_GCPL.mpr")).Cycles(new CycleOptions { ActiveMass = 11.3 });
/// foreach (HalfCycle half in cycling.HalfCycles)
///     Console.WriteLine($"{half.Direction} {half.Capacity:F3} mA·h");
/// </code></example>
public sealed class CyclingRecord : IResultTable
{
    private readonly CellState[] _states;

    internal CyclingRecord(IReadOnlyList<TableColumn> columns, CellState[] states, IReadOnlyList<HalfCycle> halfCycles)
    {
        Columns = columns;
        _states = states;
        HalfCycles = halfCycles;
    }

    /// <summary><c>cycling</c>.</summary>
    public string Name => "cycling";

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => _states.Length;

    /// <summary>The half-cycles, in order.</summary>
    public IReadOnlyList<HalfCycle> HalfCycles { get; }

    /// <summary>Mass of active material, mg; null when it is not known.</summary>
    public double? ActiveMass { get; internal init; }

    /// <summary>When time 0 was, in the local time of the measuring computer; null when it is not known.</summary>
    public DateTime? Start { get; internal init; }

    /// <summary>What the file says of cell and technique; empty for a table from elsewhere.</summary>
    public EcLabSettings Settings { get; internal init; } = new();

    internal ReadOnlySpan<double> TimeValues => this.Numbers("time").Values.Span;

    internal ReadOnlySpan<double> VoltageValues => this.Numbers("voltage").Values.Span;

    internal ReadOnlySpan<double> ChargeValues => this.Numbers("charge").Values.Span;

    /// <summary>The state at a record.</summary>
    /// <param name="record">Record, from 0.</param>
    /// <returns>The state.</returns>
    public CellState StateOf(int record) => _states[record];

    /// <inheritdoc/>
    public override string ToString() => $"{RowCount} records, {HalfCycles.Count} half-cycles, {HalfCycles.Select(h => h.Cycle).Distinct().Count()} cycles";

    internal CyclingRecord WithColumn(TableColumn column) => new([.. Columns.Where(c => c.Name != column.Name), column], _states, HalfCycles) { ActiveMass = ActiveMass, Start = Start, Settings = Settings };

    internal static string Text(CellState state) => state switch
    {
        CellState.Rest => "rest",
        CellState.Charge => "charge",
        CellState.Discharge => "discharge",
        CellState.ConstantVoltage => "cv",
        _ => "sweep",
    };
}
