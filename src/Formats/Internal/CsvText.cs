using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>CsvHelper as this package uses it: comma, LF, quotes only where they are needed.</summary>
internal static class CsvText
{
    public static CsvWriter Writer(TextWriter text) => new(text, Configuration(), leaveOpen: true);

    public static CsvParser Parser(TextReader text) => new(text, Configuration());

    private static CsvConfiguration Configuration() => new(CultureInfo.InvariantCulture)
    {
        Delimiter = ",",
        NewLine = "\n",
        HasHeaderRecord = false,
        BadDataFound = null,
        IgnoreBlankLines = false,
        ShouldQuote = args => args.Field is { Length: > 0 } field && (field.AsSpan().IndexOfAny(",\"\r\n") >= 0 || field[0] == ' ' || field[^1] == ' '),
    };
}
