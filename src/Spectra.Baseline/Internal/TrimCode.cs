using System.Globalization;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

internal static class TrimCode
{
    public static SpectrumSeries Run(SpectrumSeries series, StepRequest<TrimOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (request.Overrides.Count > 0)
            throw new OptionsException(scope.Operation, [new OptionFault(string.Empty, "Rows share one axis: a trim cannot differ from row to row.")]);
        TrimOptions options = request.Options;
        Axis axis = series.Axis;
        double from = options.From ?? double.NegativeInfinity, to = options.To ?? double.PositiveInfinity;
        int inside = axis.IndexRange(from, to, options.IncludeEnds).GetOffsetAndLength(axis.Length).Length;
        string what = string.Create(
            CultureInfo.InvariantCulture,
            $"{Text(options.From, "the start")} to {Text(options.To, "the end")} {axis.Unit}: the data run from {axis.First:R} to {axis.Last:R} {axis.Unit}");
        if (inside == 0)
        {
            if (options.Outside != TrimOutside.KeepAll)
                throw new DataMismatchException($"No point lies in the interval {what}. Choose an interval inside the data.");
            scope.Warn(new StepWarning("trim_outside", $"No point lies in the interval {what}. Everything was kept, as PRISMA does."));
            return series;
        }

        // An end that misses the first or last point by less than a step is how one asks for all of the data.
        double step = axis.Length > 1 ? (axis.Last - axis.First) / (axis.Length - 1) : 0;
        if (options.From < axis.First - step || options.To > axis.Last + step)
        {
            if (options.Outside == TrimOutside.RefusePartial)
                throw new DataMismatchException($"The interval reaches beyond the data, {what}. Choose an interval inside the data.");
            scope.Warn(new StepWarning("trim_partly_outside", $"The interval reaches beyond the data, {what}."));
        }

        return series.Trim(from, to, options.IncludeEnds);
    }

    private static string Text(double? end, string open) => end?.ToString("R", CultureInfo.InvariantCulture) ?? open;
}
