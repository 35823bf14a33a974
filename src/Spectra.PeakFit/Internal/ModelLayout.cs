namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>
/// The parameters of a model in one row: those of every shape in its own order, peak by peak, then the background. A parameter is a root,
/// which the solver knows, or follows one: p = Factor · root + Offset.
/// </summary>
internal sealed class ModelLayout
{
    public ModelLayout(PeakFitOptions options)
    {
        Options = options;
        var names = new List<string>();
        var definitions = new List<Parameter>();
        var shapes = new List<ShapeParameter?>();
        var starts = new List<int>();
        Lines = [.. options.Peaks.Select(p => p.Line())];
        for (int k = 0; k < Lines.Length; k++)
        {
            PeakDefinition peak = options.Peaks[k];
            starts.Add(names.Count);
            foreach (ShapeParameter parameter in Lines[k].Parameters)
            {
                names.Add($"{peak.Name}.{parameter.Name}");
                definitions.Add(peak[parameter]);
                shapes.Add(parameter);
            }
        }

        BackgroundStart = names.Count;
        for (int k = 0; k <= options.Background.Degree; k++)
        {
            names.Add(FormattableString.Invariant($"background.c{k}"));
            definitions.Add(k < options.Background.Coefficients.Count ? options.Background.Coefficients[k] : Parameter.Automatic);
            shapes.Add(null);
        }

        SplineStart = names.Count;
        SplineCount = options.Spline.Intervals == 0 ? 0 : options.Spline.Intervals + 1;
        for (int j = 0; j < SplineCount; j++)
        {
            names.Add(FormattableString.Invariant($"background.u{j}"));
            definitions.Add(Parameter.Automatic);
            shapes.Add(null);
        }

        Names = [.. names];
        Definitions = [.. definitions];
        Shapes = [.. shapes];
        PeakStarts = [.. starts];
        (Offset, IsTied) = (new double[Names.Length], new bool[Names.Length]);
        (int Parameter, double Factor)[][] terms = ResolveTies(options, Names, Offset, IsTied);
        (Root, Factor) = ([.. terms.Select(t => t[0].Parameter)], [.. terms.Select(t => t[0].Factor)]);
        Roots = [.. Enumerable.Range(0, Names.Length).Where(i => !IsTied[i])];
        RootIndex = new int[Names.Length];
        for (int k = 0; k < Roots.Length; k++)
            RootIndex[Roots[k]] = k;
        Terms = [.. terms.Select(t => t.Select(one => new Term(RootIndex[one.Parameter], one.Factor)).ToArray())];
        WritesDirectly = [.. options.Peaks.Select((_, k) => SplineCount == 0 && options.Priors.Count == 0 && Consecutive(k))];
        Quantities = ListQuantities(options);
        Priors = [.. options.Priors.Select(p => Array.FindIndex(Quantities, q => q.Name == p.Of))];
        UsedBy = [.. Roots.Select(r => UsersOf(r).ToArray())];
        NeededByBackground = [.. Roots.Select(r => Enumerable.Range(BackgroundStart, Names.Length - BackgroundStart).Any(i => DependsOn(i, r)))];
        (Group, GroupCount) = FindGroups(options);
        Shared = [.. options.Shared.Select(n => RootIndex[Array.IndexOf(Names, n)]).Order()];
    }

    public PeakFitOptions Options { get; }

    /// <summary>The shape of each peak as it is fitted.</summary>
    public ILineShape[] Lines { get; }

    /// <summary>For each root, the peaks that depend on it.</summary>
    public int[][] UsedBy { get; }

    /// <summary>For each root, whether the background depends on it.</summary>
    public bool[] NeededByBackground { get; }

    /// <summary>For each peak the group of peaks that is there or not there together, because one amplitude carries them; −1 for a peak that is not tested.</summary>
    public int[] Group { get; }

    public int GroupCount { get; }

    /// <summary>For each prior the value that it is of.</summary>
    public int[] Priors { get; }

    /// <summary>Roots that have one value in the whole series, ascending.</summary>
    public int[] Shared { get; }

    /// <summary>Position of the amplitude of a peak among the parameters.</summary>
    public int AmplitudeOf(int peak) => PeakStarts[peak] + ShapeGeometry.Amplitude(Lines[peak]);

    /// <summary>Position of the centre of a peak among the parameters.</summary>
    public int CenterOf(int peak) => PeakStarts[peak] + ShapeGeometry.Find(Lines[peak], ShapeParameterRole.Center);

    public string[] Names { get; }

    public Parameter[] Definitions { get; }

    public ShapeParameter?[] Shapes { get; }

    public int[] PeakStarts { get; }

    public int BackgroundStart { get; }

