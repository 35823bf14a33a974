using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Decodes an EC-Lab <c>.mpr</c>. Nothing is allocated before the file proves that it holds it, so memory is bounded by the length of the file.</summary>
internal sealed class MprParser(string file, CancellationToken cancellationToken)
{
    private const int MagicLength = 52;
    private const int HeaderLength = 51;
    private const int LongHeaderLength = 59;

    // Serial day numbers of automation dates: 40000 is 2009-07-06, 50000 is 2036-11-21.
    private const double FirstDay = 40000, LastDay = 50000;

    private static readonly string[] ShortNames = ["VMP Set", "VMP data", "VMP LOG", "VMP loop", "VMP ExtDev"];
    private static readonly string[] LongNames = ["VMP settings", "VMP data", "VMP LOG", "VMP expt. loop indexes", "VMP External Device"];
    private readonly List<StepWarning> _warnings = [];

    public static bool Recognises(ReadOnlySpan<byte> bytes) => bytes.StartsWith("BIO-LOGIC MODULAR FILE"u8);

    public EcLabFile Parse(ReadOnlySpan<byte> bytes)
    {
        CheckMagic(bytes);
        List<Module> modules = Walk(bytes);
        Module data = Single(modules, "VMP data") ?? throw Fault(bytes.Length, "There is no data module (VMP data).", "The file is truncated or damaged: copy it again from the measuring computer.");
        EcLabSettings settings = ReadSettings(bytes, Single(modules, "VMP Set"));
        (EcLabColumn[] stored, Field[] fields, int recordSize, int start, int count) = Layout(bytes, data, settings);
        ReadOnlySpan<byte> records = bytes.Slice(data.Offset + start, count * recordSize);
        TableColumn[] columns = Decode(records, recordSize, count, fields);
        int[] loops = ReadLoops(bytes, Single(modules, "VMP loop"), count);
        CheckValues(columns, loops);
        Module? log = Single(modules, "VMP LOG");
        DateTime? acquired = ReadStart(bytes, log, modules, columns);
        return new EcLabFile(file, columns, count)
        {
            Format = EcLabFormat.Mpr,
            StoredColumns = stored,
            Settings = settings,
            AcquisitionStart = acquired,
            LoopStarts = loops,
            Modules = [.. modules.Select(m => new EcLabModule(m.Name, m.Version, m.Date, m.Offset, m.Length))],
            ExternalChannels = ReadExternal(bytes, Single(modules, "VMP ExtDev")),
            Warnings = _warnings,
        };
    }

