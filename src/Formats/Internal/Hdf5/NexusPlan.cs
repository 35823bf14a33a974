using System.Globalization;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>What of a file becomes a series: found from options and NeXus conventions, every decision with its reason.</summary>
internal sealed class NexusPlan
{
    private const int MostShown = 12;
    private readonly Hdf5File _file;
    private readonly Hdf5ReadOptions _options;
    private readonly List<ReadDecision> _decisions = [];
    private readonly List<string> _notes = [];
    private readonly List<StepWarning> _warnings = [];
    private readonly Hdf5Group? _group;
    private readonly string[] _axes;

    public NexusPlan(Hdf5File file, Hdf5ReadOptions options)
    {
        _file = file;
        _options = options;
        (Signal, _group) = FindSignal();
        RequireNumbers(Signal);
        if (Signal.Shape.Count == 0)
            throw Error($"{Signal.Path} holds no points.", "Set dataset to another one.");
        if (Signal.Shape.Any(n => n > Array.MaxLength))
            throw Error($"{Signal} has more points than can be counted.", "Set dataset to another one.");
        Signal.CheckStored(sizeof(double));
        _axes = AxisNames();
        (double[] raw, string name, string unit, string axisPath) = FindAxis();
        Points = (int)Signal.Shape[PointDimension];

        // A series without rows is one; rows without points are not.
        if (Points == 0)
            throw Error($"{Signal.Path} holds no points.", "Set dataset to another one.");
        if (Signal.Count / Points > Array.MaxLength)
            throw Error($"{Signal} has more rows than can be counted.", "Set axis to the one of another dimension.");
        Rows = (int)(Signal.Count / Points);
        if (PointDimension != Signal.Shape.Count - 1 && Signal.Shape.Count > 2)
            throw Error($"The axis of {Signal.Path} is that of dimension {PointDimension + 1} of {Signal.Shape.Count}.", "Only the last dimension can hold the points there; set axis to the one of that dimension.");
        var text = new TextReadOptions { SortAxis = options.SortAxis, Duplicates = options.Duplicates };
        Arrangement = AxisArrangement.Of(raw, text, (i, problem, remedy) => Error(string.Create(CultureInfo.InvariantCulture, $"{axisPath}, point {i + 1}: {problem}"), remedy), _notes);
        Axis = MakeAxis(name, unit, axisPath);
        Errors = FindErrors();
        Kind = FindKind();
        string quantity = Hdf5File.TextOf(Signal, NexusOutput.OriginalName);
        Quantity = options.IntensityQuantity ?? (quantity.Length > 0 ? quantity : NameOf(Signal));
        IntensityUnit = options.IntensityUnit ?? Signal.Unit;
        (Labels, SourceRows, Columns) = FindColumns();
    }

    public Hdf5Dataset Signal { get; }

    public Hdf5Dataset? Errors { get; }

    public Axis Axis { get; }

    public AxisArrangement Arrangement { get; }

    public int PointDimension { get; private set; }

    /// <summary>Points along the axis as they are stored, before equal ones are merged.</summary>
    public int Points { get; }

    public int Rows { get; }

    public IntensityKind Kind { get; }

    public string Quantity { get; }

    public string IntensityUnit { get; }

    public string[] Labels { get; }

