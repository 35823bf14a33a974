using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>CsvHelper as this package uses it: comma or tab, LF, quotes only where they are needed.</summary>
internal static class CsvText
{
    public static CsvWriter Writer(TextWriter text, bool tabs = false) => new(text, Configuration(tabs), leaveOpen: true);

    public static CsvParser Parser(TextReader text, bool tabs = false) => new(text, Configuration(tabs));

    private static CsvConfiguration Configuration(bool tabs) => new(CultureInfo.InvariantCulture)
    {
        Delimiter = tabs ? "\t" : ",",
        NewLine = "\n",
        HasHeaderRecord = false,
        BadDataFound = null,
        IgnoreBlankLines = false,
        ShouldQuote = args => args.Field is { Length: > 0 } field && (field.AsSpan().IndexOfAny(tabs ? "\t\"\r\n" : ",\"\r\n") >= 0 || field[0] == ' ' || field[^1] == ' '),
    };
}