    private void CheckMagic(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MagicLength)
            throw Fault(bytes.Length, "The file ends within its first line.", "Copy it again from the measuring computer.");
        ReadOnlySpan<byte> rest = bytes[22..MagicLength];
        bool good = rest[0] == 0x1A && rest[1..26].IndexOfAnyExcept((byte)' ') < 0 && rest[26..].IndexOfAnyExcept((byte)0) < 0;
        if (!good)
            throw Fault(22, "The bytes after \"BIO-LOGIC MODULAR FILE\" are not those of an .mpr.", "The file is damaged: copy it again from the measuring computer.");
    }

    private List<Module> Walk(ReadOnlySpan<byte> bytes)
    {
        var modules = new List<Module>();
        int at = MagicLength;
        while (at < bytes.Length)
        {
            const string remedy = "The file is truncated or damaged: copy it again from the measuring computer.";
            if (bytes.Length - at < 6 + HeaderLength || !bytes.Slice(at, 6).SequenceEqual("MODULE"u8))
                throw Fault(at, "A module should begin here.", remedy);
            ReadOnlySpan<byte> header = bytes[(at + 6)..];
            bool isLong = header.Slice(35, 4).IndexOfAnyExcept((byte)0xFF) < 0;
            int headerLength = isLong ? LongHeaderLength : HeaderLength;
            if (header.Length < headerLength)
                throw Fault(at, "The file ends within the header of a module.", remedy);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(header[(isLong ? 39 : 35)..]);
            uint older = BinaryPrimitives.ReadUInt32LittleEndian(header[(isLong ? 43 : 39)..]);
            uint newer = isLong ? BinaryPrimitives.ReadUInt32LittleEndian(header[47..]) : 0;
            int dataAt = at + 6 + headerLength;
            string name = Name(header[..10]), longName = Name(header.Slice(10, 25));
            if (length > (uint)(bytes.Length - dataAt))
                throw Fault(at, $"The module {name} says that it has {length} bytes, but the file has only {bytes.Length - dataAt} more.", remedy);
            int known = Array.IndexOf(ShortNames, name);
            if (known < 0)
                Warn("unknown_module", $"Module \"{Printable(name)}\" at offset {at} is not known and was passed over.");
            else if (LongNames[known] != longName)
                Warn("module_header", $"Module {name} at offset {at} has the unusual long name \"{Printable(longName)}\".");
            if (older + (ulong)newer > 1000)
                throw Fault(at, $"The module {Printable(name)} has version {older + (ulong)newer}, which cannot be.", remedy);
            int version = (int)(older + newer);
            if (name != "VMP data" && known >= 0 && version is not (0 or 10))
                Warn("module_version", $"Module {name} has version {version}; 0 and 10 are known.");
            DateOnly? date = Date(header.Slice(headerLength - 8, 8));
            if (date is null)
                Warn("module_header", $"Module {Printable(name)} at offset {at} has no readable date.");
            modules.Add(new Module(name, version, isLong, date, dataAt, (int)length));
            at = dataAt + (int)length;
        }

        return modules;
    }

    private Module? Single(List<Module> modules, string name)
    {
        Module? found = null;
        foreach (Module module in modules)
        {
            if (module.Name != name)
                continue;
            if (found is not null)
                throw Fault(module.Offset, $"There is a second module {name}.", "The file is damaged, or two files were joined: copy it again from the measuring computer.");
            found = module;
        }

        return found;
    }

    /// <summary>From column ids to names, types and positions; proves that the records fill the module exactly.</summary>
    private (EcLabColumn[] Stored, Field[] Fields, int RecordSize, int Start, int Count) Layout(ReadOnlySpan<byte> bytes, Module module, EcLabSettings settings)
    {
        ReadOnlySpan<byte> data = bytes.Slice(module.Offset, module.Length);
        int start = module.Version switch
        {
            0 => 100,
            2 => 0x195,
            3 => 0x196,
            10 or 11 => 0x3EF,
            _ => throw Fault(module.Offset, $"The data module has version {module.Version}; 0, 2, 3, 10 and 11 are known.", "Export the measurement as .mpt in EC-Lab and read that."),
        };
        if (module.Version >= 10 != module.IsLong)
            Warn("module_version", $"The data module has version {module.Version} with a header of the {(module.IsLong ? "newer" : "older")} kind.");
        if (data.Length < start)
            throw Fault(module.Offset + data.Length, $"The data module ends after {data.Length} of at least {start} bytes.", "The file is truncated or damaged: copy it again from the measuring computer.");
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(data);
        int columns = data[4];
        int idSize = module.Version == 0 ? 1 : 2;
        if (columns == 0 || 5 + (idSize * columns) > start)
            throw Fault(module.Offset + 4, $"The number of columns is {columns}, which cannot be.", "The file is damaged: copy it again from the measuring computer.");
        var ids = new int[columns];
        for (int i = 0; i < columns; i++)
        {
            ReadOnlySpan<byte> id = data.Slice(5 + (idSize * i), idSize);
            ids[i] = module.Version == 0 ? id[0] : module.Version >= 10 ? BinaryPrimitives.ReadUInt16BigEndian(id) : BinaryPrimitives.ReadUInt16LittleEndian(id);
            if (EcLabQuantities.Find(ids[i]) is null)
                throw Fault(module.Offset + 5 + (idSize * i), $"Column {i + 1} of {columns} has the id {ids[i]}, which is not known. Its width is not known either, so nothing after it can be read.", $"Export the measurement as .mpt in EC-Lab and read that, and report id {ids[i]} with its heading there.");
        }

        CheckPadding(data, 5 + (idSize * columns), start, module.Offset);
        bool bcd = settings.TechniqueId == EcLabQuantities.Bcd;
        bool otherPotential = ids.Any(i => (byte)i is EcLabQuantities.Ewe or EcLabQuantities.MeanEwe);
        var stored = new List<EcLabColumn>();
        var fields = new List<Field>();
        var flags = new List<Field>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        int size = 0, flagsAt = -1;
        foreach (int id in ids)
        {
            EcLabQuantity quantity = EcLabQuantities.Find(id)!;
            if (quantity.LowByte == EcLabQuantities.MeanEweOrPhase && otherPotential)
                quantity = EcLabQuantities.PhaseOfCell;
            else if (quantity.LowByte == EcLabQuantities.Ewe && bcd)
                quantity = EcLabQuantities.CellPotential;
            bool isFlag = quantity.Type == StoredType.Flag;
            if (isFlag && flagsAt < 0)
            {
                flagsAt = size++;
                stored.Add(new EcLabColumn(Unique("flags"), string.Empty, "u1", null, flagsAt, string.Empty));
                fields.Add(new Field(stored[^1].Name, new EcLabQuantity(0, "flags", string.Empty, StoredType.UInt8), flagsAt));
            }

            var field = new Field(Unique(quantity.Name), quantity, isFlag ? flagsAt : size);
            stored.Add(new EcLabColumn(field.Name, quantity.Unit, StoredAs(quantity.Type), id, field.Offset, string.Empty));
            (isFlag ? flags : fields).Add(field);
            if (!isFlag)
                size += quantity.Width;
        }

        long rest = data.Length - start;
        if (count * (ulong)size != (ulong)rest)
            throw Fault(module.Offset, $"{count} records of {size} bytes would need {count * (ulong)size} bytes, but the data module holds {rest}.", "The file is truncated or damaged, or its columns are of an unknown kind: copy it again, or export it as .mpt in EC-Lab and read that.");
        foreach (string doubt in LayoutChecks.Find(ids, settings.TechniqueId))
            Warn("columns_doubtful", doubt);
        if (count == 0)
            Warn("layout_unverified", "There are no records, so the list of columns could not be checked against them.");
        return ([.. stored], [.. fields, .. flags], size, start, (int)count);

        string Unique(string name)
        {
            string unique = name;
            for (int i = 2; !names.Add(unique); i++)
                unique = string.Create(CultureInfo.InvariantCulture, $"{name} ({i})");
            return unique;
        }
    }

    private void CheckPadding(ReadOnlySpan<byte> data, int from, int to, int moduleOffset)
    {
        // The byte after the ids and the last one before the records are 0 or 1; everything between is 0.
        for (int i = from; i < to; i++)
        {
            if (data[i] == 0 || (data[i] == 1 && (i == from || i == to - 1)))
                continue;
            Warn("header_bytes", $"Byte {moduleOffset + i}, between the list of columns and the records, is {data[i]} where 0 is usual.");
            return;
        }
    }

    private TableColumn[] Decode(ReadOnlySpan<byte> records, int size, int count, Field[] fields)
    {
        var columns = new TableColumn[fields.Length];
        for (int c = 0; c < fields.Length; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (string name, EcLabQuantity quantity, int offset) = fields[c];
            if (quantity.IsInteger)
            {
                var values = new long[count];
                int shift = quantity.FlagMask == 0 ? 0 : System.Numerics.BitOperations.TrailingZeroCount(quantity.FlagMask);
                for (int i = 0; i < count; i++)
                {
                    ReadOnlySpan<byte> at = records[((i * size) + offset)..];
                    values[i] = quantity.Type switch
                    {
                        StoredType.Flag => (at[0] & quantity.FlagMask) >> shift,
                        StoredType.UInt8 => at[0],
                        StoredType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                        _ => BinaryPrimitives.ReadUInt32LittleEndian(at),
                    };
                }

                columns[c] = new IntegerColumn(name, values);
            }
            else
            {
                var values = new double[count];
                for (int i = 0; i < count; i++)
                {
                    ReadOnlySpan<byte> at = records[((i * size) + offset)..];
                    values[i] = quantity.Type == StoredType.Float32 ? BinaryPrimitives.ReadSingleLittleEndian(at) : BinaryPrimitives.ReadDoubleLittleEndian(at);
                }

                columns[c] = new NumberColumn(name, quantity.Unit, values);
            }
        }

        return columns;
    }

    private void CheckValues(TableColumn[] columns, int[] loopStarts)
    {
        foreach (TableColumn column in columns)
        {
            if (ValueChecks.Find(column) is { } doubt)
                Warn("values_doubtful", doubt);
        }

        foreach (string contradiction in ValueChecks.FindContradictions(columns, loopStarts))
            Warn("values_doubtful", contradiction);
    }

    private EcLabSettings ReadSettings(ReadOnlySpan<byte> bytes, Module? module)
    {
        if (module is null || module.Length == 0)
        {
            Warn("no_settings", "There is no settings module (VMP Set), so the technique is not known.");
            return new EcLabSettings();
        }

        ReadOnlySpan<byte> data = bytes.Slice(module.Offset, module.Length);
        byte technique = data[0];
        string? name = EcLabQuantities.Technique(technique);
        if (name is null)
            Warn("unknown_technique", $"Technique {technique} is not known.");
        (int sequences, int parameters) = Parameters(data);
        return new EcLabSettings
        {
            Technique = name ?? string.Empty,
            TechniqueId = technique,
            Comments = Pascal(data, 7).ReplaceLineEndings("\n"),
            ElectrodeMaterial = Pascal(data, 0x11E),
            Electrolyte = Pascal(data, 0x1C0),
            ActiveMass = Entered(data, 0x107),
            MassAtX = Entered(data, 0x107) is null ? null : Number(data, 0x10B),
            MolarMass = Entered(data, 0x10F),
            IonMolarMass = Entered(data, 0x113),
            StartX = Entered(data, 0x107) is null ? null : Number(data, 0x117),
            ElectronsPerIon = data.Length > 0x11B && data[0x11B] is > 0 and < 10 ? data[0x11B] : null,
            SurfaceArea = Unit(data, 0x250) switch { 2 => Entered(data, 0x211), 3 => Entered(data, 0x211) / 100, _ => null },
            CharacteristicMass = Unit(data, 0x251) switch { 1 => Entered(data, 0x24C) * 1000, 2 => Entered(data, 0x24C), _ => null },
            BatteryCapacity = Number(data, 0x25C) is > 0 and var capacity ? capacity : null,
            SequenceCount = sequences == 0 ? null : sequences,
            ParameterCount = parameters == 0 ? null : parameters,
        };
    }

    private static (int Sequences, int Parameters) Parameters(ReadOnlySpan<byte> data)
    {
        foreach (int at in (ReadOnlySpan<int>)[0x572, 0x1845, 0x1846, 0x1847])
        {
            if (at + 4 > data.Length)
                break;
            int sequences = BinaryPrimitives.ReadUInt16LittleEndian(data[at..]), parameters = BinaryPrimitives.ReadUInt16LittleEndian(data[(at + 2)..]);
            if (sequences > 0 && parameters > 0 && 4L * sequences * parameters <= data.Length - at - 4)
                return (sequences, parameters);
        }

        return (0, 0);
    }

    private DateTime? ReadStart(ReadOnlySpan<byte> bytes, Module? log, List<Module> modules, TableColumn[] columns)
    {
        if (log is null)
            return null;
        ReadOnlySpan<byte> data = bytes.Slice(log.Offset, log.Length);
        foreach (int at in (ReadOnlySpan<int>)[0x249, 465, 469, 473])
        {
            if (at + 8 > data.Length || BinaryPrimitives.ReadDoubleLittleEndian(data[at..]) is not (>= FirstDay and <= LastDay and var day))
                continue;
            var start = DateTime.FromOADate(day);
            double first = columns.OfType<NumberColumn>().FirstOrDefault(c => c.Name == "time") is { Count: > 0 } time ? time[0] : 0;
            DateOnly? begun = modules.Find(m => m.Name == "VMP Set")?.Date;
            if (begun is { } date && double.IsFinite(first) && Math.Abs(first) < 1e9)
            {
                // A technique of a sequence is begun when the techniques before it have ended.
                int earliest = DateOnly.FromDateTime(start).DayNumber - 1, latest = DateOnly.FromDateTime(start.AddSeconds(first)).DayNumber + 1;
                if (date.DayNumber < earliest || date.DayNumber > latest)
                    Warn("start_doubtful", string.Create(CultureInfo.InvariantCulture, $"The log says that the acquisition began at {start:yyyy-MM-dd HH:mm:ss}, but the settings are of {date:yyyy-MM-dd}."));
            }

            return start;
        }

        Warn("no_start", "The log holds no time at which the acquisition began.");
        return null;
    }

    private int[] ReadLoops(ReadOnlySpan<byte> bytes, Module? module, int count)
    {
        if (module is null)
            return [];
        ReadOnlySpan<byte> data = bytes.Slice(module.Offset, module.Length);
        uint n = data.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (data.Length < 4 || n > (uint)(data.Length - 4) / 4)
        {
            Warn("loops_doubtful", $"The loop module says that it has {n} indexes, which do not fit into its {data.Length} bytes; loops were passed over.");
            return [];
        }

        var starts = new List<int>();
        uint previous = 0;
        for (int i = 0; i < n; i++)
        {
            uint index = BinaryPrimitives.ReadUInt32LittleEndian(data[(4 + (4 * i))..]);
            if (index > (uint)count || (i > 0 && index < previous))
            {
                Warn("loops_doubtful", $"Loop {i} begins at record {index}, which cannot be; loops from it on were passed over.");
                break;
            }

            previous = index;

            // The list ends with the number of records.
            if (index < (uint)count)
                starts.Add((int)index);
        }

        return [.. starts];
    }

    private static EcLabExternalChannel[] ReadExternal(ReadOnlySpan<byte> bytes, Module? module)
    {
        if (module is null)
            return [];
        ReadOnlySpan<byte> data = bytes.Slice(module.Offset, module.Length);
        var channels = new List<EcLabExternalChannel>();
        foreach ((int at, string column) in (ReadOnlySpan<(int, string)>)[(0x36, "Analog IN 1"), (0x63, "Analog IN 2")])
        {
            string label = Pascal(data, at);
            int slash = label.LastIndexOf('/');
            if (label.Length > 0)
                channels.Add(new EcLabExternalChannel(column, slash < 0 ? label : label[..slash], slash < 0 ? string.Empty : label[(slash + 1)..]));
        }

        return [.. channels];
    }

    private static DateOnly? Date(ReadOnlySpan<byte> text)
    {
        string s = Encoding.Latin1.GetString(text);
        if (s[2] != s[5] || s[2] is not ('/' or '-' or '.'))
            return null;
        return DateOnly.TryParseExact(s.Replace(s[2], '/'), "MM/dd/yy", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date : null;
    }

    private static double? Number(ReadOnlySpan<byte> data, int at) =>
        at + 4 <= data.Length && BinaryPrimitives.ReadSingleLittleEndian(data[at..]) is var v && float.IsFinite(v) ? v : null;

    private static double? Entered(ReadOnlySpan<byte> data, int at) => Number(data, at) is { } v && v > 0 && (float)v != 0.001f ? v : null;

    private static int Unit(ReadOnlySpan<byte> data, int at) => at < data.Length ? data[at] : -1;

    private static string Pascal(ReadOnlySpan<byte> data, int at) =>
        at < data.Length && at + 1 + data[at] <= data.Length ? Windows1252.Decode(data.Slice(at + 1, data[at])) : string.Empty;

    private static string Name(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text).TrimEnd(' ');

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    private static string StoredAs(StoredType type) => type switch
    {
        StoredType.Flag => "bits",
        StoredType.UInt8 => "u1",
        StoredType.UInt16 => "u2",
        StoredType.UInt32 => "u4",
        StoredType.Float32 => "f4",
        _ => "f8",
    };

    private void Warn(string code, string message) => _warnings.Add(new StepWarning(code, message));

    private InputFormatException Fault(long offset, string problem, string remedy) =>
        InputFormatException.AtByte(file, offset, problem, remedy);

    private sealed record Module(string Name, int Version, bool IsLong, DateOnly? Date, int Offset, int Length);

    private sealed record Field(string Name, EcLabQuantity Quantity, int Offset);
}
