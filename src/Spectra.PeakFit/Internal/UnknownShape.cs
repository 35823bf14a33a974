namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>What a recipe holds that names a shape nobody knows: validation refuses it by its name.</summary>
internal sealed class UnknownShape(string name) : ILineShape
{
    public string Name => name;

    public IReadOnlyList<ShapeParameter> Parameters => [];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) => throw Refusal();

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian) => throw Refusal();

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient) => throw Refusal();

    private InvalidOperationException Refusal() => new($"There is no line shape {name}.");
}
