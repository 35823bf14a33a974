using System.Globalization;
using System.Text.Json;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>A value of lmfit under our name.</summary>
internal readonly record struct ImportedValue(double Value, double Error, StandardErrorStatus Status);

/// <summary>Turns what lmfit writes into options of this package.</summary>
internal sealed class LmfitReader(string text, LmfitImportOptions options, string file)
{
    // fwhm = 2√(2 ln 2) σ
    private const double FwhmOfSigma = 2.3548200450309493;

    private static readonly string[] Derived = ["fwhm", "height", "position"];

    private readonly Dictionary<string, LmfitParameter> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Link> _links = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImportedValue> _values = new(StringComparer.Ordinal);
    private readonly List<UnmappedItem> _unmapped = [];
    private readonly List<PeakDefinition> _peaks = [];
    private readonly List<(LmfitParameter Parameter, int Power)> _background = [];
    private readonly List<Tie> _ties = [];
    private readonly List<SumTie> _sums = [];
    private Parameter[] _coefficients = [];

    public LmfitImport Read()
    {
        using JsonDocument document = LmfitJson.Parse(text, file);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("params", out JsonElement parameters))
            throw Fault("There are no parameters in it.", "Save Parameters.dumps(), or a result with save_modelresult; a model alone (save_model) has no values.");
        ReadParameters(parameters);
        (double From, double To)? window = options.From is { } start ? (start, options.To!.Value) : null;
        List<LmfitModel> models = [];
        if (root.TryGetProperty("model", out JsonElement saved))
        {
            ReadModel(saved, null, models, 0);
            window ??= FindWindow(root);
            if (root.TryGetProperty("weights", out JsonElement weights) && weights.ValueKind != JsonValueKind.Null)
                Miss("weights", "the weights w of the result are no part of a model here: give the spectrum the variances 1/w² and the options Weighting.Sigma.");
        }
        else
        {
            models = InferModels();
        }

