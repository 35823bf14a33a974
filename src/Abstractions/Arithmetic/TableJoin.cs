using System.Globalization;

namespace BigMap.Analysis;

/// <summary>Brings the columns of one table to the rows of another.</summary>
/// <remarks>
/// Every left row stays, in order. A column <c>&lt;right table&gt;.distance</c> states how far the match was (0 for index and text, in the
/// unit of the key, seconds for times); NaN where nothing matched. A key that is missing, empty or not finite matches nothing. Distances that differ by less than 1e-9 count as equal, and the lower
/// right row wins. Thread-safe.
/// </remarks>
public static class TableJoin
{
    private const double TieTolerance = 1e-9;

    /// <summary>Joins two tables.</summary>
    /// <param name="left">The table whose rows stay.</param>
    /// <param name="right">The table whose columns are added.</param>
    /// <param name="options">What to join on.</param>
    /// <returns>The left columns, then the right ones, then the distance.</returns>
    /// <exception cref="OptionsException">The options do not fit together.</exception>
    /// <exception cref="DataMismatchException">A key column is missing, has the wrong type, or is not unique where it must be.</exception>
    /// <example><code>ResultTable joined = fits.Join(cycler, new JoinOptions { On = JoinOn.Nearest, LeftKeys = ["time"], RightKeys = ["time"], Tolerance = 15 });</code></example>
    public static ResultTable Join(this IResultTable left, IResultTable right, JoinOptions options)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new ResultTable(left.Name, [.. left.Columns, .. Added(left, right, options)]);
    }

    /// <summary>The columns that a join adds.</summary>
    internal static IReadOnlyList<TableColumn> Added(IResultTable left, IResultTable right, JoinOptions options)
    {
        (int[] match, double[] distance) = Match(left, right, options);
        if (options.Tolerance is { } tolerance)
        {
            for (int i = 0; i < match.Length; i++)
            {
                if (distance[i] > tolerance)
                    match[i] = -1;
            }
        }

        var names = new HashSet<string>(left.Columns.Select(c => c.Name), StringComparer.Ordinal);
        var added = new List<TableColumn>();
        double[] leftKey = options.Interpolate ? Keys(left, options.LeftKeys[0], 0) : [];
        double[] rightKey = options.Interpolate ? Keys(right, options.RightKeys[0], options.Offset) : [];
        int[] order = options.Interpolate ? Order(rightKey) : [];
        foreach (TableColumn column in right.Columns)
        {
            TableColumn taken = options.Interpolate && column is NumberColumn numbers
                ? Interpolate(numbers, (leftKey, rightKey, order), match)
                : column.Take(match);
            added.Add(taken.WithName(Unique(names, options.Prefix + column.Name, right.Name)));
        }

        added.Add(new NumberColumn(Unique(names, $"{right.Name}.distance", right.Name), string.Empty, distance));
        return added;
    }

    private static (int[] Match, double[] Distance) Match(IResultTable left, IResultTable right, JoinOptions options) => options.On switch
    {
        JoinOn.Nearest => Nearest(Keys(left, options.LeftKeys[0], 0), Keys(right, options.RightKeys[0], options.Offset)),
        JoinOn.Position => Position(
            (Keys(left, options.LeftKeys[0], 0), Keys(left, options.LeftKeys[1], 0)),
            (Keys(right, options.RightKeys[0], options.Offset), Keys(right, options.RightKeys[1], options.Offset))),
        JoinOn.Index => Exact(Indices(left, options.LeftKeys), Indices(right, options.RightKeys), right.Name),
        _ => Exact(Texts(left, options.LeftKeys), Texts(right, options.RightKeys), right.Name),
    };

    private static (int[] Match, double[] Distance) Nearest(double[] left, double[] right)
    {
        int[] order = Order(right);
        var match = new int[left.Length];
        var distance = new double[left.Length];
        for (int i = 0; i < left.Length; i++)
        {
            match[i] = -1;
            distance[i] = double.NaN;
            if (!double.IsFinite(left[i]) || order.Length == 0)
                continue;
            int at = LowerBound(right, order, left[i]);
            double best = double.PositiveInfinity;
            if (at > 0)
                best = left[i] - right[order[at - 1]];
            if (at < order.Length)
                best = Math.Min(best, right[order[at]] - left[i]);

            // All rows within the tie tolerance of the best distance compete; the lowest row number wins.
            for (int j = at - 1; j >= 0 && left[i] - right[order[j]] <= best + TieTolerance; j--)
                Propose(order[j], left[i] - right[order[j]]);
            for (int j = at; j < order.Length && right[order[j]] - left[i] <= best + TieTolerance; j++)
                Propose(order[j], right[order[j]] - left[i]);

            void Propose(int row, double d)
            {
                if (match[i] < 0 || row < match[i])
                    (match[i], distance[i]) = (row, d);
            }
        }

        return (match, distance);
    }

    private static (int[] Match, double[] Distance) Position((double[] X, double[] Y) left, (double[] X, double[] Y) right)
    {
        // Sorted by x, so that only rows whose x is closer than the best distance so far are looked at.
        int[] order = Order(right.X);
        var match = new int[left.X.Length];
        var distance = new double[left.X.Length];
        for (int i = 0; i < match.Length; i++)
        {
            int best = -1;
            double bestDistance = double.PositiveInfinity;
            double x = left.X[i], y = left.Y[i];
            int start = !double.IsFinite(x) || !double.IsFinite(y) ? -1 : LowerBound(right.X, order, x);
            for (int side = 0; start >= 0 && side < 2; side++)
            {
                for (int j = side == 0 ? start : start - 1; j >= 0 && j < order.Length; j += side == 0 ? 1 : -1)
                {
                    int row = order[j];
                    if (Math.Abs(right.X[row] - x) > bestDistance + TieTolerance)
                        break;
                    double d = double.Hypot(right.X[row] - x, right.Y[row] - y);
                    if (d < bestDistance - TieTolerance || (d <= bestDistance + TieTolerance && row < best))
                        (best, bestDistance) = (row, d);
                }
            }

            match[i] = best;
            distance[i] = best < 0 ? double.NaN : bestDistance;
        }

        return (match, distance);
    }

    private static (int[] Match, double[] Distance) Exact<TKey>(TKey[] left, TKey[] right, string rightName)
        where TKey : notnull
    {
        var rows = new Dictionary<TKey, int>();
        for (int i = 0; i < right.Length; i++)
        {
            if (!IsMissing(right[i]) && !rows.TryAdd(right[i], i))
                throw new DataMismatchException($"The key {right[i]} occurs in rows {rows[right[i]]} and {i} of table {rightName}; a join on equal keys needs each of them once.");
        }

        var match = new int[left.Length];
        var distance = new double[left.Length];
        for (int i = 0; i < left.Length; i++)
        {
            match[i] = !IsMissing(left[i]) && rows.TryGetValue(left[i], out int row) ? row : -1;
            distance[i] = match[i] < 0 ? double.NaN : 0;
        }

        return (match, distance);
    }

    // A row without a key belongs to no other, least of all to another one without a key.
    private static bool IsMissing<TKey>(TKey key) => key is IntegerColumn.Missing or "";

    private static NumberColumn Interpolate(NumberColumn column, (double[] Left, double[] Right, int[] Order) keys, int[] match)
    {
        var values = new double[match.Length];
        var errors = column.HasStandardErrors ? new double[match.Length] : [];
        ReadOnlySpan<double> y = column.Values.Span, e = column.StandardErrors.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = double.NaN;
            if (errors.Length > 0)
                errors[i] = double.NaN;
            if (match[i] < 0)
                continue;
            int at = LowerBound(keys.Right, keys.Order, keys.Left[i]);
            int b = keys.Order[Math.Min(at, keys.Order.Length - 1)], a = keys.Order[Math.Max(0, at - 1)];
            double span = keys.Right[b] - keys.Right[a];
            double t = a == b || span <= 0 ? 0 : Math.Clamp((keys.Left[i] - keys.Right[a]) / span, 0, 1);

            // A point on a row takes it alone, so that a missing neighbour does not matter.
            values[i] = t == 0 ? y[a] : t == 1 ? y[b] : ((1 - t) * y[a]) + (t * y[b]);
            if (errors.Length > 0)
                errors[i] = t == 0 ? e[a] : t == 1 ? e[b] : double.Hypot((1 - t) * e[a], t * e[b]);
        }

        return new NumberColumn(column.Name, column.Unit, values, errors);
    }

    private static double[] Keys(IResultTable table, string name, double offset)
    {
        TableColumn column = table.Column(name);
        var keys = new double[column.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = column switch
            {
                NumberColumn numbers => numbers[i],
                IntegerColumn integers => integers[i] == IntegerColumn.Missing ? double.NaN : integers[i],
                TimeColumn times => times[i] is { } t ? (t.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / (double)TimeSpan.TicksPerSecond : double.NaN,
                _ => throw new DataMismatchException($"Column {name} of table {table.Name} holds neither numbers nor times."),
            } + offset;
        }

        return keys;
    }

    private static long[] Indices(IResultTable table, IReadOnlyList<string> keys)
    {
        var indices = new long[table.RowCount];
        TableColumn? column = keys.Count == 0 ? table.Columns.FirstOrDefault(c => c is IntegerColumn && c.Name == "index") : table.Column(keys[0]);
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = column switch
            {
                null => i,
                IntegerColumn integers => integers[i],
                NumberColumn numbers when double.IsNaN(numbers[i]) => IntegerColumn.Missing,
                NumberColumn numbers when numbers[i] == Math.Floor(numbers[i]) && Math.Abs(numbers[i]) <= 1L << 53 => (long)numbers[i],
                _ => throw new DataMismatchException(string.Create(CultureInfo.InvariantCulture, $"Column {column.Name} of table {table.Name} does not hold a whole number in row {i}.")),
            };
        }

        return indices;
    }

    private static string[] Texts(IResultTable table, IReadOnlyList<string> keys)
    {
        string name = keys.Count == 0 ? "label" : keys[0];
        return table.Column(name) is TextColumn text
            ? [.. text.Values]
            : throw new DataMismatchException($"Column {name} of table {table.Name} does not hold text.");
    }

    private static string Unique(HashSet<string> names, string name, string table)
    {
        string unique = name;
        for (int i = 1; !names.Add(unique); i++)
            unique = i == 1 ? $"{table}.{name}" : string.Create(CultureInfo.InvariantCulture, $"{table}.{name}.{i}");
        return unique;
    }

    private static int[] Order(double[] keys)
    {
        int[] order = [.. Enumerable.Range(0, keys.Length).Where(i => double.IsFinite(keys[i]))];
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        return order;
    }

    private static int LowerBound(double[] keys, int[] order, double value)
    {
        int lo = 0, hi = order.Length;
        while (lo < hi)
        {
            int mid = (lo + hi) >>> 1;
            if (keys[order[mid]] < value)
                lo = mid + 1;
            else
                hi = mid;
        }

        return lo;
    }
}
