using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;

namespace BigMap.Analysis.Formats.Internal.Xrd;

/// <summary>
/// Bruker .brml: a zip archive with <c>Experiment*/RawData*.xml</c>. Each <c>DataRoute</c> has lines of numbers (<c>Datum</c>) whose columns its
/// <c>DataViews</c> describe: measured time, absorber factor, the moving axes, what was recorded.
/// </summary>
internal static class BrmlParser
{
    private const long LargestPart = 1 << 29;

    public static List<XrdScan> Parse(string file, Stream stream, string axis, List<string> notes)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var scans = new List<XrdScan>();
            string[] names = [.. archive.Entries.Select(e => e.FullName).Where(IsRawData)];
            Array.Sort(names, NaturalOrder.Instance);
            foreach (string name in names)
            {
                ZipArchiveEntry entry = archive.GetEntry(name)!;
                if (entry.Length > LargestPart)
                    throw new InputFormatException(file, 0, $"{name} has {entry.Length} bytes when it is unpacked.", "Export the scan in parts.");
                using var part = new LimitedStream(entry.Open(), LargestPart);
                XElement root = XrdXml.Load(file, part).Root!;
                foreach (XElement route in root.Descendants().Where(e => e.Name.LocalName == "DataRoute"))
                {
                    if (route.Child("ScanInformation") is { } information && information.Value("ScanName").Contains("NonAmbientModeData", StringComparison.Ordinal))
                        continue;
                    XElement[] lines = [.. route.Children("Datum")];
                    if (lines.Length == 0)
                    {
                        notes.Add($"{name}: a scan without points was left out.");
                        continue;
                    }

                    scans.Add(Scan(file, (root, route, lines), axis));
                }
            }

