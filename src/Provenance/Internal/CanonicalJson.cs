using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>How this package writes JSON: indented, LF, UTF-8 without escapes that only HTML needs, in a fixed order.</summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonDocumentOptions Reading { get; } = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static string Text(Action<Utf8JsonWriter> write, bool indented = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : Compact))
            write(writer);
        string text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return indented ? text + "\n" : text;
    }

    /// <summary>Writes JSON text as a value, in the layout of the writer.</summary>
    public static void WriteJson(this Utf8JsonWriter writer, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        document.RootElement.WriteTo(writer);
    }

    /// <summary>Reads a file as UTF-8 (or as what its mark says). A byte that is none raises <see cref="DecoderFallbackException"/> instead of becoming a question mark.</summary>
    public static Task<string> ReadFileAsync(string path, CancellationToken cancellationToken) =>
        File.ReadAllTextAsync(path, new UTF8Encoding(false, throwOnInvalidBytes: true), cancellationToken);

    /// <summary>Writes to a temporary name in the same folder, then renames, so that nobody reads half a file.</summary>
    public static Task WriteFileAsync(string path, string text, CancellationToken cancellationToken) =>
        OutputFile.WriteAsync(path, Encoding.UTF8.GetBytes(text), "application/json", cancellationToken);
}