    /// <summary>Where the coefficients of the spline stand, after those of the polynomial.</summary>
    public int SplineStart { get; }

    public int SplineCount { get; }

    /// <summary>For each parameter the roots that it is made from; the root itself for a root.</summary>
    public Term[][] Terms { get; }

    /// <summary>Whether a parameter is a sum of several roots.</summary>
    public bool IsSum(int parameter) => Terms[parameter].Length > 1;

    /// <summary>For each parameter the parameter that it follows in the end (itself for a root; the first one for a sum).</summary>
    public int[] Root { get; }

    public double[] Factor { get; }

    public double[] Offset { get; }

    public bool[] IsTied { get; }

    /// <summary>The parameters that the solver knows.</summary>
    public int[] Roots { get; }

    /// <summary>Position of a root among <see cref="Roots"/>.</summary>
    public int[] RootIndex { get; }

    /// <summary>Peaks whose parameters stand side by side among the roots: their derivatives need no copy.</summary>
    public bool[] WritesDirectly { get; }

    /// <summary>What a fit reports, in the order of the columns.</summary>
    public Quantity[] Quantities { get; }

    public int Parameters => Names.Length;

    public static string? FindFault(PeakFitOptions options)
    {
        var faults = new List<string>();
        if (options.Peaks.Count == 0)
            faults.Add("there must be at least one peak");
        var peaks = new HashSet<string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (PeakDefinition peak in options.Peaks)
        {
            if (!peaks.Add(peak.Name))
                faults.Add($"two peaks are named {peak.Name}");
            foreach (ShapeParameter parameter in peak.Line().Parameters)
                names.Add($"{peak.Name}.{parameter.Name}");
        }

        for (int k = 0; k <= options.Background.Degree; k++)
            names.Add(FormattableString.Invariant($"background.c{k}"));
        foreach (string name in options.Shared)
        {
            if (!names.Contains(name))
                faults.Add($"{(name.Length == 0 ? "nothing" : name)} is to be shared, which is not a parameter; the parameters are {string.Join(", ", names)}");
            else if (options.Ties.Any(t => t.Parameter == name) || options.Sums.Any(t => t.Parameter == name))
                faults.Add($"{name} is tied to another parameter: share that one");
            if (options.Shared.Count(n => n == name) > 1)
                faults.Add($"{name} is shared twice");
        }

        if (options.Spline.Intervals > 0 && options.Background.Degree < 1)
            faults.Add("a spline is added to a polynomial of degree 1 or more, for it has no straight line of its own");
        if (options.Spline.Intervals > 0 && options.Shared.Count > 0)
            faults.Add("a spline background cannot be combined with shared parameters");
        if (options.Derived.Count > 0 && faults.Count == 0)
        {
            string[] values = [.. new ModelLayout(options with { Derived = [], Ties = [], Sums = [], Shared = [], Priors = [] }).Quantities.Where(q => q.Kind is not (QuantityKind.Smoothness or QuantityKind.SplineFreedom)).Select(q => q.Name)];
            foreach (DerivedQuantity one in options.Derived)
            {
                foreach (string name in one.Of.Concat(one.Over).Where(n => !values.Contains(n)))
                    faults.Add($"{one.Name} names {(name.Length == 0 ? "nothing" : name)}, which is not a value; the values are {string.Join(", ", values)}");
                if (values.Contains(one.Name) || options.Derived.Count(d => d.Name == one.Name) > 1)
                    faults.Add($"two values are named {one.Name}");
            }
        }

        FindTieFaults(options, names, faults);
        if (options.Priors.Count > 0 && options.Shared.Count > 0)
            faults.Add("priors cannot be combined with shared parameters");
        if (options.Priors.Count > 0 && options.Weighting == Weighting.None)
            faults.Add("priors need the weights sigma or poisson: without variances nothing says how much the data count beside them");
        if (options.Priors.Count > 0 && faults.Count == 0)
        {
            Quantity[] known = new ModelLayout(options with { Priors = [] }).Quantities;
            foreach (string name in options.Priors.Select(p => p.Of).Where(n => !known.Any(q => q.Name == n && q.Kind is not (QuantityKind.Smoothness or QuantityKind.SplineFreedom))))
                faults.Add($"a prior names {(name.Length == 0 ? "nothing" : name)}, which is not a value; the values are {string.Join(", ", known.Where(q => q.Kind is not (QuantityKind.SplineCoefficient or QuantityKind.Smoothness or QuantityKind.SplineFreedom)).Select(q => q.Name))}");
        }

        return faults.Count == 0 ? null : string.Join("; ", faults.Distinct()) + ".";
    }

