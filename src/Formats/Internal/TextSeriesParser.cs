using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Reads the numbers of one text file by a plan.</summary>
internal sealed class TextSeriesParser(TextDocument document, TextReadOptions options, CancellationToken cancellationToken)
{
    private readonly TextPlan _plan = new TextPlanner(document, options).Plan();
    private int _comments;
    private int _blanks;

    public ParsedSeries Parse() => _plan.Layout == TextLayout.RowPerSpectrum ? ParseRows() : ParseColumns();

    public static string NotANumber(ReadOnlySpan<byte> token, int field)
    {
        string text = Encoding.UTF8.GetString(token.Length > 60 ? token[..60] : token);
        return string.Create(CultureInfo.InvariantCulture, $"Field {field + 1}, \"{text}\", is not a number.");
    }

    public static string NotANumberRemedy(ReadOnlySpan<byte> token) => NumberParser.HasThousands(token)
        ? "It looks like a number with thousands separators; export the file without them, or set decimalSeparator."
        : "Correct the line; mark comments with #, % or !; set headerLines if it belongs to the header.";

    /// <summary>Makes the axis of a plan, with its direction and plausibility checked.</summary>
    public static Axis MakeAxis(TextPlan plan, AxisArrangement arrangement, string file, int line)
    {
        double[] values = arrangement.Values;
        if (plan.AxisQuantity == AxisQuantity.TwoTheta && plan.AxisUnit == "deg" && (values[^1] > 180 || values[0] < -180))
        {
            throw new InputFormatException(
                file,
                line,
                string.Create(CultureInfo.InvariantCulture, $"The axis is taken as 2theta in degrees, but runs from {values[0]:G6} to {values[^1]:G6}."),
                "Correct axisQuantity and axisUnit.");
        }

        AxisDirection direction = AxisQuantity.UsualDirection(plan.AxisQuantity);
        if (arrangement.Descending && !AxisName.Parse(plan.AxisQuantity).Quantity)
            direction = AxisDirection.Descending;
        return new Axis(values, plan.AxisQuantity, plan.AxisUnit, direction);
    }

    public static IntensityKind Kind(TextReadOptions options, TextPlan plan, bool allCounts)
    {
        switch (options.IntensityKind)
        {
            case TextIntensityKind.Counts:
                plan.Decide("intensityKind", "counts", "given");
                return IntensityKind.Counts;
            case TextIntensityKind.Derived:
                plan.Decide("intensityKind", "derived", "given");
                return IntensityKind.Derived;
            case TextIntensityKind.Unspecified:
                plan.Decide("intensityKind", "unspecified", "given");
                return IntensityKind.Unspecified;
            default:
                bool counts = plan.HeaderSaysCounts && allCounts;
                plan.Decide("intensityKind", counts ? "counts" : "unspecified", counts ? "the header says counts, and every value is a whole number" : plan.HeaderSaysCounts ? "the header says counts, but not every value is a whole number of at least 0" : "the file does not say");
                return counts ? IntensityKind.Counts : IntensityKind.Unspecified;
        }
    }

    private InputFormatException Error(int line, string problem, string remedy)
    {
        bool last = line == document.LineCount - 1 && !document.EndsWithLineEnd;
        return new InputFormatException(
            document.File,
            line < 0 ? 0 : document.LineNumber(line),
            problem,
            last ? remedy + " The last line has no line end: if the file is still being written, set waitForStable to true." : remedy);
    }

    /// <summary>Goes to the next record; counts what is skipped.</summary>
    private bool Next(ref int line)
    {
        for (; line < document.LineCount; line++)
        {
            // On every line: one line may hold a million fields.
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> text = document[line];
            if (text.Length > 0 && text[0] is not ((byte)' ' or (byte)'\t' or (byte)'#' or (byte)'%' or (byte)'!' or (byte)';' or (byte)'/'))
                return true;
            if (TextPlanner.IsBlank(text))
                _blanks++;
            else if (TextPlanner.IsComment(text, _plan.Separator))
                _comments++;
            else
                return true;
        }

        return false;
    }

    /// <summary>Upper bound of the number of records: every record has its separators and a line end.</summary>
    private int MostRecords() => Math.Min(document.LineCount - _plan.FirstData, (document.Bytes / Math.Max(1, _plan.FieldCount)) + 1);

