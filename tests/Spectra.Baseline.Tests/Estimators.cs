namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>One baseline method as the conformance tests see it.</summary>
/// <param name="Name">Name of its step, without the room.</param>
/// <param name="Make">Makes an estimator with options of moderate stiffness.</param>
/// <param name="Series">Runs the series extension with the same options.</param>
public sealed record Method(string Name, Func<int, IBaselineEstimator> Make, Func<SpectrumSeries, AnalysisContext?, CancellationToken, BaselineSeries> Series)
{
    /// <summary>The same with few iterations, for laws that hold up to rounding: where a weight is a steep step, each iteration multiplies rounding.</summary>
    public required Func<int, IBaselineEstimator> MakeShort { get; init; }

    /// <summary>Makes an estimator whose options are all out of range, and the names of the faults.</summary>
    public required Action MakeInvalid { get; init; }

    public required string[] Faults { get; init; }

    /// <summary>Polynomials of a degree below this are carried over to the baseline; 0: not even a constant (the stop rule counts the offset).</summary>
    public int ShiftDegree { get; init; } = 2;

    /// <summary>Least number of points.</summary>
    public int LeastPoints { get; init; } = 3;

    public override string ToString() => Name;
}

/// <summary>Every baseline method of the package.</summary>
public static class Estimators
{
    public static Method[] All { get; } =
    [
        Of("asls", new AslsOptions { Lambda = 1e4 }, new AslsOptions { Lambda = 1e4 }, new AslsOptions { Lambda = 0, P = 2, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "p", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new AslsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("reml", new RemlOptions(), new RemlOptions { MaxIterations = 1 }, new RemlOptions { MaxIterations = 0, Criterion = (SmoothnessCriterion)9 }, ["criterion", "maxIterations"], static (n, o) => new RemlEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { LeastPoints = 12 },
        Of("extended-range", new ExtendedRangeOptions(), new ExtendedRangeOptions(), new ExtendedRangeOptions { P = 0, Extension = 0, DifferenceOrder = 4 }, ["p", "extension", "differenceOrder"], static (n, o) => new ExtendedRangeEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { LeastPoints = 10, ShiftDegree = 1 },
        Of("iasls", new IaslsOptions { Lambda = 1e4 }, new IaslsOptions { Lambda = 1e4, MaxIterations = 2 }, new IaslsOptions { Lambda = 0, P = 0, Lambda1 = -1, DifferenceOrder = 4, MaxIterations = -1, Tolerance = 2 }, ["lambda", "p", "lambda1", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new IaslsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("airpls", new AirplsOptions { Lambda = 1e4 }, new AirplsOptions { Lambda = 1e4, MaxIterations = 2, Tolerance = 0 }, new AirplsOptions { Lambda = double.NaN, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new AirplsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("arpls", new ArplsOptions { Lambda = 1e4 }, new ArplsOptions { Lambda = 1e4, MaxIterations = 2, Tolerance = 0 }, new ArplsOptions { Lambda = 1e101, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new ArplsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("drpls", new DrplsOptions { Lambda = 1e4 }, new DrplsOptions { Lambda = 1e4, MaxIterations = 1, Tolerance = 0 }, new DrplsOptions { Lambda = -1, Eta = 1.1, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "eta", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new DrplsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { ShiftDegree = 1 },
        Of("iarpls", new IarplsOptions { Lambda = 1e4 }, new IarplsOptions { Lambda = 1e4, MaxIterations = 1, Tolerance = 0 }, new IarplsOptions { Lambda = -1, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new IarplsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("aspls", new AsplsOptions { Lambda = 1e4 }, new AsplsOptions { Lambda = 1e4, MaxIterations = 0, Tolerance = 0 }, new AsplsOptions { Lambda = -1, AsymmetricCoefficient = 0, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "asymmetricCoefficient", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new AsplsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("psalsa", new PsalsaOptions { Lambda = 1e4, K = 20 }, new PsalsaOptions { Lambda = 1e4, K = 20, MaxIterations = 2, Tolerance = 0 }, new PsalsaOptions { Lambda = -1, P = 0, K = 0, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "p", "k", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new PsalsaEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("derpsalsa", new DerpsalsaOptions { Lambda = 1e4, K = 20 }, new DerpsalsaOptions { Lambda = 1e4, K = 20, MaxIterations = 2, Tolerance = 0 }, new DerpsalsaOptions { Lambda = -1, P = 0, K = 0, SmoothHalfWindow = -1, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "p", "k", "smoothHalfWindow", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new DerpsalsaEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { ShiftDegree = 1 },
        Of("brpls", new BrplsOptions { Lambda = 1e4 }, new BrplsOptions { Lambda = 1e4, MaxIterations = 1, ShareIterations = 0, Tolerance = 0 }, new BrplsOptions { Lambda = -1, ShareIterations = -1, ShareTolerance = -1, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "shareIterations", "shareTolerance", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new BrplsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { ShiftDegree = 0 },
        Of("lsrpls", new LsrplsOptions { Lambda = 1e4 }, new LsrplsOptions { Lambda = 1e4, MaxIterations = 1, Tolerance = 0 }, new LsrplsOptions { Lambda = -1, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new LsrplsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("pspline-arpls", new PsplineArplsOptions { Lambda = 10, Knots = 30 }, new PsplineArplsOptions { Lambda = 10, Knots = 30, MaxIterations = 2, Tolerance = 0 }, new PsplineArplsOptions { Lambda = -1, Knots = 1, SplineDegree = 0, DifferenceOrder = 0, MaxIterations = -1, Tolerance = -1 }, ["lambda", "knots", "splineDegree", "differenceOrder", "maxIterations", "tolerance"], static (n, o) => new PsplineArplsEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("snip", new SnipOptions { HalfWindow = 15, FilterOrder = 4 }, new SnipOptions { HalfWindow = 15, FilterOrder = 4 }, new SnipOptions { HalfWindow = 0, FilterOrder = 9 }, ["halfWindow", "filterOrder"], static (n, o) => new SnipEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)),
        Of("rolling-ball", new RollingBallOptions { HalfWindow = 15 }, new RollingBallOptions { HalfWindow = 15 }, new RollingBallOptions { HalfWindow = 0, SmoothHalfWindow = -1 }, ["halfWindow", "smoothHalfWindow"], static (n, o) => new RollingBallEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { ShiftDegree = 1, LeastPoints = 1 },
        Of("morphological", new MorphologicalOptions { HalfWindow = 15 }, new MorphologicalOptions { HalfWindow = 15 }, new MorphologicalOptions { HalfWindow = 0, Kind = (MorphologicalKind)9 }, ["halfWindow", "kind"], static (n, o) => new MorphologicalEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { ShiftDegree = 1, LeastPoints = 1 },
        Of("polynomial", new PolynomialOptions { Order = 4 }, new PolynomialOptions { Order = 4 }, new PolynomialOptions { Order = -1 }, ["order"], static (n, o) => new PolynomialEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { LeastPoints = 5 },
        Of("modpoly", new ModpolyOptions { Order = 4 }, new ModpolyOptions { Order = 4, Tolerance = 0, MaxIterations = 3 }, new ModpolyOptions { Order = 31, MaxIterations = -1, Tolerance = -1 }, ["order", "maxIterations", "tolerance"], static (n, o) => new ModpolyEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { LeastPoints = 5 },
        Of("imodpoly", new ImodpolyOptions { Order = 4, MaskInitialPeaks = false }, new ImodpolyOptions { Order = 4, MaskInitialPeaks = false, Tolerance = 0, MaxIterations = 3 }, new ImodpolyOptions { Order = 31, MaxIterations = -1, Tolerance = -1, Deviations = -1 }, ["order", "maxIterations", "tolerance", "deviations"], static (n, o) => new ImodpolyEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { LeastPoints = 5 },
        Of("penalised-polynomial", new PenalisedPolynomialOptions { Order = 4, Threshold = 20 }, new PenalisedPolynomialOptions { Order = 4, Threshold = 20, Cost = PolynomialCost.AsymmetricHuber, Tolerance = 0, MaxIterations = 3 }, new PenalisedPolynomialOptions { Order = 31, Cost = (PolynomialCost)9, Threshold = 0, Alpha = 0, MaxIterations = -1, Tolerance = -1 }, ["order", "cost", "threshold", "alpha", "maxIterations", "tolerance"], static (n, o) => new PenalisedPolynomialEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { LeastPoints = 5 },
        Of("anchors", new AnchorOptions { HalfWidth = 0, Interpolation = AnchorInterpolation.Pchip }, new AnchorOptions(), new AnchorOptions { Points = [3, double.NaN], HalfWidth = -1, Interpolation = (AnchorInterpolation)9 }, ["points[1]", "halfWidth", "interpolation"], static (n, o) => new AnchorEstimator(n, o), static (s, o, c, t) => s.EstimateBaseline(o, c, t)) with { LeastPoints = 2 },
    ];

    public static TheoryData<string> Names() => [.. All.Select(m => m.Name)];

    public static Method Named(string name) => All.Single(m => m.Name == name);

    private static Method Of<TOptions>(
        string name,
        TOptions options,
        TOptions few,
        TOptions invalid,
        string[] faults,
        Func<int, TOptions, IBaselineEstimator> make,
        Func<SpectrumSeries, TOptions, AnalysisContext?, CancellationToken, BaselineSeries> series)
        where TOptions : class => new(name, n => make(n, options), (s, c, t) => series(s, options, c, t))
        {
            MakeShort = n => make(n, few),
            MakeInvalid = () => make(10, invalid),
            Faults = faults,
        };
}
