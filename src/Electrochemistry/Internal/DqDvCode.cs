using System.Globalization;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>dQ/dV on a uniform voltage axis, conserving charge: the charge between two records is spread evenly over the voltages between them.</summary>
/// <remarks>For a voltage that rises steadily this is the exact derivative of the linear interpolation of Q(V), averaged over each step; unlike an interpolation it needs no sorting and loses no charge where the voltage is noisy.</remarks>
internal static class DqDvCode
{
    private const int MostPoints = 1_000_000;
    private const long MostValues = 100_000_000;

    // Less than this of the charge is left out without a word.
    private const double SmallFraction = 0.01;

    public static DqDvSeries Run(CyclingRecord record, StepRequest<DqDvOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        DqDvOptions options = request.Options;
        if (options.Specific && record.ActiveMass is null)
            throw new DataMismatchException("The active mass is not known, so dQ/dV cannot be given per mass. Set activeMass of the cycles.");
        Axis axis = MakeAxis(record, options);
        IReadOnlyList<HalfCycle> halves = record.HalfCycles;
        if ((long)axis.Length * halves.Count > MostValues)
            throw new DataMismatchException($"A step of {options.Step} V over {axis.Length} points for {halves.Count} half-cycles makes too many values. Choose a larger step, or a narrower range of voltage.");
        double unit = options.Specific ? record.ActiveMass!.Value / 1000 : 1;
        var y = new double[(long)axis.Length * halves.Count];
        var statuses = new RowStatus[halves.Count];
        var leftOut = new double[halves.Count];
        RowScheduler.Run(
            new RowPlan(halves.Count, scope.Operation),
            scope.Context,
            () => new Workspace(axis, options.Step),
            (row, workspace) =>
            {
                Span<double> target = y.AsSpan(row * axis.Length, axis.Length);
                if (request.OptionsFor(row) is not { } mine)
                {
                    target.Fill(double.NaN);
                    statuses[row] = RowStatus.Excluded;
                }
                else
                {
                    statuses[row] = workspace.Compute(record, halves[row], mine, unit, target, out leftOut[row]);
                }

                return statuses[row].IsUsable();
            },
            cancellationToken);
        var attributes = new SeriesAttributes
        {
            Labels = [.. halves.Select(h => string.Create(CultureInfo.InvariantCulture, $"cycle {h.Cycle} {CyclingRecord.Text(h.Direction)}"))],
            Columns =
            [
                new IntegerColumn("half cycle", halves.Select(h => (long)h.Number).ToArray()), new IntegerColumn("cycle", halves.Select(h => (long)h.Cycle).ToArray()),
                new TextColumn("direction", [.. halves.Select(h => CyclingRecord.Text(h.Direction))]), new NumberColumn("capacity", "mA·h", halves.Select(h => h.Capacity).ToArray()),
            ],
            IntensityQuantity = "dQ/dV",
            IntensityUnit = options.Specific ? "mA·h/g/V" : "mA·h/V",
            Kind = IntensityKind.Derived,
        };
        StepWarning[] warnings =
        [
            .. Enumerable.Range(0, halves.Count)
                .Where(r => leftOut[r] > SmallFraction)
                .Select(r => new StepWarning("turns_round", string.Create(CultureInfo.InvariantCulture, $"The voltage turns round within half-cycle {halves[r].Number}; {100 * leftOut[r]:F1} % of the charge passed while it went the other way and is left out."), r)),
        ];
        return new DqDvSeries(SpectrumSeries.Wrap(axis, y, halves.Count, attributes), statuses, halves, warnings);
    }

    private static Axis MakeAxis(CyclingRecord record, DqDvOptions options)
    {
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
        foreach (HalfCycle half in record.HalfCycles)
        {
            foreach (double v in record.VoltageValues[Math.Max(0, half.FirstRecord)..(half.LastRecord + 1)])
            {
                if (double.IsNaN(v))
                    continue;
                lowest = Math.Min(lowest, v);
                highest = Math.Max(highest, v);
            }
        }

        lowest = options.From ?? lowest;
        highest = options.To ?? highest;
        if (!double.IsFinite(lowest) || !double.IsFinite(highest))
            throw new DataMismatchException("There is no half-cycle with voltages, so there is no dQ/dV. Check the states of the cycling record.");
        if (lowest >= highest)
            throw new DataMismatchException(FormattableString.Invariant($"The voltages run from {lowest} to {highest} V; that is no interval. Check from and to."));

        // Points on multiples of the step, so that axes of different measurements coincide.
        double first = Math.Floor((lowest / options.Step) + 1e-9), last = Math.Ceiling((highest / options.Step) - 1e-9);
        if (last - first + 1 > MostPoints)
            throw new DataMismatchException(FormattableString.Invariant($"A step of {options.Step} V makes {last - first + 1} points. Choose a larger step, or from and to."));
        var x = new double[(int)(last - first) + 1];
        for (int i = 0; i < x.Length; i++)
            x[i] = (first + i) * options.Step;
        return new Axis(x, "voltage", "V");
    }

