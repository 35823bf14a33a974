using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace BigMap.Analysis.Formats.Internal.Xrd;

/// <summary>One scan of a diffractometer file.</summary>
internal sealed record XrdScan(double[] Positions, double[] Intensity, string AxisName, string AxisUnit)
{
    /// <summary>Variances, where the intensities are no longer counts; otherwise null.</summary>
    public double[]? Variance { get; init; }

    public IntensityKind Kind { get; init; }

    public string IntensityUnit { get; init; } = string.Empty;

    /// <summary>Name, unit and value of what holds for the whole scan.</summary>
    public List<(string Name, string Unit, double Value)> Numbers { get; } = [];

    public string StartTime { get; init; } = string.Empty;

    public string Status { get; init; } = string.Empty;

    public List<string> Notes { get; } = [];

    /// <summary>Letters and digits of a name, for comparing; the usual names of 2θ and ω as one.</summary>
    public static string Key(string name)
    {
        string key = string.Concat(name.ToLowerInvariant().Where(char.IsLetterOrDigit));
        return key is "twotheta" or "2θ" or "2th" or "tth" ? "2theta" : key is "theta" ? "omega" : key;
    }
}

/// <summary>Reads XML without anything that could reach outside the document.</summary>
internal static class XrdXml
{
    public static XDocument Load(string file, Stream stream)
    {
        try
        {
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = false });
            return XDocument.Load(reader);
        }
        catch (XmlException e)
        {
            throw new InputFormatException(file, e.LineNumber, $"The XML cannot be read: {e.Message}", "The file was cut off or damaged; copy it again, or set waitForStable to true if it is still being written.");
        }
    }

    public static IEnumerable<XElement> Children(this XElement parent, string name) => parent.Elements().Where(e => e.Name.LocalName == name);

    public static XElement? Child(this XElement? parent, string name) => parent?.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    public static string Value(this XElement element, string attribute) => element.Attributes().FirstOrDefault(a => a.Name.LocalName == attribute)?.Value ?? string.Empty;

    public static double Number(string file, string text, string what) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new InputFormatException(file, 0, $"{what} is \"{(text.Length > 60 ? text[..60] : text)}\", not a number.", "The file is damaged; export it again.");

    public static double[] Numbers(string file, string text, string what)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var values = new double[words.Length];
        for (int i = 0; i < words.Length; i++)
            values[i] = Number(file, words[i], string.Create(CultureInfo.InvariantCulture, $"{what}, value {i + 1},"));
        return values;
    }
}
