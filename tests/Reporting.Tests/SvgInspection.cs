using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Tests;

/// <summary>Reads an SVG back: texts with estimated boxes, panels, pictures.</summary>
internal sealed class SvgInspection
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public SvgInspection(string svg) => Root = XDocument.Parse(svg, LoadOptions.PreserveWhitespace).Root!;

    public XElement Root { get; }

    public double Width => Number(Root, "width");

    public double Height => Number(Root, "height");

    public string[] PanelKinds => [.. Root.Elements(Svg + "g").Select(g => g.Attribute("class")!.Value.Split(' ')[1])];

    public string[] Texts => [.. Root.Descendants(Svg + "text").Select(Shown)];

    public XElement[] Elements(string name) => [.. Root.Descendants(Svg + name)];

    /// <summary>Every text with its estimated box; turned texts are turned.</summary>
    public List<(string Text, Box Box)> TextBoxes()
    {
        var boxes = new List<(string, Box)>();
        foreach (XElement text in Root.Descendants(Svg + "text"))
        {
            double x = Number(text, "x"), y = Number(text, "y"), size = Number(text, "font-size"), width = 0;
            bool bold = text.Attribute("font-weight") is not null;
            foreach (XNode node in text.Nodes())
            {
                if (node is XText plain)
                    width += ((RichText)plain.Value).Width(size, bold);
                else if (node is XElement { Name.LocalName: "tspan" } span)
                    width += ((RichText)span.Value).Width(span.Attribute("font-size") is null ? size : Number(span, "font-size"), bold) + (span.Attribute("dx") is null ? 0 : Number(span, "dx"));
            }

            double start = (string?)text.Attribute("text-anchor") switch { "middle" => -width / 2, "end" => -width, _ => 0 };
            var box = new Box(x + start, y - (0.75 * size), x + start + width, y + (0.2 * size));
            if (text.Attribute("transform") is { } turn)
            {
                Assert.StartsWith("rotate(-90 ", turn.Value);
                box = new Box(x - (0.75 * size), y - start - width, x + (0.2 * size), y - start);
            }

            boxes.Add((Shown(text), box));
        }

        return boxes;
    }

    public IndexedPicture[] Pictures() => [.. Root.Descendants(Svg + "image").Select(i => new IndexedPicture(Convert.FromBase64String(i.Attribute("href")!.Value["data:image/png;base64,".Length..])))];

    private static string Shown(XElement text) => string.Concat(text.Nodes().Select(n => n switch
    {
        XText t => t.Value,
        XElement { Name.LocalName: "tspan" } e => (e.Attribute("dx") is null ? string.Empty : " ") + e.Value,
        _ => string.Empty,
    }));

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}

/// <summary>A palette PNG, decoded with the runtime's decompressor and checked chunk by chunk.</summary>
internal sealed class IndexedPicture
{
    private readonly byte[] _palette = [];
    private readonly byte[] _alpha = [];

    public IndexedPicture(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            ReadOnlySpan<byte> typed = png.AsSpan(at + 4, length + 4);
            Assert.Equal(PlainCrc(typed), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            byte[] data = typed[4..].ToArray();
            switch (System.Text.Encoding.ASCII.GetString(typed[..4]))
            {
                case "IHDR":
                    Width = BinaryPrimitives.ReadInt32BigEndian(data);
                    Height = BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(4));
                    Assert.Equal([8, 3, 0, 0, 0], data[8..]);
                    break;
                case "PLTE":
                    _palette = data;
                    break;
                case "tRNS":
                    _alpha = data;
                    break;
                case "IDAT":
                    using (var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress))
                    using (var raw = new MemoryStream())
                    {
                        zlib.CopyTo(raw);
                        byte[] rows = raw.ToArray();
                        Assert.Equal((Width + 1) * Height, rows.Length);
                        Pixels = [.. Enumerable.Range(0, Height).SelectMany(r => rows.AsSpan((r * (Width + 1)) + 1, Width).ToArray())];
                        Assert.All(Enumerable.Range(0, Height), r => Assert.Equal(0, rows[r * (Width + 1)]));
                    }

                    break;
            }

            at += length + 12;
        }
    }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public byte[] Pixels { get; private set; } = [];

    /// <summary>The colour at parts of width and height from the top left; null where transparent.</summary>
    public (byte R, byte G, byte B)? At(double x, double y)
    {
        int index = Pixels[(Math.Min(Height - 1, (int)(y * Height)) * Width) + Math.Min(Width - 1, (int)(x * Width))];
        return index < _alpha.Length && _alpha[index] == 0 ? null : (_palette[3 * index], _palette[(3 * index) + 1], _palette[(3 * index) + 2]);
    }

    private static uint PlainCrc(ReadOnlySpan<byte> data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
