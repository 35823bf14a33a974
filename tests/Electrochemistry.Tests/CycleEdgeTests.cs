namespace BigMap.Analysis.Electrochemistry.Tests;

/// <summary>Currents and charges as cells and cyclers give them, other than by full cycles.</summary>
public class CycleEdgeTests
{
    [Fact]
    public void The_short_pulses_of_a_drive_cycle_make_a_discharge()
    {
        var cell = new Cell();
        cell.Pass(1000, 3600, 100);
        for (int k = 0; k < 2000; k++)
        {
            cell.Pass(-500, 2, 2);
            cell.Pass(50, 1, 1);
        }

        cell.Pass(1000, 900, 50);
        CyclingRecord record = cell.Table().Cycles();
        Assert.Equal([CellState.Charge, CellState.Discharge, CellState.Charge], record.HalfCycles.Select(h => h.Direction));

        // The last short pulse back runs into the charge.
        Assert.Equal([0, 100, 6099], record.HalfCycles.Select(h => h.FirstRecord));
        Assert.Equal(2000 * ((500 * 2) - 50) / 3600.0, record.HalfCycles[1].Capacity, 1.0);

        // Single pulses are still no half-cycle.
        var pulsed = new Cell();
        pulsed.Pass(1000, 3600, 100);
        for (int k = 0; k < 20; k++)
        {
            pulsed.Pass(-500, 2, 2);
            pulsed.Pass(1000, 10, 10);
        }

        Assert.Single(pulsed.Table().Cycles().HalfCycles);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_charge_that_begins_anew_is_refused_also_where_it_is_named(bool signed)
    {
        var cell = new Cell();
        for (int k = 0; k < 3; k++)
        {
            cell.Pass(1000, 3600, 100);
            cell.Pass(-1000, 3600, 100);
        }

        double[] anew = [.. Enumerable.Range(0, 600).Select(i => 10.0 * ((i % 100) + 1) * (signed && i / 100 % 2 == 1 ? -1 : 1))];
        var column = new NumberColumn("Q/mA·h", string.Empty, anew);
        Assert.Throws<DataMismatchException>(() => cell.Table(column).Cycles(new CycleOptions { Charge = "Q/mA·h" }));

        double sum = 0;
        double[] since = [.. Enumerable.Range(0, 600).Select(i => sum += i / 100 % 2 == 1 ? -10 : 10)];
        CyclingRecord right = cell.Table(new NumberColumn("Q/mA·h", string.Empty, since)).Cycles(new CycleOptions { Charge = "Q/mA·h" });
        Assert.Equal(6, right.HalfCycles.Count);
        Assert.All(right.HalfCycles.Skip(1), h => Assert.Equal(1000, h.Capacity, 9));
    }

    private sealed class Cell
    {
        private readonly List<double> _time = [], _voltage = [], _current = [];

        public void Pass(double current, double seconds, int records)
        {
            for (int k = 0; k < records; k++)
            {
                _time.Add((_time.Count == 0 ? 0 : _time[^1]) + (seconds / records));
                _voltage.Add((_voltage.Count == 0 ? 3.5 : _voltage[^1]) + (current * seconds / records * 1e-7));
                _current.Add(current);
            }
        }

        public ResultTable Table(params TableColumn[] more) => new("cell",
        [
            new NumberColumn("time", "s", _time.ToArray()), new NumberColumn("voltage", "V", _voltage.ToArray()), new NumberColumn("current", "mA", _current.ToArray()), .. more,
        ]);
    }
}
