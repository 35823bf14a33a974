using System.Globalization;

namespace BigMap.Analysis;

/// <summary>One typed column of a result table or of a series.</summary>
/// <remarks>Immutable as long as the memory it wraps is not written to.</remarks>
public abstract class TableColumn
{
    private protected TableColumn(string name, string unit)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(unit);
        Name = name;
        Unit = unit;
    }

    /// <summary>Column name, e.g. <c>H1.center</c> or <c>time</c>.</summary>
    public string Name { get; }

    /// <summary>Unit symbol; empty for a pure number or text.</summary>
    public string Unit { get; }

    /// <summary>Number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>The cell as text with the invariant culture; empty for a missing value.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The text; numbers are written so that reading them gives the same bits.</returns>
    public abstract string Text(int row);

    /// <summary>The same column with other rows.</summary>
    /// <param name="rows">Rows to take, in order; −1 gives a missing value.</param>
    /// <returns>A new column.</returns>
    public abstract TableColumn Take(ReadOnlySpan<int> rows);

    /// <summary>The same values under another name.</summary>
    /// <param name="name">The new name.</param>
    /// <returns>A column that shares the memory.</returns>
    public abstract TableColumn WithName(string name);

    /// <inheritdoc/>
    public override string ToString() => Unit.Length == 0 ? $"{Name} ({Count})" : $"{Name} / {Unit} ({Count})";

    private protected static T[] Pick<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows, T missing)
    {
        var taken = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            taken[i] = rows[i] < 0 ? missing : values[rows[i]];
        return taken;
    }
}

/// <summary>Why a number has no standard error.</summary>
public enum StandardErrorStatus : byte
{
    /// <summary>The standard error is given.</summary>
    Given,

    /// <summary>The column is one that has no standard errors.</summary>
    NotApplicable,

    /// <summary>The parameter was held fixed.</summary>
    Fixed,

    /// <summary>The parameter rests on its bound.</summary>
    OnBound,

    /// <summary>The data do not determine the parameter.</summary>
    Undetermined,

    /// <summary>There are no more points than free parameters.</summary>
    NoDegreesOfFreedom,

    /// <summary>The row has no usable result.</summary>
    NoResult,

    /// <summary>The component that the parameter belongs to is absent from the data.</summary>
    Absent,
}

/// <summary>Numbers with an optional standard error each.</summary>
public sealed class NumberColumn : TableColumn
{
    /// <summary>Makes a column of numbers.</summary>
    /// <param name="name">Column name.</param>
    /// <param name="unit">Unit symbol.</param>
    /// <param name="values">One value per row; NaN is missing.</param>
    /// <param name="standardErrors">One standard error per row, or empty when the column has none.</param>
    /// <param name="errorStatus">One reason per row for a missing standard error, or empty.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public NumberColumn(string name, string unit, ReadOnlyMemory<double> values, ReadOnlyMemory<double> standardErrors = default, ReadOnlyMemory<StandardErrorStatus> errorStatus = default)
        : base(name, unit)
    {
        if (!standardErrors.IsEmpty && standardErrors.Length != values.Length)
            throw new ArgumentException($"Column {name} has {values.Length} values but {standardErrors.Length} standard errors.", nameof(standardErrors));
        if (!errorStatus.IsEmpty && errorStatus.Length != values.Length)
            throw new ArgumentException($"Column {name} has {values.Length} values but {errorStatus.Length} error reasons.", nameof(errorStatus));
        Values = values;
        StandardErrors = standardErrors;
        ErrorStatus = errorStatus;
    }

    /// <summary>The values; NaN is missing.</summary>
    public ReadOnlyMemory<double> Values { get; }

    /// <summary>The standard errors, or empty when the column has none.</summary>
    public ReadOnlyMemory<double> StandardErrors { get; }

    /// <summary>Reasons for missing standard errors, or empty.</summary>
    public ReadOnlyMemory<StandardErrorStatus> ErrorStatus { get; }

    /// <summary>Whether the column carries standard errors.</summary>
    public bool HasStandardErrors => !StandardErrors.IsEmpty;

    /// <inheritdoc/>
    public override int Count => Values.Length;

    /// <summary>The value in a row.</summary>
    /// <param name="row">Row, from 0.</param>
    public double this[int row] => Values.Span[row];

    /// <summary>Why the standard error of a row is missing.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The reason, or <see cref="StandardErrorStatus.Given"/>.</returns>
    public StandardErrorStatus ErrorStatusOf(int row) =>
        !HasStandardErrors ? StandardErrorStatus.NotApplicable
        : ErrorStatus.IsEmpty ? (double.IsNaN(StandardErrors.Span[row]) ? StandardErrorStatus.Undetermined : StandardErrorStatus.Given)
        : ErrorStatus.Span[row];

    /// <inheritdoc/>
    public override string Text(int row) => Format(Values.Span[row]);

    /// <summary>The standard error of a row as text; empty when missing.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The text.</returns>
    public string StandardErrorText(int row) => HasStandardErrors ? Format(StandardErrors.Span[row]) : string.Empty;

