namespace BigMap.Analysis.Reporting.Internal;

/// <summary>The colours of figures. Lines and markers use hues of the Okabe–Ito set, which differ for colour-blind readers; they are told apart by marker and dash as well.</summary>
internal static class Colors
{
    public const string Text = "#1a1a1a";
    public const string Note = "#555555";
    public const string Frame = "#4d4d4d";
    public const string Grid = "#e6e6e6";
    public const string Observed = "#333333";
    public const string Model = "#c0392b";
    public const string Weak = "#8c8c8c";
    public const string Bad = "#b03a2e";
    public const string Missing = "#b5b5b5";
    public const string MissingDark = "#8a8a8a";

    private static readonly string[] Cycle = ["#0072b2", "#d55e00", "#009e73", "#8a4f9e", "#b8860b", "#3f9fd6"];

    // Every 17th entry of the 256-colour table "viridis" (S. van der Walt, N. Smith; CC0), as published with matplotlib; linear in between.
    private static readonly double[] Viridis =
    [
        0.267004, 0.004874, 0.329415, 0.282656, 0.100196, 0.422160, 0.277134, 0.185228, 0.489898, 0.253935, 0.265254, 0.529983,
        0.221989, 0.339161, 0.548752, 0.190631, 0.407061, 0.556089, 0.163625, 0.471133, 0.558148, 0.139147, 0.533812, 0.555298,
        0.120565, 0.596422, 0.543611, 0.134692, 0.658636, 0.517649, 0.208030, 0.718701, 0.472873, 0.327796, 0.773980, 0.406640,
        0.477504, 0.821444, 0.318195, 0.647257, 0.858400, 0.209861, 0.824940, 0.884720, 0.106217, 0.993248, 0.906157, 0.143936,
    ];

    public static string Series(int index) => Cycle[index % Cycle.Length];

    /// <summary>The colour at a position 0 to 1 of a colour map.</summary>
    public static (byte R, byte G, byte B) At(ColorMap map, double t)
    {
        t = Math.Clamp(t, 0, 1);
        if (map == ColorMap.Gray)
        {
            byte gray = Level(0.97 - (0.92 * t));
            return (gray, gray, gray);
        }

        double at = t * ((Viridis.Length / 3) - 1);
        int i = Math.Min((int)at, (Viridis.Length / 3) - 2);
        double f = at - i;
        return (Mix(i, 0, f), Mix(i, 1, f), Mix(i, 2, f));
    }

    public static string Hex((byte R, byte G, byte B) color)
    {
        const string Digits = "0123456789abcdef";
        return string.Create(7, color, static (span, c) =>
        {
            span[0] = '#';
            ReadOnlySpan<byte> parts = [c.R, c.G, c.B];
            for (int i = 0; i < 3; i++)
            {
                span[1 + (2 * i)] = Digits[parts[i] >> 4];
                span[2 + (2 * i)] = Digits[parts[i] & 15];
            }
        });
    }

    private static byte Mix(int i, int channel, double f) => Level(Viridis[(3 * i) + channel] + (f * (Viridis[(3 * i) + 3 + channel] - Viridis[(3 * i) + channel])));

    private static byte Level(double value) => (byte)Math.Round(255 * value, MidpointRounding.AwayFromZero);
}