    public int[] SourceRows { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    public IReadOnlyList<StepWarning> Warnings => _warnings;

    public FileReport Report => new(_file.Path, Rows, Axis.Length) { Decisions = _decisions, Notes = _notes };

    private InputFormatException Error(string problem, string remedy) => new(_file.Path, 0, problem, remedy);

    private static string NameOf(Hdf5Values one) => one.Path[(one.Path.LastIndexOf('/') + 1)..];

    private void Decide(string option, string value, string reason) => _decisions.Add(new ReadDecision(option, value, reason));

    private void RequireNumbers(Hdf5Dataset dataset)
    {
        if (dataset.Obstacle is { } obstacle)
            throw Error($"{dataset.Path} cannot be read: {obstacle}.", "Convert the file with h5repack, or choose another dataset.");
        if (!dataset.IsNumeric)
            throw Error($"{dataset.Path} holds {dataset.Type}, not numbers.", "Choose another dataset.");
    }

    private (Hdf5Dataset Signal, Hdf5Group? Group) FindSignal()
    {
        if (_options.Dataset.Length > 0)
        {
            switch (_file.Find(_options.Dataset))
            {
                case Hdf5Dataset dataset:
                    Decide("dataset", dataset.Path, "given");
                    return (dataset, Parent(_options.Dataset));
                case Hdf5Group group:
                    Hdf5Dataset signal = SignalOf(group) ?? throw Error($"The group {group.Path} does not say which dataset is its signal.", "Set dataset to the path of the intensities.");
                    Decide("dataset", signal.Path, "signal of the group given");
                    return (signal, group);
                default:
                    // Raises the error that lists what there is.
                    return (_file.Dataset(_options.Dataset), null);
            }
        }

        if (FollowDefaults() is { } shown && SignalOf(shown) is { } plotted)
        {
            Decide("dataset", plotted.Path, "the file's default");
            return (plotted, shown);
        }

        var found = new List<(Hdf5Dataset Signal, Hdf5Group Group)>();
        foreach (Hdf5Group group in _file.Objects().OfType<Hdf5Group>().Prepend(_file.Root))
        {
            if (Hdf5File.ClassOf(group) == "NXdata" && SignalOf(group) is { } signal)
                found.Add((signal, group));
        }

        if (found.Count == 1)
        {
            Decide("dataset", found[0].Signal.Path, "the only NXdata group");
            return found[0];
        }

        IEnumerable<string> candidates = found.Count > 0
            ? found.Select(f => f.Signal.Path)
            : _file.Objects().OfType<Hdf5Dataset>().Where(d => d.IsNumeric && d.Count > 1).Select(d => d.ToString());
        string[] shownPaths = [.. candidates.Take(MostShown + 1)];
        throw Error(
            found.Count == 0 ? "The file does not say what is plotted: it has no NXdata group with a signal." : $"The file has {found.Count} NXdata groups and no default.",
            $"Set dataset (and axis) to one of: {string.Join(", ", shownPaths.Take(MostShown))}{(shownPaths.Length > MostShown ? ", …" : shownPaths.Length == 0 ? "none" : string.Empty)}.");
    }

    private Hdf5Group? Parent(string path) => _file.Find(path[..Math.Max(0, path.TrimEnd('/').LastIndexOf('/'))]) as Hdf5Group;

    private Hdf5Group? FollowDefaults()
    {
        Hdf5Group at = _file.Root;
        for (int depth = 0; depth < 16; depth++)
        {
            string name = Hdf5File.TextOf(at, "default");
            if (name.Length == 0)
                return depth > 0 ? at : null;
            if (_file.Find(name.StartsWith('/') ? name : Hdf5File.Join(at.Path, name)) is not Hdf5Group next)
                return null;
            at = next;
        }

        return null;
    }

    private Hdf5Dataset? SignalOf(Hdf5Group group)
    {
        string name = Hdf5File.TextOf(group, "signal");
        if (name.Length > 0)
            return Beside(group, name);
        // The older convention: the dataset itself says signal = 1.
        return _file.Children(group).Select(c => c.Object).OfType<Hdf5Dataset>().FirstOrDefault(d => d.Attributes.Any(a => a.Name == "signal" && One(a)));

        static bool One(Hdf5Attribute a) => a.Obstacle is null && a.Count == 1
            && (a.Type.Kind == Hdf5Kind.Text ? a.ReadText()[0].Trim() == "1" : a.IsNumeric && a.Type.Kind != Hdf5Kind.Float && a.Read<long>()[0] == 1);
    }

    private Hdf5Dataset? Beside(Hdf5Group? group, string name) =>
        _file.Find(name.StartsWith('/') ? name : Hdf5File.Join(group?.Path ?? "/", name)) as Hdf5Dataset;

    /// <summary>Names of the axes, one per dimension; empty or a point for none.</summary>
    private string[] AxisNames()
    {
        string[] names = _group is not null ? Texts(_group, "axes") : [];
        if (names.Length == 0)
            names = Texts(Signal, "axes");
        if (names.Length == 1 && Signal.Shape.Count > 1)
            names = names[0].Trim('[', ']').Split([':', ','], StringSplitOptions.TrimEntries);
        var axes = new string[Signal.Shape.Count];
        Array.Fill(axes, ".");
        for (int i = 0; i < names.Length; i++)
        {
            // The group may say to which dimension an axis belongs.
            int dimension = _group?.Attributes.FirstOrDefault(a => a.Name == names[i] + "_indices") is { IsNumeric: true, Count: 1 } index && index.Type.Kind == Hdf5Kind.Integer
                ? (int)Math.Clamp(index.Read<long>()[0], -1, int.MaxValue)
                : names.Length == axes.Length ? i : names.Length == 1 ? axes.Length - 1 : i;
            if (dimension >= 0 && dimension < axes.Length && axes[dimension] == ".")
                axes[dimension] = names[i];
        }

        return axes;
    }

    private static string[] Texts(IHdf5Object one, string attribute) =>
        one.Attribute(attribute) is { Type.Kind: Hdf5Kind.Text, Obstacle: null } texts ? texts.ReadText() : [];

    private (double[] Values, string Name, string Unit, string Path) FindAxis()
    {
        PointDimension = Signal.Shape.Count - 1;
        string wanted = _options.Axis;
        if (wanted == "index")
        {
            Decide("axis", "index", "given");
            return ([.. Enumerable.Range(0, (int)Signal.Shape[^1]).Select(i => (double)i)], AxisQuantity.Index, string.Empty, "the axis");
        }

        Hdf5Dataset? dataset = null;
        if (wanted.Length > 0)
        {
            dataset = Beside(_group, wanted) ?? throw Error($"There is no dataset {wanted} for the axis.", $"Axes that the file names: {Named()}; index stands for point numbers.");
            PointDimension = Fitting(dataset);
            Decide("axis", dataset.Path, "given");
        }
        else
        {
            for (int d = Signal.Shape.Count - 1; d >= 0 && dataset is null; d--)
            {
                if (_axes[d] is not ("." or "") && Beside(_group, _axes[d]) is { } named)
                {
                    dataset = named;
                    PointDimension = d;
                    Decide("axis", dataset.Path, d == Signal.Shape.Count - 1 ? "axis of the last dimension" : $"axis of dimension {d + 1}, the last one that has any");
                }
            }
        }

        if (dataset is null)
            throw Error($"The file does not say what the axis of {Signal.Path} is.", "Set axis to the path of its values, or to index for point numbers.");
        RequireNumbers(dataset);
        long points = Signal.Shape[PointDimension];
        if (dataset.Shape.Count != 1)
            throw Error($"The axis {dataset.Path} has {dataset.Shape.Count} dimensions.", "Only an axis that is the same for every row is read; read the rows separately.");
        double[] values = dataset.Read<double>();
        if (values.Length == points + 1)
        {
            for (int i = 0; i < points; i++)
                values[i] = 0.5 * (values[i] + values[i + 1]);
            Array.Resize(ref values, (int)points);
            _notes.Add($"{dataset.Path} holds the edges of bins; their middles are the axis.");
        }

        if (values.Length != points)
            throw Error($"The axis {dataset.Path} has {values.Length} values, but {Signal.Path} has {points} points.", "Set axis to the one that belongs to it.");
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                throw Error(string.Create(CultureInfo.InvariantCulture, $"{dataset.Path}, point {i + 1}: the axis value is not finite."), "Correct the file, or set axis to another one.");
        }

        string name = Hdf5File.TextOf(dataset, NexusOutput.Role) == "axis" ? Hdf5File.TextOf(dataset, NexusOutput.OriginalName) : NameOf(dataset);
        return (values, name, dataset.Unit, dataset.Path);
    }

