using System.Globalization;

namespace BigMap.Analysis;

/// <summary>What the intensities of a series are, which decides what weights a fit may use.</summary>
public enum IntensityKind : byte
{
    /// <summary>Not stated.</summary>
    Unspecified,

    /// <summary>Raw counts: the variance of a value is the value itself.</summary>
    Counts,

    /// <summary>Computed from others (baseline subtracted, normalised): only a propagated variance is right.</summary>
    Derived,
}

/// <summary>Everything about a series besides its axis and intensities; all of it optional.</summary>
public sealed record SeriesAttributes
{
    /// <summary>Variances in the layout of the intensities, or empty.</summary>
    public ReadOnlyMemory<double> Variance { get; init; }

    /// <summary>Distance between the starts of two rows, in values; 0 means the axis length. Default 0.</summary>
    public int RowStride { get; init; }

    /// <summary>One label per row, or empty for <c>0</c>, <c>1</c>, …</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Further columns, one value per row: time, voltage, temperature, position.</summary>
    public IReadOnlyList<TableColumn> Columns { get; init; } = [];

    /// <summary>Index of each row in the series that was read, or empty for 0, 1, …; survives slicing and selecting.</summary>
    public ReadOnlyMemory<int> SourceRows { get; init; }

    /// <summary>Name of the intensity. Default <c>intensity</c>.</summary>
    public string IntensityQuantity { get; init; } = "intensity";

    /// <summary>Unit of the intensity. Default empty.</summary>
    public string IntensityUnit { get; init; } = string.Empty;

    /// <summary>What the intensities are.</summary>
    public IntensityKind Kind { get; init; }
}

/// <summary>Spectra or patterns over one axis: one row-major block of intensities, its variances, labels and columns.</summary>
/// <remarks>
/// Immutable and thread-safe as long as the memory it wraps is not written to. Trimming and slicing give views on the same memory.
/// NaN and infinities are allowed in intensities; steps give such a row a <see cref="RowStatus"/>.
/// </remarks>
/// <example><code>
/// var axis = new Axis(new double[] { 1, 2, 3 }, AxisQuantity.RamanShift, "cm^-1");
/// var series = SpectrumSeries.Wrap(axis, new double[] { 5, 6, 7, 8, 9, 10 }, count: 2);
/// Console.WriteLine(series.Trim(1.5, 3)[1][0]); // 9
/// </code></example>
public sealed class SpectrumSeries
{
    private readonly ReadOnlyMemory<double> _intensity;
    private readonly SeriesAttributes _attributes;
    private readonly int _offset;
    private readonly int _stride;

    private SpectrumSeries(Axis axis, ReadOnlyMemory<double> intensity, (int Count, int Offset, int Stride) layout, SeriesAttributes attributes)
    {
        Axis = axis;
        _intensity = intensity;
        (Count, _offset, _stride) = layout;
        _attributes = attributes;
    }

