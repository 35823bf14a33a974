using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>A model and its values from lmfit: <c>Parameters.dumps()</c>, or a result saved by <c>save_modelresult</c> or <c>ModelResult.dumps()</c>.</summary>
/// <remarks>
/// As a table: one row with the columns that a fit here would have, and lmfit's standard errors where a value is lmfit's own but for a factor.
/// Where lmfit has no bound the default of this package holds. Immutable, thread-safe.
/// </remarks>
/// <example><code>
/// LmfitImport imported = LmfitImport.Parse(File.ReadAllText("fit.sav"));
/// foreach (UnmappedItem one in imported.Unmapped)
///     Console.WriteLine(one);
/// FitSeries fits = patterns.Fit(imported.Options);
/// </code></example>
public sealed class LmfitImport : IResultTable
{
    private readonly PeakModel _model;
    private readonly double[] _values;

    internal LmfitImport(PeakFitOptions options, IReadOnlyDictionary<string, ImportedValue> values, IReadOnlyList<UnmappedItem> unmapped, double origin)
    {
        Options = options;
        Unmapped = unmapped;
        BackgroundOrigin = origin;
        _model = new PeakModel(options);
        ModelLayout layout = _model.Layout;
        var p = new double[layout.Parameters];
        for (int i = 0; i < p.Length; i++)
            p[i] = values.TryGetValue(layout.Names[i], out ImportedValue known) ? known.Value : double.NaN;
        _values = new double[layout.Quantities.Length];
        var columns = new TableColumn[_values.Length];
        for (int i = 0; i < _values.Length; i++)
        {
            Quantity quantity = layout.Quantities[i];
            _values[i] = quantity.Parameter >= 0 ? p[quantity.Parameter] : Computed(layout, quantity, p);
            columns[i] = quantity.Parameter >= 0 && values.TryGetValue(quantity.Name, out ImportedValue one)
                ? new NumberColumn(quantity.Name, string.Empty, new[] { one.Value }, new[] { one.Error }, new[] { one.Status })
                : new NumberColumn(quantity.Name, string.Empty, new[] { _values[i] });
        }

        Columns = columns;
    }

    /// <summary>The model, started at lmfit's values, with its bounds, fixed parameters and ties.</summary>
    public PeakFitOptions Options { get; }

    /// <summary>What could not be taken over, and why; empty when everything was.</summary>
    public IReadOnlyList<UnmappedItem> Unmapped { get; }

    /// <summary>The x about which the background is written here, the middle of the window; NaN where it is unknown and the background has no start values.</summary>
    public double BackgroundOrigin { get; }

    /// <inheritdoc/>
    public string Name => "lmfit";

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => 1;

    /// <summary>Reads what lmfit wrote.</summary>
    /// <param name="text">JSON as lmfit writes it, with NaN and Infinity.</param>
    /// <param name="options">What the file does not say; null for the defaults.</param>
    /// <param name="name">What errors call the text, e.g. its file.</param>
    /// <returns>The model.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="InputFormatException">It is not what lmfit writes, or it holds no peak of a shape that is known here.</exception>
    public static LmfitImport Parse(string text, LmfitImportOptions? options = null, string name = "lmfit")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
        options ??= new LmfitImportOptions();
        LmfitImportOptions.Set.Validate(options);
        return new LmfitReader(text, options, name).Read();
    }

    /// <summary>Reads a file that lmfit wrote: the step <c>peakfit.import-lmfit</c>.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="options">What the file does not say; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The model.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="InputFormatException">The file cannot be read, or see <see cref="Parse"/>.</exception>
    public static async Task<LmfitImport> ReadAsync(string path, LmfitImportOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        await PeakFitSteps.ImportLmfit.RunAsync(new InputPath(path), new StepRequest<LmfitImportOptions>(options ?? new LmfitImportOptions()), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken).ConfigureAwait(false);

    /// <summary>The curve of the mapped model at lmfit's values: lmfit's best fit, where nothing is unmapped.</summary>
    /// <param name="x">Points.</param>
    /// <param name="y">Receives the curve; NaN without values for the background.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Evaluate(ReadOnlySpan<double> x, Span<double> y)
    {
        if (y.Length != x.Length)
            throw new ArgumentException($"There are {x.Length} points but room for {y.Length} values.", nameof(y));
        _model.Evaluate(x, _values, y, new CurvePart(Options.Background.Degree < 1 ? 0 : BackgroundOrigin, Everything: true));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Options.Peaks.Count} peaks from lmfit, {Unmapped.Count} items not mapped";

    private static double Computed(ModelLayout layout, Quantity quantity, double[] p)
    {
        ILineShape line = layout.Lines[quantity.Peak];
        ReadOnlySpan<double> own = p.AsSpan(layout.PeakStarts[quantity.Peak], line.Parameters.Count);
        Span<double> gradient = stackalloc double[own.Length];
        return quantity.Kind switch
        {
            QuantityKind.Height => line.Height(own, gradient),
            QuantityKind.Fwhm => line.Fwhm(own, gradient),
            QuantityKind.Area => line.Area(own, gradient),
            _ => double.NaN,
        };
    }
}