    private string Named() => string.Join(", ", _axes.Where(a => a is not ("." or ""))) is { Length: > 0 } names ? names : "none";

    /// <summary>The last dimension that an axis has the length of.</summary>
    private int Fitting(Hdf5Dataset axis)
    {
        for (int d = Signal.Shape.Count - 1; d >= 0; d--)
        {
            if (axis.Shape.Count == 1 && (axis.Shape[0] == Signal.Shape[d] || axis.Shape[0] == Signal.Shape[d] + 1))
                return d;
        }

        throw Error($"The axis {axis.Path} has {axis.Count} values, which is the length of no dimension of {Signal}.", "Set axis to the one that belongs to it.");
    }

    private Axis MakeAxis(string name, string unitText, string path)
    {
        AxisName parsed = AxisName.Parse(name);
        string quantity = _options.AxisQuantity is { } given ? AxisName.CanonicalQuantity(given) : parsed.Name;
        // Templates hold the class of unit where the unit should be.
        string stated = unitText.StartsWith("NX_", StringComparison.Ordinal) ? string.Empty : AxisName.CanonicalUnit(unitText);
        if (stated.Length == 0)
            stated = parsed.Unit;
        string unit = stated;
        if (_options.AxisUnit is { } wanted)
        {
            unit = AxisName.CanonicalUnit(wanted);
            if (stated.Length > 0 && stated != unit)
                throw Error($"{path} has the unit {stated}, but axisUnit is {wanted}.", "Leave axisUnit open, and convert the axis afterwards.");
        }

        Decide("axisQuantity", quantity, _options.AxisQuantity is null ? "name of the axis" : "given");
        if (unit.Length == 0 && AxisName.UsualUnit(quantity) is { Length: > 0 } usual)
        {
            unit = usual;
            Decide("axisUnit", unit, $"usual for {quantity}");
        }
        else if (unit.Length > 0)
        {
            Decide("axisUnit", unit, _options.AxisUnit is null ? "the file" : "given");
        }
        else if (quantity != AxisQuantity.Index)
        {
            _warnings.Add(new StepWarning("axis_unit_unknown", $"{_file.Path}: {path} has no unit. Set axisUnit."));
        }

        if (!AxisName.IsAllowed(quantity, unit))
            throw Error($"{path} is {quantity} in {unit}; that quantity takes {AxisName.AllowedUnits(quantity)}.", "Correct axisQuantity or axisUnit.");
        double[] values = Arrangement.Values;
        if (quantity == AxisQuantity.TwoTheta && unit == "deg" && (values[^1] > 180 || values[0] < -180))
            throw Error(string.Create(CultureInfo.InvariantCulture, $"The axis is taken as 2theta in degrees, but runs from {values[0]:G6} to {values[^1]:G6}."), "Correct axisQuantity and axisUnit.");
        AxisDirection direction = AxisQuantity.UsualDirection(quantity);
        if (_file.Find(path) is Hdf5Dataset dataset && Hdf5File.TextOf(dataset, NexusOutput.Direction) is { Length: > 0 } written)
            direction = written == "descending" ? AxisDirection.Descending : AxisDirection.Ascending;
        else if (Arrangement.Descending && !parsed.Quantity)
            direction = AxisDirection.Descending;
        return new Axis(values, quantity, unit, direction);
    }

