namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Reads rows of a plan into blocks. Not thread-safe.</summary>
internal sealed class NexusRows : IDisposable
{
    private readonly NexusPlan _plan;
    private readonly Hdf5BoxReader _signal;
    private readonly Hdf5BoxReader? _errors;
    private double[] _turned = [];

    public NexusRows(NexusPlan plan)
    {
        _plan = plan;
        plan.Signal.Require<double>();
        _signal = plan.Signal.OpenBoxes();
        _errors = plan.Errors?.OpenBoxes();
    }

    /// <summary>Every row, for a series of several files.</summary>
    public ParsedSeries ReadAll()
    {
        (double[] y, double[] v) = Block(0, _plan.Rows);
        return new ParsedSeries(_plan.Axis, y, _plan.Rows, _plan.Axis.Length)
        {
            Variance = _errors is null ? null : v,
            Labels = _plan.Labels.Length > 0 ? _plan.Labels : _plan.Rows == 1 ? [Path.GetFileNameWithoutExtension(_plan.Report.Path)] : [],
            SourceRows = _plan.SourceRows,
            Columns = _plan.Columns,
            Kind = _plan.Kind,
            IntensityQuantity = _plan.Quantity,
            IntensityUnit = _plan.IntensityUnit,
            Report = _plan.Report,
            Warnings = _plan.Warnings,
        };
    }

    public SpectrumSeries Read(int first, int count)
    {
        (double[] y, double[] v) = Block(first, count);
        var rows = new int[count];
        var source = new int[count];
        for (int i = 0; i < count; i++)
        {
            rows[i] = first + i;
            source[i] = _plan.SourceRows.Length > 0 ? _plan.SourceRows[first + i] : first + i;
        }

        return SpectrumSeries.Wrap(_plan.Axis, y, count, new SeriesAttributes
        {
            Variance = v,
            Labels = _plan.Labels.Length > 0 ? _plan.Labels[first..(first + count)] : [],
            SourceRows = source,
            Columns = [.. _plan.Columns.Select(c => c.Take(rows))],
            IntensityQuantity = _plan.Quantity,
            IntensityUnit = _plan.IntensityUnit,
            Kind = _plan.Kind,
        });
    }

    public void Dispose()
    {
        _signal.Dispose();
        _errors?.Dispose();
    }

    private (double[] Intensity, double[] Variance) Block(int first, int count)
    {
        var y = new double[(long)count * _plan.Axis.Length];
        var v = new double[_errors is null ? 0 : y.Length];
        Fill(_plan.Signal, _signal, first, count, y, false);
        if (_errors is not null)
            Fill(_plan.Errors!, _errors, first, count, v, true);
        return (y, v);
    }

    private void Fill(Hdf5Dataset dataset, Hdf5BoxReader reader, int first, int count, double[] target, bool sigma)
    {
        int points = _plan.Points, rank = dataset.Shape.Count;
        bool turned = rank == 2 && _plan.PointDimension == 0, plain = _plan.Arrangement.IsIdentity;
        double[] raw = target;
        if (turned || !plain)
        {
            if (_turned.Length < (long)count * points)
                _turned = new double[(long)count * points];
            raw = _turned;
        }

        if (turned)
        {
            var columns = new double[(long)count * points];
            dataset.ReadNumbers(reader, [0, first], [points, count], columns);
            for (int row = 0; row < count; row++)
            {
                for (int i = 0; i < points; i++)
                    raw[(row * points) + i] = columns[(i * (long)count) + row];
            }
        }
        else
        {
            ReadRows(dataset, reader, first, count, raw);
        }

        if (sigma)
            Square(dataset, raw.AsSpan(0, count * points));
        if (plain && !turned)
            return;
        for (int row = 0; row < count; row++)
            _plan.Arrangement.Apply(raw.AsSpan(row * points, points), target.AsSpan(row * _plan.Axis.Length, _plan.Axis.Length), sigma);
    }

    /// <summary>Rows that follow each other, whatever the number of dimensions before the points.</summary>
    private void ReadRows(Hdf5Dataset dataset, Hdf5BoxReader reader, int first, int count, double[] target)
    {
        int rank = dataset.Shape.Count, points = _plan.Points;
        if (rank == 1)
        {
            dataset.ReadNumbers(reader, [0], [points], target.AsSpan(0, points));
            return;
        }

        long inner = dataset.Shape[rank - 2];
        for (long row = first; row < first + (long)count;)
        {
            long within = row % inner;
            long rows = Math.Min(inner - within, first + (long)count - row);
            var start = new long[rank];
            var size = new long[rank];
            Array.Fill(size, 1);
            long outer = row / inner;
            for (int d = rank - 3; d >= 0; d--)
            {
                start[d] = outer % dataset.Shape[d];
                outer /= dataset.Shape[d];
            }

            (start[rank - 2], size[rank - 2], size[rank - 1]) = (within, rows, points);
            dataset.ReadNumbers(reader, start, size, target.AsSpan((int)((row - first) * points), (int)(rows * points)));
            row += rows;
        }
    }

    private static void Square(Hdf5Dataset dataset, Span<double> sigma)
    {
        for (int i = 0; i < sigma.Length; i++)
        {
            if (sigma[i] < 0)
                throw dataset.Refuse($"standard deviation {i} is negative", "Set errors to none, or to the right dataset.");
            sigma[i] *= sigma[i];
        }
    }
}
