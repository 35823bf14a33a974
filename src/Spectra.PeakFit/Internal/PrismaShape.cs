using System.Globalization;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>PRISMA's line shapes in terms of this package.</summary>
internal static class PrismaShape
{
    /// <summary>Lorentzian part of the area where it has half of the height: π/(π + √(π/ln 2)).</summary>
    public const double HalfHeightEta = 0.5960680662311736;

    // √(π/ln 2), the area of a Gaussian of height 1 and half width 1.
    private const double GaussianArea = 2.1289340388624525;

    public static double UnitArea(PrismaLineshape shape) => shape switch
    {
        PrismaLineshape.Lorentzian => Math.PI,
        PrismaLineshape.Gaussian => GaussianArea,
        _ => 0.5 * (Math.PI + GaussianArea),
    };

    public static PeakDefinition Peak(PrismaLineshape shape, int number, Parameter center, Parameter fwhm, Parameter height) => new()
    {
        Name = Name(number),
        Shape = shape switch
        {
            PrismaLineshape.Lorentzian => LineShapes.Lorentzian,
            PrismaLineshape.Gaussian => LineShapes.Gaussian,
            _ => LineShapes.PseudoVoigt,
        },
        Amplitude = AmplitudeForm.Height,
        Center = center,
        Fwhm = fwhm,
        Height = height,
        Eta = shape == PrismaLineshape.PseudoVoigt50 ? Parameter.Fixed(HalfHeightEta) : Parameter.Automatic,
    };

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"peak{number}");
}
