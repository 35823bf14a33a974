namespace BigMap.Analysis.Formats.Internal;

/// <summary>What one file gave.</summary>
internal sealed record ParsedSeries(Axis Axis, double[] Intensity, int Count, int Stride)
{
    public double[]? Variance { get; init; }

    public string[] Labels { get; init; } = [];

    /// <summary>Source rows that the file itself names, or empty.</summary>
    public int[] SourceRows { get; init; } = [];

    public IReadOnlyList<TableColumn> Columns { get; init; } = [];

    public IntensityKind Kind { get; init; }

    public required string IntensityQuantity { get; init; }

    public required string IntensityUnit { get; init; }

    public required FileReport Report { get; init; }

    public IReadOnlyList<StepWarning> Warnings { get; init; } = [];

    public ReadOnlySpan<double> Row(int row) => Intensity.AsSpan(row * Stride, Axis.Length);

    public ReadOnlySpan<double> VarianceRow(int row) => Variance.AsSpan(row * Stride, Axis.Length);
}
