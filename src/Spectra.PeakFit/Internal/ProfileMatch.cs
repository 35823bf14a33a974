using System.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>
/// A profile against the residuals of a fit: what of it is orthogonal to the derivatives of the model, and how much of that is in the residuals.
/// Curves of the last search are kept, for most rows of a series are searched at the same places and widths.
/// </summary>
internal sealed class ProfileMatch
{
    // Curves kept per workspace: 1 MiB, which stays in the second cache.
    private const int MostKept = 131_072;

    private readonly int _length;
    private readonly double[] _axis;
    private readonly double[] _projections;
    private double[] _curves = [];
    private double[] _keys = [];
    private bool[] _isKept = [];
    private int _keyLength;
    private bool _isMade;

    public ProfileMatch(int length, int roots)
    {
        _length = length;
        _axis = new double[length];
        _projections = new double[roots + 1];
    }

    /// <summary>Makes room for the curves of one search, once; keeps those of the last one while the axis is the same.</summary>
    public void Begin(ReadOnlySpan<double> x, int keyLength)
    {
        if (!_isMade)
        {
            _isMade = true;
            _curves = new double[MostKept / _length * _length];
            _isKept = new bool[MostKept / _length];
            _keys = new double[_isKept.Length * keyLength];
        }

        if (keyLength != _keyLength || !x.SequenceEqual(_axis))
        {
            Array.Clear(_isKept);
            _keyLength = keyLength;
            x.CopyTo(_axis);
        }
    }

    /// <summary>The place for a curve; false when its curve is not there yet and has to be added to what is returned, which is zero.</summary>
    /// <param name="place">Place in the search, from 0.</param>
    /// <param name="key">Every number that the curve depends on.</param>
    /// <param name="spare">Used when there is no room to keep it.</param>
    /// <param name="curve">The curve, or zeros.</param>
    /// <returns>Whether the curve is there.</returns>
    public bool TryFind(int place, ReadOnlySpan<double> key, Span<double> spare, out Span<double> curve)
    {
        if (place >= _isKept.Length || (place + 1) * _keyLength > _keys.Length)
        {
            curve = spare;
            curve.Clear();
            return false;
        }

        curve = _curves.AsSpan(place * _length, _length);
        Span<double> own = _keys.AsSpan(place * _keyLength, _keyLength);
        if (_isKept[place] && key.SequenceEqual(own))
            return true;
        key.CopyTo(own);
        _isKept[place] = true;
        curve.Clear();
        return false;
    }

    /// <summary>Squared length of the weighted curve without what the basis follows, and its product with the residuals, which are orthogonal to the basis.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="weights">1/σ.</param>
    /// <param name="basis">Orthonormal columns; what they have behind the points does not matter, for a curve has nothing there.</param>
    /// <param name="stride">From a column to the next.</param>
    /// <param name="count">Number of columns.</param>
    /// <param name="residuals">Weighted residuals; empty when the product is not wanted.</param>
    /// <returns>A squared length of 0 when the basis follows all of the curve.</returns>
    public (double Norm, double Score) Against(ReadOnlySpan<double> curve, ReadOnlySpan<double> weights, ReadOnlySpan<double> basis, int stride, int count, ReadOnlySpan<double> residuals)
    {
        int n = _length;
        Span<double> parts = _projections.AsSpan(0, count);
        double all = 0, score = 0, followed = 0;
        Vector<double> square = Vector<double>.Zero, product = Vector<double>.Zero;
        int i = 0;
        if (residuals.IsEmpty)
            residuals = curve;
        for (; i <= n - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> u = new Vector<double>(curve[i..]) * new Vector<double>(weights[i..]);
            square = Vector.FusedMultiplyAdd(u, u, square);
            product = Vector.FusedMultiplyAdd(u, new Vector<double>(residuals[i..]), product);
        }

        all = Vector.Sum(square);
        score = Vector.Sum(product);
        for (; i < n; i++)
        {
            double u = curve[i] * weights[i];
            all += u * u;
            score += u * residuals[i];
        }

        int j = 0;
        for (; j + 4 <= count; j += 4)
            Four(curve, weights, new Columns(basis[(j * stride)..], stride, n), parts[j..]);
        for (; j < count; j++)
            parts[j] = One(curve, weights, basis.Slice(j * stride, n));
        foreach (double part in parts)
            followed += part * part;

        // The difference of two sums of like size has lost the digits that the first one has beyond it.
        return all - followed > 1e-10 * all ? (all - followed, score) : (0, 0);
    }

    private void Four(ReadOnlySpan<double> curve, ReadOnlySpan<double> weights, Columns columns, Span<double> parts)
    {
        int n = _length, i = 0;
        ReadOnlySpan<double> a = columns[0], b = columns[1], c = columns[2], d = columns[3];
        Vector<double> sa = Vector<double>.Zero, sb = Vector<double>.Zero, sc = Vector<double>.Zero, sd = Vector<double>.Zero;
        for (; i <= n - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> u = new Vector<double>(curve[i..]) * new Vector<double>(weights[i..]);
            sa = Vector.FusedMultiplyAdd(u, new Vector<double>(a[i..]), sa);
            sb = Vector.FusedMultiplyAdd(u, new Vector<double>(b[i..]), sb);
            sc = Vector.FusedMultiplyAdd(u, new Vector<double>(c[i..]), sc);
            sd = Vector.FusedMultiplyAdd(u, new Vector<double>(d[i..]), sd);
        }

        (parts[0], parts[1], parts[2], parts[3]) = (Vector.Sum(sa), Vector.Sum(sb), Vector.Sum(sc), Vector.Sum(sd));
        for (; i < n; i++)
        {
            double u = curve[i] * weights[i];
            parts[0] += u * a[i];
            parts[1] += u * b[i];
            parts[2] += u * c[i];
            parts[3] += u * d[i];
        }
    }

    private readonly ref struct Columns(ReadOnlySpan<double> values, int stride, int length)
    {
        private readonly ReadOnlySpan<double> _values = values;

        public ReadOnlySpan<double> this[int j] => _values.Slice(j * stride, length);
    }

    private static double One(ReadOnlySpan<double> curve, ReadOnlySpan<double> weights, ReadOnlySpan<double> column)
    {
        int n = column.Length, i = 0;
        Vector<double> s = Vector<double>.Zero;
        for (; i <= n - Vector<double>.Count; i += Vector<double>.Count)
            s = Vector.FusedMultiplyAdd(new Vector<double>(curve[i..]) * new Vector<double>(weights[i..]), new Vector<double>(column[i..]), s);
        double sum = Vector.Sum(s);
        for (; i < n; i++)
            sum += curve[i] * weights[i] * column[i];
        return sum;
    }
}
