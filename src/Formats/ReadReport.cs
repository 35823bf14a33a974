using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Formats;

/// <summary>One thing that the reader decided, or was told, about a file.</summary>
/// <param name="Option">The option of <see cref="TextReadOptions"/> that fixes it, by its JSON name.</param>
/// <param name="Value">What was decided.</param>
/// <param name="Reason">Why.</param>
public sealed record ReadDecision(string Option, string Value, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Option} = {Value} ({Reason})";
}

/// <summary>What was found in one file and how it was read.</summary>
/// <param name="Path">The file as the caller named it.</param>
/// <param name="Spectra">Number of spectra read from it.</param>
/// <param name="Points">Number of points of its axis.</param>
public sealed record FileReport(string Path, int Spectra, int Points)
{
    /// <summary>Every decision with its reason.</summary>
    public IReadOnlyList<ReadDecision> Decisions { get; init; } = [];

    /// <summary>What else was noticed: lines skipped, missing values, labels made unique, order of the axis.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The decision about an option.</summary>
    /// <param name="option">JSON name of the option.</param>
    /// <returns>What was decided, or null when nothing had to be.</returns>
    public ReadDecision? Decision(string option) => Decisions.FirstOrDefault(d => d.Option == option);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Path}: {Spectra} {(Spectra == 1 ? "spectrum" : "spectra")} of {Points} points\n");
        foreach (ReadDecision decision in Decisions)
            text.Append("  ").Append(decision).Append('\n');
        foreach (string note in Notes)
            text.Append("  note: ").Append(note).Append('\n');
        return text.ToString();
    }
}

/// <summary>What was decided while reading, file by file.</summary>
/// <param name="Files">One report per file, in the order of the series.</param>
/// <param name="Warnings">What a person should know.</param>
public sealed record ReadReport(IReadOnlyList<FileReport> Files, IReadOnlyList<StepWarning> Warnings)
{
    private const int MostAlike = 3;

    /// <summary>Files of the folder that were not read, with the reason in words.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>The whole report as text; of a run of files that were read alike the first is shown, the others are counted.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Files.Count;)
        {
            int first = i++;
            text.Append(Files[first]);
            while (i < Files.Count && AreAlike(Files[first], Files[i]))
                i++;
            if (i == first + 2)
                text.Append(CultureInfo.InvariantCulture, $"{Files[i - 1].Path}: read as the one before\n");
            else if (i > first + 2)
                text.Append(CultureInfo.InvariantCulture, $"{Files[first + 1].Path} to {Files[i - 1].Path}: {i - first - 1} files read as the one before\n");
        }

        foreach (string skipped in Skipped)
            text.Append("not read: ").Append(skipped).Append('\n');
        foreach (IGrouping<string, StepWarning> alike in Warnings.GroupBy(w => w.Code))
        {
            int count = alike.Count();
            foreach (StepWarning warning in alike.Take(count > MostAlike ? 1 : count))
                text.Append("warning: ").Append(warning.Message).Append('\n');
            if (count > MostAlike)
                text.Append(CultureInfo.InvariantCulture, $"warning: {count - 1} more of this kind ({alike.Key})\n");
        }

        return text.ToString();
    }

    private static bool AreAlike(FileReport one, FileReport other) =>
        one.Spectra == other.Spectra && one.Points == other.Points && one.Decisions.SequenceEqual(other.Decisions) && one.Notes.SequenceEqual(other.Notes);
}
