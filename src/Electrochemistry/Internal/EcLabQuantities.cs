namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>How a value is stored in a record.</summary>
internal enum StoredType : byte
{
    Flag,
    UInt8,
    UInt16,
    UInt32,
    Float32,
    Float64,
}

/// <summary>A quantity that EC-Lab stores: the low byte of its column id, its name, unit and type.</summary>
internal sealed record EcLabQuantity(byte LowByte, string Name, string Unit, StoredType Type, byte FlagMask = 0)
{
    public int Width => Type switch
    {
        StoredType.Flag or StoredType.UInt8 => 1,
        StoredType.UInt16 => 2,
        StoredType.UInt32 or StoredType.Float32 => 4,
        _ => 8,
    };

    public bool IsInteger => Type is not (StoredType.Float32 or StoredType.Float64);
}

/// <summary>The quantities of EC-Lab. The id of a column, modulo 256, names the quantity; the high byte tells variants apart that mean the same.</summary>
internal static class EcLabQuantities
{
    private const StoredType F4 = StoredType.Float32;
    private const StoredType F8 = StoredType.Float64;

    public const byte Mode = 1, OxRed = 2, Error = 3, ControlChanges = 21, NsChanges = 31, CounterInc = 65;
    public const byte Time = 4, Control = 5, Ewe = 6, DqIncrement = 7, I = 8, Ece = 9, MeanI = 11, QMinusQo = 13, ControlV = 19, ControlI = 20, DQ = 23;
    public const byte CycleNumber = 24, IRange = 39, MeanI32 = 76, MeanEwe = 77, Ns = 131, MeanEweOrPhase = 174, QMinusQoCoulomb = 178, DQCoulomb = 179;
    public const byte HalfCycle = 212, ZCycle = 213;

    /// <summary>What id 174 means when the record holds another working-electrode potential.</summary>
    public static readonly EcLabQuantity PhaseOfCell = new(MeanEweOrPhase, "Phase(Zwe-ce)", "deg", F4);

    /// <summary>What id 6 means in the technique Battery Capacity Determination.</summary>
    public static readonly EcLabQuantity CellPotential = new(Ewe, "Ecell", "V", F4);

    /// <summary>Ids whose low byte and whose listing by other readers disagree on the quantity; the low byte was right wherever a file could be checked.</summary>
    public static readonly IReadOnlyDictionary<int, string> Disputed = new Dictionary<int, string>
    {
        [272] = "Phase(Z2)", [331] = "Re(Z1)", [332] = "Re(Z2)",
        [498] = "Q charge", [499] = "Q discharge", [500] = "step time", [501] = "Efficiency", [502] = "Capacity",
    };

    /// <summary>First and last of the ids above 255 that occur in recorded files, or of which readers agree that they are their low byte.</summary>
    private static readonly (int First, int Last)[] Confirmed =
    [
        (265, 265), (271, 272), (295, 295), (301, 302), (326, 326), (331, 332), (352, 352), (361, 362), (368, 368), (379, 379), (391, 392), (422, 426), (430, 435), (438, 438), (441, 441), (462, 462), (467, 469), (471, 471), (473, 481), (486, 503), (505, 505), (509, 509), (884, 884), (893, 893), (981, 981),
    ];

