using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Formats.Internal.Xrd;

/// <summary>
/// Bruker/Siemens .raw of version 3 ("RAW1.01"): a header of 712 bytes, then for each range a header of 304 bytes, supplementary headers, and one float32 per
/// point. The layout is that of the DIFFRAC plus user's manual (XCH, release 2002, appendix A), as xylib (M. Wojdyr) states it. The file does not say which
/// axis moved where others read it, so only scans whose start shows that θ and 2θ were coupled are taken.
/// </summary>
internal static class BrukerRawParser
{
    private const int FileHeader = 712, RangeHeader = 304;
    private const double CoupledTolerance = 0.005;

    // No goniometer steps by a millionth of a degree.
    private const double SmallestStep = 1e-6;
    private const string Export = "Export it as .xy or .brml from DIFFRAC.SUITE.";

    public static bool Recognises(ReadOnlySpan<byte> bytes) => bytes.StartsWith("RAW"u8);

    public static List<XrdScan> Parse(string file, ReadOnlySpan<byte> bytes, string axis, List<string> notes)
    {
        if (!bytes.StartsWith("RAW1.01"u8))
        {
            string version = bytes.StartsWith("RAW4"u8) ? "4 (RAW4.00)" : bytes.StartsWith("RAW2"u8) ? "2 (RAW2)" : bytes.StartsWith("RAW "u8) ? "1" : "of an unknown kind";
            throw InputFormatException.AtByte(file, 0, $"It is a Bruker .raw file, version {version}; version 3 (RAW1.01) is read, the layout of others is not documented by their maker.", Export);
        }

        if (XrdScan.Key(axis) != "2theta")
            throw new InputFormatException(file, 0, $"A .raw file does not say that {axis} moved.", $"Leave axis at 2Theta, or: {Export}");
        Need(file, bytes, 0, FileHeader, "the header of the file");
        uint ranges = U32(bytes, 12);
        if (ranges == 0 || ranges > (uint)bytes.Length / RangeHeader)
            throw InputFormatException.AtByte(file, 12, $"The file says that it has {ranges} ranges, which cannot be.", "It was cut off or damaged; copy it again.");
        string status = U32(bytes, 8) switch { 1 => string.Empty, 2 => "active", 3 => "aborted", 4 => "interrupted", _ => "unknown" };
        string start = $"{Text(bytes, 16, 10)} {Text(bytes, 26, 10)}".Trim();
        (string Name, double Value)[] lines = [("wavelength", F64(bytes, 624)), ("wavelength_ka2", F64(bytes, 632))];
        var scans = new List<XrdScan>();
        long at = FileHeader;
        for (int range = 1; range <= ranges; range++)
        {
            Need(file, bytes, at, RangeHeader, string.Create(CultureInfo.InvariantCulture, $"the header of range {range}"));
            ReadOnlySpan<byte> header = bytes[(int)at..];
            uint length = U32(header, 0), points = U32(header, 4), supplementary = U32(header, 256);
            if (length != RangeHeader)
                throw InputFormatException.AtByte(file, at, string.Create(CultureInfo.InvariantCulture, $"The header of range {range} has {length} bytes, not {RangeHeader}."), $"It is damaged or of another kind. {Export}");
            long values = at + RangeHeader + supplementary;
            Need(file, bytes, values, 4L * points, string.Create(CultureInfo.InvariantCulture, $"the {points} points of range {range}"));
            double theta = F64(header, 8), twoTheta = F64(header, 16), step = F64(header, 176);
            if (!(Math.Abs(twoTheta) <= 360) || !(Math.Abs(theta) <= 360) || (points > 1 && !(Math.Abs(step) is > 0 and < 360)))
                throw InputFormatException.AtByte(file, at + 8, string.Create(CultureInfo.InvariantCulture, $"Range {range} begins at 2θ {twoTheta:R}°, θ {theta:R}° and has a step of {step:R}°, which cannot be."), "It was damaged; copy it again.");
            double end = twoTheta + (step * Math.Max(0L, points - 1L));
            if (points > 1 && (!(Math.Abs(end) <= 360) || Math.Abs(step) < SmallestStep))
                throw InputFormatException.AtByte(file, at + 176, string.Create(CultureInfo.InvariantCulture, $"Range {range} has {points} points in steps of {step:R}° from {twoTheta:R}° on, which cannot be."), "It was damaged; copy it again.");
            if (Math.Abs(twoTheta - (2 * theta)) > CoupledTolerance)
                throw InputFormatException.AtByte(file, at + 8, string.Create(CultureInfo.InvariantCulture, $"Range {range} begins at 2θ {twoTheta:R}° and θ {theta:R}°, so it is no plain θ–2θ scan, and the file does not say which axis moved."), Export);
            if (points == 0)
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"range {range}: a scan without points was left out."));
            else
                scans.Add(Scan(file, bytes, (values, (int)points), (twoTheta, step), (F32(header, 192), start, status, lines)));
            at = values + (4L * points);
        }

        return at == bytes.Length
            ? scans
            : throw InputFormatException.AtByte(file, at, string.Create(CultureInfo.InvariantCulture, $"After the last range there are {bytes.Length - at} more bytes, so the points are not stored as expected."), Export);
    }

    private static XrdScan Scan(string file, ReadOnlySpan<byte> bytes, (long At, int Count) values, (double Start, double Step) axis, (float Seconds, string Start, string Status, (string Name, double Value)[] Lines) said)
    {
        var x = new double[values.Count];
        var y = new double[values.Count];
        bool whole = true;
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = axis.Start + (i * axis.Step);
            y[i] = F32(bytes, values.At + (4L * i));
            if (!double.IsFinite(y[i]))
                throw InputFormatException.AtByte(file, values.At + (4L * i), string.Create(CultureInfo.InvariantCulture, $"Point {i + 1} is {y[i]}."), "The file was damaged; copy it again.");
            whole &= y[i] >= 0 && y[i] == Math.Floor(y[i]);
        }

        var scan = new XrdScan(x, y, "2Theta", "deg")
        {
            // The file does not name the unit; whole numbers are counts.
            Kind = whole ? IntensityKind.Counts : IntensityKind.Unspecified,
            IntensityUnit = whole ? "counts" : string.Empty,
            StartTime = said.Start,
            Status = said.Status,
        };
        if (said.Seconds > 0 && float.IsFinite(said.Seconds))
            scan.Numbers.Add(("counting_time", "s", said.Seconds));
        foreach ((string name, double value) in said.Lines)
        {
            if (value is > 0 and < 100)
                scan.Numbers.Add((name, "A", value));
        }

        if (said.Status.Length > 0)
            scan.Notes.Add($"The status of the measurement is {said.Status}.");
        return scan;
    }

    private static void Need(string file, ReadOnlySpan<byte> bytes, long at, long length, string what)
    {
        if (at > bytes.Length || length > bytes.Length - at)
            throw InputFormatException.AtByte(file, bytes.Length, $"The file ends within {what}.", "It was cut off; copy it again, or set waitForStable to true if it is still being written.");
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static double F64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadDoubleLittleEndian(bytes[at..]);

    private static float F32(ReadOnlySpan<byte> bytes, long at) => BinaryPrimitives.ReadSingleLittleEndian(bytes[(int)at..]);

    private static string Text(ReadOnlySpan<byte> bytes, int at, int length)
    {
        ReadOnlySpan<byte> text = bytes.Slice(at, length);
        return Encoding.Latin1.GetString(text[..(text.IndexOf((byte)0) is >= 0 and var end ? end : length)]).Trim();
    }
}
