namespace BigMap.Analysis.Numerics;

/// <summary>Many fits of one model to curves of one length, for <see cref="BatchLevenbergMarquardt"/>: where the data come from, the model in lanes, and where results go.</summary>
/// <remarks>
/// Minimised is χ²(p) = Σ (wᵢ (f(xᵢ; p) − yᵢ))² inside bounds. A parameter with equal bounds is fixed. What the abscissa is only the model
/// knows. One instance may serve several threads when <see cref="Load"/> and <see cref="Store"/> touch nothing but their fit and
/// <see cref="Evaluate"/> keeps no state. Implement it as a struct, so that the compiler
/// sees through the call, and mark loops over points with <c>MethodImplOptions.AggressiveOptimization</c>: unoptimised first calls cost a hundred times more.
/// </remarks>
/// <example><code>
/// readonly struct Decays(double[] t, double[][] curves, double[][] results) : ILaneProblem // y = a exp(−k t)
/// {
///     public int ParameterCount => 2;
///     public int PointCount => t.Length;
///
///     public void Load(int fit, LaneData data)
///     {
///         curves[fit].CopyTo(data.Y);
///         (data.Parameters[0], data.Parameters[1]) = (curves[fit][0], 0.1);
///         data.Lower.Clear();
///     }
///
///     public void Evaluate&lt;TLanes&gt;(ReadOnlySpan&lt;TLanes&gt; p, int first, Span&lt;TLanes&gt; values, Span&lt;TLanes&gt; jacobian)
///         where TLanes : unmanaged, ILanes&lt;TLanes&gt;
///     {
///         for (int i = 0; i &lt; values.Length; i++)
///         {
///             TLanes x = TLanes.Create(t[first + i]), e = LaneMath.Exp(-p[1] * x);
///             values[i] = p[0] * e;
///             jacobian[i] = e;
///             jacobian[values.Length + i] = -values[i] * x;
///         }
///     }
///
///     public void Store(int fit, LaneFit result) => result.Parameters.CopyTo(results[fit]);
/// }
/// </code></example>
public interface ILaneProblem
{
    /// <summary>Number of parameters, at least 1.</summary>
    int ParameterCount { get; }

    /// <summary>Number of points of a curve, at least 1.</summary>
    int PointCount { get; }

    /// <summary>Hands over the data of a fit.</summary>
    /// <param name="fit">Number of the fit.</param>
    /// <param name="data">To be filled.</param>
    void Load(int fit, LaneData data);

    /// <summary>The model and its exact derivatives at some points, for all lanes at once; lanes have their own parameters.</summary>
    /// <remarks>A value must not depend on which other points are asked for. Where the model is not defined a lane may become NaN or infinite: that step is not taken.</remarks>
    /// <typeparam name="TLanes">The vector.</typeparam>
    /// <param name="parameters">One vector per parameter, inside the bounds.</param>
    /// <param name="first">The first point.</param>
    /// <param name="values">Receives f for the points from <paramref name="first"/> on.</param>
    /// <param name="jacobian">Receives one block of as many derivatives as <paramref name="values"/> per parameter (parameter-major); its content is undefined before.</param>
    void Evaluate<TLanes>(ReadOnlySpan<TLanes> parameters, int first, Span<TLanes> values, Span<TLanes> jacobian)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Takes the result of a fit. Called once for every fit, in the order in which they finish.</summary>
    /// <param name="fit">Number of the fit.</param>
    /// <param name="result">The result; its spans are valid during the call.</param>
    void Store(int fit, LaneFit result);
}

/// <summary>What a fit starts from.</summary>
public readonly ref struct LaneData
{
    internal LaneData(Span<double> y, Span<double> weights, Span<double> parameters, Span<double> lower, Span<double> upper)
    {
        Y = y;
        Weights = weights;
        Parameters = parameters;
        Lower = lower;
        Upper = upper;
    }

    /// <summary>The curve; to be filled.</summary>
    public Span<double> Y { get; }

    /// <summary>1/σ of every point; 1 unless changed.</summary>
    public Span<double> Weights { get; }

    /// <summary>Start values; to be filled. They are moved into the bounds.</summary>
    public Span<double> Parameters { get; }

    /// <summary>Lower bounds; −∞ unless changed.</summary>
    public Span<double> Lower { get; }

    /// <summary>Upper bounds; +∞ unless changed.</summary>
    public Span<double> Upper { get; }
}

/// <summary>How a fit of a batch ended.</summary>
public readonly ref struct LaneFit
{
    internal LaneFit(LeastSquaresResult result, ReadOnlySpan<double> parameters, ReadOnlySpan<double> covariance, ReadOnlySpan<StandardErrorStatus> errorStatus)
    {
        Result = result;
        Parameters = parameters;
        Covariance = covariance;
        ErrorStatus = errorStatus;
    }

    /// <summary>Status, counts and sum of squares, as <see cref="LevenbergMarquardt.Solve"/> gives them.</summary>
    public LeastSquaresResult Result { get; }

    /// <summary>The parameters; the start values when the status is <see cref="RowStatus.NotFinite"/> or <see cref="RowStatus.TooFewPoints"/>.</summary>
    public ReadOnlySpan<double> Parameters { get; }

    /// <summary>Covariance, row-major, as <see cref="LevenbergMarquardt.Covariance"/> gives it.</summary>
    public ReadOnlySpan<double> Covariance { get; }

    /// <summary>For each parameter whether it has a standard error, and why not.</summary>
    public ReadOnlySpan<StandardErrorStatus> ErrorStatus { get; }
}
