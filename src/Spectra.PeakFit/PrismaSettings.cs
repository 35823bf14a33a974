using System.Globalization;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>A peak in the settings of PRISMA.</summary>
/// <param name="From">Lowest position, axis unit.</param>
/// <param name="To">Highest position, axis unit.</param>
/// <param name="MaxWidth">Largest half width at half maximum (PRISMA's "max. width"), axis unit.</param>
public sealed record PrismaPeak(double From, double To, double MaxWidth);

/// <summary>The settings of PRISMA (BIG-MAP), as it writes them into <c>Metadata.csv</c>.</summary>
/// <remarks>Its widths are half widths at half maximum: here they are doubled. Immutable, thread-safe.</remarks>
/// <example><code>
/// PrismaSettings settings = PrismaSettings.Parse(File.ReadAllText("Metadata.csv"));
/// FitSeries fits = corrected.Fit(settings.ToOptions());
/// </code></example>
public sealed class PrismaSettings
{
    // PRISMA's narrowest half width, in steps of the axis.
    private const double NarrowestSteps = 3;

    private PrismaSettings(IReadOnlyList<PrismaPeak> peaks, PrismaLineshape lineshape)
    {
        Peaks = peaks;
        Lineshape = lineshape;
    }

    /// <summary>The peaks, in PRISMA's order: the first has the parameters h_1, p_1, w_1.</summary>
    public IReadOnlyList<PrismaPeak> Peaks { get; }

    /// <summary>The line shape of every peak.</summary>
    public PrismaLineshape Lineshape { get; }

    /// <summary>Lower end of the trimmed interval, itself excluded; null when the fit was run without a baseline.</summary>
    public double? TrimFrom { get; private init; }

    /// <summary>Upper end of the trimmed interval, itself excluded; null when the fit was run without a baseline.</summary>
    public double? TrimTo { get; private init; }

    /// <summary>log₁₀ of the asymmetry p of its baseline; null without a baseline.</summary>
    public double? LogP { get; private init; }

    /// <summary>log₁₀ of the smoothness λ of its baseline; null without a baseline.</summary>
    public double? LogLambda { get; private init; }

    /// <summary>Lines of the file that say nothing about the fit.</summary>
    public IReadOnlyList<UnmappedItem> Unmapped { get; private init; } = [];

    /// <summary>Reads <c>Metadata.csv</c>.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="InputFormatException">It is not that file, or holds no peaks.</exception>
    public static PrismaSettings Parse(string text, string name = "Metadata.csv")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
        List<(int Line, string[] Cells)> rows = InputText.Rows(text, name);
        if (rows.Count == 0 || rows[0].Cells is not [_, "Parameter", "Value"])
            throw new InputFormatException(name, 1, "The columns are not Parameter and Value.", "Give the file that PRISMA calls Metadata.csv.");
        var known = new Dictionary<string, (int Line, string Value)>(StringComparer.Ordinal);
        var unmapped = new List<UnmappedItem>();
        foreach ((int line, string[] cells) in rows.Skip(1))
        {
            if (cells.Length != 3)
                throw new InputFormatException(name, line, $"There are {cells.Length} cells instead of 3.", "Use the file as PRISMA writes it.");
            if (cells[1] is not ("Bounds" or "Widths" or "Lineshape" or "Trim" or "Log p" or "Log lambda"))
                unmapped.Add(new UnmappedItem(cells[1], $"'{cells[2]}' is no setting of a fit."));
            else if (!known.TryAdd(cells[1], (line, cells[2])))
                throw new InputFormatException(name, line, $"{cells[1]} is given twice.", "Use the file as PRISMA writes it.");
        }

        double[] bounds = Numbers("Bounds"), widths = Numbers("Widths"), trim = known.ContainsKey("Trim") ? Numbers("Trim") : [];
        if (bounds.Length == 0)
            throw new InputFormatException(name, known["Bounds"].Line, "There are no peaks.", "Give the settings of a fit of peaks.");
        if (bounds.Length != 2 * widths.Length)
            throw new InputFormatException(name, known["Widths"].Line, $"There are {bounds.Length} ends of position bounds but {widths.Length} widths.", "Use the file as PRISMA writes it.");
        if (trim.Length is not (0 or 2))
            throw new InputFormatException(name, known["Trim"].Line, $"Trim has {trim.Length} numbers instead of 2.", "Use the file as PRISMA writes it.");
        var peaks = new PrismaPeak[widths.Length];
        for (int k = 0; k < peaks.Length; k++)
        {
            peaks[k] = new PrismaPeak(bounds[2 * k], bounds[(2 * k) + 1], widths[k]);
            if (!(peaks[k].From < peaks[k].To) || !(widths[k] > 0))
                throw new InputFormatException(name, known["Bounds"].Line, string.Create(CultureInfo.InvariantCulture, $"Peak {k + 1} from {peaks[k].From} to {peaks[k].To} with the width {widths[k]} cannot be fitted."), "Bounds ascend and widths are above 0.");
        }

