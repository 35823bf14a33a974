using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Decides how a text file is to be read. Where two readings are possible it refuses and names the option that settles it.</summary>
internal sealed class TextPlanner(TextDocument document, TextReadOptions options)
{
    private const int SampleLines = 600;
    private readonly Dictionary<(int Fields, int Text), int> _full = [];
    private readonly Dictionary<(int Fields, int Text), int> _trailing = [];

    public static bool IsComment(ReadOnlySpan<byte> line, TextSeparator separator)
    {
        ReadOnlySpan<byte> s = line.TrimStart(" \t"u8);
        return !s.IsEmpty && (s[0] is (byte)'#' or (byte)'%' or (byte)'!' || (s[0] == (byte)';' && separator != TextSeparator.Semicolon) || s.StartsWith("//"u8));
    }

    public static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\f\v"u8) < 0;

    public TextPlan Plan()
    {
        TextPlan plan = ChooseDialect();
        plan.Decisions.Insert(0, new ReadDecision("encoding", document.EncodingName, document.EncodingReason));
        if (document.EncodingName == "Windows-1252" && options.Encoding == TextEncoding.Auto)
            plan.Warnings.Add(new StepWarning("encoding_fallback", $"{document.File} is not UTF-8; names and labels were read as Windows-1252."));
        var splitter = new FieldSplitter(plan.Separator);
        int axisLine = FindFirstData(plan, splitter);
        FindNames(plan, splitter, axisLine);
        if (plan.TrailingSeparators)
            plan.Notes.Add("Every line ends with a separator; the empty field after it is left out.");
        RefuseBareCommas(plan, axisLine);
        ChooseLayout(plan, splitter, axisLine);
        if (plan.Layout != TextLayout.RowPerSpectrum)
            ChooseFields(plan);
        NameAxis(plan);
        NameIntensity(plan);
        return plan;
    }

    /// <summary>The first line at or after <paramref name="line"/> that is neither blank nor a comment, or the line count.</summary>
    public static int NextRecord(TextDocument document, TextSeparator separator, int line)
    {
        while (line < document.LineCount && (IsBlank(document[line]) || IsComment(document[line], separator)))
            line++;
        return line;
    }

    private bool IsXye => Path.GetExtension(document.File).Equals(".xye", StringComparison.OrdinalIgnoreCase);

    private InputFormatException Error(int line, string problem, string remedy) =>
        new(document.File, line < 0 ? 0 : document.LineNumber(line), problem, remedy);

    private TextPlan ChooseDialect()
    {
        TextSeparator[] separators = options.Separator == TextSeparator.Auto
            ? [TextSeparator.Tab, TextSeparator.Semicolon, TextSeparator.Comma, TextSeparator.Blank]
            : [options.Separator];
        bool[] commas = options.DecimalSeparator switch
        {
            DecimalMark.Point => [false],
            DecimalMark.Comma => [true],
            _ => [false, true],
        };
        int[] sample = Sample();
        (int Score, TextSeparator Separator, bool Comma, int Fields, int Text, bool Trailing) best = default;
        int oneNumber = 0;
        foreach (TextSeparator separator in separators)
        {
            foreach (bool comma in commas)
            {
                if (separator == TextSeparator.Comma && comma)
                    continue;
                (int score, int fields, int text, bool trailing) = Score(sample, separator, comma, ref oneNumber);
                bool decorativeTabs = separator == TextSeparator.Blank && best.Separator == TextSeparator.Tab && score >= best.Score && fields < best.Fields && HasEmptyColumn(sample, best.Fields, best.Comma);
                if (score > best.Score || decorativeTabs || (score == best.Score && score > 0 && text < best.Text))
                    best = (score, separator, comma, fields, text, trailing);
            }
        }

        if (best.Score == 0)
        {
            RefuseThousandsAnywhere(sample);
            throw Error(
                -1,
                oneNumber > 0 ? "There is no line with at least two numbers; the lines hold one number each." : "There is no line with at least two numbers.",
                options.Separator == TextSeparator.Auto && options.DecimalSeparator == DecimalMark.Auto
                    ? "Check that this is a text file with an axis and intensities; if it is, set separator and decimalSeparator."
                    : "Check the options separator and decimalSeparator, or leave them at auto.");
        }

        if (best.Comma && options.DecimalSeparator == DecimalMark.Auto)
            RefuseThousands(sample, best.Separator);
        var plan = new TextPlan { Separator = best.Separator, DecimalComma = best.Comma, FieldCount = best.Fields, LeadingText = best.Text };
        plan.Decide("separator", FieldSplitter.Name(best.Separator), options.Separator != TextSeparator.Auto ? "given" : $"{best.Score} of {sample.Length} lines looked at give {best.Fields} fields each");
        plan.Decide("decimalSeparator", best.Comma ? "comma" : "point", options.DecimalSeparator != DecimalMark.Auto ? "given" : best.Comma ? "the numbers hold commas that are not separators" : "every number can be read so");
        plan.TrailingSeparators = best.Trailing;
        return plan;
    }