    private static void FindTieFaults(PeakFitOptions options, HashSet<string> names, List<string> faults)
    {
        var leaders = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach ((string follower, string[] others) in options.Ties.Select(t => (t.Parameter, new[] { t.To })).Concat(options.Sums.Select(s => (s.Parameter, s.Terms.Select(t => t.Of).ToArray()))))
        {
            foreach (string name in others.Prepend(follower).Where(n => !names.Contains(n)))
                faults.Add($"a tie names {(name.Length == 0 ? "nothing" : name)}, which is not a parameter; the parameters are {string.Join(", ", names)}");
            if (!leaders.TryAdd(follower, others))
                faults.Add($"{follower} is tied twice");
        }

        foreach (string start in leaders.Keys)
        {
            // Everything that can be reached.
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var open = new Queue<string>([start]);
            while (open.TryDequeue(out string? at))
            {
                foreach (string next in leaders.GetValueOrDefault(at, []).Where(seen.Add))
                    open.Enqueue(next);
            }

            if (seen.Contains(start))
                faults.Add($"{start} is tied to itself in a circle");
        }

        if (options.Sums.Count == 0 || faults.Count > 0)
            return;
        var layout = new ModelLayout(options with { Derived = [], Shared = [], Priors = [] });
        for (int i = 0; i < layout.Parameters; i++)
        {
            if (layout.IsSum(i) && (layout.Definitions[i].Min is not null || layout.Definitions[i].Max is not null))
                faults.Add($"{layout.Names[i]} is a sum and cannot have bounds; bound its parts");
        }
    }

    /// <summary>Every parameter as a constant and a sum over parameters that follow no other.</summary>
    private static (int Parameter, double Factor)[][] ResolveTies(PeakFitOptions options, string[] names, double[] offset, bool[] tied)
    {
        var ties = options.Ties.ToDictionary(t => t.Parameter, t => (Constant: t.Offset, Terms: new[] { (Of: t.To, t.Factor) }), StringComparer.Ordinal);
        foreach (SumTie sum in options.Sums)
            ties.Add(sum.Parameter, (sum.Constant, [.. sum.Terms.Select(t => (t.Of, t.Factor))]));
        var terms = new (int, double)[names.Length][];
        for (int i = 0; i < names.Length; i++)
        {
            var factors = new List<(int Parameter, double Factor)>();
            tied[i] = ties.ContainsKey(names[i]);
            Add(names[i], 1, factors, ref offset[i]);
            terms[i] = [.. factors];
        }

        return terms;

        // p = f (f' q + o') + o
        void Add(string name, double factor, List<(int Parameter, double Factor)> factors, ref double constant)
        {
            if (ties.TryGetValue(name, out (double Constant, (string Of, double Factor)[] Terms) tie))
            {
                constant += factor * tie.Constant;
                foreach ((string of, double own) in tie.Terms)
                    Add(of, factor * own, factors, ref constant);
                return;
            }

            int at = Array.IndexOf(names, name), known = factors.FindIndex(f => f.Parameter == at);
            if (known < 0)
                factors.Add((at, factor));
            else
                factors[known] = (at, factors[known].Factor + factor);
        }
    }

    private bool Consecutive(int peak)
    {
        int start = PeakStarts[peak];
        for (int i = 0; i < Lines[peak].Parameters.Count; i++)
        {
            if (IsTied[start + i])
                return false;
        }

        return true;
    }

    private IEnumerable<int> UsersOf(int root) => Enumerable.Range(0, Lines.Length).Where(k => Enumerable.Range(PeakStarts[k], Lines[k].Parameters.Count).Any(i => DependsOn(i, root)));

    private bool DependsOn(int parameter, int root) => Terms[parameter].Any(t => t.Root == RootIndex[root]);

    private (int[] Group, int Count) FindGroups(PeakFitOptions options)
    {
        var group = new int[Lines.Length];
        Array.Fill(group, -1);
        int count = 0;
        foreach (int root in Enumerable.Range(0, Lines.Length).Where(k => !IsSum(AmplitudeOf(k))).Select(k => Root[AmplitudeOf(k)]).Distinct())
        {
            int[] users = UsedBy[RootIndex[root]];
            bool tested = Definitions[root].Vary && !NeededByBackground[RootIndex[root]] && users.All(k =>
                options.Peaks[k].Presence == PeakPresence.Tested
                && Enumerable.Range(PeakStarts[k], Lines[k].Parameters.Count).All(i => !DependsOn(i, root) || (i == AmplitudeOf(k) && !IsSum(i) && Offset[i] == 0))
                && !(Definitions[AmplitudeOf(k)].Min > 0) && !(Definitions[AmplitudeOf(k)].Max < 0));
            if (!tested)
                continue;
            foreach (int k in users)
                group[k] = count;
            count++;
        }

        return (group, count);
    }

