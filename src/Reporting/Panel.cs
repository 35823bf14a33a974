using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Reporting;

/// <summary>One part of a <see cref="Figure"/>: a frame with its data, axes, notes and legend.</summary>
/// <remarks>Immutable, thread-safe as long as the data it refers to are not written to.</remarks>
public abstract record Panel
{
    private protected Panel()
    {
    }

    /// <summary>Heading of the panel. Default empty: no heading.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>A further note under the heading, after what the panel itself has to say. Default empty.</summary>
    public string Note { get; init; } = string.Empty;

    /// <summary>Whether the x axis has tick labels and a title; switch it off in a panel that stands above another one with the same x axis. Default true.</summary>
    public bool ShowXLabels { get; init; } = true;

    /// <summary>Name of the kind of panel, written into the group's class.</summary>
    internal abstract string Kind { get; }

    private protected double BottomHeight => ShowXLabels ? XyFrame.BottomHeight : XyFrame.BottomHeightWithoutLabels;

    internal abstract PreparedPanel Prepare(double width, double height);

    private protected string JoinNotes(params ReadOnlySpan<string> notes)
    {
        var all = new List<string>();
        foreach (string note in notes)
        {
            if (note.Length > 0)
                all.Add(note);
        }

        if (Note.Length > 0)
            all.Add(Note);
        return string.Join(" · ", all);
    }
}
