using System.Globalization;
using System.Text;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>The fit of one spectrum.</summary>
/// <remarks>Immutable, thread-safe. Correlations are computed when they are first asked for.</remarks>
/// <example><code>
/// FitResult fit = spectrum.Fit(options).EnsureUsable();
/// Console.WriteLine($"G at {fit["G.center"]:F2} ± {fit.StandardError("G.center"):F2}");
/// Console.WriteLine(fit.Report());
/// </code></example>
public sealed partial class FitResult
{
    private readonly FitSeries _series;
    private readonly FitRows _rows;
    private readonly int _row;
    private readonly Lazy<PeakFitter?> _inspected;

    internal FitResult(FitSeries series, PeakModel model, FitRows rows, int row)
    {
        _series = series;
        Model = model;
        _rows = rows;
        _row = row;
        _inspected = new Lazy<PeakFitter?>(Inspect);
    }

    /// <summary>The model.</summary>
    public PeakModel Model { get; }

    /// <summary>How the fit ended.</summary>
    public FitInfo Info => _rows.Info[_row];

    /// <summary>The status.</summary>
    public RowStatus Status => Info.Status;

    /// <summary>Whether the numbers are a converged result.</summary>
    public bool IsUsable => Status.IsUsable();

    /// <summary>Label of the spectrum.</summary>
    public string Label => _series.Input.Label(_row);

    /// <summary>Names of the values.</summary>
    public IReadOnlyList<string> ValueNames => Model.ValueNames;

    /// <summary>Number of points.</summary>
    public int Points => _series.Input.Length;

    /// <summary>Number of varied parameters; those of absent peaks do not count, and a spline counts with the number of parameters that it amounts to, rounded.</summary>
    public int Variables => Info.Variables;

    /// <summary>What the residuals say against the model.</summary>
    public FitFlags Flags => Info.Flags;

    /// <summary>Akaike's information criterion as lmfit defines it, n ln(χ²/n) + 2k; compares models of the same data, smaller is better.</summary>
    public double Akaike => (Points * Math.Log(Info.ChiSquare / Points)) + (2 * Variables);

    /// <summary>Bayesian information criterion as lmfit defines it, n ln(χ²/n) + k ln n.</summary>
    public double Bayesian => (Points * Math.Log(Info.ChiSquare / Points)) + (Variables * Math.Log(Points));

    /// <summary>A value.</summary>
    /// <param name="name">Name, e.g. <c>G.center</c>.</param>
    /// <exception cref="ArgumentException">There is no such value; the message lists those there are.</exception>
    public double this[string name] => _rows.Values(_row)[Model.IndexOf(name)];

    /// <summary>Standard error of a value; NaN when there is none, see <see cref="ErrorStatus"/>.</summary>
    /// <param name="name">Name, e.g. <c>G.center</c>.</param>
    /// <returns>The standard error.</returns>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public double StandardError(string name) => _rows.Errors(_row)[Model.IndexOf(name)];

    /// <summary>Why a standard error is missing.</summary>
    /// <param name="name">Name, e.g. <c>G.center</c>.</param>
    /// <returns>The reason.</returns>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public StandardErrorStatus ErrorStatus(string name) => _rows.Status(_row)[Model.IndexOf(name)];

    /// <summary>Why a standard error is missing, in words.</summary>
    /// <param name="name">Name, e.g. <c>G.center</c>.</param>
    /// <returns><c>fixed</c>, <c>tied to a fixed parameter</c>, <c>on its bound</c>, <c>tied to a parameter on its bound</c>, <c>the peak is absent</c>, <c>of absent peaks</c>, <c>not determined by the data</c>, <c>no finite value</c>, <c>no degrees of freedom</c> or <c>no result</c>; empty where there is one.</returns>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public string MissingErrorReason(string name)
    {
        int q = Model.IndexOf(name);
        return Explain(q, _rows.Status(_row)[q]);
    }

    /// <summary>Whether a peak is there: whether data without it would be explained as well by noise.</summary>
    /// <param name="peak">Name of the peak.</param>
    /// <returns>False for an absent peak, and without a result.</returns>
    /// <exception cref="ArgumentException">There is no such peak.</exception>
    public bool IsPresent(string peak) => IsUsable && _rows.Present(_row)[PeakAt(peak)];

    /// <summary>The amplitude that an absent peak would need to be found with a probability of 95 %, wherever it is within its bounds.</summary>
    /// <param name="peak">Name of the peak.</param>
    /// <returns>An area (a height, for shapes without area and for <see cref="AmplitudeForm.Height"/>); NaN for a peak that is there.</returns>
    /// <exception cref="ArgumentException">There is no such peak.</exception>
    public double DetectionLimit(string peak) => _rows.Limits(_row)[PeakAt(peak)];

    /// <summary>A value with its standard error and unit.</summary>
    /// <param name="name">Name, e.g. <c>G.center</c>.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public MeasuredValue Measured(string name)
    {
        int q = Model.IndexOf(name);
        return new MeasuredValue(_rows.Values(_row)[q], _rows.Errors(_row)[q], Model.Layout.Quantities[q].UnitText(_series.Input.Axis.Unit, _series.Input.IntensityUnit));
    }

