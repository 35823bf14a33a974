namespace BigMap.Analysis.Spectra.PeakFit.Internal;

internal static class ShapeParameters
{
    public static readonly ShapeParameter Area = new("area", ShapeParameterRole.Area);

    public static readonly ShapeParameter Center = new("center", ShapeParameterRole.Center);

    public static readonly ShapeParameter Fwhm = new("fwhm", ShapeParameterRole.Width);

    public static readonly ShapeParameter Eta = new("eta", ShapeParameterRole.Form, 0.5, 0, 1);
}

internal sealed class GaussianShape : ILineShape
{
    public string Name => "gaussian";

    public IReadOnlyList<ShapeParameter> Parameters { get; } = [ShapeParameters.Area, ShapeParameters.Center, ShapeParameters.Fwhm];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) =>
        Profiles.Add(new GaussianKernel(parameters[0], parameters[1], parameters[2]), x, y);

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian) =>
        Profiles.AddWithJacobian(new GaussianKernel(parameters[0], parameters[1], parameters[2]), x, y, jacobian);

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double unit = ProfileConstants.GaussianHeight / parameters[2], height = parameters[0] * unit;
        gradient[0] = unit;
        gradient[1] = 0;
        gradient[2] = -height / parameters[2];
        return height;
    }
}

internal sealed class LorentzianShape : ILineShape
{
    public string Name => "lorentzian";

    public IReadOnlyList<ShapeParameter> Parameters { get; } = [ShapeParameters.Area, ShapeParameters.Center, ShapeParameters.Fwhm];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) =>
        Profiles.Add(new LorentzianKernel(parameters[0], parameters[1], parameters[2]), x, y);

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian) =>
        Profiles.AddWithJacobian(new LorentzianKernel(parameters[0], parameters[1], parameters[2]), x, y, jacobian);

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double unit = ProfileConstants.LorentzianHeight / parameters[2], height = parameters[0] * unit;
        gradient[0] = unit;
        gradient[1] = 0;
        gradient[2] = -height / parameters[2];
        return height;
    }
}

internal sealed class PseudoVoigtShape : ILineShape
{
    public string Name => "pseudoVoigt";

    public IReadOnlyList<ShapeParameter> Parameters { get; } = [ShapeParameters.Area, ShapeParameters.Center, ShapeParameters.Fwhm, ShapeParameters.Eta];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) =>
        Profiles.Add(new PseudoVoigtKernel(parameters[0], parameters[1], parameters[2], parameters[3]), x, y);

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian) =>
        Profiles.AddWithJacobian(new PseudoVoigtKernel(parameters[0], parameters[1], parameters[2], parameters[3]), x, y, jacobian);

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double unit = ((parameters[3] * ProfileConstants.LorentzianHeight) + ((1 - parameters[3]) * ProfileConstants.GaussianHeight)) / parameters[2];
        double height = parameters[0] * unit;
        gradient[0] = unit;
        gradient[1] = 0;
        gradient[2] = -height / parameters[2];
        gradient[3] = parameters[0] * (ProfileConstants.LorentzianHeight - ProfileConstants.GaussianHeight) / parameters[2];
        return height;
    }
}