        return new PrismaSettings(peaks, Shape(Known("Lineshape")))
        {
            TrimFrom = trim.Length == 0 ? null : trim[0],
            TrimTo = trim.Length == 0 ? null : trim[1],
            LogP = One("Log p"),
            LogLambda = One("Log lambda"),
            Unmapped = unmapped,
        };

        (int Line, string Value) Known(string key) => known.TryGetValue(key, out (int, string) found) ? found : throw new InputFormatException(name, 0, $"{key} is missing.", "Give the metadata of a fit of peaks, as PRISMA writes it.");
        double? One(string key) => known.TryGetValue(key, out (int Line, string Value) found) ? InputText.Number(found.Value, name, found.Line, key) : null;
        PrismaLineshape Shape((int Line, string Value) cell) => cell.Value switch
        {
            "Lorentzian" => PrismaLineshape.Lorentzian,
            "Gaussian" => PrismaLineshape.Gaussian,
            "Pseudo-Voight 50% Lorentzian" => PrismaLineshape.PseudoVoigt50,
            _ => throw new InputFormatException(name, cell.Line, $"The line shape '{cell.Value}' is not known.", "PRISMA has Lorentzian, Gaussian and Pseudo-Voight 50% Lorentzian."),
        };

        // Python's lists of tuples: the order of the numbers says all.
        double[] Numbers(string key)
        {
            (int line, string value) = Known(key);
            string plain = value.Replace("np.float64", string.Empty, StringComparison.Ordinal);
            return [.. plain.Split(['[', ']', '(', ')', ',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(one => InputText.Number(one, name, line, key))];
        }
    }

    /// <summary>The model, with bounds of positions and widths; heights and the constant background are started from the data and not bounded above.</summary>
    /// <returns>The options; peaks are called <c>peak1</c>, <c>peak2</c>, … and, unlike in PRISMA, tested for being there.</returns>
    public PeakFitOptions ToOptions() => new()
    {
        Peaks = [.. Peaks.Select((p, k) => PrismaShape.Peak(Lineshape, k + 1, new(0.5 * (p.From + p.To), p.From, p.To), new(p.MaxWidth, null, 2 * p.MaxWidth), Parameter.Automatic))],
        Background = new() { Degree = 0 },
    };

    /// <summary>The model with PRISMA's start values and bounds for one spectrum: heights up to 1.1 times the highest point between the bounds of the position, a background of ±10 % of the highest point, half widths from three steps of the axis.</summary>
    /// <param name="spectrum">The trimmed spectrum without its baseline.</param>
    /// <returns>The options; peaks as in <see cref="ToOptions()"/>.</returns>
    /// <exception cref="DataMismatchException">PRISMA could not fit it either: no point between the bounds of a peak, or none above 0.</exception>
    public PeakFitOptions ToOptions(Spectrum spectrum)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        ReadOnlySpan<double> x = spectrum.Axis.Values, y = spectrum.Intensity.Span;
        double highest = Highest(x, y, double.NegativeInfinity, double.PositiveInfinity, "the spectrum");
        if (x.Length < 2)
            throw new DataMismatchException("PRISMA needs two points or more.");
        double narrowest = NarrowestSteps * Math.Abs(x[1] - x[0]);
        var peaks = new PeakDefinition[Peaks.Count];
        for (int k = 0; k < peaks.Length; k++)
        {
            PrismaPeak p = Peaks[k];
            double top = Highest(x, y, p.From, p.To, PrismaShape.Name(k + 1));
            peaks[k] = PrismaShape.Peak(
                Lineshape,
                k + 1,
                new(p.From + (0.5 * (p.To - p.From)), p.From, p.To),
                new(2 * Math.Max(1.05 * narrowest, 0.5 * p.MaxWidth), 2 * narrowest, 2 * Math.Max(1.1 * narrowest, p.MaxWidth)),
                new(0.3 * top, 0, 1.1 * top));
        }

        return new PeakFitOptions { Peaks = peaks, Background = new() { Degree = 0, Coefficients = [new(0, -0.1 * highest, 0.1 * highest)] } };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Peaks.Count} peaks of PRISMA, {Lineshape}";

    private static double Highest(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double from, double to, string what)
    {
        double highest = double.NegativeInfinity;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] > from && x[i] < to)
                highest = Math.Max(highest, y[i]);
        }

        return highest > 0 && double.IsFinite(highest) ? highest : throw new DataMismatchException($"There is no finite point above 0 for {what}: PRISMA's bounds of heights would be empty.");
    }
}
