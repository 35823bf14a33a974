using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>A model made from options: names of what is fitted and reported, and its curve for given values.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>
/// PeakFitOptions options = PeakModel.Build()
///     .Peak("D", LineShapes.PseudoVoigt, center: new(1350, 1320, 1380))
///     .Peak("G", LineShapes.PseudoVoigt, center: new(1585, 1560, 1610))
///     .Polynomial(1)
///     .ToOptions();
/// </code></example>
public sealed class PeakModel
{
    /// <summary>Makes a model.</summary>
    /// <param name="options">Valid options.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public PeakModel(PeakFitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Layout = new ModelLayout(options);
        ValueNames = [.. Layout.Quantities.Select(q => q.Name)];
    }

    /// <summary>The options it was made from.</summary>
    public PeakFitOptions Options => Layout.Options;

    /// <summary>Names of the values of a fit, in the order of the columns: for every peak center, fwhm, area, height and the form parameters; then the background.</summary>
    public IReadOnlyList<string> ValueNames { get; }

    internal ModelLayout Layout { get; }

    /// <summary>Starts a model.</summary>
    /// <returns>A builder.</returns>
    public static PeakModelBuilder Build() => new();

    /// <summary>Position of a value.</summary>
    /// <param name="name">Name as in <see cref="ValueNames"/>.</param>
    /// <returns>The position.</returns>
    /// <exception cref="ArgumentException">There is no such value; the message lists those there are.</exception>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Layout.Quantities.Length; i++)
        {
            if (Layout.Quantities[i].Name == name)
                return i;
        }

        throw new ArgumentException($"The model has no value {name}; its values are {string.Join(", ", ValueNames)}.", nameof(name));
    }

    /// <summary>Computes the curve of the model, of one peak or of the background.</summary>
    /// <param name="x">Points, ascending; the background is centred as <paramref name="part"/> says.</param>
    /// <param name="values">Values as a fit gives them.</param>
    /// <param name="y">Receives the curve.</param>
    /// <param name="part">What to compute.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit, or a peak that does not exist.</exception>
    internal void Evaluate(ReadOnlySpan<double> x, ReadOnlySpan<double> values, Span<double> y, CurvePart part)
    {
        y.Clear();
        ModelLayout layout = Layout;
        Span<double> p = stackalloc double[layout.Parameters];
        foreach ((Quantity quantity, int i) in layout.Quantities.Select((q, i) => (q, i)))
        {
            if (quantity.Parameter >= 0)
                p[quantity.Parameter] = values[i];
        }

        for (int k = 0; k < Options.Peaks.Count; k++)
        {
            // A peak that is not there has the amplitude 0, and often no centre.
            if ((part.Peak == k || part.Everything) && p[layout.AmplitudeOf(k)] != 0)
            {
                ILineShape shape = layout.Lines[k];
                shape.Add(x, p.Slice(layout.PeakStarts[k], shape.Parameters.Count), y);
            }
        }

        if (part.Background || part.Everything)
        {
            ReadOnlySpan<double> c = p[layout.BackgroundStart..layout.SplineStart];
            for (int i = 0; i < x.Length; i++)
                y[i] += Polynomial(c, x[i] - part.Middle);
            if (layout.SplineCount > 0)
            {
                var spline = new SplineBasis(Options.Spline.Intervals, x.Length);
                spline.Set(x);
                for (int j = 0; j < layout.SplineCount; j++)
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(spline.Column(j), p[layout.SplineStart + j], y, y);
            }
        }
    }

    internal static double Polynomial(ReadOnlySpan<double> c, double t)
    {
        double value = 0;
        for (int k = c.Length - 1; k >= 0; k--)
            value = (value * t) + c[k];
        return value;
    }
}

/// <summary>Which part of a model a curve shows.</summary>
internal readonly record struct CurvePart(double Middle, bool Everything = false, bool Background = false, int Peak = -1);
