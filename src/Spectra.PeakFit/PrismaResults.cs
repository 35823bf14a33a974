using System.Globalization;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>The results of PRISMA (BIG-MAP), as it writes them into <c>Peak_parameters.csv</c>, with the columns that a fit here would have.</summary>
/// <remarks>
/// Columns: index, label, status, for every peak <c>peakK.center</c>, <c>peakK.fwhm</c> = 2w, <c>peakK.area</c>, <c>peakK.height</c>, and
/// <c>background.c0</c>. Area: πhw for the Lorentzian, √(π/ln 2)·hw for the Gaussian, the mean of both for the pseudo-Voigt. PRISMA has no standard
/// errors. A spectrum whose fit did not converge has the status <see cref="RowStatus.MaxIterations"/> and, since PRISMA keeps no last values, missing numbers.
/// Immutable, thread-safe.
/// </remarks>
/// <example><code>
/// PrismaResults results = PrismaResults.Parse(File.ReadAllText("Peak_parameters.csv"), settings.Lineshape);
/// double area = results.Numbers("peak1.area")[0];
/// </code></example>
public sealed class PrismaResults : IResultTable
{
    private readonly double[][] _rows;
    private readonly string[] _labels;

    private PrismaResults(PrismaLineshape lineshape, string[] labels, double[][] rows, int peaks)
    {
        (Lineshape, _labels, _rows, PeakCount) = (lineshape, labels, rows, peaks);
        Columns = BuildColumns();
    }

    /// <summary>The line shape of every peak.</summary>
    public PrismaLineshape Lineshape { get; }

    /// <summary>Number of peaks.</summary>
    public int PeakCount { get; }

    /// <inheritdoc/>
    public string Name => "prisma";

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => _rows.Length;

    /// <summary>Reads <c>Peak_parameters.csv</c>.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="lineshape">The line shape of the fit, which stands in <see cref="PrismaSettings"/>.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>The results.</returns>
    /// <exception cref="InputFormatException">It is not that file.</exception>
    public static PrismaResults Parse(string text, PrismaLineshape lineshape, string name = "Peak_parameters.csv")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
        List<(int Line, string[] Cells)> rows = InputText.Rows(text, name);
        string[] header = rows.Count == 0 ? [] : rows[0].Cells;
        int peaks = (header.Length - 2) / 3;
        string[] expected = ["y_0", .. Enumerable.Range(1, Math.Max(peaks, 0)).SelectMany(k => new[] { Key('h', k), Key('p', k), Key('w', k) })];
        if (peaks < 1 || !header.Skip(1).SequenceEqual(expected))
            throw new InputFormatException(name, 1, "The columns are not a label, y_0, h_1, p_1, w_1, ...", "Give the file that PRISMA calls Peak_parameters.csv.");
        var labels = new string[rows.Count - 1];
        var values = new double[rows.Count - 1][];
        for (int r = 0; r < values.Length; r++)
        {
            (int line, string[] cells) = rows[r + 1];
            if (cells.Length != header.Length)
                throw new InputFormatException(name, line, $"There are {cells.Length} cells instead of {header.Length}.", "The file is cut off or was changed; download it again.");
            labels[r] = cells[0];
            int missing = cells.Skip(1).Count(c => c is "" or "nan" or "NaN");
            if (missing > 0 && missing < cells.Length - 1)
                throw new InputFormatException(name, line, "Some of the numbers are missing.", "PRISMA leaves out all or none.");
            values[r] = [.. cells.Skip(1).Select((c, i) => missing > 0 ? double.NaN : InputText.Number(c, name, line, header[i + 1]))];
            for (int k = 1; k <= peaks; k++)
            {
                if (values[r][3 * k] <= 0)
                    throw new InputFormatException(name, line, $"{Key('w', k)} is not above 0.", "Give a table as PRISMA writes it.");
            }
        }

        return new PrismaResults(lineshape, labels, values, peaks);

        static string Key(char letter, int k) => string.Create(CultureInfo.InvariantCulture, $"{letter}_{k}");
    }

    /// <summary>Reads a file: the step <c>peakfit.import-prisma</c>.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="options">The line shape; null for the default.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The results.</returns>
    /// <exception cref="InputFormatException">The file cannot be read, or is not that file.</exception>
    public static async Task<PrismaResults> ReadAsync(string path, PrismaImportOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        await PeakFitSteps.ImportPrisma.RunAsync(new InputPath(path), new StepRequest<PrismaImportOptions>(options ?? new PrismaImportOptions()), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken).ConfigureAwait(false);

    /// <summary>The model started at the results of a row, with the default bounds of this package.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The options; peaks are called <c>peak1</c>, <c>peak2</c>, …, as in the columns.</returns>
    /// <exception cref="DataMismatchException">The row has no result.</exception>
    public PeakFitOptions ToOptions(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount, nameof(row));
        double[] v = _rows[row];
        if (double.IsNaN(v[0]))
            throw new DataMismatchException($"The fit of {_labels[row]} did not converge in PRISMA: there is no result to start from.");
        return new PeakFitOptions
        {
            Peaks = [.. Enumerable.Range(1, PeakCount).Select(k => PrismaShape.Peak(Lineshape, k, v[(3 * k) - 1], 2 * v[3 * k], v[(3 * k) - 2]))],
            Background = new() { Degree = 0, Coefficients = [v[0]] },
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"results of PRISMA: {RowCount} spectra, {PeakCount} peaks, {Lineshape}";

    private List<TableColumn> BuildColumns()
    {
        var columns = new List<TableColumn>
        {
            new IntegerColumn("index", Enumerable.Range(0, RowCount).Select(r => (long)r).ToArray()),
            new TextColumn("label", _labels),
            new StatusColumn("status", _rows.Select(v => double.IsNaN(v[0]) ? RowStatus.MaxIterations : RowStatus.Ok).ToArray()),
        };
        void Add(string name, Func<double[], double> value) => columns.Add(new NumberColumn(name, string.Empty, _rows.Select(value).ToArray()));
        double unit = PrismaShape.UnitArea(Lineshape);
        for (int k = 1; k <= PeakCount; k++)
        {
            int at = 3 * k;
            string peak = PrismaShape.Name(k);
            Add($"{peak}.center", v => v[at - 1]);
            Add($"{peak}.fwhm", v => 2 * v[at]);
            Add($"{peak}.area", v => unit * v[at - 2] * v[at]);
            Add($"{peak}.height", v => v[at - 2]);
        }

        Add("background.c0", v => v[0]);
        return columns;
    }
}
