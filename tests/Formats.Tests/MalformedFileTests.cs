using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Files that are broken, or that can be read in two ways: a typed error with file, line and the option that settles it, or the right numbers.</summary>
public class MalformedFileTests
{
    /// <summary>Name, content, line of the error (0: whole file), words of the message.</summary>
    public static TheoryData<string, string, int, string> Refused => new()
    {
        { "empty", "", 0, "empty" },
        { "blank lines only", "\n\n  \n", 0, "no line with at least two numbers" },
        { "comments only", "# a\n# 1 2 3\n", 0, "no line with at least two numbers" },
        { "words only", "this is\nno data\n", 0, "no line with at least two numbers" },
        { "header only", "two_theta_deg,counts\n", 0, "no line with at least two numbers" },
        { "one column", "1.5\n2.5\n3.5\n", 0, "one number each" },
        { "ragged, too short", "x,y\n1,2.5\n2\n3,4.5\n", 3, "1 fields where 2" },
        { "ragged, too long", "x,y\n1,2.5\n2,3,4\n3,4.5\n", 3, "3 fields where 2" },
        { "ragged at first line", "1.5 2.5 3.5\n2.5 3.5\n3.5 4.5\n4.5 5.5\n", 1, "3 numbers" },
        { "ragged at last line", "1.5 2.5\n2.5 3.5\n3.5 4.5\n4.5", 4, "waitForStable" },
        { "word in a number", "x,y\n1,2\n2,abc\n3,4\n4,5\n", 3, "\"abc\", is not a number" },
        { "word in the first line of numbers", "x,y\n1,2a\n2,3\n3,4\n", 2, "\"2a\", is not a number" },
        { "word in the first line, no header", "1.5 2a\n2.5 3\n3.5 4\n", 1, "\"2a\", is not a number" },
        { "word in the first axis value", "1.5a 2\n2.5 3\n3.5 4\n", 1, "\"1.5a\", is not a number" },
        { "words in the first two lines of numbers", "x,y\n1,?\n2,?\n3,4\n", 2, "\"?\", is not a number" },
        { "word in the axis", "x,y\n1,2\nabc,3\n3,4\n4,5\n", 3, "\"abc\", is not a number" },
        { "letter O for zero", "x,y\n1,2\n2,1O\n3,4\n", 3, "not a number" },
        { "two points", "x,y\n1,2\n2,1.2.3\n3,4\n", 3, "not a number" },
        { "double sign", "x,y\n1,2\n2,--3\n3,4\n", 3, "not a number" },
        { "exponent without digits", "x,y\n1,2\n2,3e\n3,4\n", 3, "not a number" },
        { "number beyond double", "x,y\n1,2\n2,1e999\n3,4\n", 3, "not a number" },
        { "Fortran overflow", "1.5 2\n2.5 ******\n3.5 4\n", 2, "not a number" },
        { "hexadecimal", "x,y\n1,2\n2,0x1F\n3,4\n", 3, "not a number" },
        { "NaN in the axis", "x,y\n1,2\nnan,3\n3,4\n", 3, "axis value is missing" },
        { "empty axis cell", "x,y\n1,2\n,3\n3,4\n", 3, "axis value is missing" },
        { "infinite axis", "x,y\n1,2\ninf,3\n3,4\n", 3, "not finite" },
        { "equal axis values", "x,y\n1,2\n2,3\n2,4\n3,5\n", 4, "duplicates" },
        { "unsorted axis", "x,y\n1,2\n3,3\n2,4\n4,5\n", 4, "sortAxis" },
        { "unsorted descending axis", "x,y\n4,2\n2,3\n3,4\n1,5\n", 4, "sortAxis" },
        { "two blocks in one file", "x,y\n1,2\n2,3\n3,4\n1,2\n2,3\n3,4\n", 5, "sortAxis" },
        { "footer of text", "x,y\n1,2\n2,3\nEnd of scan\n", 4, "fields where 2" },
        { "second header", "x,y\n1,2\n2,3\nx,y\n3,4\n", 4, "not a number" },
        { "comma, may be decimal", "1,234\n2,345\n3,456\n", 1, "decimalSeparator" },
        { "commas, may be decimals in pairs", "10,5,100,2\n11,5,200,3\n", 1, "separator" },
        { "decimal commas with comma and blank between", "1,5, 2,5\n2,5, 3,5\n", 1, "decimalSeparator" },
        { "decimal commas with commas between and signs", "1,5,-2,5\n2,5,-3,5\n", 1, "decimalSeparator" },
        { "whole axis, decimal commas with commas between", "10,100,5\n11,101,3\n12,102,4\n", 1, "decimalSeparator" },
        { "thousands or decimals", "1,234\t5,678\n2,345\t6,789\n", 1, "thousands" },
        { "thousands with decimals", "x\ty\n1.5\t1,234.5\n2.5\t2\n3.5\t3\n", 2, "thousands" },
        { "German thousands", "x;y\n1,5;1.234,5\n2,5;2,5\n3,5;3\n", 2, "thousands" },
        { "thousands twice", "x\ty\n1\t1,234,567\n2\t2,345,678\n", 2, "thousands" },
        { "three columns without names", "1.5 10 5\n2.5 20 6\n3.5 30 7\n", 1, "columnsWithSigma" },
        { "pairs of axis and intensity", "1.5 10 1.5 20\n2.5 11 2.5 21\n3.5 12 3.5 22\n", 1, "repeats the axis" },
        { "pairs with names", "two_theta,I,two_theta,I\n1,10,1.5,20\n2,11,2.5,21\n", 1, "which is an axis" },
        { "row numbers before the axis", ",two_theta_deg,counts\n0,5.5,10\n1,6.5,11\n", 1, "which is an axis" },
        { "some columns are sigma", "x,a,a_err,b\n1,2,3,4\n2,3,4,5\n", 1, "standard deviations" },
        { "negative sigma", "x,a,sigma\n1,2,3\n2,3,-4\n", 3, "negative" },
        { "header or first column may be the axis", ",0,1,2\n200,5,6,7\n202,6,7,8\n", 1, "rowPerSpectrum" },
        { "named so that both may be the axis", "a,10,20,30\n1,5,6,7\n2,6,7,8\n", 1, "rowPerSpectrum" },
        { "x before numbers in the header", "x,0.1,0.2,0.5\n1,5,6,7\n2,6,7,8\n", 1, "rowPerSpectrum" },
        { "time before numbers in the header", "time_s,10.5,20.5,30.5\n1,5,6,7\n2,6,7,8\n", 1, "rowPerSpectrum" },
        { "header with decimal commas over whole numbers", "t;100,500;101,500\n1;5;6\n2;7;8\n", 1, "decimalSeparator" },
        { "text before the numbers, no axis", "sample;a;b\nA;5;6\nB;6;7\n", 2, "axis values" },
        { "text before the numbers, first may be the axis", "A;5;6\nB;6;7\nC;8;9\n", 1, "rowPerSpectrum" },
        { "2theta beyond 180", "two_theta_deg,counts\n16005.2,73\n16021,76\n", 2, "2theta" },
        { "quantity in a unit of another kind", "Raman shift (nm),counts\n100,73\n101,76\n", 1, "cannot be in nm" },
        { "equal axis values of a map", "x_um,y_um,100.5,101.5,101.5\n0,0,1,2,3\n0,1,4,5,6\n0,0,1,2,3\n0,1,4,5,6\n", 0, "" },
        { "ragged map", "x_um,y_um,100.5,101.5\n0,0,1,2\n0,1,4\n0,2,4,5\n", 3, "fields" },
        { "word in a map", "x_um,y_um,100.5,101.5\n0,0,1,2\n0,1,4,x\n0,2,4,5\n", 3, "not a number" },
        { "word as coordinate of a map", "x_um,y_um,100.5,101.5\n0,0,1,2\n0,a,4,5\n0,2,4,5\n", 3, "Coordinate y" },
        { "map without spectra", "x_um,y_um,100.5,101.5\n", 0, "" },
        { "quote that never closes", "x,y\n1,2\n\"2,3\n3,4\n", 3, "" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Is_refused_with_file_and_line(string name, string text, int line, string words)
    {
        using var folder = new TempFolder();
        string path = folder.Write("bad.txt", text);
        InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(path));
        Assert.Equal(path, error.File);
        Assert.Contains(words, error.Message, StringComparison.OrdinalIgnoreCase);
        if (words.Length > 0)
            Assert.True(line == error.Line, $"{name}: {error.Message}");
        Assert.NotEmpty(error.Remedy);
    }

    /// <summary>What is refused by itself is read when an option settles it.</summary>
    public static TheoryData<string, TextReadOptions, double[], double[]> Settled => new()
    {
        { "1,234\n2,345\n", new() { Separator = TextSeparator.Comma }, [1, 2], [234, 345] },
        { "10,5,100,2\n11,5,200,3\n", new() { Separator = TextSeparator.Comma, Columns = ["1", "3"] }, [10, 11], [100, 200] },
        { "1,234\t5,678\n2,345\t6,789\n", new() { DecimalSeparator = DecimalMark.Comma }, [1.234, 2.345], [5.678, 6.789] },
        { "1.5 10 5\n2.5 20 6\n", new() { Layout = TextLayout.ColumnsWithSigma }, [1.5, 2.5], [10, 20] },
        { "1.5 10 5\n2.5 20 6\n", new() { Layout = TextLayout.Columns }, [1.5, 2.5], [10, 20] },
        { ",two_theta_deg,counts\n0,5.5,10\n1,6.5,11\n", new() { Columns = ["two_theta_deg", "counts"] }, [5.5, 6.5], [10, 11] },
        { ",0,1,2\n200,5,6,7\n202,6,7,8\n", new() { Layout = TextLayout.Columns }, [200, 202], [5, 6] },
        { ",0,1,2\n200,5,6,7\n202,6,7,8\n", new() { Layout = TextLayout.RowPerSpectrum }, [0, 1, 2], [5, 6, 7] },
        { "1 2 3\n1.5 2.5\n3.5 4.5\n", new() { HeaderLines = 1 }, [1.5, 3.5], [2.5, 4.5] },
        { "100.5 101.5\n0 1 5 6\n0 2 7 8\n", new() { Layout = TextLayout.RowPerSpectrum, CoordinateColumns = 2 }, [100.5, 101.5], [5, 6] },
        { "100.5 101.5 102.5\n5 6 7\n", new() { Layout = TextLayout.RowPerSpectrum, CoordinateColumns = 0 }, [100.5, 101.5, 102.5], [5, 6, 7] },
        { "t;100,500;101,500\n1;5;6\n2;7;8\n", new() { DecimalSeparator = DecimalMark.Comma, CoordinateNames = ["t_s"] }, [100.5, 101.5], [5, 6] },
        { "time_s,10.5,20.5\n1,5,6\n2,6,7\n", new() { AxisQuantity = "2theta" }, [10.5, 20.5], [5, 6] },
        { "time_s,10.5,20.5\n1,5,6\n2,6,7\n", new() { CoordinateColumns = 1 }, [10.5, 20.5], [5, 6] },
        { "time_s,10.5,20.5\n1,5,6\n2,6,7\n", new() { Layout = TextLayout.Columns }, [1, 2], [5, 6] },
        { "label,10.5,20.5\n1,5,6\n2,6,7\n", new(), [10.5, 20.5], [5, 6] },
        { "x_um,y_um,10.5,20.5\n1,0,5,6\n2,0,6,7\n", new(), [10.5, 20.5], [5, 6] },
        { "A;5;6\nB;6;7\n", new() { Layout = TextLayout.RowPerSpectrum }, [5, 6], [6, 7] },
        { "10,-5\n11,6\n", new(), [10, 11], [-5, 6] },
        { "10, 5, 1\n11, 6, 1\n12, 6, -1\n", new(), [10, 11, 12], [5, 6, 6] },
        { "x,y\n1,2\n3,3\n2,4\n", new() { SortAxis = true }, [1, 2, 3], [2, 4, 3] },
    };

    [Theory]
    [MemberData(nameof(Settled))]
    public async Task Is_read_when_an_option_settles_it(string text, TextReadOptions options, double[] x, double[] first)
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("bad.txt", text), options);
        Assert.Equal(x, read.Series.Axis.Values.ToArray());
        Assert.Equal(first, read.Series[0].ToArray());
    }

    /// <summary>Options that do not fit the file, or each other.</summary>
    public static TheoryData<string, TextReadOptions, string> Contradicted => new()
    {
        { "tof_us,y\n16000,1\n16010,2\n", new() { AxisUnit = "ms" }, "axisUnit is ms" },
        { "two_theta_deg,y\n10,1\n11,2\n", new() { AxisUnit = "rad" }, "axisUnit is rad" },
        { "two_theta_deg,y\n10,1\n11,2\n", new() { AxisQuantity = "q" }, "axisQuantity is q" },
        { "x,y\n10,1\n11,2\n", new() { AxisQuantity = "2theta", AxisUnit = "nm" }, "cannot be in nm" },
        { "x,Intensity (counts)\n10,1\n11,2\n", new() { IntensityUnit = "V" }, "intensityUnit is V" },
        { "x,y\n10,1\n11,2\n", new() { Columns = ["x", "z"] }, "no column z" },
        { "x,y\n10,1\n11,2\n", new() { HeaderLines = 0 }, "headerLines" },
        { "x,y\n10,1\n11,2\n", new() { HeaderLines = 9 }, "headerLines" },
        { "x,y\n10,1\n11,2\n", new() { Separator = TextSeparator.Semicolon }, "separator" },
        { "x,y\n10,1\n11,2\n", new() { Layout = TextLayout.ColumnsWithSigma }, "pairs" },
        { "x,y\n10,1\n11,2\n", new() { Layout = TextLayout.RowPerSpectrum }, "coordinateColumns" },
        { "a,b,100.5,101.5\n1,2,3,4\n1,2,3,4\n", new() { Layout = TextLayout.RowPerSpectrum, CoordinateColumns = 1 }, "axis values" },
        { "a,b,100.5,101.5\n1,2,3,4\n1,2,3,4\n", new() { CoordinateNames = ["a"] }, "coordinateNames" },
        { "two_theta_deg,a\n10,1\n11,2\n", new() { CoordinateColumns = 3 }, "coordinateColumns" },
        { "x,y\n10,1\n11,2\n", new() { Encoding = TextEncoding.Utf16LittleEndian }, "" },
    };

    [Theory]
    [MemberData(nameof(Contradicted))]
    public async Task Options_that_contradict_the_file_are_refused(string text, TextReadOptions options, string words)
    {
        using var folder = new TempFolder();
        string path = folder.Write("bad.txt", text);
        InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(path, options));
        Assert.Equal(path, error.File);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused_before_any_file_is_opened()
    {
        Assert.Throws<OptionsException>(() => new TextReadOptions { Separator = TextSeparator.Comma, DecimalSeparator = DecimalMark.Comma }.Validate());
        Assert.Throws<OptionsException>(() => new TextReadOptions { Columns = ["x"] }.Validate());
        Assert.Throws<OptionsException>(() => new TextReadOptions { CoordinateColumns = 1, Layout = TextLayout.Columns }.Validate());
        Assert.Throws<OptionsException>(() => new TextReadOptions { HeaderLines = -2 }.Validate());
        Assert.Throws<OptionsException>(() => new TextReadOptions { Layout = (TextLayout)9 }.Validate());
    }

    public static TheoryData<string, byte[]> Binary => new()
    {
        { "zeros", new byte[5000] },
        { "PNG", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D] },
        { "HDF5", [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0] },
        { "ZIP", [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 0] },
        { "UTF-32", [0xFF, 0xFE, 0, 0, 0x31, 0, 0, 0] },
        { "odd UTF-16", [0xFF, 0xFE, 0x31, 0, 0x20] },
        { "control characters", [.. Enumerable.Range(0, 2000).Select(i => (byte)(i % 27 == 0 ? 3 : 48 + (i % 9)))] },
        { "numbers, then zeros as after a crash", [.. "1.5 2.5\n2.5 3.5\n"u8, .. new byte[200]] },
    };

    [Theory]
    [MemberData(nameof(Binary))]
    public async Task Binary_files_are_refused(string name, byte[] bytes)
    {
        using var folder = new TempFolder();
        string path = folder.WriteBytes(name + ".txt", bytes);
        Assert.Equal(path, (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(path))).File);
    }

    [Fact]
    public async Task Random_bytes_are_refused()
    {
        using var folder = new TempFolder();
        var random = new Random(1);
        for (int i = 0; i < 50; i++)
        {
            var bytes = new byte[random.Next(1, 4000)];
            random.NextBytes(bytes);
            await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(folder.WriteBytes("r.txt", bytes)));
        }
    }

    [Fact]
    public async Task Paths_that_lead_nowhere_are_refused()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["empty"]);
        foreach (string path in (string[])[folder["none.txt"], folder["none/none.txt"], folder["empty"], folder["*.txt"], folder["none/*.txt"], folder["no*/a.txt"]])
            Assert.Equal(path, (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(path))).File);
    }

    [Fact]
    public async Task Files_of_a_folder_that_do_not_fit_together_are_refused()
    {
        using var folder = new TempFolder();
        folder.Write("u/1.csv", "two_theta_deg,counts\n1,2\n2,3\n");
        folder.Write("u/2.csv", "q (1/A),counts\n1,2\n2,3\n");
        Assert.Contains("2theta", (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(folder["u"]))).Message, StringComparison.Ordinal);
        folder.Write("s/1.xye", "1 2 1\n2 3 1\n");
        folder.Write("s/2.xy", "1 2\n2 3\n");
        Assert.Contains("standard deviations", (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(folder["s"]))).Message, StringComparison.Ordinal);
        folder.Write("n/1.xy", "1 2\n2 3\n");
        folder.Write("n/2.xy", "1 2\n2 3\n3 4\n");
        Assert.Contains("3 points against 2", (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(folder["n"]))).Message, StringComparison.Ordinal);
        folder.Write("b/1.xy", "1 2\n2 3\n");
        string broken = folder.Write("b/2.xy", "1 2\n2 x\n");
        Assert.Equal(broken, (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(folder["b"]))).File);
    }

    [Fact]
    public async Task One_point_is_read_and_reported()
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.csv", "two_theta_deg,counts\n17,100\n"));
        Assert.Equal((1, 1, 100.0), (read.Series.Count, read.Series.Length, read.Series[0][0]));
        Assert.Contains(read.Report.Files[0].Notes, n => n.Contains("single point", StringComparison.Ordinal));
    }

    /// <summary>Damaged copies of good files give a series or our own errors, quickly; a series has as many numbers as its report says.</summary>
    [Fact]
    public async Task Two_thousand_damaged_files()
    {
        using var folder = new TempFolder();
        string[] good =
        [
            Columns(",", "two_theta_deg,a,b,c", 40),
            Columns("\t", "Binding Energy (eV)\tcounts", 60).Replace('.', ','),
            "# comment\n" + Columns(" ", "", 50),
            "x_um,y_um,100.5,101.5,102.5,103.5\n" + string.Concat(Enumerable.Range(0, 30).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 5},{i / 5},{i * 3},{i * 5},7,8.25\n"))),
            "#a=1\r\n\t100.5\t101.5\t102.5\r\n" + string.Concat(Enumerable.Range(0, 20).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i / 4}.0\t{i}\t{i + 1}\t{i + 2}\r\n"))),
            "\"Raman shift (cm-1)\",\"a, b\"\n" + string.Concat(Enumerable.Range(0, 20).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"{100 + i}.5\",\"{i * i}\"\n"))),
        ];
        var random = new Random(20240607);
        int read = 0, refused = 0;
        var slowest = TimeSpan.Zero;
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(good[i % good.Length]);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            for (int m = random.Next(1, 6); m > 0 && bytes.Length > 0; m--)
            {
                int at = random.Next(bytes.Length);
                switch (random.Next(5))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 2:
                        bytes[at] = (byte)"0123456789.,;\t \n\r\"-+eE#"[random.Next(23)];
                        break;
                    case 3:
                        bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 30))..]];
                        break;
                    default:
                        bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
                        bytes = bytes[..Math.Min(bytes.Length, 5000)];
                        break;
                }
            }

            string path = folder.WriteBytes("m.txt", bytes);
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            try
            {
                ReadResult result = await SeriesReader.ReadAsync(path);
                read++;
                Assert.Null(Axis.FindFault(result.Series.Axis.Values));
                Assert.Equal((result.Series.Count, result.Series.Length), (result.Report.Files[0].Spectra, result.Report.Files[0].Points));
                Assert.Equal(result.Series.Length, result.Series[result.Series.Count - 1].Length);
            }
            catch (AnalysisException error)
            {
                refused++;
                Assert.Contains("m.txt", error.Message, StringComparison.Ordinal);
            }

            TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{read} read, {refused} refused, slowest {slowest.TotalMilliseconds} ms");
        Assert.True(read > 100 && refused > 500, $"{read} read, {refused} refused");
        Assert.True(slowest < TimeSpan.FromSeconds(5));
    }

    /// <summary>The same for the source of a map and for tables that are read back.</summary>
    [Fact]
    public async Task Damaged_maps_and_tables()
    {
        using var folder = new TempFolder();
        byte[] map = Encoding.UTF8.GetBytes("label,x_um,100.5,101.5,102.5\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"p{i},{i},1,2.5,3\n")));
        var table = new ResultTable("fits", [new IntegerColumn("index", new long[] { 0, 1, 2 }), new NumberColumn("v", "deg", new[] { 1.5, 2, double.NaN }, new[] { 0.1, 0.2, double.NaN }), new StatusColumn("status", new[] { RowStatus.Ok, RowStatus.AtBound, RowStatus.Singular })]);
        await table.WriteCsvAsync(folder["t.csv"]);
        byte[] csv = File.ReadAllBytes(folder["t.csv"]), units = File.ReadAllBytes(folder["t.csv.units.json"]);
        var random = new Random(77);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            try
            {
                RowSpectrumSource source = await RowSpectrumSource.OpenAsync(folder.WriteBytes("m.csv", Damage(map, random)));
                await foreach (SpectrumSeries block in source.ReadBlocksAsync(5))
                    Assert.Equal(source.Axis.Length, block[0].Length);
            }
            catch (InputFormatException)
            {
                refused++;
            }

            File.WriteAllBytes(folder["t.csv"], i % 2 == 0 ? Damage(csv, random) : csv);
            File.WriteAllBytes(folder["t.csv.units.json"], i % 2 == 1 ? Damage(units, random) : units);
            try
            {
                IResultTable back = await TableReader.ReadCsvAsync(folder["t.csv"]);
                Assert.All(back.Columns, c => Assert.Equal(back.RowCount, c.Count));
            }
            catch (InputFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 790);
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        byte[] bytes = [.. good];
        if (random.Next(3) == 0)
            bytes = bytes[..random.Next(bytes.Length)];
        for (int m = random.Next(1, 4); m > 0 && bytes.Length > 0; m--)
            bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"0123456789.,;\"\n:{}[]e-"[random.Next(22)];
        return bytes;
    }

    /// <summary>A digit that changes into another one changes that number and nothing else.</summary>
    [Fact]
    public async Task A_changed_digit_changes_one_number_only()
    {
        using var folder = new TempFolder();
        string text = Columns(",", "two_theta_deg,a,b,c", 30);
        SpectrumSeries good = (await SeriesReader.ReadAsync(folder.Write("a.csv", text))).Series;
        var random = new Random(5);
        int data = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        for (int i = 0; i < 300; i++)
        {
            char[] changed = text.ToCharArray();
            int at = random.Next(data, changed.Length);
            if (!char.IsDigit(changed[at]))
                continue;
            changed[at] = (char)('0' + ((changed[at] - '0' + 1) % 10));
            try
            {
                SpectrumSeries series = (await SeriesReader.ReadAsync(folder.Write("b.csv", new string(changed)))).Series;
                int different = 0;
                for (int p = 0; p < good.Length; p++)
                {
                    different += series.Axis.Values[p] == good.Axis.Values[p] ? 0 : 1;
                    for (int row = 0; row < good.Count; row++)
                        different += series[row][p] == good[row][p] ? 0 : 1;
                }

                Assert.InRange(different, 0, 1);
            }
            catch (InputFormatException error)
            {
                Assert.True(error.Message.Contains("axis value", StringComparison.Ordinal), error.Message);
            }
        }
    }

    private static string Columns(string separator, string header, int points)
    {
        var text = new StringBuilder(header.Length > 0 ? header + "\n" : string.Empty);
        int columns = Math.Max(1, header.Split(separator).Length - 1);
        for (int i = 0; i < points; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{17 + (0.25 * i):F3}");
            for (int c = 0; c < columns; c++)
                text.Append(separator).Append(CultureInfo.InvariantCulture, $"{100 + ((i * 37) % 50) + (0.5 * c):F1}");
            text.Append('\n');
        }

        return text.ToString();
    }
}
