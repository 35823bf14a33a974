using System.Globalization;
using System.Text.Json;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Line numbers of JSON paths, which a DOM does not keep.</summary>
internal sealed class JsonLines
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <param name="utf8">Text that has been parsed without error before.</param>
    public JsonLines(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        var open = new Stack<(string Path, int Index)>();
        string property = string.Empty;
        int line = 1, counted = 0;
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            line += utf8[counted..start].Count((byte)'\n');
            counted = start;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                property = Join(open.Peek().Path, reader.GetString()!);
                _lines[property] = line;
                continue;
            }

            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                open.Pop();
                continue;
            }

            string path = string.Empty;
            if (open.TryPop(out (string Path, int Index) parent))
            {
                path = parent.Index < 0 ? property : string.Create(CultureInfo.InvariantCulture, $"{parent.Path}[{parent.Index}]");
                open.Push(parent.Index < 0 ? parent : (parent.Path, parent.Index + 1));
            }

            _lines.TryAdd(path, line);
            if (reader.TokenType is JsonTokenType.StartObject)
                open.Push((path, -1));
            else if (reader.TokenType is JsonTokenType.StartArray)
                open.Push((path, 0));
        }
    }

    /// <summary>Line of the first text that is no Unicode (half a surrogate pair, which JSON allows to be written as an escape), or 0.</summary>
    public static int OfInvalidText(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped)
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return 1 + utf8[..(int)reader.TokenStartIndex].Count((byte)'\n');
            }
        }

        return 0;
    }

    /// <summary>Line of a path, or of the nearest object around it when the path itself is not in the text.</summary>
    public int Of(string path)
    {
        while (true)
        {
            if (_lines.TryGetValue(path, out int line))
                return line;
            if (path.Length == 0)
                return 0;
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