    /// <summary>The common axis.</summary>
    public Axis Axis { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Points per row.</summary>
    public int Length => Axis.Length;

    /// <summary>Whether every value has a variance.</summary>
    public bool HasVariance => !_attributes.Variance.IsEmpty;

    /// <summary>Columns with one value per row.</summary>
    public IReadOnlyList<TableColumn> Columns => _attributes.Columns;

    /// <summary>Name of the intensity.</summary>
    public string IntensityQuantity => _attributes.IntensityQuantity;

    /// <summary>Unit of the intensity.</summary>
    public string IntensityUnit => _attributes.IntensityUnit;

    /// <summary>What the intensities are.</summary>
    public IntensityKind Kind => _attributes.Kind;

    /// <summary>The intensities of a row.</summary>
    /// <param name="row">Row, from 0.</param>
    public ReadOnlySpan<double> this[int row] => _intensity.Span.Slice(Start(row), Length);

    /// <summary>Wraps a block of intensities without copying it.</summary>
    /// <param name="axis">The common axis.</param>
    /// <param name="intensity">Row-major block.</param>
    /// <param name="count">Number of rows; 0 is allowed.</param>
    /// <param name="attributes">Variances, labels, columns and the rest.</param>
    /// <returns>The series.</returns>
    /// <exception cref="ArgumentException">The block is too short, or an attribute has another number of rows.</exception>
    public static SpectrumSeries Wrap(Axis axis, ReadOnlyMemory<double> intensity, int count, SeriesAttributes? attributes = null)
    {
        ArgumentNullException.ThrowIfNull(axis);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        attributes ??= new SeriesAttributes();
        int stride = attributes.RowStride == 0 ? axis.Length : attributes.RowStride;
        if (stride < axis.Length)
            throw new ArgumentException($"A row stride of {stride} is shorter than the {axis.Length} points of the axis.", nameof(attributes));
        long needed = count == 0 ? 0 : ((long)(count - 1) * stride) + axis.Length;
        if (intensity.Length < needed)
            throw new ArgumentException($"{count} rows of {axis.Length} points need {needed} values, but there are {intensity.Length}.", nameof(intensity));
        if (!attributes.Variance.IsEmpty && attributes.Variance.Length < needed)
            throw new ArgumentException($"{count} rows of {axis.Length} points need {needed} variances, but there are {attributes.Variance.Length}.", nameof(attributes));
        if (attributes.Labels.Count != 0 && attributes.Labels.Count != count)
            throw new ArgumentException($"There are {count} rows but {attributes.Labels.Count} labels.", nameof(attributes));
        if (!attributes.SourceRows.IsEmpty && attributes.SourceRows.Length != count)
            throw new ArgumentException($"There are {count} rows but {attributes.SourceRows.Length} source rows.", nameof(attributes));
        foreach (TableColumn column in attributes.Columns)
        {
            if (column.Count != count)
                throw new ArgumentException($"There are {count} rows but column {column.Name} has {column.Count}.", nameof(attributes));
        }

        return new SpectrumSeries(axis, intensity, (count, 0, stride), attributes);
    }

    /// <summary>Copies spectra that share one axis into a series.</summary>
    /// <param name="spectra">At least one spectrum.</param>
    /// <returns>The series; intensity and kind are those of the spectra where they agree.</returns>
    /// <exception cref="DataMismatchException">The axes differ; the message names the first that does.</exception>
    public static SpectrumSeries From(IReadOnlyList<Spectrum> spectra)
    {
        ArgumentNullException.ThrowIfNull(spectra);
        if (spectra.Count == 0)
            throw new ArgumentException("A series needs at least one spectrum.", nameof(spectra));
        Axis axis = spectra[0].Axis;
        bool hasVariance = spectra.All(s => !s.Variance.IsEmpty);
        var y = new double[axis.Length * spectra.Count];
        var v = hasVariance ? new double[y.Length] : [];
        for (int i = 0; i < spectra.Count; i++)
        {
            if (!spectra[i].Axis.SameAs(axis))
                throw new DataMismatchException($"Spectrum {i} ({spectra[i].Label}) has another axis than spectrum 0: {spectra[i].Axis} against {axis}. Resample it onto one axis first.");
            spectra[i].Intensity.CopyTo(y.AsMemory(i * axis.Length));
            if (hasVariance)
                spectra[i].Variance.CopyTo(v.AsMemory(i * axis.Length));
        }

        Spectrum first = spectra[0];
        return Wrap(axis, y, spectra.Count, new SeriesAttributes
        {
            Variance = v,
            Labels = [.. spectra.Select(s => s.Label)],
            IntensityQuantity = first.IntensityQuantity,
            IntensityUnit = spectra.All(s => s.IntensityUnit == first.IntensityUnit) ? first.IntensityUnit : string.Empty,
            Kind = spectra.All(s => s.Kind == first.Kind) ? first.Kind : IntensityKind.Unspecified,
        });
    }

    /// <summary>The variances of a row; empty when the series has none.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The variances.</returns>
    public ReadOnlySpan<double> Variance(int row) => HasVariance ? _attributes.Variance.Span.Slice(Start(row), Length) : [];

    /// <summary>The label of a row.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The label.</returns>
    public string Label(int row) => _attributes.Labels.Count == 0 ? SourceRow(row).ToString(CultureInfo.InvariantCulture) : _attributes.Labels[row];

    /// <summary>The index that a row had in the series that was read.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The index.</returns>
    public int SourceRow(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return _attributes.SourceRows.IsEmpty ? row : _attributes.SourceRows.Span[row];
    }

    /// <summary>One row as a spectrum; shares the memory.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The spectrum.</returns>
    public Spectrum SpectrumAt(int row) => new(
        Axis,
        _intensity.Slice(Start(row), Length),
        HasVariance ? _attributes.Variance.Slice(Start(row), Length) : default,
        Label(row))
    {
        IntensityQuantity = IntensityQuantity,
        IntensityUnit = IntensityUnit,
        Kind = Kind,
    };

    /// <summary>The points inside an interval; a view, nothing is copied.</summary>
    /// <param name="from">Lower end, in the axis unit.</param>
    /// <param name="to">Upper end, in the axis unit.</param>
    /// <param name="includeEnds">Whether points equal to an end stay. Default true.</param>
    /// <returns>The trimmed series.</returns>
    /// <exception cref="DataMismatchException">No point lies inside; the message states the range of the data.</exception>
    public SpectrumSeries Trim(double from, double to, bool includeEnds = true)
    {
        (int start, int length) = Axis.IndexRange(from, to, includeEnds).GetOffsetAndLength(Length);
        if (length == 0)
        {
            throw new DataMismatchException(string.Create(
                CultureInfo.InvariantCulture,
                $"No point lies between {from:R} and {to:R} {Axis.Unit}: the data run from {Axis.First:R} to {Axis.Last:R} {Axis.Unit}. Choose an interval inside the data."));
        }

        return new SpectrumSeries(Axis.Slice(start..(start + length)), _intensity, (Count, _offset + start, _stride), _attributes);
    }

    /// <summary>A range of rows; a view on the intensities.</summary>
    /// <param name="rows">Range of rows.</param>
    /// <returns>The part.</returns>
    public SpectrumSeries Slice(Range rows)
    {
        (int start, int count) = rows.GetOffsetAndLength(Count);
        var index = new int[count];
        for (int i = 0; i < count; i++)
            index[i] = start + i;
        return new SpectrumSeries(Axis, _intensity, (count, _offset + (start * _stride), _stride), PickAttributes(index));
    }

    /// <summary>Chosen rows in a chosen order; copies them.</summary>
    /// <param name="rows">Rows of this series.</param>
    /// <returns>The chosen rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A row does not exist.</exception>
    public SpectrumSeries Select(ReadOnlySpan<int> rows)
    {
        var y = new double[rows.Length * Length];
        var v = HasVariance ? new double[y.Length] : [];
        for (int i = 0; i < rows.Length; i++)
        {
            this[rows[i]].CopyTo(y.AsSpan(i * Length));
            if (HasVariance)
                Variance(rows[i]).CopyTo(v.AsSpan(i * Length));
        }

        return Wrap(Axis, y, rows.Length, PickAttributes(rows) with { Variance = v, RowStride = 0 });
    }

    /// <summary>The same rows with other intensities, e.g. after a step that computed them.</summary>
    /// <param name="intensity">Row-major block without gaps, <see cref="Count"/> × <see cref="Length"/> values.</param>
    /// <param name="variance">Variances in the same layout, or empty.</param>
    /// <param name="axis">A new axis of the same length, or null to keep this one.</param>
    /// <returns>A series of kind <see cref="IntensityKind.Derived"/> with the labels, columns and source rows of this one.</returns>
    public SpectrumSeries WithIntensity(ReadOnlyMemory<double> intensity, ReadOnlyMemory<double> variance, Axis? axis = null) =>
        Wrap(axis ?? Axis, intensity, Count, _attributes with { Variance = variance, RowStride = 0, Kind = IntensityKind.Derived });

    /// <summary>The same series with other columns.</summary>
    /// <param name="columns">One value per row each.</param>
    /// <returns>The series.</returns>
    public SpectrumSeries WithColumns(IReadOnlyList<TableColumn> columns)
    {
        foreach (TableColumn column in columns)
        {
            if (column.Count != Count)
                throw new ArgumentException($"There are {Count} rows but column {column.Name} has {column.Count}.", nameof(columns));
        }

        return new SpectrumSeries(Axis, _intensity, (Count, _offset, _stride), _attributes with { Columns = columns });
    }

    /// <summary>The same series with another axis of the same length (a calibration, another unit).</summary>
    /// <param name="axis">The new axis.</param>
    /// <returns>The series.</returns>
    public SpectrumSeries WithAxis(Axis axis)
    {
        ArgumentNullException.ThrowIfNull(axis);
        if (axis.Length != Length)
            throw new ArgumentException($"The new axis has {axis.Length} points, the series {Length}.", nameof(axis));
        return new SpectrumSeries(axis, _intensity, (Count, _offset, _stride), _attributes);
    }

    /// <summary>States that the intensities are raw counts and gives each the variance of a Poisson variable, max(y, 1).</summary>
    /// <returns>A series of kind <see cref="IntensityKind.Counts"/> with variances.</returns>
    /// <exception cref="DataMismatchException">The series was computed from others: its noise is no longer that of counts. Assign the variance before the baseline.</exception>
    public SpectrumSeries WithPoissonVariance()
    {
        if (Kind == IntensityKind.Derived)
            throw new DataMismatchException("These intensities were computed from others (a baseline was subtracted, or they were normalised), so their variance is not their value. Assign the Poisson variance to the raw counts, before that step.");
        var y = new double[Count * Length];
        var v = new double[y.Length];
        for (int row = 0; row < Count; row++)
        {
            ReadOnlySpan<double> source = this[row];
            source.CopyTo(y.AsSpan(row * Length));
            for (int i = 0; i < source.Length; i++)
                v[(row * Length) + i] = source[i] > 1 ? source[i] : double.IsNaN(source[i]) ? double.NaN : 1;
        }

        return Wrap(Axis, y, Count, _attributes with { Variance = v, RowStride = 0, Kind = IntensityKind.Counts });
    }

    /// <summary>The series over another abscissa; rows are reversed where the conversion demands it.</summary>
    /// <param name="conversion">The conversion.</param>
    /// <returns>The series over the new axis.</returns>
    /// <exception cref="DataMismatchException">Quantity or unit of the axis are not those the conversion starts from.</exception>
    public SpectrumSeries Convert(AxisConversion conversion)
    {
        ArgumentNullException.ThrowIfNull(conversion);
        Axis axis = conversion.Convert(Axis, out bool reversed);
        if (!reversed)
            return WithAxis(axis);
        var y = new double[Count * Length];
        var v = HasVariance ? new double[y.Length] : [];
        for (int row = 0; row < Count; row++)
        {
            Span<double> target = y.AsSpan(row * Length, Length);
            this[row].CopyTo(target);
            target.Reverse();
            if (HasVariance)
            {
                target = v.AsSpan(row * Length, Length);
                Variance(row).CopyTo(target);
                target.Reverse();
            }
        }

        return Wrap(axis, y, Count, _attributes with { Variance = v, RowStride = 0 });
    }

    /// <summary>The attributes of this series, in terms of its own rows; used by those who build a series from another.</summary>
    /// <returns>Attributes with a stride and variances that fit this series' own block are left out: only labels, columns, source rows, quantity, unit and kind.</returns>
    public SeriesAttributes DescribeRows() => _attributes with { Variance = default, RowStride = 0 };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Count} × {IntensityQuantity} over {Axis}{(HasVariance ? ", with variance" : string.Empty)}{(Columns.Count == 0 ? string.Empty : ", columns " + string.Join(", ", Columns.Select(c => c.Name)))}";

    private int Start(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return _offset + (row * _stride);
    }

    private SeriesAttributes PickAttributes(ReadOnlySpan<int> rows)
    {
        var source = new int[rows.Length];
        var columns = new TableColumn[Columns.Count];
        string[] labels = _attributes.Labels.Count == 0 ? [] : new string[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            source[i] = SourceRow(rows[i]);
            if (labels.Length != 0)
                labels[i] = Label(rows[i]);
        }

        for (int c = 0; c < columns.Length; c++)
            columns[c] = Columns[c].Take(rows);
        return _attributes with { SourceRows = source, Labels = labels, Columns = columns };
    }
}
