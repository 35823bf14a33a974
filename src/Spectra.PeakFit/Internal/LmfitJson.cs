using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>JSON as Python writes it, and lmfit's wrappers of tuples, lists and arrays.</summary>
internal static class LmfitJson
{
    private static readonly string[] NonFinite = ["NaN", "Infinity", "-Infinity"];

    public static JsonDocument Parse(string text, string file)
    {
        try
        {
            // A sum of models nests once per model.
            return JsonDocument.Parse(QuoteNonFinite(text), new JsonDocumentOptions { MaxDepth = 2000 });
        }
        catch (JsonException e)
        {
            throw new InputFormatException(file, (e.LineNumber ?? -1) + 1, $"This is not JSON: {e.Message}", "Save it again with Parameters.dumps() or save_modelresult.");
        }
    }

    /// <summary>The items of an array, also of one that lmfit wrapped as a tuple, list or array; null for anything else.</summary>
    public static JsonElement[]? Items(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("value", out JsonElement value))
            element = value;
        return element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : null;
    }

    public static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    /// <summary>A number, also one that was NaN or infinite; null for anything else.</summary>
    public static double? Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String when double.TryParse(element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double v) => v,
        _ => null,
    };

    private static string? WordAt(string text, int at)
    {
        foreach (string word in NonFinite)
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) == 0)
                return word;
        }

        return null;
    }

    /// <summary>Python writes NaN, Infinity and -Infinity as bare words.</summary>
    private static string QuoteNonFinite(string text)
    {
        var quoted = new StringBuilder(text.Length);
        bool inside = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (inside && c == '\\' && i + 1 < text.Length)
            {
                quoted.Append(c).Append(text[++i]);
                continue;
            }

            if (c == '"')
                inside = !inside;
            string? word = inside || c is not ('N' or 'I' or '-') ? null : WordAt(text, i);
            if (word is null)
            {
                quoted.Append(c);
                continue;
            }

            quoted.Append('"').Append(word).Append('"');
            i += word.Length - 1;
        }

        return quoted.ToString();
    }
}
