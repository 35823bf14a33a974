namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Divides records into half-cycles and cycles and says what state the cell is in.</summary>
internal static class HalfCycleFinder
{
    private const double SmallFraction = 1e-3;
    private const int ShortestHold = 3;
    private const double HoldDecay = 0.9;
    private const long PotentialControl = 2, OpenCircuit = 3;

    public static CyclingRecord Find(IResultTable table, CycleOptions options) =>
        Find(CyclerColumns.Of(table, options), options, (table as EcLabFile)?.Settings ?? new EcLabSettings(), (table as EcLabFile)?.AcquisitionStart);

    public static CyclingRecord Find(EcLabSequence sequence, CycleOptions options)
    {
        IReadOnlyList<EcLabFile> files = sequence.Files;
        if (files.Count == 1)
            return Find(files[0], options);
        if (options.HalfCycles == HalfCycleSource.Instrument)
            throw new DataMismatchException("The instrument numbers half-cycles file by file, so they do not divide a sequence. Set halfCycles to current.");

        // Files of one acquisition share its start; those of several have the difference of the starts between them.
        DateTime? start = files.Any(f => f.AcquisitionStart is null) ? null : files.Min(f => f.AcquisitionStart);
        (EcLabFile File, CyclerColumns Columns)[] parts =
        [
            .. files.Select(f => (f, CyclerColumns.Of(f, options).Later(start is null ? 0 : (f.AcquisitionStart!.Value - start.Value).TotalSeconds)))
                .Where(p => p.Item2.Time.Length > 0)
                .OrderBy(p => p.Item2.Time[0]),
        ];
        for (int i = 1; i < parts.Length; i++)
        {
            double end = parts[i - 1].Columns.Time[^1], next = parts[i].Columns.Time[0];
            if (next < end)
                throw new DataMismatchException(FormattableString.Invariant($"{parts[i].File.Path} begins at {next:R} s, before {parts[i - 1].File.Path} ends at {end:R} s{(start is null ? ", and not every file says when its acquisition began" : string.Empty)}. Take files of one cell that follow each other."));
        }

        EcLabSettings settings = files.FirstOrDefault(f => f.Settings.ActiveMass is not null)?.Settings ?? files[0].Settings;
        return Find(CyclerColumns.Concatenate([.. parts.Select(p => p.Columns)]), options, settings, start);
    }

    private static CyclingRecord Find(CyclerColumns columns, CycleOptions options, EcLabSettings settings, DateTime? start)
    {
        double[] charge = Accumulate(columns.Increment);
        sbyte[] signs = Signs(columns, options.RestCurrent ?? (SmallFraction * TypicalCurrent(columns)));
        List<(int First, int Sign)> starts = options.HalfCycles == HalfCycleSource.Instrument ? InstrumentStarts(columns) : CurrentStarts(columns.Increment, signs, options.MinimumCharge);
        int n = signs.Length;
        var half = new long[n];
        var cycle = new long[n];
        var capacity = new double[n];
        var halves = new List<HalfCycle>(starts.Count);
        int cycles = 0;
        for (int h = 0; h < starts.Count; h++)
        {
            (int first, int sign) = starts[h];
            int last = h + 1 < starts.Count ? starts[h + 1].First - 1 : n - 1;
            bool begins = options.CycleStart switch
            {
                CycleStart.Charge => sign > 0,
                CycleStart.Discharge => sign < 0,
                _ => h % 2 == 0,
            };
            cycles += begins ? 1 : 0;
            double before = first == 0 ? 0 : charge[first - 1], energy = 0;
            for (int i = first; i <= last; i++)
            {
                half[i] = h + 1;
                cycle[i] = cycles;
                capacity[i] = sign * (charge[i] - before);

                // The voltage before the first record is that of the rest, not that at which the charge passed.
                double voltage = i == first ? columns.Voltage[i] : 0.5 * (columns.Voltage[i] + columns.Voltage[i - 1]);
                if (columns.Increment[i] != 0)
                    energy += sign * columns.Increment[i] * voltage;
            }

            halves.Add(new HalfCycle(h + 1, cycles, sign > 0 ? CellState.Charge : CellState.Discharge, first, last, capacity[last], energy));
        }

        CellState[] states = States(columns, signs, options.HoldTolerance);
        double? mass = options.ActiveMass ?? settings.ActiveMass;
        var made = new List<TableColumn>
        {
            new NumberColumn("time", "s", columns.Time),
            new NumberColumn("voltage", "V", columns.Voltage),
            new NumberColumn("current", "mA", columns.Current),
            new NumberColumn("charge", "mA·h", charge),
            new TextColumn("state", [.. states.Select(CyclingRecord.Text)]),
            new IntegerColumn("half cycle", half),
            new IntegerColumn("cycle", cycle),
            new NumberColumn("capacity", "mA·h", capacity),
        };
        if (mass is { } mg)
            made.Add(new NumberColumn("specific capacity", "mA·h/g", capacity.Select(c => c / mg * 1000).ToArray()));
        return new CyclingRecord(made, states, halves) { ActiveMass = mass, Settings = settings, Start = start };
    }

