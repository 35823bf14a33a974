using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Electrochemistry.Tests;

/// <summary>
/// Writes .mpr and .mpt files from the documented layout: a cell that is simulated, so that what a reader must find is known. Independent of the
/// reader: it has its own list of ids and types.
/// </summary>
internal sealed class EcLabWriter
{
    public const int PotentialId = 6;

    /// <summary>Ids in the order of a GCPL record: flags, Ns, time, dq, (Q-Qo), control, Ewe, I range, Q charge/discharge, half cycle.</summary>
    private static readonly (int Id, char Type)[] GcplColumns =
        [(1, 'b'), (2, 'b'), (3, 'b'), (21, 'b'), (31, 'b'), (65, 'b'), (131, 'h'), (4, 'd'), (7, 'd'), (13, 'd'), (5, 'f'), (6, 'f'), (39, 'h'), (211, 'd'), (468, 'i')];

    public required byte Technique { get; init; }

    public required (int Id, char Type)[] Columns { get; init; }

    /// <summary>One value per column and record; flags of a record share the first of them, the others are not used.</summary>
    public required double[][] Records { get; init; }

    public int DataVersion { get; init; } = 11;

    public DateTime Start { get; init; } = new(2026, 3, 14, 9, 26, 53, 589);

    public string Comments { get; init; } = string.Empty;

    public float ActiveMass { get; init; } = 0.001f;

    public float MolarMass { get; init; } = 0.001f;

    public float StartX { get; init; }

    public uint[] Loops { get; init; } = [];

    public bool HasLog { get; init; } = true;

    /// <summary>A half cell that is charged and discharged at constant current with a pause, and held at the upper limit.</summary>
    /// <param name="cycles">Number of cycles.</param>
    /// <param name="step">Time between records, s.</param>
    public static EcLabWriter Gcpl(int cycles = 2, double step = 60)
    {
        var records = new List<double[]>();
        double time = 0, q = 0, halfQ = 0;
        int half = -1, sign = 0;
        Rest(10);
        for (int cycle = 0; cycle < cycles; cycle++)
        {
            double fade = 1 - (0.02 * cycle);
            Drive(0.5, 200, fade);
            Hold(0.5, 30, fade);
            Rest(10);
            Drive(-0.5, (int)(205 * fade), fade);
            Rest(10);
        }

        return new EcLabWriter { Technique = 4, Columns = GcplColumns, Records = [.. records], ActiveMass = 10f, MolarMass = 97.63f, StartX = 1, Comments = "simulated half cell; 25 °C" };

        void Drive(double current, int count, double fade)
        {
            for (int i = 0; i < count; i++)
                Add(1, current, current, fade, 0.02 * Math.Sign(current));
        }

        void Hold(double current, int count, double fade)
        {
            for (int i = 0; i < count; i++)
                Add(2, current * Math.Exp(-(i + 1) / 10.0), records[^1][11], fade, double.NaN);
        }

        void Rest(int count)
        {
            for (int i = 0; i < count; i++)
                Add(3, 0, 0, 1, 0);
        }

        void Add(int mode, double current, double control, double fade, double overpotential)
        {
            if (current != 0 && Math.Sign(current) != sign)
            {
                sign = Math.Sign(current);
                half++;
                halfQ = 0;
            }

            double dq = records.Count == 0 ? 0 : current * step / 3600;
            time += records.Count == 0 ? 0 : step;
            q += dq;
            halfQ += dq;
            double x = q / 2.0 / fade;

            // Three plateaus with steps between them.
            double open = 3.5 + (0.1 * x) + (0.18 / (1 + Math.Exp(-(x - 0.3) / 0.05))) + (0.2 / (1 + Math.Exp(-(x - 0.6) / 0.06)));
            double potential = double.IsNaN(overpotential) ? control : open + overpotential;
            double flags = mode | (current > 0 ? 4 : 0);
            records.Add([flags, flags, flags, flags, flags, flags, mode == 3 ? 0 : sign > 0 ? 1 : 2, time, dq, q, control, potential, 39, halfQ, Math.Max(0, half)]);
        }
    }

    /// <summary>Position of the last column id in a file that this class wrote.</summary>
    public static int LastIdOffset(byte[] mpr)
    {
        int data = mpr.AsSpan().IndexOf("MODULEVMP data"u8);
        int header = data + 6 + (mpr[data + 6 + 35] == 0xFF ? 59 : 51);
        return header + 4 + (2 * mpr[header + 4]);
    }

    public byte[] ToMpr()
    {
        var file = new MemoryStream();
        file.Write("BIO-LOGIC MODULAR FILE"u8);
        file.WriteByte(0x1A);
        file.Write(Encoding.ASCII.GetBytes(new string(' ', 25)));
        file.Write(new byte[4]);
        Module(file, "VMP Set", "VMP settings", Settings(), 10);
        Module(file, "VMP data", "VMP data", Data(), DataVersion);
        if (HasLog)
        {
            var log = new byte[800];
            BinaryPrimitives.WriteDoubleLittleEndian(log.AsSpan(0x249), Start.ToOADate());
            Module(file, "VMP LOG", "VMP LOG", log, 10);
        }

        if (Loops.Length > 0)
        {
            var loops = new byte[4 + (4 * Loops.Length) + 40];
            BinaryPrimitives.WriteUInt32LittleEndian(loops, (uint)Loops.Length);
            for (int i = 0; i < Loops.Length; i++)
                BinaryPrimitives.WriteUInt32LittleEndian(loops.AsSpan(4 + (4 * i)), Loops[i]);
            Module(file, "VMP loop", "VMP expt. loop indexes", loops, 10);
        }

        return file.ToArray();
    }

