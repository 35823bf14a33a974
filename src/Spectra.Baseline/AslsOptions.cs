namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>When the reweighting of asymmetric least squares ends.</summary>
public enum AslsStopRule : byte
{
    /// <summary>When the set {y &gt; z} repeats: the exact minimiser, reached in a finite number of solves (usually 6 to 11).</summary>
    FixedPoint,

    /// <summary>When the relative change of the weights vector, ‖w⁺ − w‖₂ / ‖w‖₂, is below <see cref="AslsOptions.Tolerance"/>: the rule of pybaselines.</summary>
    WeightChange,

    /// <summary>When ‖w‖₂ repeats, with weight 0 where y = z: the rule of PRISMA. It is weaker than <see cref="FixedPoint"/>: another set with as many points passes too.</summary>
    WeightNorm,
}

/// <summary>What the smoothness of a baseline counts.</summary>
public enum BaselineDistance : byte
{
    /// <summary>Points, whatever the axis: the classical λ of the literature and of other programs.</summary>
    Points,

    /// <summary>Distances along the axis, in units of the mean distance of the points: divided differences, and every point weighted with its share of the axis. On an even axis the same as <see cref="Points"/>.</summary>
    Positions,
}

/// <summary>The weights with which the reweighting of asymmetric least squares starts.</summary>
public enum AslsStart : byte
{
    /// <summary>
    /// Those of a coarse problem: the baseline as parabolas over cells of neighbouring points, fitted to all points. The fixed point does not depend on the start, so the baseline has the bits of
    /// <see cref="EqualWeights"/>; usually two solves of full size lead to it instead of seven. Where it could be otherwise (another stop rule, less than 100 iterations, excluded points, an uneven axis, a difference order other than 2, p below 1e-7 or above 1 − 1e-7, a baseline
    /// that touches points) or where there is nothing to gain (λ below about 4000, less than 64 points), equal weights are used all the same.
    /// </summary>
    Nested,

    /// <summary>Equal weights: the classical iteration, with the solve counts of other programs.</summary>
    EqualWeights,
}

/// <summary>Options of the asymmetric least-squares (AsLS) baseline.</summary>
/// <remarks>
/// <para>
/// The baseline z minimises Σ wᵢ(yᵢ − zᵢ)² + λ Σ (Δᵈz)ᵢ² with wᵢ = p where yᵢ &gt; zᵢ and 1 − p elsewhere.
/// P. H. C. Eilers, Anal. Chem. 75, 3631 (2003), doi:10.1021/ac034173t; P. H. C. Eilers and H. F. M. Boelens, Baseline correction with asymmetric least squares smoothing, Leiden University Medical Centre report (2005).
/// </para>
/// <para>
/// λ counts points: on a k times denser grid the same baseline needs λ k²ᵈ. <see cref="CutOff"/> is the same smoothness as a length on the axis, and
/// gives the same baseline on any grid: λ = (cut-off/2πh)²ᵈ with h the mean distance of the points.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new AslsOptions { Lambda = 1e7, P = 0.001 };</code></example>
public sealed record AslsOptions
{
    // With fewer the classical iteration may end before its fixed point, and its last iterate is the result.
    private const int FewestIterations = 100;

    // Below, some point is nearly always so near to the baseline, for such weights, that the classical iteration has to decide.
    private const double SmallestP = 1e-7;

