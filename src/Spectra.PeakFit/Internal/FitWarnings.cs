using System.Globalization;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>What a person should know of a batch: one warning per cause, not one per row.</summary>
internal static class FitWarnings
{
    public static IReadOnlyList<StepWarning> Find(FitSeries fits, FitRows rows)
    {
        var warnings = new List<StepWarning>();
        AddMargins(fits, rows, warnings);
        AddCorrelations(fits, rows, warnings);
        AddMisfits(fits, rows, warnings);
        return warnings;
    }

    private static void AddMisfits(FitSeries fits, FitRows rows, List<StepWarning> warnings)
    {
        var count = new Dictionary<FitFlags, int>();
        int all = 0, worst = -1;
        double most = double.NegativeInfinity;
        for (int row = 0; row < fits.Count; row++)
        {
            FitFlags flags = rows.Info[row].Flags;
            if (flags == FitFlags.None)
                continue;
            all++;
            foreach (FitFlags one in Enum.GetValues<FitFlags>().Where(f => f != FitFlags.None && flags.HasFlag(f)))
                count[one] = count.GetValueOrDefault(one) + 1;
            if (rows.Misfit[row] > most)
                (most, worst) = (rows.Misfit[row], row);
        }

        if (all == 0)
            return;
        string kinds = string.Join(", ", count.OrderBy(c => c.Key).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key.ToText()} {c.Value}")));
        warnings.Add(new StepWarning("misfit", string.Create(
            CultureInfo.InvariantCulture,
            $"In {Rows(all, fits.Count)} the model does not describe the data within their noise ({kinds}; worst in row {fits.Input.SourceRow(worst)}, reduced chi-square {rows.Info[worst].ReducedChiSquare:G4}): standard errors are too small there and small peaks may be artefacts. Look at the residuals; another line shape, a missing peak or a more flexible background may help.")));
    }

    private static void AddMargins(FitSeries fits, FitRows rows, List<StepWarning> warnings)
    {
        PeakFitOptions options = fits.Model.Options;
        Axis axis = fits.Input.Axis;
        for (int k = 0; k < options.Peaks.Count; k++)
        {
            string name = options.Peaks[k].Name;
            // The first two values of a peak.
            int at = k, center = Array.FindIndex(fits.Model.Layout.Quantities, q => q.Peak == at), width = center + 1;
            foreach (bool low in new[] { true, false })
            {
                int count = 0, worst = -1;
                double least = double.PositiveInfinity;
                for (int row = 0; row < fits.Count; row++)
                {
                    ReadOnlySpan<double> v = rows.Values(row);
                    if (!rows.Info[row].Status.IsUsable() || rows.Status(row)[center] is StandardErrorStatus.Absent or StandardErrorStatus.Undetermined)
                        continue;
                    double margin = (low ? v[center] - axis.First : axis.Last - v[center]) / v[width];
                    if (!(margin < options.MarginWidths))
                        continue;
                    count++;
                    if (margin < least)
                        (least, worst) = (margin, row);
                }

                if (count > 0)
                {
                    double end = low ? axis.First : axis.Last;
                    warnings.Add(new StepWarning("trim_margin", string.Create(
                        CultureInfo.InvariantCulture,
                        $"In {Rows(count, fits.Count)} the window ends at {end:G6} {axis.Unit}, less than {options.MarginWidths:G3} FWHM from the centre of {name} ({least:F2} FWHM in row {fits.Input.SourceRow(worst)}): tail and background can hardly be told apart there. Widen the window on its {(low ? "lower" : "upper")} side, or narrow the bounds of {name}.")));
                }
            }
        }
    }

    private static void AddCorrelations(FitSeries fits, FitRows rows, List<StepWarning> warnings)
    {
        var pairs = new SortedDictionary<(int, int), (int Count, int Row, double Worst)>();
        for (int row = 0; row < fits.Count; row++)
        {
            foreach ((int a, int b, double value) in rows.Correlations[row] ?? [])
            {
                (int Count, int Row, double Worst) = pairs.GetValueOrDefault((a, b), (0, row, 0));
                pairs[(a, b)] = Math.Abs(value) > Math.Abs(Worst) ? (Count + 1, row, value) : (Count + 1, Row, Worst);
            }
        }

        string[] names = fits.Model.Layout.Names;
        foreach (((int a, int b), (int count, int row, double worst)) in pairs)
        {
            warnings.Add(new StepWarning("high_correlation", string.Create(
                CultureInfo.InvariantCulture,
                $"In {Rows(count, fits.Count)} {names[a]} and {names[b]} are correlated beyond {fits.Model.Options.CorrelationLimit:G4} ({worst:F4} in row {fits.Input.SourceRow(row)}): the data hardly tell one from the other. Fix or tie one of them.")));
        }
    }

    private static string Rows(int count, int all) => all == 1 ? "this spectrum" : string.Create(CultureInfo.InvariantCulture, $"{count} of {all} rows");
}
