using System.Globalization;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Puts the spectra of several files onto one axis. Readers of other formats use it too.</summary>
internal static class SeriesAssembler
{
    /// <summary>Difference of two axes, in steps, that cannot move a peak by what a fit can tell.</summary>
    private const double LargestRounding = 1e-3;

    public static SpectrumSeries Assemble(IReadOnlyList<ParsedSeries> files, AxisMismatch onMismatch, FileOrder order, List<StepWarning> warnings)
    {
        ParsedSeries first = files[0];
        if (files.Count == 1)
        {
            return SpectrumSeries.Wrap(first.Axis, first.Intensity, first.Count, new SeriesAttributes
            {
                RowStride = first.Stride,
                Variance = first.Variance ?? default(ReadOnlyMemory<double>),
                Labels = first.Labels,
                SourceRows = first.SourceRows,
                Columns = first.Columns,
                IntensityQuantity = first.IntensityQuantity,
                IntensityUnit = first.IntensityUnit,
                Kind = first.Kind,
            });
        }

        int rows = 0, length = first.Axis.Length;
        bool variance = true;
        foreach (ParsedSeries file in files)
        {
            rows = checked(rows + file.Count);
            variance &= file.Variance is not null;
        }

        if ((long)rows * length > Array.MaxLength)
            throw new InputFormatException(first.Report.Path, 0, $"{files.Count} files hold more values than fit into one block of memory.", "Read them in parts.");
        if (!variance && files.FirstOrDefault(f => f.Variance is not null) is { } with)
        {
            ParsedSeries without = files.First(f => f.Variance is null);
            throw new InputFormatException(without.Report.Path, 0, $"The file has no standard deviations, but {with.Report.Path} has.", "Set layout to columns, or read the files separately.");
        }

        var y = new double[rows * length];
        double[]? v = variance ? new double[y.Length] : null;
        bool derived = false;
        int at = 0;
        foreach (ParsedSeries file in files)
        {
            bool same = file.Axis.SameAs(first.Axis);
            if (!same && Rounding(first.Axis, file.Axis) is { } rounding)
            {
                same = true;
                warnings.Add(new StepWarning("axis_rounded", string.Create(CultureInfo.InvariantCulture, $"{file.Report.Path} has axis values that differ from those of {first.Report.Path} by up to {rounding:G2} of a step, as by rounding; those of the first file are used.")));
            }

            if (!same)
            {
                CheckThatAxesCanBeJoined(first, file, onMismatch);
                warnings.Add(new StepWarning("axis_resampled", $"{file.Report.Path} has another axis than {first.Report.Path} and was interpolated linearly onto it."));
                derived = true;
            }

            for (int row = 0; row < file.Count; row++, at++)
            {
                Span<double> target = y.AsSpan(at * length, length);
                Span<double> targetVariance = v is null ? [] : v.AsSpan(at * length, length);
                if (same)
                {
                    file.Row(row).CopyTo(target);
                    if (v is not null)
                        file.VarianceRow(row).CopyTo(targetVariance);
                }
                else
                {
                    Interpolate(file.Axis.Values, file.Row(row), v is null ? [] : file.VarianceRow(row), first.Axis.Values, target, targetVariance);
                }
            }
        }

        return SpectrumSeries.Wrap(first.Axis, y, rows, new SeriesAttributes
        {
            Variance = v ?? default(ReadOnlyMemory<double>),
            Labels = Labels(files),
            Columns = Columns(files, order),
            IntensityQuantity = Common(files, f => f.IntensityQuantity, "intensity"),
            IntensityUnit = Common(files, f => f.IntensityUnit, string.Empty),
            Kind = derived ? IntensityKind.Derived : files.All(f => f.Kind == first.Kind) ? first.Kind : IntensityKind.Unspecified,
        });
    }

    /// <summary>Linear interpolation; the variance of a weighted mean of independent values. NaN outside the source.</summary>
    private static void Interpolate(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v, ReadOnlySpan<double> onto, Span<double> target, Span<double> targetVariance)
    {
        int j = 0;
        for (int i = 0; i < onto.Length; i++)
        {
            while (j < x.Length && x[j] < onto[i])
                j++;
            bool exact = j < x.Length && x[j] == onto[i];
            bool inside = exact || (j > 0 && j < x.Length);
            double t = inside && !exact ? (onto[i] - x[j - 1]) / (x[j] - x[j - 1]) : 0;
            target[i] = exact ? y[j] : inside ? ((1 - t) * y[j - 1]) + (t * y[j]) : double.NaN;
            if (!v.IsEmpty)
                targetVariance[i] = exact ? v[j] : inside ? ((1 - t) * (1 - t) * v[j - 1]) + (t * t * v[j]) : double.NaN;
        }
    }