    private Hdf5Dataset? FindErrors()
    {
        if (_options.Errors == "none")
        {
            Decide("errors", "none", "given");
            return null;
        }

        Hdf5Dataset? errors;
        if (_options.Errors.Length > 0)
        {
            errors = Beside(_group, _options.Errors) ?? throw Error($"There is no dataset {_options.Errors} for the standard deviations.", "Correct errors, or set it to none.");
            Decide("errors", errors.Path, "given");
        }
        else
        {
            string named = Hdf5File.TextOf(Signal, "uncertainties");
            errors = named.Length > 0 ? Beside(_group, named) : null;
            if (errors is null && _group is not null)
                errors = Beside(_group, NameOf(Signal) + "_errors") ?? Beside(_group, "errors");
            if (errors is null)
                return null;
            Decide("errors", errors.Path, "belongs to the signal");
        }

        RequireNumbers(errors);
        return errors.Shape.SequenceEqual(Signal.Shape)
            ? errors
            : throw Error($"The standard deviations {errors} have not the shape of {Signal}.", "Set errors to the right ones, or to none.");
    }

    private IntensityKind FindKind()
    {
        string written = Hdf5File.TextOf(Signal, NexusOutput.Kind);
        (IntensityKind kind, string reason) = _options.IntensityKind switch
        {
            TextIntensityKind.Counts => (IntensityKind.Counts, "given"),
            TextIntensityKind.Derived => (IntensityKind.Derived, "given"),
            TextIntensityKind.Unspecified => (IntensityKind.Unspecified, "given"),
            _ when written.Length > 0 => (written switch { "counts" => IntensityKind.Counts, "derived" => IntensityKind.Derived, _ => IntensityKind.Unspecified }, "the file says so"),
            _ when Signal.Type.Kind == Hdf5Kind.Integer && (AxisName.CanonicalUnit(Signal.Unit) == "counts" || AxisName.IsCounts(NameOf(Signal))) => (IntensityKind.Counts, "unit or name says counts, and the values are whole numbers"),
            _ => (IntensityKind.Unspecified, "the file does not say"),
        };
        Decide("intensityKind", kind switch { IntensityKind.Counts => "counts", IntensityKind.Derived => "derived", _ => "unspecified" }, reason);
        return kind;
    }