    /// <summary>Correlation of two values.</summary>
    /// <param name="a">Name of a value.</param>
    /// <param name="b">Name of a value.</param>
    /// <returns>−1 to 1; NaN when one of them has no standard error.</returns>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public double Correlation(string a, string b) => CorrelationAt(Model.IndexOf(a), Model.IndexOf(b));

    /// <summary>Turns a status that is not usable into an error.</summary>
    /// <returns>This fit.</returns>
    /// <exception cref="FitException">The fit is not usable.</exception>
    public FitResult EnsureUsable()
    {
        if (IsUsable)
            return this;
        string help = Status switch
        {
            RowStatus.MaxIterations => "Give better start values or bounds, fewer peaks, or more iterations.",
            RowStatus.NotFinite => "The spectrum holds NaN or an infinity, or a variance that is not above 0, in the window.",
            RowStatus.Singular => "The data do not determine every parameter: remove or tie some.",
            RowStatus.TooFewPoints => "The window has fewer points than the model has varied parameters.",
            _ => "The row was not fitted.",
        };
        throw new FitException($"The fit of {Label} ended with {Status.ToText()}. {help}", Status);
    }

    /// <summary>The fitted curve, on the axis of the data.</summary>
    /// <returns>The curve; NaN without a result.</returns>
    public Spectrum ModelCurve() => Curve(new CurvePart(Middle, Everything: true), "model");

    /// <summary>One peak without background, on the axis of the data.</summary>
    /// <param name="peak">Name of the peak.</param>
    /// <returns>The curve; NaN without a result.</returns>
    /// <exception cref="ArgumentException">There is no such peak.</exception>
    public Spectrum ComponentCurve(string peak)
    {
        return Curve(new CurvePart(Middle, Peak: PeakAt(peak)), peak);
    }

    /// <summary>The background, on the axis of the data.</summary>
    /// <returns>The curve; NaN without a result.</returns>
    public Spectrum BackgroundCurve() => Curve(new CurvePart(Middle, Background: true), "background");

    /// <summary>Data minus model, not weighted, on the axis of the data.</summary>
    /// <returns>The curve; NaN without a result.</returns>
    public Spectrum ResidualCurve()
    {
        ReadOnlySpan<double> model = ModelCurve().Intensity.Span, data = _series.Input[_row];
        var rest = new double[model.Length];
        for (int i = 0; i < rest.Length; i++)
            rest[i] = data[i] - model[i];
        return new Spectrum(_series.Input.Axis, rest, default, "residual");
    }

    /// <summary>The fit as text, in the form that users of lmfit know.</summary>
    /// <returns>Several lines; the same on every machine.</returns>
    public string Report()
    {
        var text = new StringBuilder();
        text.Append("[[Model]]\n    ").AppendJoin(" + ", Model.Options.Peaks.Select(p => $"{p.Name} ({p.Shape.Name})"));
        if (Model.Options.Background.Degree >= 0)
            text.Append(CultureInfo.InvariantCulture, $" + polynomial of degree {Model.Options.Background.Degree}");
        if (Model.Layout.SplineCount > 0)
            text.Append(CultureInfo.InvariantCulture, $" + spline of {Model.Options.Spline.Intervals} intervals");
        text.Append("\n[[Fit Statistics]]\n")
            .Append(CultureInfo.InvariantCulture, $"    status             = {Status.ToText()}\n")
            .Append(CultureInfo.InvariantCulture, $"    # iterations       = {Info.Iterations}\n")
            .Append(CultureInfo.InvariantCulture, $"    # data points      = {Points}\n")
            .Append(CultureInfo.InvariantCulture, $"    # variables        = {Variables}\n")
            .Append(CultureInfo.InvariantCulture, $"    chi-square         = {Info.ChiSquare:G9}\n")
            .Append(CultureInfo.InvariantCulture, $"    reduced chi-square = {Info.ReducedChiSquare:G9}\n")
            .Append(CultureInfo.InvariantCulture, $"    Akaike info crit   = {Akaike:G9}\n")
            .Append(CultureInfo.InvariantCulture, $"    Bayesian info crit = {Bayesian:G9}\n")
            .Append(CultureInfo.InvariantCulture, $"    residuals          = {Info.RunsDeviation:+0.0;-0.0} sigma in runs, {Info.Autocorrelation:F3} autocorrelation\n");
        if (Flags != FitFlags.None)
            text.Append(CultureInfo.InvariantCulture, $"    misfit             = {Flags.ToText()}: the standard errors are too small\n");
        foreach ((PeakDefinition peak, int k) in Model.Options.Peaks.Select((p, k) => (p, k)))
        {
            if (IsUsable && !_rows.Present(_row)[k])
                text.Append(CultureInfo.InvariantCulture, $"    {peak.Name} is absent: an amplitude of {_rows.Limits(_row)[k]:G3} would be found with 95 % probability\n");
        }

        AppendVariables(text);
        AppendCorrelations(text);
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Label}: {Status.ToText()}, reduced chi-square {Info.ReducedChiSquare.ToString("G5", CultureInfo.InvariantCulture)}";

