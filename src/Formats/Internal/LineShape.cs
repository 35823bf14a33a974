namespace BigMap.Analysis.Formats.Internal;

/// <summary>What one line looks like once it is cut into fields.</summary>
internal readonly record struct LineShape(int Fields, bool TrailingSeparator, int LeadingEmpty, int LeadingText, int Numbers, bool Clean)
{
    /// <summary>Only numbers and missing values, two fields or more.</summary>
    public bool IsNumeric => Clean && LeadingText == 0 && Numbers >= 1 && Fields + (TrailingSeparator ? 1 : 0) >= 2;

    /// <summary>Text first, then only numbers and missing values.</summary>
    public bool IsTextThenNumbers => Clean && LeadingText >= 1 && Numbers >= 2;

    public static LineShape Of(ReadOnlySpan<byte> line, FieldSplitter splitter, bool decimalComma)
    {
        int n = splitter.Split(line);
        bool trailing = n > 1 && splitter.Field(line, n - 1).IsEmpty;
        int fields = trailing ? n - 1 : n, empty = 0, text = 0, numbers = 0;
        for (int i = 0; i < fields; i++)
        {
            switch (NumberParser.Parse(splitter.Field(line, i), decimalComma, out _))
            {
                case TokenKind.Number:
                    numbers++;
                    break;
                case TokenKind.Missing:
                    if (numbers == 0 && text == 0)
                        empty++;
                    break;
                default:
                    if (numbers > 0 || empty > 0)
                        return new LineShape(fields, trailing, empty, text, numbers, false);
                    text++;
                    break;
            }
        }

        return new LineShape(fields, trailing, empty, text, numbers, true);
    }

    /// <summary>Whether a record of <paramref name="fieldCount"/> fields can look like this: a trailing separator or a missing last value is allowed.</summary>
    public bool Fits(int fieldCount) => Fields == fieldCount || (TrailingSeparator && Fields + 1 == fieldCount);
}
