using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>Key figures of one run of a protocol.</summary>
/// <param name="When">When it was run.</param>
/// <param name="Protocol">Name of the recipe.</param>
/// <param name="Version">Version of the protocol: <see cref="ProtocolLog.VersionOf"/>.</param>
/// <param name="Figures">Figures by name, e.g. <c>accuracy</c>, <c>precision</c>, in a fixed unit.</param>
public sealed record ProtocolRun(DateTimeOffset When, string Protocol, string Version, IReadOnlyDictionary<string, double> Figures);

/// <summary>The key figures of every run of a protocol, with the version of the protocol; kept in a file of one JSON object per line.</summary>
/// <remarks>Immutable, thread-safe. Runs are in the order in which they were added.</remarks>
/// <example><code>
/// ProtocolLog log = await ProtocolLog.ReadAsync("lno-003.figures.jsonl");
/// log = log.With(new ProtocolRun(clock.GetUtcNow(), recipe.Name, ProtocolLog.VersionOf(recipe), new Dictionary&lt;string, double&gt; { ["accuracy"] = 2e-4 }));
/// await log.WriteAsync("lno-003.figures.jsonl");
/// MonitorResult state = ProtocolMonitor.Watch(log.Values("accuracy"));
/// </code></example>
public sealed class ProtocolLog
{
    private const string Remedy = "Give a file that ProtocolLog.WriteAsync wrote.";
    private const int VersionDigits = 12;

    private ProtocolLog(IReadOnlyList<ProtocolRun> runs) => Runs = runs;

    /// <summary>A log without runs.</summary>
    public static ProtocolLog Empty { get; } = new([]);

    /// <summary>The runs, in order.</summary>
    public IReadOnlyList<ProtocolRun> Runs { get; }

    /// <summary>The version of a protocol: the first twelve digits of the SHA-256 of its recipe with every option, and the packages that carry it out.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Text that changes whenever an option, a step or a package changes; decisions for rows are left out.</returns>
    public static string VersionOf(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        string json = new Recipe(recipe.Name, [.. recipe.Steps.Select(s => s with { Overrides = [] })]).ToJson();
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..VersionDigits];
        return $"{hash} {string.Join(' ', recipe.Steps.Select(s => $"{s.Step.Package}/{s.Step.PackageVersion}").Distinct().Order(StringComparer.Ordinal))}";
    }

    /// <summary>The same log with a run at the end.</summary>
    /// <param name="run">The run.</param>
    /// <returns>A log.</returns>
    public ProtocolLog With(ProtocolRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new ProtocolLog([.. Runs, run]);
    }

    /// <summary>The values of one figure, in order; NaN for a run that does not have it.</summary>
    /// <param name="figure">Name of the figure.</param>
    /// <param name="version">Only runs of this version; null for all.</param>
    /// <returns>The values.</returns>
    public double[] Values(string figure, string? version = null) =>
        [.. Runs.Where(r => version is null || r.Version == version).Select(r => r.Figures.TryGetValue(figure, out double value) ? value : double.NaN)];

    /// <summary>Reads a log; a file that is not there is an empty log.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The log.</returns>
    /// <exception cref="InputFormatException">A line is something else.</exception>
    public static async Task<ProtocolLog> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            return Empty;
        string[] lines = await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false);
        var runs = new List<ProtocolRun>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            try
            {
                using JsonDocument document = JsonDocument.Parse(lines[i]);
                JsonElement json = document.RootElement;
                var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
                foreach (JsonProperty figure in json.GetProperty("figures").EnumerateObject())
                    figures.Add(figure.Name, figure.Value.ValueKind == JsonValueKind.Null ? double.NaN : figure.Value.GetDouble());
                runs.Add(new ProtocolRun(
                    DateTimeOffset.Parse(json.GetProperty("when").GetString()!, CultureInfo.InvariantCulture),
                    json.GetProperty("protocol").GetString()!,
                    json.GetProperty("version").GetString()!,
                    figures));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
            {
                throw new InputFormatException(path, i + 1, $"this is no run of a protocol: {e.Message}", Remedy);
            }
        }

        return new ProtocolLog(runs);
    }

    /// <summary>Writes the log (under a temporary name first).</summary>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>A task.</returns>
    public Task WriteAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var text = new StringBuilder();
        foreach (ProtocolRun run in Runs)
        {
            text.Append(CanonicalJson.Text(writer => Write(writer, run), indented: false)).Append('\n');
        }

        return CanonicalJson.WriteFileAsync(path, text.ToString(), cancellationToken);
    }

    private static void Write(Utf8JsonWriter writer, ProtocolRun run)
    {
        writer.WriteStartObject();
        writer.WriteString("when", run.When.ToString("O", CultureInfo.InvariantCulture));
        writer.WriteString("protocol", run.Protocol);
        writer.WriteString("version", run.Version);
        writer.WriteStartObject("figures");
        foreach ((string name, double value) in run.Figures.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (double.IsFinite(value))
                writer.WriteNumber(name, value);
            else
                writer.WriteNull(name);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