    /// <summary>The export of the same records, as EC-Lab writes it.</summary>
    public string ToMpt(char decimalSeparator = '.', string lineEnd = "\r\n")
    {
        Dictionary<int, (string Heading, string Format)> headings = new()
        {
            [1] = ("mode", ""), [2] = ("ox/red", ""), [3] = ("error", ""), [21] = ("control changes", ""), [31] = ("Ns changes", ""), [65] = ("counter inc.", ""),
            [131] = ("Ns", ""), [4] = ("time/s", "d"), [7] = ("dq/mA.h", "d"), [13] = ("(Q-Qo)/mA.h", "d"), [5] = ("control/V/mA", "f"), [6] = ("Ewe/V", "f"), [39] = ("I Range", ""),
            [211] = ("Q charge/discharge/mA.h", "d"), [468] = ("half cycle", ""),
        };
        string Number(double value, int digits) => value.ToString($"0.{new string('0', digits)}E+000", CultureInfo.InvariantCulture).Replace('.', decimalSeparator);
        string[] header =
        [
            "EC-Lab ASCII FILE", "Nb header lines : 11                          ", string.Empty, "Galvanostatic Cycling with Potential Limitation", string.Empty,
            $"Acquisition started on : {Start.ToString("MM/dd/yyyy HH:mm:ss.fff", CultureInfo.InvariantCulture)}", $"Mass of active material : {ActiveMass.ToString("F3", CultureInfo.InvariantCulture).Replace('.', decimalSeparator)} mg",
            $"Molecular weight of active material (at x = 0) : {MolarMass.ToString("F3", CultureInfo.InvariantCulture).Replace('.', decimalSeparator)} g/mol", $"Comments : {Comments}", string.Empty,
            string.Join('\t', Columns.Select(c => headings[c.Id].Heading)) + "\t",
        ];
        IEnumerable<string> rows = Records.Select(r => string.Join('\t', Columns.Select((c, i) => headings[c.Id].Format switch
        {
            "d" => Number(r[i], 15),
            "f" => Number((float)r[i], 7),
            _ => (c.Id switch { 1 => (int)r[i] & 3, 2 => ((int)r[i] >> 2) & 1, 3 => ((int)r[i] >> 3) & 1, 21 => ((int)r[i] >> 4) & 1, 31 => ((int)r[i] >> 5) & 1, 65 => ((int)r[i] >> 7) & 1, _ => (int)r[i] }).ToString(CultureInfo.InvariantCulture),
        })));
        return string.Join(lineEnd, header.Concat(rows)) + lineEnd;
    }

    private byte[] Data()
    {
        int start = DataVersion switch { 0 => 100, 2 => 0x195, 3 => 0x196, _ => 0x3EF };
        var data = new MemoryStream();
        data.Write(BitConverter.GetBytes((uint)Records.Length));
        data.WriteByte((byte)Columns.Length);
        foreach ((int id, _) in Columns)
        {
            byte[] bytes = BitConverter.GetBytes((ushort)id);
            if (DataVersion >= 10)
                Array.Reverse(bytes);
            data.Write(DataVersion == 0 ? bytes.AsSpan(0, 1) : bytes);
        }

        data.Write(new byte[start - (int)data.Length]);
        foreach (double[] record in Records)
        {
            bool flags = false;
            for (int c = 0; c < Columns.Length; c++)
            {
                switch (Columns[c].Type)
                {
                    case 'b' when !flags:
                        data.WriteByte((byte)record[c]);
                        flags = true;
                        break;
                    case 'b':
                        break;
                    case 'c':
                        data.WriteByte((byte)record[c]);
                        break;
                    case 'h':
                        data.Write(BitConverter.GetBytes((ushort)record[c]));
                        break;
                    case 'i':
                        data.Write(BitConverter.GetBytes((uint)record[c]));
                        break;
                    case 'f':
                        data.Write(BitConverter.GetBytes((float)record[c]));
                        break;
                    default:
                        data.Write(BitConverter.GetBytes(record[c]));
                        break;
                }
            }
        }

        return data.ToArray();
    }

    private byte[] Settings()
    {
        var settings = new byte[0x1900];
        settings[0] = Technique;
        byte[] comments = [.. Comments.Select(c => (byte)c)];
        settings[7] = (byte)comments.Length;
        comments.CopyTo(settings, 8);
        BitConverter.GetBytes(ActiveMass).CopyTo(settings, 0x107);
        BitConverter.GetBytes(MolarMass).CopyTo(settings, 0x10F);
        BitConverter.GetBytes(0.001f).CopyTo(settings, 0x113);
        BitConverter.GetBytes(StartX).CopyTo(settings, 0x117);
        settings[0x11B] = 1;
        BitConverter.GetBytes(0.001f).CopyTo(settings, 0x211);
        BitConverter.GetBytes(0.001f).CopyTo(settings, 0x24C);
        settings[0x250] = 2;
        settings[0x251] = 1;
        settings[0x1847] = 1;
        settings[0x1849] = 7;
        return settings;
    }

    private void Module(MemoryStream file, string name, string longName, byte[] data, int version)
    {
        bool isLong = DataVersion >= 10;
        file.Write("MODULE"u8);
        file.Write(Encoding.ASCII.GetBytes(name.PadRight(10)));
        file.Write(Encoding.ASCII.GetBytes(longName.PadRight(25)));
        if (isLong)
            file.Write(BitConverter.GetBytes(uint.MaxValue));
        file.Write(BitConverter.GetBytes((uint)data.Length));
        file.Write(BitConverter.GetBytes(isLong || name != "VMP data" ? 0u : (uint)version));
        if (isLong)
            file.Write(BitConverter.GetBytes((uint)version));
        file.Write(Encoding.ASCII.GetBytes(Start.ToString("MM'/'dd'/'yy", CultureInfo.InvariantCulture)));
        file.Write(data);
    }
}