    private (string[] Labels, int[] SourceRows, IReadOnlyList<TableColumn> Columns) FindColumns()
    {
        string[] labels = [];
        int[] sourceRows = [];
        var columns = new List<TableColumn>();
        var used = new HashSet<string>(StringComparer.Ordinal) { Signal.Path, Errors?.Path ?? Signal.Path };
        if (_group is not null && Texts(_group, NexusOutput.Columns) is { Length: > 0 } own)
        {
            foreach (string name in own)
                columns.Add(NexusTable.ReadColumn(_file, _group, name, used));
        }

        foreach (Hdf5Dataset dataset in _group is null ? [] : _file.Children(_group).Select(c => c.Object).OfType<Hdf5Dataset>())
        {
            if (dataset.Shape.Count != 1 || dataset.Count != Rows || dataset.Obstacle is not null)
                continue;
            string role = Hdf5File.TextOf(dataset, NexusOutput.Role);
            if (role == "label")
                labels = dataset.ReadText();
            else if (role == "source row")
                sourceRows = dataset.Read<int>();
            else
                continue;
            used.Add(dataset.Path);
        }

        AddCoordinates(columns, used);
        foreach (string path in _options.Columns)
        {
            Hdf5Dataset dataset = Beside(_group, path) ?? throw Error($"There is no dataset {path} for a column.", "Correct columns.");
            if (dataset.Count != Rows && dataset.Count != 1)
                throw Error($"{dataset} has not one value for each of the {Rows} rows.", "Correct columns.");
            columns.Add(NexusTable.Plain(dataset, Rows));
        }

        for (int c = 0; c < columns.Count; c++)
        {
            if (columns[c].Count != Rows)
                throw Error($"Column {columns[c].Name} has {columns[c].Count} values for {Rows} rows.", "The file is damaged; write it again.");
            string name = columns[c].Name;
            for (int n = 2; columns.Take(c).Any(k => k.Name == name); n++)
                name = string.Create(CultureInfo.InvariantCulture, $"{columns[c].Name} ({n})");
            if (name != columns[c].Name)
                columns[c] = columns[c].WithName(name);
        }

        return (labels, sourceRows, columns);
    }

    /// <summary>Axes of the dimensions besides the points, and datasets that the group assigns to one of them.</summary>
    private void AddCoordinates(List<TableColumn> columns, HashSet<string> used)
    {
        long inner = 1;
        for (int d = Signal.Shape.Count - 1; d >= 0; d--)
        {
            if (d == PointDimension)
                continue;
            long length = Signal.Shape[d];
            var names = new List<string>();
            if (_axes[d] is not ("." or ""))
                names.Add(_axes[d]);
            foreach (Hdf5Attribute attribute in _group?.Attributes ?? [])
            {
                if (attribute.Name.EndsWith("_indices", StringComparison.Ordinal) && attribute.Type.Kind == Hdf5Kind.Integer && attribute.Count == 1 && attribute.Read<long>()[0] == d)
                    names.Add(attribute.Name[..^"_indices".Length]);
            }

            foreach (string name in names)
            {
                if (Beside(_group, name) is not { Obstacle: null } dataset || dataset.Shape.Count != 1 || dataset.Count != length || !used.Add(dataset.Path))
                    continue;
                TableColumn column = NexusTable.Plain(dataset, dataset.Count);
                var rows = new int[Rows];
                for (int row = 0; row < Rows; row++)
                    rows[row] = (int)(row / inner % length);
                columns.Add(column.Take(rows));
                Decide("columns", dataset.Path, $"belongs to dimension {d + 1}");
            }

            inner *= length;
        }
    }
}
