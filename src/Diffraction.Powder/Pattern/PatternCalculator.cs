namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>Calculates powder patterns: y(2θ) = Σ S m |F|² LP T P over phases, reflections and wavelengths, P the profile of unit area per degree.</summary>
/// <remarks>
/// A workspace: reflections and |F|² of the last 16 structures that it has seen are kept, so that a new scale, width or texture of a structure costs the
/// profiles alone; a new cell is a new structure, whose |F|² are calculated. Not thread-safe; one per thread.
/// </remarks>
/// <example><code>
/// var calculator = new PatternCalculator(axis.Values.Span, new PowderInstrument());
/// calculator.Add(new PowderPhase(structure) { Scale = 1e-3 }, y);
/// </code></example>
public sealed class PatternCalculator
{
    private const double Degree = 180 / Math.PI;
    private readonly double[] _twoTheta;
    private readonly bool _neutrons;
    private readonly List<Known> _known = [];
    private readonly PowderProfile _profile = new();

    /// <summary>Makes a workspace for X-rays of the instrument's first wavelength (which f′ and f″ are taken for).</summary>
    /// <param name="twoTheta">Points, 2θ in degrees, ascending, between 0 and 180.</param>
    /// <param name="instrument">The instrument.</param>
    /// <exception cref="ArgumentException">Points that are not ascending or out of range, or an impossible instrument.</exception>
    public PatternCalculator(ReadOnlySpan<double> twoTheta, PowderInstrument instrument)
        : this(twoTheta, instrument, new XRays(FirstWavelength(instrument)))
    {
    }

    /// <summary>Makes a workspace.</summary>
    /// <param name="twoTheta">Points, 2θ in degrees, ascending, between 0 and 180.</param>
    /// <param name="instrument">The instrument.</param>
    /// <param name="radiation">X-rays with their form factors and dispersion, or neutrons.</param>
    /// <exception cref="ArgumentException">Points that are not ascending or out of range, or an impossible instrument.</exception>
    public PatternCalculator(ReadOnlySpan<double> twoTheta, PowderInstrument instrument, Radiation radiation)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        ArgumentNullException.ThrowIfNull(radiation);
        instrument.Validate();
        for (int i = 0; i < twoTheta.Length; i++)
        {
            if (!(twoTheta[i] is > 0 and < 180) || (i > 0 && !(twoTheta[i] > twoTheta[i - 1])))
                throw new ArgumentException($"The points of a pattern ascend between 0 and 180 degrees; point {i} is {twoTheta[i].ToString(System.Globalization.CultureInfo.InvariantCulture)}.", nameof(twoTheta));
        }