    /// <summary>The description of these options.</summary>
    public static OptionSet<AslsOptions> Set { get; } = OptionSet.For(new AslsOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, new("Smoothness λ", "Weight of the roughness penalty; larger is stiffer. It counts points: on a k times denser grid multiply it by k to the power 2 × difference order.") { Minimum = 1e-100, Maximum = 1e100, Scale = OptionScale.Logarithmic })
        .OptionalNumber("cutOff", o => o.CutOff, (o, v) => o with { CutOff = v }, new("Cut-off wavelength", "Smoothness as a length on the axis, in its unit, instead of lambda: a wave of this length passes a symmetric smoother with half its amplitude. Several times the widest peak.") { Minimum = 1e-100, Maximum = 1e100, Scale = OptionScale.Logarithmic })
        .Choice("distance", o => o.Distance, (o, v) => o with { Distance = v }, new("Distance", "What lambda counts. points: points, as in other programs. positions: distances along the axis, in mean steps. A cut-off always counts positions."))
        .Number("p", o => o.P, (o, v) => o with { P = v }, new("Asymmetry p", "Weight of points above the baseline; those below have 1 − p. Smaller lets the baseline run lower through the noise.") { Minimum = 1e-9, Maximum = 1 - 1e-9, Scale = OptionScale.Logarithmic })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, new("Difference order d", "What costs nothing: 1 a constant, 2 a straight line, 3 a parabola.") { Minimum = 1, Maximum = 3 })
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, new("Iterations", "Largest number of reweightings. The first solve has unit weights, so there is at most one solve more.") { Minimum = 0, Maximum = 100000 })
        .Choice("stopRule", o => o.StopRule, (o, v) => o with { StopRule = v }, new("Stop rule", "fixedPoint: the exact minimiser. weightChange: as pybaselines. weightNorm: as PRISMA."))
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new("Tolerance", "For the stop rule weightChange: largest relative change of the weights at which to stop; with 0 all iterations are carried out.") { Minimum = 0, Maximum = 1 })
        .Choice("start", o => o.Start, (o, v) => o with { Start = v }, new("Start", "Weights to start from. nested: from a coarse problem, two solves instead of seven to the same baseline. equalWeights: the classical iteration, for comparison of solve counts."))
        .Boolean("standardErrors", o => o.StandardErrors, (o, v) => o with { StandardErrors = v }, new("Standard errors", "Whether the result of a series holds the standard error of the baseline at every point."))
        .Rule(o => o is { StopRule: AslsStopRule.WeightNorm, UsesPositions: true } ? "The stop rule weightNorm reproduces PRISMA, which knows no positions: use it with distance points and without a cut-off." : null);

    /// <summary>λ, the weight of the roughness penalty; a pure number, 1e-100 to 1e100. Default 1e6.</summary>
    public double Lambda { get; init; } = 1e6;

    /// <summary>
    /// Cut-off wavelength, the smoothness as a length in the unit of the axis, or null to use <see cref="Lambda"/>. A symmetric smoother (w = 1) passes a wave of this
    /// length with half its amplitude: λ = (cut-off/2πh)²ᵈ for points at distance h. Under peaks, where w = p, the length is p^(−1/2d) times as large. Default null.
    /// </summary>
    public double? CutOff { get; init; }

    /// <summary>What <see cref="Lambda"/> counts; a <see cref="CutOff"/> always counts positions. Default <see cref="BaselineDistance.Points"/>.</summary>
    public BaselineDistance Distance { get; init; } = BaselineDistance.Points;

    /// <summary>p, the weight of points above the baseline; 1e-9 to 1 − 1e-9. Default 0.01.</summary>
    public double P { get; init; } = 0.01;

    /// <summary>d, the order of the differences that are penalised; 1, 2 or 3. Default 2.</summary>
    public int DifferenceOrder { get; init; } = 2;

    /// <summary>Largest number of reweightings; at most one more system is solved. 0 to 100000. Default 500.</summary>
    public int MaxIterations { get; init; } = 500;

    /// <summary>When to end. Default <see cref="AslsStopRule.FixedPoint"/>.</summary>
    public AslsStopRule StopRule { get; init; } = AslsStopRule.FixedPoint;

    /// <summary>Tolerance of <see cref="AslsStopRule.WeightChange"/>; 0 to 1, and with 0 all iterations are carried out; the other rules do not use it. Default 1e-3.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>The weights to start from; they do not change the baseline, only the time it takes. Default <see cref="AslsStart.Nested"/>.</summary>
    public AslsStart Start { get; init; } = AslsStart.Nested;

    /// <summary>Whether the result of a series holds the standard errors of the baselines (a spectrum by itself: <see cref="BaselineOutput.StandardErrors"/>). Default false.</summary>
    public bool StandardErrors { get; init; }

    /// <summary>Whether the options allow another start than the classical one: only the fixed point does not depend on it.</summary>
    internal bool StartsNested => this is { Start: AslsStart.Nested, StopRule: AslsStopRule.FixedPoint, DifferenceOrder: 2, MaxIterations: >= FewestIterations, P: >= SmallestP and <= 1 - SmallestP };

    internal bool UsesPositions => CutOff is not null || Distance == BaselineDistance.Positions;

    /// <summary>The options with which results of PRISMA (BIG-MAP) are reproduced: its stop rule and at most 20 solves.</summary>
    /// <param name="logP">log₁₀ p, as in PRISMA. Default −1.5, its default.</param>
    /// <param name="logLambda">log₁₀ λ, as in PRISMA. Default 7, its default.</param>
    /// <returns>The options.</returns>
    public static AslsOptions Prisma(double logP = -1.5, double logLambda = 7) => new()
    {
        Lambda = Math.Pow(10, logLambda),
        P = Math.Pow(10, logP),
        StopRule = AslsStopRule.WeightNorm,
        MaxIterations = 19,
    };

    /// <summary>λ in points or mean steps for points at a mean distance.</summary>
    internal double LambdaFor(double meanStep) => CutOff is { } length ? Math.Clamp(Math.Pow(length / (2 * Math.PI * meanStep), 2 * DifferenceOrder), 1e-100, 1e100) : Lambda;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