    /// <summary>Lines on which dialects are tried: all of a short file, evenly spread ones of a long file.</summary>
    private int[] Sample()
    {
        int n = document.LineCount;
        var lines = new List<int>(Math.Min(n, SampleLines));
        if (n <= SampleLines)
        {
            lines.AddRange(Enumerable.Range(0, n));
        }
        else
        {
            // The end of the file is looked at closely: there are the numbers when the header is long.
            const int Tail = 100;
            for (int i = 0; i < SampleLines - Tail; i++)
                lines.Add((int)((long)i * (n - Tail) / (SampleLines - Tail)));
            for (int i = n - Tail; i < n; i++)
                lines.Add(i);
        }

        // Very long lines: a few show as much as many.
        long budget = 2_000_000;
        return [.. lines.Where(l => !IsBlank(document[l]) && (budget -= document[l].Length) > -document[l].Length)];
    }

    private (int Score, int Fields, int Text, bool Trailing) Score(int[] sample, TextSeparator separator, bool comma, ref int oneNumber)
    {
        _full.Clear();
        _trailing.Clear();
        var splitter = new FieldSplitter(separator);
        foreach (int line in sample)
        {
            if (IsComment(document[line], separator))
                continue;
            LineShape shape = LineShape.Of(document[line], splitter, comma);
            oneNumber += shape is { Clean: true, Fields: 1, Numbers: 1 } ? 1 : 0;
            if (!shape.IsNumeric && !(shape.IsTextThenNumbers && separator != TextSeparator.Blank && !HoldsOtherSeparator(splitter, document[line], shape.LeadingText, separator)))
                continue;
            Dictionary<(int, int), int> counts = shape.TrailingSeparator ? _trailing : _full;
            var key = (shape.Fields, shape.LeadingText);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        // Lines that end with a separator have a missing last value when others have one more field.
        bool trailing = _full.Keys.All(k => k.Fields < 2) || (_full.Count > 0 && _trailing.Count > 0 && _full.Values.Sum() * 4 < _trailing.Values.Sum() && !_full.Keys.Any(f => _trailing.ContainsKey((f.Fields - 1, f.Text))));
        Dictionary<(int Fields, int Text), int> chosen = trailing ? _trailing : _full;
        (int Fields, int Text) mode = default;
        int most = 0;
        foreach (((int Fields, int Text) key, int count) in chosen)
        {
            int score = count + (trailing ? 0 : _trailing.GetValueOrDefault((key.Fields - 1, key.Text)) + _trailing.GetValueOrDefault(key));
            bool better = score > most || (score == most && (key.Text < mode.Text || (key.Text == mode.Text && key.Fields > mode.Fields)));
            if (key.Fields >= 2 && better)
                (mode, most) = (key, score);
        }

        return (most, mode.Fields, mode.Text, trailing);
    }

    /// <summary>A text before the numbers does not hold a tab or semicolon: then the numbers are cut wrongly.</summary>
    private static bool HoldsOtherSeparator(FieldSplitter splitter, ReadOnlySpan<byte> line, int texts, TextSeparator separator)
    {
        for (int i = 0; i < texts; i++)
        {
            ReadOnlySpan<byte> text = splitter.Field(line, i);
            if ((separator != TextSeparator.Tab && text.Contains((byte)'\t')) || (separator == TextSeparator.Comma && text.Contains((byte)';')))
                return true;
        }

        return false;
    }

    /// <summary>Whether tabs only align: some column between two others is empty in every line.</summary>
    private bool HasEmptyColumn(int[] sample, int fields, bool comma)
    {
        var used = new bool[fields];
        var splitter = new FieldSplitter(TextSeparator.Tab);
        foreach (int line in sample)
        {
            if (!LineShape.Of(document[line], splitter, comma).Fits(fields))
                continue;
            for (int i = 0; i < fields; i++)
                used[i] |= !splitter.Field(document[line], i).IsEmpty;
        }

        return used.Contains(false);
    }

    private void RefuseThousands(int[] sample, TextSeparator separator)
    {
        var splitter = new FieldSplitter(separator);
        bool any = false;
        foreach (int line in sample)
        {
            if (!LineShape.Of(document[line], splitter, true).IsNumeric)
                continue;
            for (int i = 0; i < splitter.Count; i++)
            {
                ReadOnlySpan<byte> token = splitter.Field(document[line], i);
                if (!token.Contains((byte)','))
                    continue;
                if (!NumberParser.LooksLikeThousands(token))
                    return;
                any = true;
            }
        }

        if (any)
        {
            int line = sample.First(l => document[l].Contains((byte)','));
            throw Error(line, "Every comma stands before exactly three digits, so that it may separate decimals or thousands.", "Set decimalSeparator to comma if it separates decimals; otherwise export the file without thousands separators.");
        }
    }

    private void RefuseThousandsAnywhere(int[] sample)
    {
        foreach (TextSeparator separator in (TextSeparator[])[TextSeparator.Tab, TextSeparator.Semicolon, TextSeparator.Blank])
        {
            var splitter = new FieldSplitter(separator);
            foreach (int line in sample)
            {
                int n = splitter.Split(document[line]);
                for (int i = 0; n > 1 && i < n; i++)
                {
                    ReadOnlySpan<byte> token = splitter.Field(document[line], i);
                    if (token.IndexOfAny((byte)',', (byte)'.') > 0 && NumberParser.HasThousands(token))
                        throw Error(line, TextSeriesParser.NotANumber(token, i), TextSeriesParser.NotANumberRemedy(token));
                }
            }
        }
    }

    /// <summary>Finds the first record. Returns the line with axis values when it is led by empty fields, otherwise −1.</summary>
    private int FindFirstData(TextPlan plan, FieldSplitter splitter)
    {
        int line = 0;
        if (options.HeaderLines >= 0)
        {
            while (line < document.LineCount && document.LineNumber(line) <= options.HeaderLines)
                line++;
        }

        int singles = 0;
        for (; line < document.LineCount; line++)
        {
            ReadOnlySpan<byte> text = document[line];
            if (IsBlank(text) || IsComment(text, plan.Separator))
                continue;
            LineShape shape = LineShape.Of(text, splitter, plan.DecimalComma);
            if (shape.Clean && shape.LeadingText == plan.LeadingText && shape.Numbers >= 1 && shape.Fits(plan.FieldCount))
                break;
            if (plan.LeadingText > 0 && shape.IsNumeric && shape.LeadingEmpty == plan.LeadingText && shape.Fits(plan.FieldCount))
            {
                plan.FirstData = line;
                return line;
            }

            if (options.HeaderLines >= 0)
                throw Error(line, $"After {options.HeaderLines} header lines a line with {plan.FieldCount} numbers was expected.", "Correct headerLines, or set it to -1.");
            if (shape.IsNumeric && shape.Numbers >= 2)
            {
                if (options.Layout == TextLayout.RowPerSpectrum && options.CoordinateColumns > 0 && shape.Fields + options.CoordinateColumns == plan.FieldCount)
                {
                    plan.FirstData = line;
                    return line;
                }

                throw Error(
                    line,
                    $"The line holds {shape.Fields} numbers, but most lines hold {plan.FieldCount}.",
                    $"Correct the line; if it belongs to the header, set headerLines to at least {document.LineNumber(line)}.");
            }

            RefuseDamagedRecord(plan, splitter, line, shape);
            singles += shape is { Clean: true, Fields: 1, Numbers: 1 } ? 1 : 0;
        }

        plan.FirstData = line;
        if (line >= document.LineCount)
            throw Error(-1, $"There is no line with {plan.FieldCount} numbers after the header.", "Correct headerLines, or set it to -1.");
        if (singles > 0)
            plan.Notes.Add($"{singles} header lines with a single number were skipped.");

        LineShape first = LineShape.Of(document[line], splitter, plan.DecimalComma);
        int next = NextRecord(document, plan.Separator, line + 1);
        bool hasNext = next < document.LineCount;
        LineShape second = hasNext ? LineShape.Of(document[next], splitter, plan.DecimalComma) : default;
        if (plan.LeadingText == 0 && first.LeadingEmpty > 0 && first.LeadingEmpty + first.Numbers == first.Fields && hasNext && second.LeadingEmpty == 0)
            return line;
        if (hasNext && first.LeadingEmpty > 0 && second.LeadingEmpty > 0)
            plan.SkipLeading = Math.Min(first.LeadingEmpty, second.LeadingEmpty);
        if (plan.LeadingText == 0)
            return -1;

        // The header may begin with more words than the lines below it: names of coordinates that are numbers.
        int above = line - 1;
        while (above >= 0 && IsBlank(document[above]))
            above--;
        return above >= 0 && LineShape.Of(document[above], splitter, plan.DecimalComma) is { IsTextThenNumbers: true } header && header.Fits(plan.FieldCount) ? -1 : line;
    }

    /// <summary>A line above the numbers that looks like one of them but for a word must not pass as a header.</summary>
    private void RefuseDamagedRecord(TextPlan plan, FieldSplitter splitter, int line, LineShape shape)
    {
        int n = splitter.Split(document[line]);
        if (n < 2 || (shape.Clean && shape.LeadingText != 1) || (n != plan.FieldCount && n != plan.FieldCount + 1))
            return;
        int numbers = 0, bad = -1;
        for (int i = 0; i < n; i++)
        {
            if (NumberParser.Parse(splitter.Field(document[line], i), plan.DecimalComma, out _) == TokenKind.Text)
                bad = bad < 0 ? i : bad;
            else
                numbers++;
        }

        ReadOnlySpan<byte> first = splitter.Field(document[line], 0);
        bool beginsWithNumber = bad > 0 && NumberParser.Parse(first, plan.DecimalComma, out _) == TokenKind.Number;
        bool almost = bad == 0 && numbers == n - 1 && !first.IsEmpty && first[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.'
            && !AxisName.Parse(Encoding.UTF8.GetString(first)).Quantity;
        if (beginsWithNumber || almost)
        {
            ReadOnlySpan<byte> token = splitter.Field(document[line], bad);
            throw Error(line, TextSeriesParser.NotANumber(token, bad), NumberParser.HasThousands(token)
                ? TextSeriesParser.NotANumberRemedy(token)
                : $"Correct the line; if it belongs to the header, set headerLines to at least {document.LineNumber(line)}.");
        }
    }

    private void FindNames(TextPlan plan, FieldSplitter splitter, int axisLine)
    {
        int limit = axisLine >= 0 ? axisLine : plan.FirstData;
        int header = limit - 1;
        while (header >= 0 && IsBlank(document[header]))
            header--;
        int lines = document.LineNumber(plan.FirstData) - 1;
        string why = options.HeaderLines >= 0 ? "given" : "the first line of numbers follows";
        plan.Decide("headerLines", lines.ToString(CultureInfo.InvariantCulture), why);
        if (axisLine >= 0 || header < 0)
            return;
        string[]? names = SplitHeader(plan, splitter, header);
        if (names is null && plan.TrailingSeparators)
        {
            // A name for the field after the last separator: a column without any value.
            plan.FieldCount++;
            names = SplitHeader(plan, splitter, header);
            if (names is { Length: > 0 } && names[^1].Length > 0)
                plan.TrailingSeparators = false;
            else
                (names, plan.FieldCount) = (null, plan.FieldCount - 1);
        }

        if (names is not null && names.Length > 1 && names.All(n => n.Length == 0 || AxisName.IsUnit(n)) && names.Any(n => n.Length > 0))
        {
            int above = header - 1;
            while (above >= 0 && IsBlank(document[above]))
                above--;
            if (above >= 0 && SplitHeader(plan, splitter, above) is { } upper)
            {
                plan.UnitNames = [.. names.Select(n => n.Trim('(', ')', '[', ']', ' '))];
                (names, header) = (upper, above);
                plan.Notes.Add($"Units were taken from line {document.LineNumber(header + 1)}.");
            }
        }

        // "Accumulations = 2" has two fields as well, but is no pair of names.
        bool remark = names is not null && (names[0].EndsWith('=') || names[0].EndsWith(':') || (names.Length == 2 && LeadingWords(names, plan.DecimalComma) == 1 && !AxisName.Parse(names[0]).Quantity && names[0].Length > 0));
        if (remark)
            names = null;
        if (names is null)
        {
            if (!IsComment(document[header], plan.Separator))
                plan.Notes.Add($"Line {document.LineNumber(header)} before the numbers does not hold {plan.FieldCount} names; columns have no names.");
            return;
        }

        plan.Names = names;
        plan.NameLine = header;
        plan.Notes.Add($"Column names were taken from line {document.LineNumber(header)}.");
    }

    /// <summary>Cuts a header line into as many names as there are fields, or returns null.</summary>
    private string[]? SplitHeader(TextPlan plan, FieldSplitter splitter, int line)
    {
        string text = Encoding.UTF8.GetString(document[line]);
        bool comment = IsComment(document[line], plan.Separator);
        if (comment)
        {
            text = text.TrimStart().TrimStart('#', '%', '!', ';', '/');
            if (plan.Separator is TextSeparator.Tab or TextSeparator.Blank || !text.StartsWith(plan.Separator == TextSeparator.Comma ? ',' : ';'))
                text = text.TrimStart();
        }

        if (Cut(splitter, text, plan.FieldCount) is { } names)
            return names;
        if (plan.Separator == TextSeparator.Blank)
        {
            string tabbed = System.Text.RegularExpressions.Regex.Replace(text.Trim(), "[ ]{2,}|\t+", "\t");
            if (Cut(new FieldSplitter(TextSeparator.Tab), tabbed, plan.FieldCount) is { } wide)
                return wide;
        }

        foreach (TextSeparator other in (TextSeparator[])[TextSeparator.Tab, TextSeparator.Semicolon, TextSeparator.Comma])
        {
            if (other != plan.Separator && Cut(new FieldSplitter(other), text, plan.FieldCount) is { } some)
                return some;
        }

        return comment && plan.Separator != TextSeparator.Blank ? Cut(new FieldSplitter(TextSeparator.Blank), text, plan.FieldCount) : null;
    }

    private static string[]? Cut(FieldSplitter splitter, string text, int fields)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int n = splitter.Split(bytes);
        if (n == fields + 1 && splitter.Field(bytes, n - 1).IsEmpty)
            n--;
        if (n != fields)
            return null;
        var names = new string[n];
        for (int i = 0; i < n; i++)
            names[i] = splitter.Text(bytes, i);
        return names;
    }

    /// <summary>Whole numbers between commas and no header: <c>1,234</c> may be two numbers or one with decimals.</summary>
    private void RefuseBareCommas(TextPlan plan, int axisLine)
    {
        if (plan.Separator != TextSeparator.Comma || options.Separator != TextSeparator.Auto || options.DecimalSeparator != DecimalMark.Auto || plan.Names.Length > 0)
            return;
        if ((plan.FieldCount == 3 && IsXye) || axisLine >= 0)
            return;
        // A comma at one place of the lines can be a decimal comma only if digits, and nothing else, stand on both sides of it in every line.
        int first = NextRecord(document, plan.Separator, plan.FirstData);
        var canBeDecimal = new bool[plan.FieldCount];
        Array.Fill(canBeDecimal, true, 0, plan.FieldCount - 1);
        for (int line = first, seen = 0; line < document.LineCount && seen < SampleLines; line = NextRecord(document, plan.Separator, line + 1), seen++)
        {
            ReadOnlySpan<byte> text = document[line];
            if (text.IndexOfAny((byte)'.', (byte)'"') >= 0)
                return;
            for (int place = 0; place < canBeDecimal.Length && !text.IsEmpty; place++)
            {
                int comma = text.IndexOf((byte)',');
                ReadOnlySpan<byte> before = (comma < 0 ? text : text[..comma]).TrimStart(" \t+-"u8);
                ReadOnlySpan<byte> after = comma < 0 ? [] : text[(comma + 1)..];
                canBeDecimal[place] &= !before.IsEmpty && before.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && !after.IsEmpty && after[0] is >= (byte)'0' and <= (byte)'9';
                text = after;
            }
        }

        if (!canBeDecimal.Contains(true))
            return;
        throw Error(
            first,
            "The numbers hold commas and no points, and no header tells how many columns there are, so that a comma may separate columns or decimals.",
            "Set separator to comma, or decimalSeparator to comma.");
    }

    private void ChooseLayout(TextPlan plan, FieldSplitter splitter, int axisLine)
    {
        int n = plan.FieldCount;
        string[] numericNames = axisLine >= 0 ? Cells(splitter, axisLine, plan) : plan.Names;
        if (!plan.DecimalComma && plan.Separator != TextSeparator.Comma && options.DecimalSeparator == DecimalMark.Auto && LeadingWords(numericNames, false) < 0
            && LeadingWords(numericNames, true) is >= 0 and var words && words < numericNames.Length - 1)
        {
            throw Error(plan.NameLine >= 0 ? plan.NameLine : axisLine, "The header holds numbers with commas, but the lines below hold none, so that it is open what the comma is.", "Set decimalSeparator to comma if the header holds axis values, or to point if it holds names.");
        }

        int k = LeadingWords(numericNames, plan.DecimalComma);
        bool tail = numericNames.Length == n && k >= 0 && k < n;
        double[] values = tail ? Numbers(numericNames.AsSpan(k), plan.DecimalComma) : [];
        bool monotonic = values.Length > 1 && IsStrictlyMonotonic(values);
        string reason = "given";
        TextLayout layout = options.Layout;
        if (layout == TextLayout.Auto)
            (layout, reason) = DecideLayout(plan, axisLine, (k, tail, monotonic, values));
        plan.Layout = layout;
        plan.Decide("layout", layout switch { TextLayout.Columns => "columns", TextLayout.ColumnsWithSigma => "columnsWithSigma", _ => "rowPerSpectrum" }, reason);

        if (layout != TextLayout.RowPerSpectrum)
        {
            if (plan.LeadingText > 0)
                throw Error(plan.FirstData, "The line begins with text, where the axis is expected.", "Set layout to rowPerSpectrum if each line is a spectrum.");
            if (axisLine >= 0)
            {
                plan.Names = numericNames;
                plan.NameLine = axisLine;
                plan.FirstData = axisLine + 1;
            }

            return;
        }

        UseAxisLine(plan, splitter, axisLine, (numericNames, k, tail));
    }

    private void UseAxisLine(TextPlan plan, FieldSplitter splitter, int axisLine, (string[] Names, int K, bool Tail) found)
    {
        int line = axisLine >= 0 ? axisLine : plan.NameLine;
        string[] cells = found.Names;
        int k = options.CoordinateColumns >= 0 ? options.CoordinateColumns : found.K;
        bool usable = found.Tail && k >= found.K;
        if (!found.Tail && options.CoordinateColumns >= 0)
        {
            // No names: the first line of numbers is the axis line.
            line = NextRecord(document, plan.Separator, plan.FirstData);
            axisLine = line;
            cells = Cells(splitter, line, plan);
            if (cells.Length == plan.FieldCount - k)
                cells = [.. Enumerable.Repeat(string.Empty, k), .. cells];
            usable = cells.Length == plan.FieldCount && k < cells.Length && LeadingWords(cells, plan.DecimalComma) is >= 0 and var words && words <= k;
        }

        if (!usable || k < 0)
            throw Error(line, "No line holds the axis values of a layout with one spectrum per line.", "Set coordinateColumns to the number of columns before the first intensity, or choose another layout.");
        if (plan.LeadingText > k)
            throw Error(plan.FirstData, $"The lines begin with {plan.LeadingText} texts, but there are {k} coordinate columns.", "Correct coordinateColumns.");
        if (options.CoordinateNames.Count != 0 && options.CoordinateNames.Count != k)
            throw Error(line, $"There are {k} coordinate columns, but coordinateNames gives {options.CoordinateNames.Count}.", "Give one name per coordinate column.");
        plan.Axis = Numbers(cells.AsSpan(k), plan.DecimalComma);
        for (int i = 0; i < plan.Axis.Length; i++)
        {
            if (!double.IsFinite(plan.Axis[i]))
                throw Error(line, $"Axis value {i + 1} is missing or not finite.", "Correct the axis line.");
        }

        plan.Coordinates = k;
        plan.Names = options.CoordinateNames.Count != 0 ? [.. options.CoordinateNames] : [.. cells[..k]];
        plan.NameLine = line;
        if (axisLine >= 0)
            plan.FirstData = axisLine + 1;
        plan.Decide("coordinateColumns", k.ToString(CultureInfo.InvariantCulture), options.CoordinateColumns >= 0 ? "given" : $"the axis values in line {document.LineNumber(line)} begin in column {k + 1}");
    }

    private (TextLayout Layout, string Reason) DecideLayout(TextPlan plan, int axisLine, (int K, bool Tail, bool Monotonic, double[] Values) head)
    {
        const string Settle = "Set layout to columns if the first column is the axis, or to rowPerSpectrum if the header line is.";
        if (options.CoordinateColumns >= 0 || options.CoordinateNames.Count > 0)
            return (TextLayout.RowPerSpectrum, "coordinate columns are given");
        if (plan.LeadingText > 0)
        {
            if (head is not { Tail: true, Monotonic: true })
                throw Error(plan.FirstData, "The lines begin with text, but no line above holds axis values.", "Remove the text columns, or put the axis values into the header line.");
            string start = axisLine >= 0 ? Cells(new FieldSplitter(plan.Separator), axisLine, plan)[0] : string.Empty;
            if (start.Length > 0 && !IsLabel(AxisName.Parse(start).Name) && !IsCoordinate(AxisName.Parse(start).Name))
                throw Error(axisLine, "Every line begins with text; the first of them may hold the axis values, or be a spectrum.", "Set layout to rowPerSpectrum if the first line holds the axis values.");
            return (TextLayout.RowPerSpectrum, "each line begins with text, and the line before holds axis values");
        }

        if (head.Tail && head.Monotonic && head.K >= 1)
        {
            AxisName first = axisLine >= 0 || plan.Names.Length == 0 ? default : AxisName.Parse(plan.Names[0]);
            bool counting = IsCounting(head.Values);
            if (first.Quantity && first.Name != AxisQuantity.Index)
                return (TextLayout.Columns, $"the first column is named {plan.Names[0]}");
            if (!FirstColumnIsMonotonic(plan))
                return (TextLayout.RowPerSpectrum, "the header holds axis values, and the first column cannot be an axis");
            if (axisLine >= 0)
            {
                if (plan.Separator == TextSeparator.Tab && !counting)
                    return (TextLayout.RowPerSpectrum, "the first line begins with an empty field and holds axis values");
            }
            else if (NamesAreCoordinates(plan.Names.AsSpan(0, head.K)))
            {
                return (TextLayout.RowPerSpectrum, $"the header holds axis values after {string.Join(", ", plan.Names[..head.K])}");
            }

            throw Error(plan.NameLine >= 0 ? plan.NameLine : axisLine, "Both the header line and the first column could be the axis.", Settle);
        }

        if (plan.FieldCount == 2 + plan.SkipLeading)
            return (TextLayout.Columns, "two columns");
        return DecideSigma(plan);
    }

    private (TextLayout Layout, string Reason) DecideSigma(TextPlan plan)
    {
        const string Settle = "Set layout to columnsWithSigma if the third column holds standard deviations, or to columns if it is a second spectrum.";
        int n = plan.FieldCount - plan.SkipLeading;
        bool xye = IsXye;
        if (options.Columns.Count > 0)
            return (TextLayout.Columns, "columns are chosen");
        if (plan.Names.Length > 0)
        {
            string[] names = plan.Names[plan.SkipLeading..];
            int sigma = names.Skip(1).Count(AxisName.IsSigma);
            if (sigma == 0)
                return xye && n == 3 ? (TextLayout.ColumnsWithSigma, "three columns in a file that ends in .xye") : (TextLayout.Columns, $"{n} columns, none named as a standard deviation");
            bool alternate = n % 2 == 1;
            for (int i = 1; i < n; i++)
                alternate &= AxisName.IsSigma(names[i]) == (i % 2 == 0);
            if (alternate)
                return (TextLayout.ColumnsWithSigma, $"column {3 + plan.SkipLeading} is named {names[2]}");
            throw Error(plan.NameLine, $"Some columns are named as standard deviations ({string.Join(", ", names.Skip(1).Where(AxisName.IsSigma))}), but not every second one.", "Choose the columns axis, intensity and sigma with the option columns, with layout columnsWithSigma.");
        }

        if (n > 3)
            return (TextLayout.Columns, $"{n} columns");
        if (xye)
            return (TextLayout.ColumnsWithSigma, "three columns in a file that ends in .xye");
        bool roots = true, negative = false;
        int points = 0;
        var splitter = new FieldSplitter(plan.Separator);
        for (int line = plan.FirstData; line < document.LineCount; line++)
        {
            ReadOnlySpan<byte> text = document[line];
            if (splitter.Split(text) < plan.FieldCount
                || NumberParser.Parse(splitter.Field(text, plan.SkipLeading + 1), plan.DecimalComma, out double y) != TokenKind.Number
                || NumberParser.Parse(splitter.Field(text, plan.SkipLeading + 2), plan.DecimalComma, out double e) != TokenKind.Number)
            {
                continue;
            }

            points++;
            negative |= e < 0;
            roots &= y < 1 || Math.Abs(e - Math.Sqrt(y)) <= 0.01 * Math.Sqrt(y);
        }

        if (negative)
            return (TextLayout.Columns, "the third column holds negative values, so it is not a standard deviation");
        if (roots && points > 2)
            return (TextLayout.ColumnsWithSigma, "the third column is the square root of the second");
        throw Error(plan.FirstData, "Three columns without names: the third may be a standard deviation or a second spectrum.", Settle);
    }

    private void ChooseFields(TextPlan plan)
    {
        int n = plan.FieldCount;
        if (options.Columns.Count == 0)
        {
            plan.Fields = [.. Enumerable.Range(plan.SkipLeading, n - plan.SkipLeading)];
            if (options.Layout == TextLayout.Auto)
                RefuseSecondAxis(plan);
        }
        else
        {
            plan.Fields = [.. options.Columns.Select(c => Field(plan, c))];
            plan.Decide("columns", string.Join(", ", plan.Fields.Select(f => plan.Name(f) is { Length: > 0 } name ? name : (f + 1).ToString(CultureInfo.InvariantCulture))), "given");
        }

        if (plan.Fields.Length < 2)
            throw Error(plan.FirstData, "There is an axis but no intensity.", "Set separator, or choose other columns.");
        if (plan.Layout == TextLayout.ColumnsWithSigma && plan.Fields.Length % 2 == 0)
            throw Error(plan.FirstData, $"Intensity and sigma come in pairs, but there are {plan.Fields.Length} columns with the axis.", "Choose the columns axis, intensity and sigma with the option columns, or set layout to columns.");
    }

    private void RefuseSecondAxis(TextPlan plan)
    {
        for (int i = 1; i < plan.Fields.Length && plan.Names.Length > 0; i++)
        {
            AxisName name = AxisName.Parse(plan.Name(plan.Fields[i]));
            if (name.Certain)
                throw Error(plan.NameLine, $"Column {plan.Fields[i] + 1} is named {plan.Name(plan.Fields[i])}, which is an axis, but the axis is expected in the first column.", "Choose the columns with the option columns, axis first; if it is right as it is, set layout to columns.");
        }
    }

    private int Field(TextPlan plan, string column)
    {
        int[] named = [.. Enumerable.Range(0, plan.Names.Length).Where(i => plan.Names[i] == column)];
        if (named.Length == 1)
            return named[0];
        if (named.Length > 1)
            throw Error(plan.NameLine, $"{named.Length} columns are named {column}.", "Choose the column by its number.");
        if (int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= plan.FieldCount)
            return number - 1;
        throw Error(plan.NameLine, $"There is no column {column}.", plan.Names.Length > 0 ? $"The columns are {string.Join(", ", plan.Names)}." : $"There are {plan.FieldCount} columns without names; choose them by number from 1.");
    }

    private void NameAxis(TextPlan plan)
    {
        bool columns = plan.Layout != TextLayout.RowPerSpectrum;
        string written = columns ? plan.Name(plan.Fields[0]) : string.Empty;
        AxisName header = written.Length > 0 ? AxisName.Parse(written) : default;
        string headerName = header.Name ?? string.Empty, headerUnit = header.Unit ?? string.Empty;
        if (headerUnit.Length == 0 && columns && plan.Fields[0] < plan.UnitNames.Length)
            headerUnit = AxisName.CanonicalUnit(plan.UnitNames[plan.Fields[0]]);
        string quantity = headerName.Length > 0 ? headerName : "x";
        string reason = headerName.Length > 0 ? $"header {written}" : "the file does not say";
        if (options.AxisQuantity is { Length: > 0 } given)
        {
            string wanted = AxisName.CanonicalQuantity(given);
            bool wavenumber = header.Name == AxisQuantity.Wavenumber && wanted == AxisQuantity.RamanShift;
            if (header.Quantity && header.Name != AxisQuantity.Index && header.Name != wanted && !wavenumber)
                throw Error(plan.NameLine, $"The header says {written} ({header.Name}), but axisQuantity is {given}.", "Correct axisQuantity, or leave it open.");
            (quantity, reason) = (wanted, "given");
        }

        string unit = headerUnit, unitReason = $"header {written}";
        if (options.AxisUnit is { } stated)
        {
            string wanted = AxisName.CanonicalUnit(stated);
            if (headerUnit.Length > 0 && headerUnit != wanted)
                throw Error(plan.NameLine, $"The header says that the axis is in {headerUnit} ({written}), but axisUnit is {stated}.", "Correct axisUnit, or leave it open; convert the axis after reading.");
            (unit, unitReason) = (wanted, "given");
        }

        if (!AxisName.IsAllowed(quantity, unit))
            throw Error(plan.NameLine, $"{quantity} cannot be in {unit}; it can be in {AxisName.AllowedUnits(quantity)}.", "Correct axisQuantity or axisUnit.");
        if (unit.Length == 0 && options.AxisUnit is null)
        {
            unit = AxisName.UsualUnit(quantity);
            unitReason = unit.Length > 0 ? $"not stated; usual for {quantity}" : "not stated";
            if (unit.Length == 0 && quantity != AxisQuantity.Index)
                plan.Warnings.Add(new StepWarning("axis_unit_unknown", $"{document.File} does not state the unit of its axis; set axisQuantity and axisUnit."));
        }

        (plan.AxisQuantity, plan.AxisUnit) = (quantity, unit);
        plan.Decide("axisQuantity", quantity, reason);
        plan.Decide("axisUnit", unit.Length == 0 ? "none" : unit, unitReason);
    }

    private void NameIntensity(TextPlan plan)
    {
        bool single = plan.Layout != TextLayout.RowPerSpectrum && plan.Fields.Length <= (plan.Layout == TextLayout.ColumnsWithSigma ? 3 : 2);
        string written = single ? plan.Name(plan.Fields[1]) : string.Empty;
        string quantity = "intensity", unit = string.Empty;
        if (written.Length > 0)
        {
            AxisName name = AxisName.Parse(written);
            unit = name.Unit.Length == 0 && plan.Fields[1] < plan.UnitNames.Length ? AxisName.CanonicalUnit(plan.UnitNames[plan.Fields[1]]) : name.Unit;
            if (AxisName.IsCounts(written) || unit == "counts")
                (plan.HeaderSaysCounts, unit) = (true, "counts");
            else if (name.Name.Length > 0)
                quantity = name.Name;
        }

        if (options.IntensityUnit is { } stated)
        {
            string wanted = AxisName.CanonicalUnit(stated);
            if (unit.Length > 0 && unit != wanted)
                throw Error(plan.NameLine, $"The header says that the intensity is in {unit} ({written}), but intensityUnit is {stated}.", "Correct intensityUnit, or leave it open.");
            unit = wanted;
        }

        plan.IntensityQuantity = options.IntensityQuantity is { Length: > 0 } given ? given : quantity;
        plan.IntensityUnit = unit;
        plan.Decide("intensityQuantity", plan.IntensityQuantity, options.IntensityQuantity is { Length: > 0 } ? "given" : written.Length > 0 ? $"header {written}" : "the file does not say");
        plan.Decide("intensityUnit", unit.Length == 0 ? "none" : unit, options.IntensityUnit is not null ? "given" : written.Length > 0 ? $"header {written}" : "the file does not say");
    }

    private string[] Cells(FieldSplitter splitter, int line, TextPlan plan)
    {
        ReadOnlySpan<byte> text = document[line];
        int n = splitter.Split(text);
        if (n == plan.FieldCount + 1 && splitter.Field(text, n - 1).IsEmpty)
            n--;
        var cells = new string[n];
        for (int i = 0; i < n; i++)
            cells[i] = splitter.Text(text, i);
        return cells;
    }

    /// <summary>How many cells come before the first of a run of numbers that goes to the end; −1 when the last cell is no number.</summary>
    private static int LeadingWords(string[] cells, bool decimalComma)
    {
        int k = cells.Length;
        while (k > 0 && NumberParser.Parse(Encoding.UTF8.GetBytes(cells[k - 1]), decimalComma, out _) == TokenKind.Number)
            k--;
        return k == cells.Length ? -1 : k;
    }

    private static double[] Numbers(ReadOnlySpan<string> cells, bool decimalComma)
    {
        var values = new double[cells.Length];
        for (int i = 0; i < cells.Length; i++)
            NumberParser.Parse(Encoding.UTF8.GetBytes(cells[i]), decimalComma, out values[i]);
        return values;
    }

    private static bool IsStrictlyMonotonic(ReadOnlySpan<double> x)
    {
        bool up = true, down = true;
        for (int i = 1; i < x.Length; i++)
        {
            up &= x[i] > x[i - 1];
            down &= x[i] < x[i - 1];
        }

        return up || down;
    }

    private static bool IsCounting(ReadOnlySpan<double> x)
    {
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] != x[0] + i)
                return false;
        }

        return x[0] is 0 or 1;
    }

    /// <summary>
    /// Whether the names before the axis values can only be those of coordinates: one that means a label, two or more coordinates, or one
    /// coordinate when the axis is stated to be something else. A single "x" or "time" alone may be an axis over numbered spectra.
    /// </summary>
    private bool NamesAreCoordinates(ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (!IsCoordinate(AxisName.Parse(name).Name) && !IsLabel(AxisName.Parse(name).Name))
                return false;
        }

        return names.Length > 1
            || IsLabel(AxisName.Parse(names[0]).Name)
            || (options.AxisQuantity is { Length: > 0 } axis && AxisName.Parse(axis) is { Quantity: true, Name: not AxisQuantity.Index } && AxisName.Parse(names[0]) is { Quantity: false } first && (first.Unit.Length > 0 || first.Name.Length > 1));
    }

    private static bool IsLabel(string? name) => name?.ToLowerInvariant() is "label" or "name" or "sample" or "id" or "file" or "spectrum";

    private static bool IsCoordinate(string? name) => name?.ToLowerInvariant() is
        "x" or "y" or "z" or "time" or "t" or "elapsed time" or "temperature" or "voltage" or "potential" or "ewe" or "current" or "position"
        or "cycle" or "scan" or "no" or "number" or "row" or "frame" or "pattern" or "soc" or "pressure";

    private bool FirstColumnIsMonotonic(TextPlan plan)
    {
        var splitter = new FieldSplitter(plan.Separator);
        var x = new List<double>();
        int start = plan.FirstData;
        for (int line = start; line < document.LineCount; line++)
        {
            ReadOnlySpan<byte> text = document[line];
            if (IsBlank(text) || IsComment(text, plan.Separator) || splitter.Split(text) < plan.FieldCount)
                continue;
            if (NumberParser.Parse(splitter.Field(text, 0), plan.DecimalComma, out double value) != TokenKind.Number)
            {
                if (line == start)
                    continue;
                return false;
            }

            x.Add(value);
        }

        return x.Count < 2 || IsStrictlyMonotonic(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(x));
    }
}
