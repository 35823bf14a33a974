namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The wording of what window methods have in common.</summary>
internal static class WindowOptionInfo
{
    public static OptionInfo HalfWindow { get; } = new("Half window", "Points on either side. The window must be wider than the widest peak at its foot; what is wider than the window is background.") { Unit = "points", Minimum = 1, Maximum = 1000000, Scale = OptionScale.Logarithmic };
}