    private Quantity[] ListQuantities(PeakFitOptions options)
    {
        var list = new List<Quantity>();
        for (int k = 0; k < Lines.Length; k++)
        {
            string name = options.Peaks[k].Name;
            void Add(ShapeParameterRole role, QuantityUnit unit)
            {
                for (int i = 0; i < Lines[k].Parameters.Count; i++)
                {
                    if (Lines[k].Parameters[i].Role == role)
                        list.Add(new Quantity(Names[PeakStarts[k] + i], PeakStarts[k] + i, k, unit, 0));
                }
            }

            bool Has(ShapeParameterRole role) => ShapeGeometry.Find(Lines[k], role) >= 0;
            Add(ShapeParameterRole.Center, QuantityUnit.Axis);
            if (Has(ShapeParameterRole.Width))
                Add(ShapeParameterRole.Width, QuantityUnit.Axis);
            else
                list.Add(new Quantity($"{name}.fwhm", -1, k, QuantityUnit.Axis, 0, QuantityKind.Fwhm));
            if (Has(ShapeParameterRole.Area))
                Add(ShapeParameterRole.Area, QuantityUnit.Area);
            else
                list.Add(new Quantity($"{name}.area", -1, k, QuantityUnit.Area, 0, QuantityKind.Area));
            if (Has(ShapeParameterRole.Height))
                Add(ShapeParameterRole.Height, QuantityUnit.Intensity);
            else
                list.Add(new Quantity($"{name}.height", -1, k, QuantityUnit.Intensity, 0, QuantityKind.Height));
            Add(ShapeParameterRole.PartialWidth, QuantityUnit.Axis);
            Add(ShapeParameterRole.Form, QuantityUnit.None);
        }

        for (int c = 0; c <= options.Background.Degree; c++)
            list.Add(new Quantity(Names[BackgroundStart + c], BackgroundStart + c, -1, QuantityUnit.Coefficient, c));
        for (int j = 0; j < SplineCount; j++)
            list.Add(new Quantity(Names[SplineStart + j], SplineStart + j, -1, QuantityUnit.Intensity, 0, QuantityKind.SplineCoefficient));
        if (SplineCount > 0)
        {
            list.Add(new Quantity("background.smoothness", -1, -1, QuantityUnit.None, 0, QuantityKind.Smoothness));
            list.Add(new Quantity("background.edf", -1, -1, QuantityUnit.None, 0, QuantityKind.SplineFreedom));
        }

        Quantity[] plain = [.. list];
        foreach (DerivedQuantity one in options.Derived)
        {
            int[] Places(IReadOnlyList<string> names) => [.. names.Select(n => Array.FindIndex(plain, q => q.Name == n))];
            list.Add(new Quantity(one.Name, -1, -1, QuantityUnit.Derived, 0, QuantityKind.Derived) { Definition = one, Of = Places(one.Of), Over = Places(one.Over) });
        }

        return [.. list];
    }
}

/// <summary>A part of a parameter: factor · root.</summary>
internal readonly record struct Term(int Root, double Factor);

internal enum QuantityUnit : byte
{
    None,
    Axis,
    Intensity,
    Area,
    Coefficient,
    Derived,
}

/// <summary>What a reported number is.</summary>
internal enum QuantityKind : byte
{
    Parameter,
    Height,
    Fwhm,
    Area,
    Derived,

    /// <summary>A second difference of the coefficients of the spline.</summary>
    SplineCoefficient,

    /// <summary>λ of the spline.</summary>
    Smoothness,

    /// <summary>Number of parameters that the spline amounts to.</summary>
    SplineFreedom,
}

/// <summary>One reported number: a parameter (index into the layout) or, with −1, what its kind says of a peak.</summary>
internal sealed record Quantity(string Name, int Parameter, int Peak, QuantityUnit Unit, int Power, QuantityKind Kind = QuantityKind.Parameter)
{
    public DerivedQuantity? Definition { get; init; }

    public int[] Of { get; init; } = [];

    public int[] Over { get; init; } = [];

    public string UnitText(string axis, string intensity) => Unit switch
    {
        QuantityUnit.Derived => Definition!.Unit,
        QuantityUnit.Axis => axis,
        QuantityUnit.Intensity => intensity,
        QuantityUnit.Area => $"{intensity} {axis}".Trim(),
        QuantityUnit.Coefficient when Power == 0 || axis.Length == 0 => intensity,
        QuantityUnit.Coefficient => FormattableString.Invariant($"{(intensity.Length == 0 ? "1" : intensity)}/{(axis.All(char.IsLetter) ? axis : $"({axis})")}{(Power == 1 ? string.Empty : $"^{Power}")}"),
        _ => string.Empty,
    };
}