    /// <summary>The largest difference of two axes in units of the local step, where it is that of rounding only; null otherwise.</summary>
    private static double? Rounding(Axis first, Axis other)
    {
        if (first.Length != other.Length || first.Length < 2 || first.Quantity != other.Quantity || first.Unit != other.Unit)
            return null;
        ReadOnlySpan<double> a = first.Values, b = other.Values;
        double most = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double step = Math.Min(i > 0 ? a[i] - a[i - 1] : double.PositiveInfinity, i + 1 < a.Length ? a[i + 1] - a[i] : double.PositiveInfinity);
            most = Math.Max(most, Math.Abs(a[i] - b[i]) / step);
        }

        return most <= LargestRounding ? most : null;
    }

    private static void CheckThatAxesCanBeJoined(ParsedSeries first, ParsedSeries file, AxisMismatch onMismatch)
    {
        if (file.Axis.Quantity != first.Axis.Quantity || file.Axis.Unit != first.Axis.Unit)
        {
            throw new InputFormatException(
                file.Report.Path,
                0,
                $"Its axis is {file.Axis.Label}, but that of {first.Report.Path} is {first.Axis.Label}.",
                "Read them separately and convert one axis.");
        }

        if (onMismatch == AxisMismatch.Resample)
            return;
        ReadOnlySpan<double> a = first.Axis.Values, b = file.Axis.Values;
        int at = a.CommonPrefixLength(b);
        string difference = at < a.Length && at < b.Length
            ? string.Create(CultureInfo.InvariantCulture, $"point {at + 1} is {b[at]:R} against {a[at]:R}")
            : string.Create(CultureInfo.InvariantCulture, $"it has {b.Length} points against {a.Length}");
        throw new InputFormatException(
            file.Report.Path,
            0,
            $"Its axis differs from that of {first.Report.Path}: {difference}.",
            "Set onAxisMismatch to resample to interpolate onto the first file's axis, or read the files separately.");
    }

    private static string[] Labels(IReadOnlyList<ParsedSeries> files)
    {
        var labels = new List<string>();
        foreach (ParsedSeries file in files)
        {
            string stem = Path.GetFileNameWithoutExtension(file.Report.Path);
            for (int row = 0; row < file.Count; row++)
                labels.Add(file.Count == 1 ? stem : $"{stem}:{(file.Labels.Length > 0 ? file.Labels[row] : row.ToString(CultureInfo.InvariantCulture))}");
        }

        string[] all = [.. labels];
        UniqueNames.Make(all);
        return all;
    }

    private static List<TableColumn> Columns(IReadOnlyList<ParsedSeries> files, FileOrder order)
    {
        var names = new List<string>();
        var times = new List<DateTimeOffset?>();
        foreach (ParsedSeries file in files)
        {
            DateTimeOffset? time = order == FileOrder.Time ? new DateTimeOffset(File.GetLastWriteTimeUtc(file.Report.Path)) : null;
            for (int row = 0; row < file.Count; row++)
            {
                names.Add(Path.GetFileName(file.Report.Path));
                times.Add(time);
            }
        }

        var columns = new List<TableColumn> { new TextColumn("file", names) };
        if (order == FileOrder.Time)
            columns.Add(new TimeColumn("file_time", times.ToArray()));
        ParsedSeries first = files[0];
        for (int c = 0; c < first.Columns.Count; c++)
        {
            TableColumn model = first.Columns[c];
            foreach (ParsedSeries file in files)
            {
                if (file.Columns.Count != first.Columns.Count || file.Columns[c].Name != model.Name || file.Columns[c].Unit != model.Unit || file.Columns[c].GetType() != model.GetType())
                    throw new InputFormatException(file.Report.Path, 0, $"Its coordinate columns are not those of {first.Report.Path}.", "Read the files separately.");
            }

            string name = columns.Exists(k => k.Name == model.Name) ? model.Name + " (2)" : model.Name;
            columns.Add(ColumnParts.Join([.. files.Select(f => f.Columns[c])]).WithName(name));
        }

        return columns;
    }

    private static string Common(IReadOnlyList<ParsedSeries> files, Func<ParsedSeries, string> get, string otherwise) =>
        files.All(f => get(f) == get(files[0])) ? get(files[0]) : otherwise;
}