            return scans;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or IOException or ArgumentException)
        {
            throw new InputFormatException(file, 0, $"The archive cannot be read: {e.Message}", "The file was cut off or damaged; copy it again, or set waitForStable to true if it is still being written.");
        }
    }

    private static bool IsRawData(string name) =>
        name.StartsWith("Experiment", StringComparison.OrdinalIgnoreCase) && name.Count(c => c == '/') == 1
        && Path.GetFileName(name).StartsWith("RawData", StringComparison.OrdinalIgnoreCase) && name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase);

    private static XrdScan Scan(string file, (XElement Root, XElement Route, XElement[] Lines) found, string axis)
    {
        (XElement root, XElement route, XElement[] lines) = found;
        XElement views = route.Child("DataViews") ?? root.Child("DataViews")
            ?? throw new InputFormatException(file, 0, "A scan does not describe its columns (DataViews).", "Open it in DIFFRAC.SUITE and save it again.");
        int time = -1, absorber = -1, counts = -1;
        var axes = new List<(string Name, int Column)>();
        var recorded = new List<(string Name, bool Counts, int Column, int Length)>();
        foreach (XElement view in views.Children("RawDataView"))
        {
            int start = Column(file, view.Value("Start")), length = Column(file, view.Value("Length"));
            string kind = view.Value("type");
            if (kind.StartsWith("Varying", StringComparison.Ordinal))
            {
                int at = start;
                foreach (XElement field in view.Descendants().Where(e => e.Name.LocalName == "FieldDefinitions"))
                    axes.Add((field.Value("FieldName") is { Length: > 0 } name ? name : field.Value("AxisId"), at++));
            }
            else if (kind.StartsWith("Recorded", StringComparison.Ordinal))
            {
                XElement? recording = view.Child("Recording");
                string name = recording?.Value("VisibleName") is { Length: > 0 } visible ? visible : recording?.Value("LogicName") ?? string.Empty;
                recorded.Add((name, recording.Child("Unit")?.Value("Base") == "Counts", start, length));
            }
            else if (view.Value("LogicName") == "MeasuredTime")
            {
                time = start;
            }
            else if (view.Value("LogicName") == "AbsorptionFactor")
            {
                absorber = start;
            }
        }

        if (recorded.Count(r => r.Counts) == 1)
            recorded = [recorded.Single(r => r.Counts)];
        if (recorded is [{ Length: 1 } one])
            counts = one.Column;
        else
            throw new InputFormatException(file, 0, recorded is [var wide] ? $"The scan records {wide.Length} values at once, a snapshot of a position-sensitive detector." : $"The scan records {recorded.Count} things, and not one of them alone as counts.", "Export it as .xy or .xye from DIFFRAC.SUITE.");
        (string Name, int Column) position = axes.Find(a => XrdScan.Key(a.Name) == XrdScan.Key(axis));
        if (position.Name is null)
            throw new InputFormatException(file, 0, $"{axis} does not move in this scan.", $"Set axis to one that does: {string.Join(", ", axes.Select(a => a.Name))}.");
        int columns = Math.Max(Math.Max(time, absorber), Math.Max(counts, position.Column)) + 1;
        var x = new double[lines.Length];
        var y = new double[lines.Length];
        double seconds = double.NaN;
        bool sameTime = true;
        for (int i = 0; i < lines.Length; i++)
        {
            string[] cells = lines[i].Value.Split(',');
            if (cells.Length < columns)
                throw new InputFormatException(file, 0, string.Create(CultureInfo.InvariantCulture, $"Point {i + 1} has {cells.Length} columns, not {columns}."), "The file is damaged; copy it again.");
            x[i] = XrdXml.Number(file, cells[position.Column], "A position");
            y[i] = XrdXml.Number(file, cells[counts], "An intensity");
            if (absorber >= 0 && XrdXml.Number(file, cells[absorber], "An absorber factor") is var factor && factor != 1)
                throw new InputFormatException(file, 0, string.Create(CultureInfo.InvariantCulture, $"Point {i + 1} has the absorber factor {factor:R}; the file does not say whether its counts are corrected for it."), "Export it as .xy or .xye from DIFFRAC.SUITE.");
            if (time >= 0)
            {
                double measured = XrdXml.Number(file, cells[time], "A measured time");
                sameTime &= i == 0 || measured == seconds;
                seconds = measured;
            }
        }

        bool whole = Array.TrueForAll(y, v => v >= 0 && v == Math.Floor(v));
        var scan = new XrdScan(x, y, position.Name, "deg")
        {
            Kind = whole && recorded[0].Counts ? IntensityKind.Counts : IntensityKind.Unspecified,
            IntensityUnit = recorded[0].Counts ? "counts" : string.Empty,
            StartTime = root.Child("TimeStampStarted")?.Value.Trim() ?? string.Empty,
        };
        scan.Numbers.Add(("counting_time", "s", sameTime ? seconds : double.NaN));
        if (!sameTime)
            scan.Notes.Add("The counting time differs from point to point: counts of different points cannot be compared as they are.");
        Wavelength(scan, file, root, "WaveLengthAlpha1", "wavelength");
        Wavelength(scan, file, root, "WaveLengthAlpha2", "wavelength_ka2");
        return scan;
    }

    private static void Wavelength(XrdScan scan, string file, XElement root, string element, string name)
    {
        if (root.Descendants().FirstOrDefault(e => e.Name.LocalName == element) is not { } found || found.Value("Value").Length == 0)
            return;
        double factor = found.Value("Unit") == "nm" ? 10 : 1;
        scan.Numbers.Add((name, "A", factor * XrdXml.Number(file, found.Value("Value"), "The wavelength")));
    }

    private static int Column(string file, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value < 100_000
            ? value
            : throw new InputFormatException(file, 0, $"A column is described as \"{text}\".", "The file is damaged; copy it again.");

    /// <summary>Ends an archive that unpacks to more than it says.</summary>
    private sealed class LimitedStream(Stream inner, long most) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = inner.Read(buffer, offset, count);
            _read += read;
            return _read <= most ? read : throw new InvalidDataException("A part is larger than it says.");
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
