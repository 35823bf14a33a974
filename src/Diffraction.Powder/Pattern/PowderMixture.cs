namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>A mixture of phases with its label, to be simulated.</summary>
/// <param name="Label">What the row is called, e.g. the class that a network shall learn.</param>
/// <param name="Phases">The phases; their <see cref="PowderPhase.Scale"/> is not used.</param>
/// <param name="WeightFractions">One weight fraction per phase, at least 0; they are divided by their sum.</param>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record PowderMixture(string Label, IReadOnlyList<PowderPhase> Phases, IReadOnlyList<double> WeightFractions)
{
    /// <summary>The phases with the scales S ∝ w/(M V) of their weight fractions.</summary>
    /// <returns>The phases; the scales mean nothing but their ratios.</returns>
    /// <exception cref="ArgumentException">Numbers of phases and fractions that differ, negative fractions, or none above zero.</exception>
    public IReadOnlyList<PowderPhase> Scaled()
    {
        if (Phases.Count == 0 || Phases.Count != WeightFractions.Count || WeightFractions.Any(w => !(w >= 0) || double.IsInfinity(w)) || !(WeightFractions.Sum() > 0))
            throw new ArgumentException($"The mixture {Label} has {Phases.Count} phases and {WeightFractions.Count} weight fractions; each phase needs one, none negative, one above zero.");
        double sum = WeightFractions.Sum();
        return [.. Phases.Select((p, i) => p with { Scale = WeightFractions[i] / sum / (p.CellMass * p.Structure.Cell.Volume) })];
    }
}