    private ParsedSeries ParseColumns()
    {
        int[] fields = _plan.Fields;
        bool sigma = _plan.Layout == TextLayout.ColumnsWithSigma;
        int most = MostRecords(), n = 0;
        int count = sigma ? (fields.Length - 1) / 2 : fields.Length - 1;
        if ((long)most * count > Array.MaxLength)
            throw Error(-1, "The file holds more values than fit into one block of memory.", "Split it, or write one spectrum per line and read it with RowSpectrumSource.");
        var x = new double[most];
        var y = new double[most * count];
        double[]? v = sigma ? new double[y.Length] : null;
        var splitter = new FieldSplitter(_plan.Separator);
        long missing = 0, zeroSigma = 0;
        bool allCounts = true;
        int line = _plan.FirstData;
        for (; Next(ref line); line++, n++)
        {
            ReadOnlySpan<byte> text = document[line];
            int found = splitter.Split(text);
            if (found == _plan.FieldCount + 1 && splitter.Field(text, found - 1).IsEmpty)
                found--;
            if (found != _plan.FieldCount)
                throw Ragged(line, text, found);
            ReadOnlySpan<byte> token = splitter.Field(text, fields[0]);
            TokenKind kind = NumberParser.Parse(token, _plan.DecimalComma, out x[n]);
            if (kind == TokenKind.Text)
                throw Error(line, NotANumber(token, fields[0]), NotANumberRemedy(token));
            if (!double.IsFinite(x[n]))
                throw Error(line, kind == TokenKind.Missing ? "The axis value is missing." : "The axis value is not finite.", "Remove the line, or correct it.");
            for (int c = 1; c < fields.Length; c++)
            {
                token = splitter.Field(text, fields[c]);
                kind = NumberParser.Parse(token, _plan.DecimalComma, out double value);
                if (kind == TokenKind.Text)
                    throw Error(line, NotANumber(token, fields[c]), NotANumberRemedy(token));
                missing += kind == TokenKind.Missing ? 1 : 0;
                if (!sigma || c % 2 == 1)
                {
                    y[((sigma ? c / 2 : c - 1) * most) + n] = value;
                    if (value < 0 || value != Math.Floor(value))
                        allCounts &= double.IsNaN(value);
                    continue;
                }

                if (value < 0)
                    throw Error(line, "The standard deviation is negative.", "Set layout to columns if the column holds a spectrum.");
                zeroSigma += value == 0 ? 1 : 0;
                v![(((c / 2) - 1) * most) + n] = value * value;
            }
        }

        if (n == 0)
            throw Error(-1, "There is no line of numbers after the header.", "Check whether the file is complete.");
        Array.Resize(ref x, n);
        RefuseCopyOfAxis(x, y, most, count);
        AxisArrangement arrangement = AxisArrangement.Of(x, options, (i, problem, remedy) => Error(LineOfRecord(i), problem, remedy), _plan.Notes);
        int stride = most;
        if (!arrangement.IsIdentity)
        {
            stride = arrangement.Values.Length;
            y = Rearrange(y, (most, n, count), arrangement, false);
            v = v is null ? null : Rearrange(v, (most, n, count), arrangement, true);
        }

        if (zeroSigma > 0)
            _plan.Warnings.Add(new StepWarning("sigma_zero", $"{document.File}: {zeroSigma} standard deviations are 0; a fit with weights cannot use those points."));
        Axis axis = MakeAxis(_plan, arrangement, document.File, document.LineNumber(LineOfRecord(0)));
        IntensityKind intensity = Kind(options, _plan, allCounts);
        string[] labels = new string[count];
        for (int c = 0; c < count; c++)
        {
            int field = fields[sigma ? (2 * c) + 1 : c + 1];
            labels[c] = _plan.Name(field) is { Length: > 0 } name ? name : string.Create(CultureInfo.InvariantCulture, $"column{field + 1}");
        }

        if (count == 1)
            labels[0] = Path.GetFileNameWithoutExtension(document.File);
        NoteLabels(labels);
        return new ParsedSeries(axis, y, count, stride)
        {
            Variance = v,
            Labels = labels,
            Kind = intensity,
            IntensityQuantity = _plan.IntensityQuantity,
            IntensityUnit = _plan.IntensityUnit,
            Report = Report(count, axis, missing),
            Warnings = _plan.Warnings,
        };
    }

