namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The linear system that a member of the family solves in every iteration: data, penalty and weights in, baseline out.</summary>
/// <remarks>Another basis (splines) or another penalty is another system; the loop and the rules of reweighting stay as they are.</remarks>
internal abstract class PenalisedSystem(PenalisedRow row)
{
    /// <summary>Weights with which the data enter the next solve, in the order of the points; 0 for points that are not used.</summary>
    public double[] A { get; } = new double[row.Length];

    protected PenalisedRow Row { get; } = row;

    protected double Lambda { get; private set; }

    protected int Order { get; private set; }

    /// <summary>1 + degree of the polynomials that may be taken off the data before the work without changing the answer.</summary>
    public virtual int DetrendOrder(int order) => order;

    /// <summary>Least number of used points.</summary>
    public virtual int LeastPoints(int order) => order + 1;

    /// <summary>Takes the row that was loaded.</summary>
    public virtual void Load(IReweightedOptions options)
    {
        Lambda = options.Lambda;
        Order = options.DifferenceOrder;
    }

    /// <summary>Computes the row's baseline for the weights. False when it is not determined.</summary>
    public abstract bool Solve();

    /// <summary>Improves the last solution by iterative refinement; returns the size of the last step relative to the range of the data.</summary>
    public abstract double Refine();
}