    private static readonly EcLabQuantity[] Known =
    [
        // One byte of flags.
        new(Mode, "mode", "", StoredType.Flag, 0x03), new(OxRed, "ox or red", "", StoredType.Flag, 0x04), new(Error, "error", "", StoredType.Flag, 0x08),
        new(ControlChanges, "control changes", "", StoredType.Flag, 0x10), new(NsChanges, "Ns changes", "", StoredType.Flag, 0x20), new(CounterInc, "counter inc.", "", StoredType.Flag, 0x80),

        // Sequence and time.
        new(Time, "time", "s", F8), new(182, "step time", "s", F8), new(CycleNumber, "cycle number", "", F8), new(IRange, "I Range", "", StoredType.UInt16),
        new(Ns, "Ns", "", StoredType.UInt16), new(HalfCycle, "half cycle", "", StoredType.UInt32), new(ZCycle, "z cycle", "", StoredType.UInt32), new(253, "Acir or Dcir Control", "", StoredType.UInt8),

        // Control, potentials, currents.
        new(Control, "control", "V/mA", F4), new(ControlV, "control_V", "V", F4), new(ControlI, "control_I", "mA", F4),
        new(Ewe, "Ewe", "V", F4), new(Ece, "Ece", "V", F4), new(27, "Ewe-Ece", "V", F4), new(MeanEwe, "<Ewe>", "V", F4), new(MeanEweOrPhase, "<Ewe>", "V", F4),
        new(185, "<Ece>", "V", F4), new(215, "<Ece>", "V", F4), new(135, "<E1>", "V", F4), new(136, "<E2>", "V", F4), new(163, "|Estack|", "V", F4), new(170, "<Estack>", "V", F4),
        new(I, "I", "mA", F4), new(MeanI, "<I>", "mA", F8), new(MeanI32, "<I>", "mA", F4),
        new(16, "Analog IN 1", "V", F4), new(17, "Analog IN 2", "V", F4), new(75, "Analog OUT", "V", F4), new(206, "Temperature", "°C", F4),

        // Charge, energy, power, resistance.
        new(DqIncrement, "dq", "mA·h", F8), new(QMinusQo, "(Q-Qo)", "mA·h", F8), new(DQ, "dQ", "mA·h", F8), new(211, "Q charge or discharge", "mA·h", F8),
        new(QMinusQoCoulomb, "(Q-Qo)", "C", F4), new(DQCoulomb, "dQ", "C", F4),
        new(70, "Pwe", "W", F4), new(74, "|Energy|", "W·h", F8), new(110, "Energy ce", "W·h", F8), new(112, "Energy we", "W·h", F8),
        new(115, "Energy ce charge", "W·h", F8), new(116, "Energy ce discharge", "W·h", F8), new(123, "Energy we charge", "W·h", F8), new(124, "Energy we discharge", "W·h", F8),
        new(125, "Capacitance charge", "µF", F8), new(126, "Capacitance discharge", "µF", F8),
        new(26, "Rapp", "Ω", F4), new(69, "Rwe", "Ω", F4), new(168, "Rcmp", "Ω", F4), new(248, "Rac", "Ω", F4), new(249, "Rdc", "Ω", F4),

        // Impedance.
        new(32, "freq", "Hz", F4), new(33, "|Ewe|", "V", F4), new(34, "|I|", "A", F4), new(35, "Phase(Z)", "deg", F4), new(36, "|Z|", "Ω", F4), new(37, "Re(Z)", "Ω", F4), new(38, "-Im(Z)", "Ω", F4),
        new(96, "|Ece|", "V", F4), new(98, "Phase(Zce)", "deg", F4), new(99, "|Zce|", "Ω", F4), new(100, "Re(Zce)", "Ω", F4), new(101, "-Im(Zce)", "Ω", F4),
        new(175, "|Zwe-ce|", "Ω", F4), new(176, "Re(Zwe-ce)", "Ω", F4), new(177, "-Im(Zwe-ce)", "Ω", F4),
        new(15, "Phase(Z1)", "deg", F4), new(45, "|Z1|", "Ω", F4), new(46, "|Z2|", "Ω", F4), new(105, "-Im(Z1)", "Ω", F4), new(106, "-Im(Z2)", "Ω", F4),
        new(166, "Phase(Zstack)", "deg", F4), new(167, "|Zstack|", "Ω", F4),
        new(169, "Cs", "µF", F4), new(172, "Cp", "µF", F4), new(78, "Cs⁻²", "µF⁻²", F4), new(173, "Cp⁻²", "µF⁻²", F4),

        // Quality of an impedance: total harmonic distortion, non-stationarity, noise, harmonics.
        new(217, "THD Ewe", "%", F4), new(218, "THD I", "%", F4), new(219, "THD Ece", "%", F4), new(220, "NSD Ewe", "%", F4), new(221, "NSD I", "%", F4), new(222, "NSD Ece", "%", F4),
        new(223, "NSR Ewe", "%", F4), new(224, "NSR I", "%", F4), new(225, "NSR Ece", "%", F4),
        .. Enumerable.Range(2, 6).SelectMany(h => new EcLabQuantity[]
        {
            new((byte)(228 + h), $"|Ewe h{h}|", "V", F4), new((byte)(234 + h), $"|I h{h}|", "A", F4), new((byte)(240 + h), $"|Ece h{h}|", "V", F4),
        }),
    ];

    private static readonly Dictionary<byte, EcLabQuantity> ByLowByte = Known.ToDictionary(q => q.LowByte);

    private static readonly HashSet<string> IntegerNames = [.. Known.Where(q => q.IsInteger).Select(q => q.Name)];

    private static readonly Dictionary<byte, string> Techniques = new()
    {
        [0x04] = "GCPL", [0x06] = "CV", [0x0B] = "OCV", [0x16] = "MP", [0x18] = "CA", [0x19] = "CP", [0x1C] = "WAIT", [0x1D] = "PEIS", [0x1E] = "GEIS", [0x30] = "CV", [0x32] = "ZIR",
        [0x33] = "CVA", [0x6C] = "LSV", [0x75] = "coV", [0x76] = "coC", [0x77] = "GCPL", [Bcd] = "BCD", [0x7F] = "MB",
    };

    /// <summary>Technique id of Battery Capacity Determination.</summary>
    public const byte Bcd = 0x88;

    public static EcLabQuantity? Find(int id) => ByLowByte.GetValueOrDefault((byte)id);

    /// <summary>Whether more than the rule of the low byte speaks for what an id means.</summary>
    public static bool IsConfirmed(int id) => id < 256 || Array.Exists(Confirmed, c => id >= c.First && id <= c.Last);

    public static string? Technique(byte id) => Techniques.GetValueOrDefault(id);

    /// <summary>Whether text exports hold whole numbers under this name.</summary>
    public static bool IsIntegerName(string name) => IntegerNames.Contains(name);

    /// <summary>The name under which a text export's quantity is known here; exports of different versions spell some differently.</summary>
    public static (string Name, string Unit) FromHeader(string quantity, string unit)
    {
        unit = unit.Replace("Ohm-1", "Ω⁻¹", StringComparison.Ordinal).Replace("Ohm", "Ω", StringComparison.Ordinal).Replace("-2", "⁻²", StringComparison.Ordinal).Replace('.', '·');
        string name = (quantity, unit) switch
        {
            ("ox/red", _) => "ox or red",
            ("control", "V") => "control_V",
            ("control", "mA") => "control_I",
            ("Q charge/discharge", _) => "Q charge or discharge",
            ("Acir/Dcir Control", _) => "Acir or Dcir Control",
            ("P", "W") => "Pwe",
            ("R", "Ω") => "Rwe",
            ("Energy charge", _) => "Energy we charge",
            ("Energy discharge", _) => "Energy we discharge",
            ("Cs-2", _) => "Cs⁻²",
            ("Cp-2", _) => "Cp⁻²",
            _ => quantity,
        };
        return (name, unit);
    }
}