    /// <summary>Scratch memory for one thread; allocates only when the smoothing changes.</summary>
    internal sealed class Workspace(Axis axis, double step)
    {
        private readonly double[] _charge = new double[axis.Length];
        private readonly double _origin = axis.First - (step / 2);
        private readonly List<(int From, int Sign)> _stretches = [];
        private SavitzkyGolay? _filter;
        private (int HalfWidth, int Order) _filterKind = (-1, -1);

        public RowStatus Compute(CyclingRecord record, HalfCycle half, DqDvOptions options, double unit, Span<double> y, out double leftOut)
        {
            y.Fill(double.NaN);
            Array.Clear(_charge);
            leftOut = 0;
            double sign = half.Direction == CellState.Charge ? 1 : -1, lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
            ReadOnlySpan<double> charge = record.ChargeValues, voltage = record.VoltageValues;

            // dQ/dV of a voltage that rises and of one that falls are two curves; the one along which more charge passed is that of the half-cycle.
            TurningPoints.Find(voltage[half.FirstRecord..(half.LastRecord + 1)], Math.Max(options.Smoothing, 2 * step), _stretches);
            double up = 0, down = 0;
            for (int pass = 0; pass < 2; pass++)
            {
                int at = 0, wanted = up >= down ? 1 : -1;
                for (int i = half.FirstRecord + 1; i <= half.LastRecord; i++)
                {
                    while (at + 1 < _stretches.Count && i > half.FirstRecord + _stretches[at + 1].From)
                        at++;

                    // The step from rest to current is a voltage drop over resistances at which hardly any charge passes; it is left out, as holds are unless asked for.
                    CellState state = record.StateOf(i);
                    double a = voltage[i - 1], b = voltage[i], dq = sign * (charge[i] - charge[i - 1]);
                    if (state == CellState.Rest || record.StateOf(i - 1) == CellState.Rest || (state == CellState.ConstantVoltage && !options.Holds) || !double.IsFinite(a + b))
                        continue;
                    int direction = _stretches[at].Sign;
                    if (pass == 0)
                    {
                        up += direction > 0 ? Math.Abs(dq) : 0;
                        down += direction < 0 ? Math.Abs(dq) : 0;
                    }
                    else if (direction == 0 || direction == wanted)
                    {
                        lowest = Math.Min(lowest, Math.Min(a, b));
                        highest = Math.Max(highest, Math.Max(a, b));
                        Spread(Math.Min(a, b), Math.Max(a, b), dq);
                    }
                }
            }

            leftOut = up + down > 0 ? Math.Min(up, down) / (up + down) : 0;
            int from = Math.Max(0, Bin(lowest)), to = Math.Min(axis.Length - 1, Bin(highest));
            if (!(highest > lowest) || to < from)
                return RowStatus.TooFewPoints;
            for (int k = from; k <= to; k++)
            {
                double covered = Math.Min(highest, _origin + ((k + 1) * step)) - Math.Max(lowest, _origin + (k * step));

                // An end that only touches its step says nothing about it.
                y[k] = covered > 1e-3 * step ? (sign * _charge[k] / covered / unit) + 0.0 : double.NaN;
            }

            while (from < to && double.IsNaN(y[from]))
                from++;
            while (to > from && double.IsNaN(y[to]))
                to--;
            Smooth(y[from..(to + 1)], options);
            return RowStatus.Ok;
        }

        private int Bin(double v) => (int)Math.Clamp(Math.Floor((v - _origin) / step), -1, axis.Length);

        private void Spread(double low, double high, double dq)
        {
            int first = Bin(low), last = Bin(high);
            if (first == last)
            {
                if (first >= 0 && first < axis.Length)
                    _charge[first] += dq;
                return;
            }

            for (int k = Math.Max(0, first); k <= Math.Min(axis.Length - 1, last); k++)
            {
                double overlap = Math.Min(high, _origin + ((k + 1) * step)) - Math.Max(low, _origin + (k * step));
                _charge[k] += dq * (overlap / (high - low));
            }
        }

        private void Smooth(Span<double> y, DqDvOptions options)
        {
            int half = Math.Min((int)Math.Round(options.Smoothing / step / 2), (y.Length - 1) / 2);
            if (half < 1 || 2 * half <= options.Order)
                return;
            if (_filterKind != (half, options.Order))
                (_filter, _filterKind) = (new SavitzkyGolay(half, options.Order), (half, options.Order));
            Span<double> raw = _charge.AsSpan(0, y.Length);
            y.CopyTo(raw);
            _filter!.Smooth(raw, y);
        }
    }
}