        foreach (LmfitModel one in models)
            Add(one);
        if (_peaks.Count == 0)
            throw Fault($"It holds no peak that can be taken over{(_unmapped.Count == 0 ? "." : $": {string.Join(" ", _unmapped.Take(20))}")}", "Give the models in the options where parameters were saved alone.");
        (int degree, double origin) = MakeBackground(window);
        MapExpressions();
        foreach (LmfitParameter one in _parameters.Values.Where(p => !_seen.Contains(p.Name)))
            Miss(one.Name, "it belongs to no model that was taken over.");
        var model = new PeakFitOptions { Peaks = _peaks, Background = new() { Degree = degree, Coefficients = _coefficients }, Ties = _ties, Sums = _sums };
        try
        {
            return new LmfitImport(model, _values, _unmapped, origin);
        }
        catch (OptionsException e)
        {
            throw Fault($"Its model cannot be used here: {e.Message}", "Change that in lmfit and save it again.");
        }
    }

    private InputFormatException Fault(string problem, string remedy) => new(file, 0, problem, remedy);

    private void Miss(string name, string reason) => _unmapped.Add(new UnmappedItem(name, reason));

    private void ReadParameters(JsonElement element)
    {
        // Some versions wrap the parameters once more.
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("params", out JsonElement inner))
            element = inner;
        foreach (JsonElement item in LmfitJson.Items(element) ?? throw Fault("The parameters are not a list.", "Save them again with a supported version of lmfit (0.9.10 or later)."))
        {
            JsonElement[]? cells = LmfitJson.Items(item);
            if (cells is null || cells.Length < 6 || LmfitJson.Text(cells[0]) is not { Length: > 0 } name || cells[2].ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number))
                throw Fault($"Parameter {_parameters.Count + 1} is not a list of name, value, vary, expression, minimum and maximum.", "Save the parameters again with lmfit.");
            bool vary = cells[2].ValueKind == JsonValueKind.True || (cells[2].ValueKind == JsonValueKind.Number && cells[2].GetDouble() != 0);
            string? expression = LmfitJson.Text(cells[3]) is { } e && e.Trim().Length > 0 ? e.Trim() : null;
            var one = new LmfitParameter(name, Finite(cells[1]), vary && expression is null, expression, Finite(cells[4]), Finite(cells[5]), cells.Length > 7 ? Finite(cells[7]) : null);
            if (!_parameters.TryAdd(name, one))
                throw Fault($"Two parameters are named {name}.", "Names are different in lmfit: the file was changed.");
        }

        static double? Finite(JsonElement cell) => LmfitJson.Number(cell) is { } v && double.IsFinite(v) ? v : null;
    }

    private void ReadModel(JsonElement element, string? under, List<LmfitModel> models, int depth)
    {
        JsonElement[] cells = LmfitJson.Items(element) ?? [];
        if (depth < 1000 && cells.Length == 3 && LmfitJson.Text(cells[2]) is { } op)
        {
            under ??= op == "add" ? null : op;
            ReadModel(cells[0], under, models, depth + 1);
            ReadModel(cells[1], under, models, depth + 1);
            return;
        }

        JsonElement[] state = cells.Length > 0 ? LmfitJson.Items(cells[0]) ?? [] : [];
        if (state.Length < 6 || LmfitJson.Text(state[0]) is not { } function || (LmfitJson.Text(state[3]) ?? (state[3].ValueKind == JsonValueKind.Null ? string.Empty : null)) is not { } prefix)
            throw Fault("A model in it is not a list of function, name and prefix.", "Save the result again with lmfit; newer versions may write other files.");
        string[] roots = [.. (LmfitJson.Items(state[5]) ?? []).Select(e => LmfitJson.Text(e) ?? string.Empty)];
        models.Add(new LmfitModel(function, prefix, roots, under));
    }

    private (double From, double To)? FindWindow(JsonElement root)
    {
        // The independent variable of all peak models is x, given by keyword.
        if (root.TryGetProperty("userkws", out JsonElement keywords) && keywords.ValueKind == JsonValueKind.Object && keywords.TryGetProperty("x", out JsonElement x)
            && LmfitJson.Items(x) is { Length: > 1 } values && LmfitJson.Number(values[0]) is { } first && LmfitJson.Number(values[^1]) is { } last && double.IsFinite(first) && double.IsFinite(last))
            return (Math.Min(first, last), Math.Max(first, last));
        return null;
    }

    /// <summary>The models that parameters saved alone belong to, from their names and the expressions that lmfit adds.</summary>
    private List<LmfitModel> InferModels()
    {
        var models = options.Components.Select(c => new LmfitModel(c.Model, c.Prefix, [], null)).ToList();
        bool Has(string name) => _parameters.ContainsKey(name);
        bool Free(string prefix) => options.Components.All(c => c.Prefix != prefix);
        IEnumerable<string> Prefixes(string root) => _parameters.Keys.Where(n => n.EndsWith(root, StringComparison.Ordinal)).Select(n => n[..^root.Length]).Where(Free).ToArray();
        foreach (string p in Prefixes("center").Where(p => Has(p + "amplitude") && Has(p + "sigma")))
        {
            string fwhm = _parameters.GetValueOrDefault(p + "fwhm")?.Expression ?? string.Empty;
            string? function = Has(p + "skew") ? (Has(p + "expon") ? "pearson4" : "skewed_voigt")
                : Has(p + "fraction") ? "pvoigt"
                : Has(p + "expon") ? "pearson7"
                : Has(p + "beta") ? "moffat"
                : Has(p + "sigma_r") ? "split_lorentzian"
                : Has(p + "q") ? "breit_wigner"
                : Has(p + "gamma") ? (fwhm.StartsWith("1.0692", StringComparison.Ordinal) ? "voigt" : null)
                : fwhm.StartsWith("2.35", StringComparison.Ordinal) ? "gaussian"
                : fwhm.StartsWith("2.00", StringComparison.Ordinal) ? "lorentzian" : null;
            if (function is not null)
            {
                models.Add(new LmfitModel(function, p, [], null));
                continue;
            }

            foreach (string root in new[] { "amplitude", "center", "sigma", "gamma" }.Where(r => Has(p + r)))
                _seen.Add(p + root);
            Miss(p + "center", "names alone do not tell which model it belongs to: name the model of this prefix in the options.");
        }

        foreach (string p in Prefixes("slope").Where(p => Has(p + "intercept")))
            models.Add(new LmfitModel("linear", p, [], null));
        foreach (string p in Prefixes("c0"))
            models.Add(new LmfitModel("polynomial", p, [], null));
        foreach (string p in Prefixes("a").Where(p => Has(p + "b") && Has(p + "c")))
            models.Add(new LmfitModel("parabolic", p, [], null));
        foreach (string p in Prefixes("c").Where(p => !Has(p + "b") && (p.Length == 0 || p.EndsWith('_'))))
            models.Add(new LmfitModel("constant", p, [], null));
        return models;
    }

    private void Add(LmfitModel model)
    {
        string prefix = model.Prefix;
        string[] own = [.. _parameters.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal))];
        if (model.Under is { } op)
        {
            Skip($"its model {model.Function} is combined with others by '{op}'; models are added here.");
            return;
        }

        switch (model.Function)
        {
            case "constant":
                AddBackground(("c", 0));
                return;
            case "linear":
                AddBackground(("slope", 1), ("intercept", 0));
                return;
            case "parabolic":
                AddBackground(("a", 2), ("b", 1), ("c", 0));
                return;
            case "polynomial":
                AddBackground([.. Enumerable.Range(0, 9).Select(k => (string.Create(CultureInfo.InvariantCulture, $"c{k}"), k)).Where(c => _parameters.ContainsKey(prefix + c.Item1))]);
                return;
            case "gaussian" or "lorentzian" or "pvoigt" or "voigt" or "split_lorentzian" or "pearson7" or "moffat" or "expgaussian" or "breit_wigner":
                AddPeak(model);
                return;
            default:
                Skip($"there is no counterpart of the model {model.Function} here.");
                return;
        }

        void AddBackground(params IReadOnlyList<(string Root, int Power)> roots)
        {
            foreach ((string root, int power) in roots)
                _background.Add((Take(model, root), power));
        }

        void Skip(string reason)
        {
            // Longer prefixes of other models may begin with this one.
            string[] roots = model.Roots.Length > 0 ? [.. model.Roots, .. Derived] : [.. own.Select(n => n[prefix.Length..])];
            foreach (string name in roots.Select(r => prefix + r).Where(_parameters.ContainsKey).Where(_seen.Add))
            {
                if (model.Roots.Length == 0 || model.Roots.Contains(name[prefix.Length..]))
                    Miss(name, reason);
            }
        }
    }

    private LmfitParameter Take(LmfitModel model, string root)
    {
        string name = model.Prefix + root;
        if (!_parameters.TryGetValue(name, out LmfitParameter? one))
            throw Fault($"The model {model.Function} with the prefix '{model.Prefix}' has no parameter {name}.", "Save the result again, or name the right model in the options.");
        _seen.Add(name);
        return one;
    }

    private void AddPeak(LmfitModel model)
    {
        string name = PeakName(model.Prefix);
        LmfitParameter amplitude = Take(model, "amplitude"), center = Take(model, "center"), sigma = Take(model, "sigma");
        foreach (string root in Derived)
            _seen.Add(model.Prefix + root);
        var peak = new PeakDefinition { Name = name, Center = Linear(center, name + ".center", 1) };
        Parameter Area() => Amplitude(amplitude, name + ".area");
        Parameter Width(LmfitParameter p, string own, double scale) => Positive(Linear(p, $"{name}.{own}", scale), p);
        switch (model.Function)
        {
            case "gaussian":
                peak = peak with { Shape = LineShapes.Gaussian, Area = Area(), Fwhm = Width(sigma, "fwhm", FwhmOfSigma) };
                break;
            case "lorentzian":
                peak = peak with { Shape = LineShapes.Lorentzian, Area = Area(), Fwhm = Width(sigma, "fwhm", 2) };
                break;
            case "pvoigt":
                peak = peak with { Shape = LineShapes.PseudoVoigt, Area = Area(), Fwhm = Width(sigma, "fwhm", 2), Eta = Linear(Take(model, "fraction"), name + ".eta", 1) };
                break;
            case "voigt":
                LmfitParameter gamma = Take(model, "gamma");
                Parameter lorentzian = Linear(gamma, name + ".lorentzianFwhm", 2);
                if (lorentzian.Value < 0 || lorentzian.Max < 0)
                {
                    Miss(gamma.Name, "a width below 0: its start value and bounds are automatic.");
                    lorentzian = Parameter.Automatic;
                }

                peak = peak with { Shape = LineShapes.Voigt, Area = Area(), Parameters = [Named("gaussianFwhm", Width(sigma, "gaussianFwhm", FwhmOfSigma)), Named("lorentzianFwhm", lorentzian with { Min = lorentzian.Min < 0 ? 0 : lorentzian.Min })] };
                break;
            case "expgaussian":
                peak = peak with { Shape = LineShapes.ExponentialGaussian, Area = Area(), Parameters = [Named("gaussianFwhm", Width(sigma, "gaussianFwhm", FwhmOfSigma)), Named("tau", Reciprocal(Take(model, "gamma"), name + ".tau"))] };
                break;
            case "split_lorentzian":
                (Parameter fwhm, Parameter asymmetry) = Split(sigma, Take(model, "sigma_r"), name);
                peak = peak with { Shape = LineShapes.SplitLorentzian, Area = Area(), Fwhm = fwhm, Parameters = [Named("asymmetry", asymmetry)] };
                break;
            case "breit_wigner":
                LmfitParameter q = Take(model, "q");
                double strength = 1 + ((q.Value ?? 0) * (q.Value ?? 0));
                Parameter form = Linear(q, name + ".q", 1);
                Parameter height = Coupled(amplitude, name + ".height", strength, q, q.Name);
                peak = peak with { Shape = LineShapes.Fano, Height = height.Value < 0 && height.Min is null ? Unbounded(amplitude, height) : height, Fwhm = Width(sigma, "fwhm", 1), Parameters = [Named("q", form)] };
                break;
            default:
                LmfitParameter exponent = Take(model, model.Function == "moffat" ? "beta" : "expon");
                Parameter m = Linear(exponent, name + ".m", 1);
                double half = exponent.Value > 0 ? 2 * Math.Sqrt(Math.Pow(2, 1 / exponent.Value.Value) - 1) : double.NaN;
                if (!(exponent.Value > 0.5) || !double.IsFinite(half))
                {
                    Miss(exponent.Name, "an exponent of 0.5 or less has no finite area: the start values of width and exponent are automatic.");
                    (m, half) = (Parameter.Automatic, double.NaN);
                    _links.Remove(exponent.Name);
                    _values.Remove(name + ".m");
                }

                m = m with { Min = m.Min <= 0.5 ? null : m.Min };
                Parameter width = double.IsNaN(half) ? Parameter.Automatic : Positive(Coupled(sigma, name + ".fwhm", half, exponent, exponent.Name), sigma);
                peak = peak with { Shape = LineShapes.PearsonSeven, Fwhm = width, Parameters = [Named("m", m)] };
                peak = model.Function == "moffat" ? peak with { Amplitude = AmplitudeForm.Height, Height = Amplitude(amplitude, name + ".height") } : peak with { Area = Area() };
                break;
        }

        _peaks.Add(peak);
    }

    private string PeakName(string prefix)
    {
        string name = prefix.TrimEnd('_').Replace('.', '_');
        if (name.Length == 0)
            name = "peak";
        if (name == "background")
            name = "background_peak";
        string free = name;
        for (int k = 2; _peaks.Any(p => p.Name == free); k++)
            free = string.Create(CultureInfo.InvariantCulture, $"{name}{k}");
        return free;
    }

    private static NamedParameter Named(string name, Parameter p) => new() { Name = name, Value = p.Value, Min = p.Min, Max = p.Max, Vary = p.Vary };

    private Parameter Linear(LmfitParameter p, string own, double scale)
    {
        _links[p.Name] = new Link(own, scale, false);
        Keep(p, own, scale * p.Value, scale * p.Error);
        return Definition(p, scale * p.Value, scale * p.Min, scale * p.Max);
    }

    private Parameter Amplitude(LmfitParameter p, string own)
    {
        Parameter one = Linear(p, own, 1);
        return one.Value < 0 && one.Min is null ? Unbounded(p, one) : one;
    }

    /// <summary>A dip without lower bound: here amplitudes end at 0 unless a minimum is stated.</summary>
    private Parameter Unbounded(LmfitParameter p, Parameter one)
    {
        double min = 1000 * one.Value!.Value;
        Miss(p.Name, string.Create(CultureInfo.InvariantCulture, $"an amplitude below 0 without lower bound: the minimum is a thousand times its value, {min:R}."));
        return one with { Min = min };
    }

    private Parameter Positive(Parameter one, LmfitParameter p)
    {
        if (!(one.Value <= 0) && !(one.Max <= 0))
            return one with { Min = one.Min <= 0 ? null : one.Min };
        Miss(p.Name, "a width of 0 or less: its start value and bounds are automatic.");
        return Parameter.Automatic;
    }

    /// <summary>A parameter whose factor depends on another one: exact as long as that one is fixed, else its value alone.</summary>
    private Parameter Coupled(LmfitParameter p, string own, double scale, LmfitParameter other, string otherName)
    {
        if (!other.Vary && other.Expression is null)
            return Linear(p, own, scale);
        _values[own] = new ImportedValue(scale * p.Value ?? double.NaN, double.NaN, StandardErrorStatus.NotApplicable);
        if (p.Min > 0 || p.Max is not null || !p.Vary)
            Miss(p.Name, $"the value is taken over, but bounds, ties and a fixed value would depend on {otherName}, which varies: it is varied without them.");
        return new Parameter(scale * p.Value);
    }

    private Parameter Reciprocal(LmfitParameter p, string own)
    {
        if (!(p.Value > 0))
        {
            Miss(p.Name, "a rate of 0 or less has no decay length: the start value of tau is automatic.");
            return Parameter.Automatic;
        }

        _links[p.Name] = new Link(own, 1, true);
        double value = 1 / p.Value.Value;
        Keep(p, own, value, p.Error * value * value);
        return Definition(p, value, p.Max > 0 ? 1 / p.Max : null, p.Min > 0 ? 1 / p.Min : null);
    }

    private (Parameter Fwhm, Parameter Asymmetry) Split(LmfitParameter left, LmfitParameter right, string name)
    {
        if (left.Value is not > 0 || right.Value is not > 0)
        {
            Miss(left.Name, "a half width of 0 or less: start values of width and asymmetry are automatic.");
            return (Parameter.Automatic, Parameter.Automatic);
        }

        double l = left.Value.Value, r = right.Value.Value;
        bool isFixed = !left.Vary && !right.Vary && left.Expression is null && right.Expression is null;
        foreach (LmfitParameter one in new[] { left, right })
        {
            if (one.Expression is not null)
                Miss(one.Name, $"its expression '{one.Expression}' has no counterpart for the width and asymmetry of a split shape: both are varied.");
            else if (!isFixed && !one.Vary)
                Miss(one.Name, "one half width cannot be fixed by itself: width and asymmetry are both varied.");
            if (one.Min > 0 || one.Max is not null)
                Miss(one.Name, "bounds of one half width have no counterpart: width and asymmetry have their default bounds.");
        }

        StandardErrorStatus status = isFixed ? StandardErrorStatus.Fixed : StandardErrorStatus.NotApplicable;
        _values[name + ".fwhm"] = new ImportedValue(l + r, double.NaN, status);
        _values[name + ".asymmetry"] = new ImportedValue((r - l) / (l + r), double.NaN, status);
        return (new Parameter(l + r, Vary: !isFixed), new Parameter((r - l) / (l + r), Vary: !isFixed));
    }

    private void Keep(LmfitParameter p, string own, double? value, double? error) => _values[own] = new ImportedValue(
        value ?? double.NaN,
        p.IsHeld ? double.NaN : error ?? double.NaN,
        p.IsHeld ? StandardErrorStatus.Fixed : error is null ? StandardErrorStatus.NoResult : StandardErrorStatus.Given);

    private static Parameter Definition(LmfitParameter p, double? value, double? min, double? max) =>
        new(value is { } v && min is { } low && v < low ? low : value > max ? max : value, min, max, p.Vary || p.Expression is not null || value is null);

    private (int Degree, double Origin) MakeBackground((double From, double To)? window)
    {
        int degree = _background.Count == 0 ? -1 : _background.Max(b => b.Power);
        if (degree < 0)
            return (-1, double.NaN);
        double origin = degree == 0 ? 0 : window is { } w ? 0.5 * (w.From + w.To) : double.NaN;
        if (double.IsNaN(origin) || _background.Any(b => b.Parameter.Value is null))
        {
            foreach ((LmfitParameter p, _) in _background)
                Miss(p.Name, double.IsNaN(origin) ? "a background is about the middle of the window here, which is not known: give from and to in the options. Its start values are automatic." : "not all coefficients have a value: start values of the background are automatic.");
            return (degree, double.NaN);
        }

        // p(x) = Σ c_j x^j = Σ c'_k (x − x₀)^k: c'_k = Σ_{j ≥ k} C(j, k) x₀^(j−k) c_j, and back with −x₀.
        var plain = new double[degree + 1];
        var held = new bool[degree + 1];
        for (int j = 0; j <= degree; j++)
        {
            (LmfitParameter Parameter, int Power)[] parts = [.. _background.Where(b => b.Power == j)];
            plain[j] = parts.Sum(p => p.Parameter.Value!.Value);
            held[j] = parts.All(p => p.Parameter.IsHeld);
        }

        var coefficients = new Parameter[degree + 1];
        for (int k = degree; k >= 0; k--)
        {
            string own = string.Create(CultureInfo.InvariantCulture, $"background.c{k}");
            double value = 0;
            for (int j = k; j <= degree; j++)
                value += Binomial(j, k) * Math.Pow(origin, j - k) * plain[j];
            (LmfitParameter Parameter, int Power)[] parts = [.. _background.Where(b => b.Power == k)];
            if (parts.Length == 1 && (k == degree || origin == 0))
            {
                coefficients[k] = Linear(parts[0].Parameter, own, 1);
                continue;
            }

            coefficients[k] = new Parameter(value);
            _values[own] = new ImportedValue(value, double.NaN, StandardErrorStatus.NotApplicable);
            foreach (LmfitParameter p in parts.Select(b => b.Parameter))
            {
                if (p.Expression is not null)
                    Miss(p.Name, $"its expression '{p.Expression}' is not taken over, for coefficients are about the middle of the window here: it is varied.");
                if (p.Min is not null || p.Max is not null)
                    Miss(p.Name, "bounds of a coefficient are not taken over, for coefficients are about the middle of the window here, or several models share it.");
            }

            if (held[k])
                coefficients[k] = Hold(k, own, plain, origin, coefficients);
        }

        _coefficients = coefficients;
        return (degree, origin);
    }

    /// <summary>A coefficient of x^k that is fixed ties that of (x − x₀)^k to those above it.</summary>
    private Parameter Hold(int k, string own, double[] plain, double origin, Parameter[] coefficients)
    {
        double constant = plain[k];
        var terms = new List<SumTerm>();
        for (int j = k + 1; j < plain.Length; j++)
        {
            double factor = -Binomial(j, k) * Math.Pow(-origin, j - k);
            if (!coefficients[j].Vary)
                constant += factor * coefficients[j].Value!.Value;
            else if (factor != 0)
                terms.Add(new SumTerm { Of = string.Create(CultureInfo.InvariantCulture, $"background.c{j}"), Factor = factor });
        }

        Follow(own, constant, terms);
        return terms.Count == 0 ? Parameter.Fixed(constant) : new Parameter(_values[own].Value);
    }

    private void Follow(string own, double constant, List<SumTerm> terms)
    {
        if (terms.Count == 1)
            _ties.Add(new Tie { Parameter = own, To = terms[0].Of, Factor = terms[0].Factor, Offset = constant });
        else if (terms.Count > 1)
            _sums.Add(new SumTie { Parameter = own, Constant = constant, Terms = terms });
    }

    private void MapExpressions()
    {
        foreach (LmfitParameter p in _parameters.Values.Where(p => p.Expression is not null && _links.ContainsKey(p.Name)).ToArray())
        {
            Link link = _links[p.Name];
            if (AffineExpression.Read(p.Expression!, n => Resolve(n, p.Name, 0)) is not { } affine)
            {
                Miss(p.Name, $"its expression '{p.Expression}' is no sum of multiples of parameters that are taken over: it is fixed at its value.");
                Change(link.Own, one => one with { Vary = false });
                continue;
            }

            if (affine.IsConstant)
            {
                Change(link.Own, one => one with { Vary = false });
                continue;
            }

            Link[] leaders = [.. affine.Terms.Keys.Select(n => _links[n])];
            if (leaders.Append(link).Any(l => l.IsReciprocal))
            {
                double factor = affine.Terms.Values.First();
                if (leaders.Length > 1 || affine.Constant != 0 || !link.IsReciprocal || !leaders[0].IsReciprocal)
                {
                    Miss(p.Name, $"its expression '{p.Expression}' is not affine in decay lengths: it is fixed at its value.");
                    Change(link.Own, one => one with { Vary = false });
                    continue;
                }

                Follow(link.Own, 0, [new SumTerm { Of = leaders[0].Own, Factor = 1 / factor }]);
                continue;
            }

            List<SumTerm> terms = [.. affine.Terms.Select(t => new SumTerm { Of = _links[t.Key].Own, Factor = link.Scale * t.Value / _links[t.Key].Scale })];
            if (terms.Count > 1 && (p.Min is not null || p.Max is not null))
                Miss(p.Name, "a parameter that is a sum has no bounds here.");
            if (terms.Count > 1)
                Change(link.Own, one => one with { Min = null, Max = null });
            Follow(link.Own, link.Scale * affine.Constant, terms);
        }
    }

    /// <summary>A name in an expression: a parameter that is taken over, a number that is fixed, or another expression.</summary>
    private Affine? Resolve(string name, string follower, int depth)
    {
        if (depth > 50 || name == follower || !_parameters.TryGetValue(name, out LmfitParameter? p))
            return null;
        if (_links.ContainsKey(name))
            return Affine.Of(name);

        // A parameter of the user's own is needed by expressions alone.
        _seen.Add(name);
        if (p.Expression is not null)
            return AffineExpression.Read(p.Expression, n => Resolve(n, follower, depth + 1));
        return p.Vary || p.Value is null ? null : Affine.Of(p.Value.Value);
    }

    private void Change(string own, Func<Parameter, Parameter> change)
    {
        int dot = own.IndexOf('.', StringComparison.Ordinal);
        string parameter = own[(dot + 1)..];
        int k = _peaks.FindIndex(p => p.Name == own[..dot]);
        if (k < 0)
        {
            int power = int.Parse(parameter.AsSpan(1), CultureInfo.InvariantCulture);
            _coefficients[power] = change(_coefficients[power]);
            return;
        }

        PeakDefinition peak = _peaks[k];
        _peaks[k] = parameter switch
        {
            "center" => peak with { Center = change(peak.Center) },
            "fwhm" => peak with { Fwhm = change(peak.Fwhm) },
            "area" => peak with { Area = change(peak.Area) },
            "height" => peak with { Height = change(peak.Height) },
            "eta" => peak with { Eta = change(peak.Eta) },
            _ => peak with { Parameters = [.. peak.Parameters.Select(n => n.Name == parameter ? Named(n.Name, change(n.Definition)) : n)] },
        };
    }

    private static double Binomial(int n, int k)
    {
        double value = 1;
        for (int i = 1; i <= k; i++)
            value = value * (n - k + i) / i;
        return Math.Round(value);
    }

    /// <summary>A parameter of lmfit; numbers that are not finite are missing.</summary>
    private sealed record LmfitParameter(string Name, double? Value, bool Vary, string? Expression, double? Min, double? Max, double? Error)
    {
        public bool IsHeld => !Vary && Expression is null;
    }

    /// <summary>A model function with its prefix; <paramref name="Under"/> is the operation other than addition that it takes part in.</summary>
    private sealed record LmfitModel(string Function, string Prefix, string[] Roots, string? Under);

    /// <summary>Our parameter = Scale · that of lmfit, or its reciprocal.</summary>
    private sealed record Link(string Own, double Scale, bool IsReciprocal);
}