    private ParsedSeries ParseRows()
    {
        List<string> arrangementNotes = _plan.Notes;
        int axisLine = _plan.NameLine;
        AxisArrangement arrangement = AxisArrangement.Of(
            _plan.Axis,
            options,
            (i, problem, remedy) => Error(axisLine, string.Create(CultureInfo.InvariantCulture, $"Column {i + _plan.Coordinates + 1}: {problem}"), remedy),
            arrangementNotes);
        var parser = new RowLineParser(_plan, arrangement);
        int length = arrangement.Values.Length;
        long most = MostRecords();
        if (most * length > Array.MaxLength)
            throw Error(-1, "The file holds more values than fit into one block of memory.", "Read it with RowSpectrumSource.");
        var y = new double[most * length];
        int line = _plan.FirstData, n = 0;
        for (; Next(ref line); line++, n++)
            parser.Parse(document[line], line, y.AsSpan(n * length, length), Error);
        if (n == 0)
            throw Error(-1, "There is no spectrum after the line with axis values.", "Check whether the file is complete.");
        Axis axis = MakeAxis(_plan, arrangement, document.File, document.LineNumber(axisLine));
        IReadOnlyList<TableColumn> columns = parser.TakeColumns(out string[] labels);
        NoteLabels(labels);
        return new ParsedSeries(axis, y, n, length)
        {
            Labels = labels,
            Columns = columns,
            Kind = Kind(options, _plan, parser.AllCounts),
            IntensityQuantity = _plan.IntensityQuantity,
            IntensityUnit = _plan.IntensityUnit,
            Report = Report(n, axis, parser.Missing),
            Warnings = _plan.Warnings,
        };
    }

    private static double[] Rearrange(double[] block, (int Stride, int Points, int Count) layout, AxisArrangement arrangement, bool variance)
    {
        int length = arrangement.Values.Length;
        var arranged = new double[length * layout.Count];
        for (int row = 0; row < layout.Count; row++)
            arrangement.Apply(block.AsSpan(row * layout.Stride, layout.Points), arranged.AsSpan(row * length, length), variance);
        return arranged;
    }

    private InputFormatException Ragged(int line, ReadOnlySpan<byte> text, int found)
    {
        string problem = $"The line has {found} fields where {_plan.FieldCount} are expected.";
        var splitter = new FieldSplitter(_plan.Separator);
        bool numbers = LineShape.Of(text, splitter, _plan.DecimalComma) is { Clean: true, LeadingText: 0 };
        return Error(line, problem, numbers ? "Correct the line." : "Correct the line; mark comments with #, % or !.");
    }

    private void RefuseCopyOfAxis(double[] x, double[] y, int stride, int count)
    {
        if (options.Layout != TextLayout.Auto || options.Columns.Count > 0 || x.Length < 3 || count < 2)
            return;
        for (int c = 0; c < count; c++)
        {
            if (x.AsSpan().SequenceEqual(y.AsSpan(c * stride, x.Length)))
                throw Error(LineOfRecord(0), $"Column {_plan.Fields[c + 1] + 1} repeats the axis, so that the columns may be pairs of axis and intensity.", "Choose the columns with the option columns, axis first; if it is right as it is, set layout to columns.");
        }
    }

    private int LineOfRecord(int record)
    {
        int line = TextPlanner.NextRecord(document, _plan.Separator, _plan.FirstData);
        for (; record > 0; record--)
            line = TextPlanner.NextRecord(document, _plan.Separator, line + 1);
        return line;
    }

    private void NoteLabels(string[] labels)
    {
        int changed = UniqueNames.Make(labels);
        if (changed > 0)
            _plan.Warnings.Add(new StepWarning("labels_made_unique", $"{document.File}: {changed} labels had occurred before and were numbered, e.g. \"{labels.First(l => l.EndsWith(')'))}\"."));
    }

    private FileReport Report(int spectra, Axis axis, long missing)
    {
        if (_comments > 0)
            _plan.Notes.Add($"{_comments} comment lines among the numbers were skipped.");
        if (_blanks > 0)
            _plan.Notes.Add($"{_blanks} blank lines were skipped.");
        if (missing > 0)
            _plan.Notes.Add($"{missing} missing values were read as NaN.");
        if (axis.Length == 1)
            _plan.Notes.Add("The axis has a single point.");
        if (!document.EndsWithLineEnd)
            _plan.Notes.Add("The last line has no line end; its last number may be cut off if the file was still being written.");
        _plan.Notes.Add($"Line ends: {document.LineEnds}.");
        return new FileReport(document.File, spectra, axis.Length) { Decisions = [.. _plan.Decisions], Notes = [.. _plan.Notes] };
    }
}
