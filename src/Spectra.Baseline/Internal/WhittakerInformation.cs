namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Diagonals of (W + λDᵀD)⁻¹ and of (W + λDᵀD)⁻¹ S (W + λDᵀD)⁻¹, and the determinant, in time proportional to the number of points.</summary>
/// <remarks>
/// <para>
/// What the points up to a place, and those after it, say about (value, slope, curvature) there is an information matrix each. Both follow by
/// the elimination of <see cref="SpacedWhittakerSolver"/>, from the left and from the right; their sum, inverted, holds the wanted element. Sums of
/// terms of one sign do not cancel, whatever λ is.
/// </para>
/// <para>The second diagonal is minus the derivative of the first when εS is added to W: everything is carried with its derivative.</para>
/// </remarks>
internal sealed class WhittakerInformation(int points)
{
    private readonly Form[] _left = new Form[points];

    /// <summary>log det (W/λ + DᵀD) up to a constant that depends on neither W nor λ.</summary>
    public double LogDeterminant { get; private set; }

    /// <summary>Computes. False when fewer than d points have a weight.</summary>
    /// <param name="weights">W, 0 or more.</param>
    /// <param name="scores">S, 0 or more; or empty.</param>
    /// <param name="penalty">λ and d.</param>
    /// <param name="axis">The axis, or null for points at distance 1.</param>
    /// <param name="inverse">Receives the diagonal of the inverse.</param>
    /// <param name="sandwich">Receives the diagonal with S; empty without S.</param>
    public bool Compute(ReadOnlySpan<double> weights, ReadOnlySpan<double> scores, (double Lambda, int Order) penalty, AxisSpacing? axis, Span<double> inverse, Span<double> sandwich)
    {
        int n = points, order = penalty.Order;
        double scale = 1 / penalty.Lambda;
        Form form = default;
        LogDeterminant = 0;
        for (int i = 0; i < n - 1; i++)
        {
            // (zᵢ, sᵢ₋₁, cᵢ₋₁) to (zᵢ, sᵢ, cᵢ), and from there to the next point.
            form.Aa += Weight(weights, scores, i, scale);
            double step = axis?.Step[i] ?? 1, share = axis?.Share[i] ?? 1;
            switch (order)
            {
                case 1:
                    _left[i] = form;
                    LogDeterminant += Math.Log(form.EliminateValue(step));
                    break;
                case 2:
                    LogDeterminant += Math.Log(form.EliminateSlope(share));
                    _left[i] = form;
                    form.ShiftValue(step);
                    break;
                default:
                    LogDeterminant += Math.Log(form.EliminateCurvature(Turn(axis, i)));
                    form.ShiftSlope(share);
                    _left[i] = form;
                    form.ShiftValue(step);
                    break;
            }
        }

        form.Aa += Weight(weights, scores, n - 1, scale);
        if (!form.Invert(order, out Dual element, out double logDeterminant))
            return false;
        LogDeterminant += logDeterminant;
        Give(element, scale, n - 1, inverse, sandwich);
        form = default;
        for (int i = n - 2; i >= 0; i--)
        {
            // What the points after i say, in the coordinates of the left side at i.
            form.Aa += Weight(weights, scores, i + 1, scale);
            double step = axis?.Step[i] ?? 1, share = axis?.Share[i + 1] ?? 1;
            switch (order)
            {
                case 1:
                    form.EliminateValue(step);
                    break;
                case 2:
                    form.EliminateSlope(share);
                    form.ShiftValue(-step);
                    break;
                default:
                    form.ShiftSlope(-share);
                    form.ShiftValue(-step);
                    form.EliminateCurvature(Turn(axis, i + 1));
                    break;
            }

            if (!form.Plus(_left[i]).Invert(order, out element, out _))
                return false;
            Give(element, scale, i, inverse, sandwich);
        }

        return true;
    }

    private static Dual Weight(ReadOnlySpan<double> weights, ReadOnlySpan<double> scores, int i, double scale) => new(weights[i] * scale, scores.IsEmpty ? 0 : scores[i] * scale);

    private static double Turn(AxisSpacing? axis, int i) => axis is null || i < 2 ? 1 : (axis.Step[i - 2] + axis.Step[i - 1] + axis.Step[i]) / 3;

    private static void Give(Dual element, double scale, int i, Span<double> inverse, Span<double> sandwich)
    {
        inverse[i] = element.Value * scale;
        if (!sandwich.IsEmpty)
            sandwich[i] = -element.Slope * scale;
    }

    private struct Form
    {
        public Dual Aa, Ab, Ac, Bb, Bc, Cc;

        /// <summary>Minimises over the value in favour of the next one, at distance h; returns the pivot.</summary>
        public double EliminateValue(double h)
        {
            Dual pivot = 1 + (Aa * h);
            Aa /= pivot;
            return pivot.Value;
        }

        public double EliminateSlope(double h)
        {
            Dual pivot = 1 + (Bb * h), gain = Ab * h / pivot;
            Aa -= gain * Ab;
            Ab /= pivot;
            Bb /= pivot;
            return pivot.Value;
        }

        public double EliminateCurvature(double h)
        {
            Dual pivot = 1 + (Cc * h), gainA = Ac * h / pivot, gainB = Bc * h / pivot;
            Aa -= gainA * Ac;
            Ab -= gainA * Bc;
            Bb -= gainB * Bc;
            Ac /= pivot;
            Bc /= pivot;
            Cc /= pivot;
            return pivot.Value;
        }

        /// <summary>b = b′ − h c.</summary>
        public void ShiftSlope(double h)
        {
            Cc = Cc - (2 * h * Bc) + (h * h * Bb);
            Ac -= h * Ab;
            Bc -= h * Bb;
        }

        /// <summary>a = a′ − h b.</summary>
        public void ShiftValue(double h)
        {
            Bc -= h * Ac;
            Bb = Bb - (2 * h * Ab) + (h * h * Aa);
            Ab -= h * Aa;
        }

        public readonly Form Plus(in Form other) => new()
        {
            Aa = Aa + other.Aa,
            Ab = Ab + other.Ab,
            Ac = Ac + other.Ac,
            Bb = Bb + other.Bb,
            Bc = Bc + other.Bc,
            Cc = Cc + other.Cc,
        };

        /// <summary>The element of the value in the inverse, and log det of the form.</summary>
        public readonly bool Invert(int order, out Dual element, out double logDeterminant)
        {
            (Dual aa, Dual ab, Dual bb) = (Aa, Ab, Bb);
            (element, logDeterminant) = (default, 0);
            if (order == 3)
            {
                if (!(Cc.Value > 0))
                    return false;
                aa -= Ac * Ac / Cc;
                ab -= Ac * Bc / Cc;
                bb -= Bc * Bc / Cc;
                logDeterminant += Math.Log(Cc.Value);
            }

            if (order > 1)
            {
                if (!(bb.Value > 0))
                    return false;
                aa -= ab * ab / bb;
                logDeterminant += Math.Log(bb.Value);
            }

            if (!(aa.Value > 0))
                return false;
            logDeterminant += Math.Log(aa.Value);
            element = 1 / aa;
            return true;
        }
    }
}
