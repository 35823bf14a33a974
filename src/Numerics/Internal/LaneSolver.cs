namespace BigMap.Analysis.Numerics.Internal;

/// <summary>The solver behind <see cref="BatchLevenbergMarquardt"/>, whatever the width of the vector.</summary>
internal abstract class LaneSolver
{
    public int Fallbacks { get; protected set; }

    public long Ticks { get; protected set; }

    public abstract void Solve<TProblem>(TProblem problem, int first, int count, int chainLength, CancellationToken cancellationToken)
        where TProblem : ILaneProblem;
}
