namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Divides records into half-cycles and cycles and says what state the cell is in.</summary>
internal static class HalfCycleFinder
{
    private const double SmallFraction = 1e-3;

    public static CyclingRecord Find(IResultTable table, CycleOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        var work = new WorkClock(scope, table.RowCount, cancellationToken);
        return Find(CyclerColumns.Of(table, options, work), options, (table as EcLabFile)?.Settings ?? new EcLabSettings(), (table as EcLabFile)?.AcquisitionStart, work);
    }

    public static CyclingRecord Find(EcLabSequence sequence, CycleOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        IReadOnlyList<EcLabFile> files = sequence.Files;
        if (files.Count == 1)
            return Find(files[0], options, scope, cancellationToken);
        if (options.HalfCycles == HalfCycleSource.Instrument)
            throw new DataMismatchException("The instrument numbers half-cycles file by file, so they do not divide a sequence. Set halfCycles to current.");
        var work = new WorkClock(scope, files.Sum(f => f.RowCount), cancellationToken);

        // Files of one acquisition share its start; those of several have the difference of the starts between them.
        DateTime? start = files.Any(f => f.AcquisitionStart is null) ? null : files.Min(f => f.AcquisitionStart);
        (EcLabFile File, CyclerColumns Columns)[] parts =
        [
            .. files.SelectMany(f => Passes(f, CyclerColumns.Of(f, options, work), start is null ? 0 : (f.AcquisitionStart!.Value - start.Value).TotalSeconds))
                .OrderBy(p => p.Columns.Time[0]),
        ];
        for (int i = 1; i < parts.Length; i++)
        {
            double end = parts[i - 1].Columns.Time[^1], next = parts[i].Columns.Time[0];
            if (next < end)
                throw new DataMismatchException(FormattableString.Invariant($"Records of {parts[i].File.Path} begin at {next:R} s, before those of {parts[i - 1].File.Path} end at {end:R} s{(start is null ? ", and not every file says when its acquisition began" : string.Empty)}. Take files of one cell that follow each other."));
        }

        EcLabSettings settings = files.FirstOrDefault(f => f.Settings.ActiveMass is not null)?.Settings ?? files[0].Settings;
        return Find(CyclerColumns.Concatenate([.. parts.Select(p => p.Columns)]), options, settings, start, work);
    }

    /// <summary>The passes of a file through the loops of its sequence: between two of them the other techniques had their turn.</summary>
    private static IEnumerable<(EcLabFile File, CyclerColumns Columns)> Passes(EcLabFile file, CyclerColumns columns, double later)
    {
        int[] starts = [.. file.LoopStarts.Where(l => l > 0 && l < file.RowCount).Prepend(0).Distinct().Order(), file.RowCount];
        for (int k = 0; k + 1 < starts.Length; k++)
        {
            if (starts[k + 1] > starts[k])
                yield return (file, columns.Part(starts[k]..starts[k + 1], later));
        }
    }

    private static CyclingRecord Find(CyclerColumns columns, CycleOptions options, EcLabSettings settings, DateTime? start, WorkClock work)
    {
        double[] charge = Accumulate(columns.Increment);
        RecordState[] states = ControlFinder.Find(columns, options.RestCurrent ?? (SmallFraction * TypicalCurrent(columns)), options.HoldTolerance, options.ChargeSign == ChargeSign.Positive ? 1 : -1, work);
        List<(int First, int Sign)> starts = options.HalfCycles == HalfCycleSource.Instrument ? InstrumentStarts(columns) : Starts(columns.Increment, states, options.MinimumCharge);
        int n = states.Length;
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
                work.Report(i);
                half[i] = h + 1;
                cycle[i] = cycles;

                // Adding 0 makes −0 a 0.
                capacity[i] = (sign * (charge[i] - before)) + 0.0;

                // The voltage before the first record is that of the rest, not that at which the charge passed.
                double voltage = i == first ? columns.Voltage[i] : 0.5 * (columns.Voltage[i] + columns.Voltage[i - 1]);
                if (columns.Increment[i] != 0)
                    energy += sign * columns.Increment[i] * voltage;
            }

            halves.Add(new HalfCycle(h + 1, cycles, sign > 0 ? CellState.Charge : CellState.Discharge, first, last, capacity[last], energy + 0.0));
        }

        work.Report(n);
        CellState[] labels = [.. states.Select(s => s.State)];
        double? mass = options.ActiveMass ?? settings.ActiveMass;
        var made = new List<TableColumn>
        {
            new NumberColumn("time", "s", columns.Time),
            new NumberColumn("voltage", "V", columns.Voltage),
            new NumberColumn("current", "mA", columns.Current),
            new NumberColumn("charge", "mA·h", charge),
            new TextColumn("state", [.. labels.Select(CyclingRecord.Text)]),
            new IntegerColumn("half cycle", half),
            new IntegerColumn("cycle", cycle),
            new NumberColumn("capacity", "mA·h", capacity),
        };
        if (mass is { } mg)
            made.Add(new NumberColumn("specific capacity", "mA·h/g", capacity.Select(c => c / mg * 1000).ToArray()));
        return new CyclingRecord(made, labels, halves) { ActiveMass = mass, Settings = settings, Start = start };
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

    private static List<(int First, int Sign)> Starts(double[] increments, RecordState[] states, double? minimumCharge)
    {
        var runs = new List<(int First, int Sign, double Charge)>();
        for (int i = 0; i < states.Length; i++)
        {
            int sign = states[i].Sign;
            if (sign == 0)
                continue;
            if (runs.Count == 0 || runs[^1].Sign != sign)
                runs.Add((i, sign, 0));

            // Noise of a hold does not count; in a sweep the current may go either way.
            runs[^1] = runs[^1] with { Charge = runs[^1].Charge + (states[i].State == CellState.ConstantVoltage ? sign * increments[i] : Math.Abs(increments[i])) };
        }

        double least = minimumCharge ?? (SmallFraction * runs.Select(r => r.Charge).DefaultIfEmpty(0).Max());
        var starts = new List<(int First, int Sign)>();

        // Short pulses one way and shorter ones back, as of a drive cycle, add up: what they come to counts as one.
        (double Net, int First) charged = default, discharged = default;
        foreach ((int first, int sign, double charge) in runs)
        {
            int now = starts.Count == 0 ? 0 : starts[^1].Sign;
            if (charge >= least)
            {
                if (now != sign)
                    starts.Add((first, sign));
                charged = discharged = default;
                continue;
            }

            charged = Sum(charged, first, sign * charge);
            discharged = Sum(discharged, first, -sign * charge);
            if (Math.Max(now > 0 ? 0 : charged.Net, now < 0 ? 0 : discharged.Net) < least)
                continue;
            starts.Add(now <= 0 && charged.Net >= least ? (charged.First, 1) : (discharged.First, -1));
            charged = discharged = default;
        }

        return starts;

        static (double, int) Sum((double Net, int First) sum, int first, double charge) =>
            sum.Net + charge <= 0 ? default : (sum.Net + charge, sum.Net > 0 ? sum.First : first);
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
}