    private static double[] Accumulate(double[] increments)
    {
        // With the lost low-order part carried along (Neumaier), so that the charge of a million records is as good as that of ten.
        var sums = new double[increments.Length];
        double sum = 0, lost = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            double next = sum + increments[i];
            lost += Math.Abs(sum) >= Math.Abs(increments[i]) ? sum - next + increments[i] : increments[i] - next + sum;
            sum = next;
            sums[i] = sum + lost;
        }

        return sums;
    }

    /// <summary>Mean current weighted by charge: single spikes and long rests do not move it.</summary>
    private static double TypicalCurrent(CyclerColumns columns)
    {
        double weighted = 0, total = 0;
        for (int i = 0; i < columns.Current.Length; i++)
        {
            double weight = Math.Abs(columns.Increment[i]);
            if (!double.IsFinite(columns.Current[i]))
                continue;
            weighted += weight * Math.Abs(columns.Current[i]);
            total += weight;
        }

        return total > 0 ? weighted / total : 0;
    }

    private static sbyte[] Signs(CyclerColumns columns, double rest)
    {
        var signs = new sbyte[columns.Current.Length];
        for (int i = 0; i < signs.Length; i++)
        {
            double current = columns.Current[i];
            bool open = columns.Mode is { } mode && mode[i] == OpenCircuit && columns.Increment[i] == 0;
            signs[i] = open || !(Math.Abs(current) > rest) ? (sbyte)0 : (sbyte)Math.Sign(current);
        }

        return signs;
    }

    private static List<(int First, int Sign)> CurrentStarts(double[] increments, sbyte[] signs, double? minimumCharge)
    {
        var runs = new List<(int First, int Sign, double Charge)>();
        for (int i = 0; i < signs.Length; i++)
        {
            if (signs[i] == 0)
                continue;
            if (runs.Count == 0 || runs[^1].Sign != signs[i])
                runs.Add((i, signs[i], 0));
            runs[^1] = runs[^1] with { Charge = runs[^1].Charge + Math.Abs(increments[i]) };
        }

        double least = minimumCharge ?? (SmallFraction * runs.Select(r => r.Charge).DefaultIfEmpty(0).Max());
        var starts = new List<(int First, int Sign)>();
        foreach ((int first, int sign, double charge) in runs)
        {
            if (charge >= least && (starts.Count == 0 || starts[^1].Sign != sign))
                starts.Add((first, sign));
        }

        return starts;
    }

    private static List<(int First, int Sign)> InstrumentStarts(CyclerColumns columns)
    {
        IntegerColumn half = columns.InstrumentHalfCycle ?? throw new DataMismatchException("The records have no column \"half cycle\" of the instrument. Set halfCycles to current.");
        var starts = new List<(int First, int Sign)>();
        for (int first = 0; first < half.Count;)
        {
            int end = first;
            double charge = 0;
            while (end < half.Count && half[end] == half[first])
                charge += columns.Increment[end++];

            // A stretch in which no charge passed has no direction and stays with the one before.
            if (charge != 0)
                starts.Add((first, Math.Sign(charge)));
            first = end;
        }

        return starts;
    }

    private static CellState[] States(CyclerColumns columns, sbyte[] signs, double tolerance)
    {
        var states = new CellState[signs.Length];
        for (int i = 0; i < states.Length; i++)
            states[i] = signs[i] == 0 ? CellState.Rest : signs[i] > 0 ? CellState.Charge : CellState.Discharge;
        for (int first = 0; first < signs.Length;)
        {
            int end = first + 1;
            bool Same(int i) => signs[i] == signs[first] && (columns.Mode is null || columns.Mode[i] == columns.Mode[first]);
            while (end < signs.Length && Same(end))
                end++;
            if (signs[first] != 0)
                MarkHold(columns, states, first, end, tolerance);
            first = end;
        }

        return states;
    }

    private static void MarkHold(CyclerColumns columns, CellState[] states, int first, int end, double tolerance)
    {
        double[] v = columns.Voltage;
        if (columns.Mode is { } mode)
        {
            // The instrument says what it controls; a sweep is potential control too, but not at constant voltage.
            if (mode[first] != PotentialControl)
                return;
            double lowest = v.AsSpan(first, end - first).ToArray().Min(), highest = v.AsSpan(first, end - first).ToArray().Max();
            if (highest - lowest <= 2 * tolerance)
                states.AsSpan(first, end - first).Fill(CellState.ConstantVoltage);
            return;
        }

        // Without it: the end of a stretch where the voltage stands still while the current decays.
        int from = end;
        while (from > first && Math.Abs(v[from - 1] - v[end - 1]) <= tolerance)
            from--;
        double[] i = columns.Current;
        while (from < end - 1 && Math.Abs(i[from + 1]) > 0.999 * Math.Abs(i[from]))
            from++;
        if (end - from < ShortestHold || Math.Abs(i[end - 1]) > HoldDecay * Math.Abs(i[from]))
            return;
        for (int k = from + 1; k < end; k++)
        {
            if (Math.Abs(i[k]) > 1.02 * Math.Abs(i[k - 1]))
                return;
        }

        states.AsSpan(from, end - from).Fill(CellState.ConstantVoltage);
    }
}
