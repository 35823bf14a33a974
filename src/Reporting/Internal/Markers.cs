namespace BigMap.Analysis.Reporting.Internal;

/// <summary>Path data of markers.</summary>
internal static class Markers
{
    private static readonly Mark[] Order = [Mark.Circle, Mark.Square, Mark.Triangle, Mark.Diamond];

    public static Mark Of(int series) => Order[series % Order.Length];

    public static string Data(Mark mark, double x, double y, double r)
    {
        string cx = SvgBuilder.N(x), cy = SvgBuilder.N(y), one = SvgBuilder.N(r), two = SvgBuilder.N(2 * r);
        switch (mark)
        {
            case Mark.Square:
                double side = 0.88 * r;
                return $"M{SvgBuilder.N(x - side)},{SvgBuilder.N(y - side)}h{SvgBuilder.N(2 * side)}v{SvgBuilder.N(2 * side)}h{SvgBuilder.N(-2 * side)}Z";
            case Mark.Triangle:
                return $"M{cx},{SvgBuilder.N(y - (1.15 * r))}l{one},{SvgBuilder.N(1.9 * r)}h{SvgBuilder.N(-2 * r)}Z";
            case Mark.Diamond:
                return $"M{cx},{SvgBuilder.N(y - (1.2 * r))}l{one},{SvgBuilder.N(1.2 * r)}l{SvgBuilder.N(-r)},{SvgBuilder.N(1.2 * r)}l{SvgBuilder.N(-r)},{SvgBuilder.N(-1.2 * r)}Z";
            case Mark.Cross:
                return $"M{SvgBuilder.N(x - r)},{SvgBuilder.N(y - r)}l{two},{two}m0,{SvgBuilder.N(-2 * r)}l{SvgBuilder.N(-2 * r)},{two}";
            default:
                return $"M{SvgBuilder.N(x - r)},{cy}a{one},{one} 0 1,0 {two},0a{one},{one} 0 1,0 {SvgBuilder.N(-2 * r)},0Z";
        }
    }
}