    /// <inheritdoc/>
    public override TableColumn Take(ReadOnlySpan<int> rows) => new NumberColumn(
        Name,
        Unit,
        Pick(Values.Span, rows, double.NaN),
        HasStandardErrors ? Pick(StandardErrors.Span, rows, double.NaN) : default(ReadOnlyMemory<double>),
        ErrorStatus.IsEmpty ? default(ReadOnlyMemory<StandardErrorStatus>) : Pick(ErrorStatus.Span, rows, StandardErrorStatus.NoResult));

    /// <inheritdoc/>
    public override TableColumn WithName(string name) => new NumberColumn(name, Unit, Values, StandardErrors, ErrorStatus);

    private static string Format(double value) => double.IsNaN(value) ? string.Empty : value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>Whole numbers: indices, counts, iterations.</summary>
/// <param name="name">Column name.</param>
/// <param name="values">One value per row; <see cref="Missing"/> is missing.</param>
public sealed class IntegerColumn(string name, ReadOnlyMemory<long> values) : TableColumn(name, string.Empty)
{
    /// <summary>The value that stands for a missing one.</summary>
    public const long Missing = long.MinValue;

    /// <summary>The values.</summary>
    public ReadOnlyMemory<long> Values { get; } = values;

    /// <inheritdoc/>
    public override int Count => Values.Length;

    /// <summary>The value in a row.</summary>
    /// <param name="row">Row, from 0.</param>
    public long this[int row] => Values.Span[row];

    /// <inheritdoc/>
    public override string Text(int row) => Values.Span[row] is var v && v == Missing ? string.Empty : v.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override TableColumn Take(ReadOnlySpan<int> rows) => new IntegerColumn(Name, Pick(Values.Span, rows, Missing));

    /// <inheritdoc/>
    public override TableColumn WithName(string name) => new IntegerColumn(name, Values);
}

/// <summary>Text: labels, file names, states.</summary>
/// <param name="name">Column name.</param>
/// <param name="values">One text per row; empty is missing.</param>
public sealed class TextColumn(string name, IReadOnlyList<string> values) : TableColumn(name, string.Empty)
{
    /// <summary>The texts.</summary>
    public IReadOnlyList<string> Values { get; } = values ?? throw new ArgumentNullException(nameof(values));

    /// <inheritdoc/>
    public override int Count => Values.Count;

    /// <summary>The text in a row.</summary>
    /// <param name="row">Row, from 0.</param>
    public string this[int row] => Values[row];

    /// <inheritdoc/>
    public override string Text(int row) => Values[row];

    /// <inheritdoc/>
    public override TableColumn Take(ReadOnlySpan<int> rows)
    {
        var taken = new string[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            taken[i] = rows[i] < 0 ? string.Empty : Values[rows[i]];
        return new TextColumn(Name, taken);
    }

    /// <inheritdoc/>
    public override TableColumn WithName(string name) => new TextColumn(name, Values);
}

/// <summary>Points in time.</summary>
/// <param name="name">Column name.</param>
/// <param name="values">One instant per row; null is missing.</param>
public sealed class TimeColumn(string name, ReadOnlyMemory<DateTimeOffset?> values) : TableColumn(name, string.Empty)
{
    /// <summary>The instants.</summary>
    public ReadOnlyMemory<DateTimeOffset?> Values { get; } = values;

    /// <inheritdoc/>
    public override int Count => Values.Length;

    /// <summary>The instant in a row.</summary>
    /// <param name="row">Row, from 0.</param>
    public DateTimeOffset? this[int row] => Values.Span[row];

    /// <inheritdoc/>
    public override string Text(int row) => Values.Span[row]?.ToString("O", CultureInfo.InvariantCulture) ?? string.Empty;

    /// <inheritdoc/>
    public override TableColumn Take(ReadOnlySpan<int> rows) => new TimeColumn(Name, Pick(Values.Span, rows, null));

    /// <inheritdoc/>
    public override TableColumn WithName(string name) => new TimeColumn(name, Values);
}

/// <summary>The status of each row.</summary>
/// <param name="name">Column name.</param>
/// <param name="values">One status per row.</param>
public sealed class StatusColumn(string name, ReadOnlyMemory<RowStatus> values) : TableColumn(name, string.Empty)
{
    /// <summary>The statuses.</summary>
    public ReadOnlyMemory<RowStatus> Values { get; } = values;

    /// <inheritdoc/>
    public override int Count => Values.Length;

    /// <summary>The status of a row.</summary>
    /// <param name="row">Row, from 0.</param>
    public RowStatus this[int row] => Values.Span[row];

    /// <inheritdoc/>
    public override string Text(int row) => Values.Span[row].ToText();

    /// <inheritdoc/>
    public override TableColumn Take(ReadOnlySpan<int> rows) => new StatusColumn(Name, Pick(Values.Span, rows, RowStatus.NotRun));

    /// <inheritdoc/>
    public override TableColumn WithName(string name) => new StatusColumn(name, Values);
}