        if (twoTheta.Length == 0)
            throw new ArgumentException("A pattern has at least one point.", nameof(twoTheta));
        _twoTheta = twoTheta.ToArray();
        Instrument = instrument;
        Radiation = radiation;
        _neutrons = radiation is Neutrons;
    }

    /// <summary>The instrument.</summary>
    public PowderInstrument Instrument { get; }

    /// <summary>The radiation.</summary>
    public Radiation Radiation { get; }

    /// <summary>Adds a phase to a pattern.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="y">One value per point; is added to.</param>
    /// <exception cref="ArgumentException">No room for the points, or widths that become negative within the pattern.</exception>
    /// <exception cref="DataMismatchException">An atom has no form factor, no dispersion at this wavelength, or no scattering length.</exception>
    public void Add(PowderPhase phase, Span<double> y)
    {
        ArgumentNullException.ThrowIfNull(phase);
        if (y.Length < _twoTheta.Length)
            throw new ArgumentException($"The pattern has {_twoTheta.Length} points, but there is room for {y.Length} values.", nameof(y));
        Known known = Find(phase);
        UnitCell cell = phase.Structure.Cell;
        double lines = Instrument.Lines.Sum(l => l.RelativeIntensity);
        foreach (EmissionLine line in Instrument.Lines)
        {
            for (int k = 0; k < known.Reflections.Length; k++)
            {
                Reflection reflection = known.Reflections[k];
                double d = cell.D(reflection.Indices), sine = line.Wavelength / (2 * d);
                if (!(sine < 0.9999))
                    continue;
                double theta = Math.Asin(sine), tan = Math.Tan(theta), cos = Math.Cos(theta);
                double center = Instrument.TwoTheta(d, line.Wavelength);
                (double gaussian, double lorentzian) = Instrument.Widths(2 * theta * Degree);
                if (double.IsNaN(gaussian))
                    throw new ArgumentException(FormattableString.Invariant($"U tan²θ + V tan θ + W is negative at {2 * theta * Degree:G6} degrees. Correct the instrument."));
                lorentzian += Degree * (((double.IsPositiveInfinity(phase.Size) ? 0 : line.Wavelength / (1e4 * phase.Size * cos))) + (1e-6 * phase.Microstrain * tan));
                double area = phase.Scale * known.Intensities[k] * line.RelativeIntensity / lines * LorentzPolarization(theta);
                if (phase.Texture is { } texture)
                    area *= Orientation(phase, reflection.Indices, texture);
                var profile = new LineProfile(center, gaussian, lorentzian, Instrument.Asymmetry);
                (double fwhm, _) = PowderProfile.ThompsonCoxHastings(gaussian, lorentzian);

                // Axial divergence reaches further on the side of the beam.
                double axial = Degree * 0.5 * Instrument.Asymmetry * Instrument.Asymmetry / Math.Max(1e-3, Math.Abs(Math.Tan(2 * theta)));
                int first = Index(center - (Instrument.Reach * fwhm) - axial), end = Index(center + (Instrument.Reach * fwhm) + axial);
                if (end > first && center is > 0 and < 180)
                    _profile.Add(_twoTheta.AsSpan(first, end - first), profile, area, y[first..end]);
            }
        }
    }

    private static double FirstWavelength(PowderInstrument instrument)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        instrument.Validate();
        return instrument.Lines[0].Wavelength;
    }

    /// <summary>LP of a powder: (1 + A cos²2θ)/((1 + A) sin²θ cos θ) for X-rays, 1/(sin²θ cos θ) for neutrons.</summary>
    private double LorentzPolarization(double theta)
    {
        double sine = Math.Sin(theta), cos2 = Math.Cos(2 * theta), a = Instrument.Polarization;
        return (_neutrons ? 1 : (1 + (a * cos2 * cos2)) / (1 + a)) / (sine * sine * Math.Cos(theta));
    }

    /// <summary>Mean of (r² cos²α + sin²α/r)^(−3/2) over the equivalent planes, α to the axis of the texture.</summary>
    private static double Orientation(PowderPhase phase, (int H, int K, int L) h, MarchDollase texture)
    {
        UnitCell cell = phase.Structure.Cell;
        double length = cell.InverseDSquared(texture.Direction) * cell.InverseDSquared(h), sum = 0, r = texture.Ratio;
        ReadOnlySpan<double> g = cell.ReciprocalMetricTensor;
        (int H, int K, int L) t = texture.Direction;
        int count = 0;
        foreach (SymmetryOperation operation in phase.Structure.SpaceGroup.Operations)
        {
            (int H, int K, int L) e = operation.Transform(h);
            double dot = (e.H * ((g[0] * t.H) + (g[1] * t.K) + (g[2] * t.L))) + (e.K * ((g[3] * t.H) + (g[4] * t.K) + (g[5] * t.L))) + (e.L * ((g[6] * t.H) + (g[7] * t.K) + (g[8] * t.L)));
            double cos2 = dot * dot / length;
            sum += Math.Pow((r * r * cos2) + ((1 - cos2) / r), -1.5);
            count++;
        }

        return sum / count;
    }

    /// <summary>First point at or above an angle.</summary>
    private int Index(double twoTheta)
    {
        int at = Array.BinarySearch(_twoTheta, twoTheta);
        return at < 0 ? ~at : at;
    }

    private Known Find(PowderPhase phase)
    {
        Known? known = _known.Find(k => ReferenceEquals(k.Structure, phase.Structure));
        if (known is not null)
            return known;
        double shortest = Instrument.Lines.Min(l => l.Wavelength), last = Math.Min(179.9, _twoTheta[^1] + 5 - Math.Min(0, Instrument.Zero));
        double smallest = shortest / (2 * Math.Sin(last * (Math.PI / 360)));
        var factors = new StructureFactors(phase.Structure, Radiation);
        Reflection[] reflections = [.. Reflection.List(phase.Structure.Cell, phase.Structure.SpaceGroup, smallest)];
        known = new Known(phase.Structure, reflections, [.. reflections.Select(r => r.Multiplicity * factors.SquaredModulus(r.Indices))]);
        if (_known.Count == 16)
            _known.RemoveAt(0);
        _known.Add(known);
        return known;
    }

    private sealed record Known(CrystalStructure Structure, Reflection[] Reflections, double[] Intensities);
}