    private int PeakAt(string peak)
    {
        for (int k = 0; k < Model.Options.Peaks.Count; k++)
        {
            if (Model.Options.Peaks[k].Name == peak)
                return k;
        }

        throw new ArgumentException($"There is no peak {peak}; the peaks are {string.Join(", ", Model.Options.Peaks.Select(p => p.Name))}.", nameof(peak));
    }

    private double Middle => 0.5 * (_series.Input.Axis.First + _series.Input.Axis.Last);

    private Spectrum Curve(CurvePart part, string label)
    {
        var y = new double[Points];
        Model.Evaluate(_series.Input.Axis.Values, _rows.Values(_row), y, part);
        return new Spectrum(_series.Input.Axis, y, default, label);
    }

    private PeakFitter? Inspect()
    {
        if (!IsUsable && Status != RowStatus.Singular)
            return null;
        var fitter = new PeakFitter(Model, Points);
        double[] values = _rows.Values(_row).ToArray();
        fitter.Inspect(new FitData(_series.Input.Axis.Values, _series.Input[_row], _series.Input.Variance(_row)), values, new double[values.Length], _rows.Present(_row), _rows.Shared?.Copy());
        return fitter;
    }

    private double CorrelationAt(int a, int b)
    {
        PeakFitter? fitter = _inspected.Value;
        if (fitter is null)
            return double.NaN;
        lock (_inspected)
            return fitter.Correlation(a, b);
    }

    private void AppendVariables(StringBuilder text)
    {
        text.Append("[[Variables]]\n");
        int width = ValueNames.Max(n => n.Length) + 1;
        for (int q = 0; q < ValueNames.Count; q++)
        {
            double value = _rows.Values(_row)[q], error = _rows.Errors(_row)[q], start = _rows.AllStarts[(_row * _rows.Width) + q];
            Quantity quantity = Model.Layout.Quantities[q];
            if (quantity.Kind == QuantityKind.SplineCoefficient)
                continue;
            string unit = quantity.UnitText(_series.Input.Axis.Unit, _series.Input.IntensityUnit);
            text.Append("    ").Append((ValueNames[q] + ":").PadRight(width)).Append(' ').Append(value.ToString("G9", CultureInfo.InvariantCulture));
            if (double.IsNaN(error))
                text.Append(" (").Append(Explain(q, _rows.Status(_row)[q])).Append(')');
            else
                text.Append(CultureInfo.InvariantCulture, $" +/- {error:G5}").Append(value == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" ({Math.Abs(100 * error / value):F2}%)"));
            if (quantity.Parameter >= 0)
                text.Append(CultureInfo.InvariantCulture, $" (init = {start:G7})");
            text.Append(unit.Length == 0 ? string.Empty : " " + unit).Append('\n');
        }
    }

    private void AppendCorrelations(StringBuilder text)
    {
        var pairs = new List<(string A, string B, double Value)>();
        for (int a = 0; a < ValueNames.Count; a++)
        {
            for (int b = a + 1; b < ValueNames.Count; b++)
            {
                if (Model.Layout.Quantities[a].Kind != QuantityKind.Parameter || Model.Layout.Quantities[b].Kind != QuantityKind.Parameter)
                    continue;
                double r = CorrelationAt(a, b);
                if (Math.Abs(r) >= 0.1)
                    pairs.Add((ValueNames[a], ValueNames[b], r));
            }
        }

        if (pairs.Count == 0)
            return;
        text.Append("[[Correlations]] (unreported correlations are < 0.100)\n");
        foreach ((string a, string b, double r) in pairs.OrderByDescending(p => Math.Abs(p.Value)))
            text.Append(CultureInfo.InvariantCulture, $"    C({a}, {b}) = {r:+0.0000;-0.0000}\n");
    }

    private string Explain(int q, StandardErrorStatus status)
    {
        Quantity quantity = Model.Layout.Quantities[q];
        bool tied = quantity.Parameter >= 0 && Model.Layout.IsTied[quantity.Parameter];
        return status switch
        {
            StandardErrorStatus.Given => string.Empty,
            StandardErrorStatus.Fixed when quantity.Parameter < 0 => "of fixed parameters",
            StandardErrorStatus.Fixed => tied ? "tied to a fixed parameter" : "fixed",
            StandardErrorStatus.Absent => quantity.Peak >= 0 ? "the peak is absent" : "of absent peaks",
            StandardErrorStatus.OnBound => tied ? "tied to a parameter on its bound" : "on its bound",
            StandardErrorStatus.Undetermined => "not determined by the data",
            StandardErrorStatus.NotApplicable => "no finite value",
            StandardErrorStatus.NoDegreesOfFreedom => "no degrees of freedom",
            _ => "no result",
        };
    }
}
