namespace BigMap.Analysis;

/// <summary>Base of every error that BigMap.Analysis raises on purpose.</summary>
/// <remarks>Wrong arguments raise the <see cref="ArgumentException"/> family; a bad row of a batch raises nothing and gets a <see cref="RowStatus"/>.</remarks>
public abstract class AnalysisException : Exception
{
    /// <summary>Makes an error with a message that says what is wrong and what helps.</summary>
    /// <param name="message">The message.</param>
    /// <param name="inner">The cause, when there is one.</param>
    protected AnalysisException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A file cannot be read as what it was asked to be read as.</summary>
public sealed class InputFormatException : AnalysisException
{
    /// <summary>Makes an error that names file, position and remedy.</summary>
    /// <param name="file">The file as the caller named it.</param>
    /// <param name="line">Line number, from 1; 0 when the error concerns the whole file.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="remedy">What the user can do about it.</param>
    public InputFormatException(string file, long line, string problem, string remedy)
        : this(file, line, -1, line > 0 ? $"line {line}" : null, problem, remedy)
    {
    }

    private InputFormatException(string file, long line, long offset, string? position, string problem, string remedy)
        : base(position is null ? $"{file}: {problem} {remedy}" : $"{file}, {position}: {problem} {remedy}")
    {
        File = file;
        Line = line;
        Offset = offset;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>Makes an error that names file, position and remedy, for a binary file.</summary>
    /// <param name="file">The file as the caller named it.</param>
    /// <param name="offset">Byte in the file, from 0.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="remedy">What the user can do about it.</param>
    /// <returns>The error, to be thrown.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    public static InputFormatException AtByte(string file, long offset, string problem, string remedy)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new(file, 0, offset, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"byte {offset}"), problem, remedy);
    }

    /// <summary>The file as the caller named it.</summary>
    public string File { get; }

    /// <summary>Line number, from 1; 0 when the error concerns the whole file.</summary>
    public long Line { get; }

    /// <summary>Byte in a binary file, from 0; −1 when the error concerns the whole file or a line.</summary>
    public long Offset { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What the user can do about it.</summary>
    public string Remedy { get; }
}

/// <summary>One fault in a set of options or in a recipe.</summary>
/// <param name="Path">Where: the option's name, with its parents (<c>peaks[0].center.min</c>).</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record OptionFault(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

/// <summary>Options that cannot be used; lists every fault at once. Raised before any computation.</summary>
public sealed class OptionsException : AnalysisException
{
    /// <summary>Makes an error from all faults found.</summary>
    /// <param name="subject">What the options belong to, e.g. an operation name.</param>
    /// <param name="faults">Every fault found.</param>
    public OptionsException(string subject, IReadOnlyList<OptionFault> faults)
        : base($"{subject}: {string.Join(" ", faults)}")
    {
        Subject = subject;
        Faults = faults;
    }

    /// <summary>What the options belong to.</summary>
    public string Subject { get; }

    /// <summary>Every fault found.</summary>
    public IReadOnlyList<OptionFault> Faults { get; }
}

/// <summary>Data that do not fit together or do not fit the operation: axes that differ, a range outside the data, a missing column.</summary>
public sealed class DataMismatchException : AnalysisException
{
    /// <summary>Makes an error with a message that says what is wrong and what helps.</summary>
    /// <param name="message">The message.</param>
    public DataMismatchException(string message)
        : base(message)
    {
    }
}
