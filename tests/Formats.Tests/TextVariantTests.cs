using System.Text;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>The forms in which laboratories write text: each gives exactly the numbers that are in it.</summary>
public class TextVariantTests
{
    private static readonly double[] X = [10.5, 11.25, 12, 13.125];
    private static readonly double[] Y = [100, 250.5, -3.5, 0];

    public static TheoryData<string, string> TwoColumns => new()
    {
        { "comma", "10.5,100\n11.25,250.5\n12,-3.5\n13.125,0\n" },
        { "comma and blank", "10.5, 100\n11.25, 250.5\n12, -3.5\n13.125, 0\n" },
        { "tab", "10.5\t100\n11.25\t250.5\n12\t-3.5\n13.125\t0\n" },
        { "blanks", "  10.5   100\n  11.25  250.5\n  12     -3.5\n  13.125 0\n" },
        { "blanks at line ends", "10.5 100  \n11.25 250.5 \n12 -3.5\t\n13.125 0 \n" },
        { "semicolon", "10.5;100\n11.25;250.5\n12;-3.5\n13.125;0\n" },
        { "tabs that only align", "10.5\t\t100\n11.25\t\t250.5\n12\t\t-3.5\n13.125\t\t0\n" },
        { "decimal comma, semicolon", "10,5;100,0\n11,25;250,5\n12,0;-3,5\n13,125;0\n" },
        { "decimal comma, tab", "10,5\t100\n11,25\t250,5\n12\t-3,5\n13,125\t0\n" },
        { "decimal comma, blank", "10,5 100\n11,25 250,5\n12 -3,5\n13,125 0\n" },
        { "CRLF", "10.5,100\r\n11.25,250.5\r\n12,-3.5\r\n13.125,0\r\n" },
        { "CR", "10.5,100\r11.25,250.5\r12,-3.5\r13.125,0\r" },
        { "no line end at the end", "10.5,100\n11.25,250.5\n12,-3.5\n13.125,0" },
        { "blank lines at the end", "10.5,100\n11.25,250.5\n12,-3.5\n13.125,0\n\n  \n\n" },
        { "trailing separators", "10.5,100,\n11.25,250.5,\n12,-3.5,\n13.125,0,\n" },
        { "trailing tabs", "10.5\t100\t\n11.25\t250.5\t\n12\t-3.5\t\n13.125\t0\t\n" },
        { "leading separators", "\t10.5\t100\n\t11.25\t250.5\n\t12\t-3.5\n\t13.125\t0\n" },
        { "exponents", "1.05e1 1E2\n1.125e+01 2.505E+02\n1.2D1 -3.5d0\n0.13125e2 0\n" },
        { "plus signs", "+10.5 +100\n+11.25 250.5\n12. -3.5\n13.125 .0\n" },
        { "typographic minus", "10.5 100\n11.25 250.5\n12 \u22123.5\n13.125 0\n" },
        { "comments #", "# made by nobody\n# 2024-01-01\n10.5,100\n11.25,250.5\n# in between\n12,-3.5\n13.125,0\n" },
        { "comments %", "% a comment\n10.5 100\n11.25 250.5\n12 -3.5\n13.125 0\n" },
        { "comments ;", "; a comment\n10.5 100\n11.25 250.5\n12 -3.5\n13.125 0\n" },
        { "comments !", "! a comment 1 2\n10.5 100\n11.25 250.5\n12 -3.5\n13.125 0\n" },
        { "comments //", "// a comment\n10.5 100\n11.25 250.5\n12 -3.5\n13.125 0\n" },
        { "comment \"", "\" a comment\n10.5 100\n11.25 250.5\n12 -3.5\n13.125 0\n" },
        { "free text", "Instrument X\nOperator: nobody, at night\nTime 12:30\n\nstart\n10.5 100\n11.25 250.5\n12 -3.5\n13.125 0\n" },
        { "number of points first", "4\n10.5 100\n11.25 250.5\n12 -3.5\n13.125 0\n" },
        { "header", "angle,signal\n10.5,100\n11.25,250.5\n12,-3.5\n13.125,0\n" },
        { "quoted header and numbers", "\"angle, of it\",\"signal\"\n\"10.5\",\"100\"\n\"11.25\",\"250.5\"\n\"12\",\"-3.5\"\n\"13.125\",\"0\"\n" },
        { "header over two lines in quotes", "\"angle\nof it\",\"signal\"\n10.5,100\n11.25,250.5\n12,-3.5\n13.125,0\n" },
        { "names and units", "angle\tsignal\n(deg)\t(counts)\n10.5\t100\n11.25\t250.5\n12\t-3.5\n13.125\t0\n" },
        { "end of file mark", "10.5,100\n11.25,250.5\n12,-3.5\n13.125,0\n\u001a" },
        { "descending", "13.125,0\n12,-3.5\n11.25,250.5\n10.5,100\n" },
    };

    [Theory]
    [MemberData(nameof(TwoColumns))]
    public async Task Two_columns(string name, string text)
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.txt", text));
        Assert.Equal(X, read.Series.Axis.Values.ToArray());
        Assert.Equal(1, read.Series.Count);
        Assert.Equal(Y, read.Series[0].ToArray());
        Assert.Equal("a", read.Series.Label(0));
        Assert.Equal(name == "descending", read.Report.Files[0].Notes.Any(n => n.Contains("descends", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task Byte_order_marks(string encoding)
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.csv", "Binding Energy (eV),é\n3,1\n2,4\n", Encoding.GetEncoding(encoding)));
        Assert.Equal([2.0, 3.0], read.Series.Axis.Values.ToArray());
        Assert.Equal("binding energy / eV", read.Series.Axis.Label);
        Assert.Equal(AxisDirection.Descending, read.Series.Axis.Direction);
        Assert.Equal("é", read.Series.IntensityQuantity);
        Assert.Contains("mark", read.Report.Files[0].Decision("encoding")!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Utf16_without_mark_and_Windows_1252_are_recognised_and_reported()
    {
        using var folder = new TempFolder();
        ReadResult wide = await SeriesReader.ReadAsync(folder.Write("w.csv", "2Theta (deg),I\n1.5,2\n2.5,3\n", new UnicodeEncoding(false, false)));
        Assert.Equal([1.5, 2.5], wide.Series.Axis.Values.ToArray());
        byte[] western = Encoding.Latin1.GetBytes("2Theta (°);Größe\n1,5;2\n2,5;3\n");
        ReadResult read = await SeriesReader.ReadAsync(folder.WriteBytes("l.csv", western));
        Assert.Equal("2theta / deg", read.Series.Axis.Label);
        Assert.Equal("Größe", read.Series.IntensityQuantity);
        Assert.Equal("Windows-1252", read.Report.Files[0].Decision("encoding")!.Value);
        Assert.Contains(read.Report.Warnings, w => w.Code == "encoding_fallback");
    }

    [Theory]
    [InlineData("a.xye", "1 4 3\n2 9 5\n3 16 4\n", "ends in .xye")]
    [InlineData("a.xye", "1,4,3\n2,9,5\n3,16,4\n", "ends in .xye")]
    [InlineData("a.dat", "tth I sigma\n1 4 3\n2 9 5\n3 16 4\n", "named sigma")]
    [InlineData("a.csv", "2theta,counts,counts_err\n1,4,3\n2,9,5\n3,16,4\n", "named counts_err")]
    public async Task Three_columns_with_sigma(string name, string text, string reason)
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write(name, text));
        Assert.Equal([4.0, 9, 16], read.Series[0].ToArray());
        Assert.Equal([9.0, 25, 16], read.Series.Variance(0).ToArray());
        Assert.Contains(reason, read.Report.Files[0].Decision("layout")!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Third_column_that_is_the_root_of_the_second_is_sigma()
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.txt", "1 100 10\n2 400 20\n3 50 7.07\n"));
        Assert.Equal([100.0, 400, 7.07 * 7.07], read.Series.Variance(0).ToArray());
    }

    [Fact]
    public async Task Pairs_of_intensity_and_sigma_follow_the_axis()
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.csv", "q (1/A),s1,s1_sigma,s2,s2_sigma\n1,4,3,5,1\n2,9,5,6,2\n"));
        Assert.Equal("q / A^-1", read.Series.Axis.Label);
        Assert.Equal(["s1", "s2"], [read.Series.Label(0), read.Series.Label(1)]);
        Assert.Equal([1.0, 4], read.Series.Variance(1).ToArray());
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Single_csv_of_PRISMA(string end)
    {
        using var folder = new TempFolder();
        string text = string.Join(end, ",spectrum_0,spectrum_1,spectrum_1", "200,31.5,31.25,1", "202,35,36,2", "204,39,38,3", string.Empty);
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("p.csv", text));
        Assert.Equal([200.0, 202, 204], read.Series.Axis.Values.ToArray());
        Assert.Equal(["spectrum_0", "spectrum_1", "spectrum_1 (2)"], Enumerable.Range(0, 3).Select(read.Series.Label));
        Assert.Equal([31.25, 36.0, 38.0], read.Series[1].ToArray());
        Assert.Contains(read.Report.Warnings, w => w.Code == "labels_made_unique");
        Assert.Contains(read.Report.Warnings, w => w.Code == "axis_unit_unknown");
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Bruker_text_with_equal_labels(string end)
    {
        using var folder = new TempFolder();
        string text = string.Join(end, "#Acq. time=1", "#Laser=532", "\t100.5\t101.5\t102.5", "0.0\t1\t2\t3", "0.0\t4\t5\t6", "1.0\t7\t8\t9", string.Empty);
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("b.txt", text), new TextReadOptions { AxisQuantity = "Raman shift", AxisUnit = "cm^-1" });
        Assert.Equal([100.5, 101.5, 102.5], read.Series.Axis.Values.ToArray());
        Assert.Equal(["0.0", "0.0 (2)", "1.0"], Enumerable.Range(0, 3).Select(read.Series.Label));
        Assert.Equal([4.0, 5, 6], read.Series[1].ToArray());
        Assert.Equal([0.0, 0, 1], ((NumberColumn)read.Series.Columns[0]).Values.ToArray());
        Assert.Contains(read.Report.Warnings, w => w.Code == "labels_made_unique");
    }

    [Fact]
    public async Task Bruker_text_with_ascending_labels_and_a_descending_axis()
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("b.txt", "\t102.5\t101.5\t100.5\n0\t1\t2\t3\n1\t4\t5\t6\n2\t7\t8\t9\n"));
        Assert.Equal([100.5, 101.5, 102.5], read.Series.Axis.Values.ToArray());
        Assert.Equal([6.0, 5, 4], read.Series[1].ToArray());
    }

    [Fact]
    public async Task Folder_of_two_column_files_of_PRISMA_in_natural_order()
    {
        using var folder = new TempFolder();
        for (int i = 0; i < 12; i++)
            folder.Write($"s/spectrum_{i}.txt", $"200 {i}.5\n202 {i}.25\n204 {i}.125\n");
        folder.Write("s/README.md", "no data");
        folder.Write("s/.hidden.txt", "no data");
        ReadResult read = await SeriesReader.ReadAsync(folder["s"]);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"spectrum_{i}"), Enumerable.Range(0, 12).Select(read.Series.Label));
        Assert.Equal([10.5, 10.25, 10.125], read.Series[10].ToArray());
        Assert.Equal("spectrum_10.txt", read.Series.Columns[0].Text(10));
        Assert.Equal(2, read.Report.Skipped.Count);
        Assert.Equal(12, read.Files.Count);
        ReadResult glob = await SeriesReader.ReadAsync(folder["s/spectrum_1?.txt"]);
        Assert.Equal(["spectrum_10", "spectrum_11"], [glob.Series.Label(0), glob.Series.Label(1)]);
    }

    [Fact]
    public async Task Folder_in_the_order_of_file_times()
    {
        using var folder = new TempFolder();
        string[] names = ["b", "c", "a"];
        for (int i = 0; i < 3; i++)
            File.SetLastWriteTimeUtc(folder.Write($"s/{names[i]}.xy", $"1 {i}\n2 {i}\n"), new DateTime(2024, 1, 1, 12, i, 0, DateTimeKind.Utc));
        ReadResult read = await SeriesReader.ReadAsync(folder["s"], new TextReadOptions { Order = FileOrder.Time });
        Assert.Equal(names, Enumerable.Range(0, 3).Select(read.Series.Label));
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 12, 2, 0, TimeSpan.Zero), ((TimeColumn)read.Series.Columns[1])[2]);
    }

    [Fact]
    public async Task Axes_that_differ_are_refused_or_interpolated()
    {
        using var folder = new TempFolder();
        folder.Write("s/a1.xy", "1 10\n2 20\n3 30\n");
        string second = folder.Write("s/a2.xy", "1 10\n2.5 25\n3.5 35\n");
        InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(folder["s"]));
        Assert.Equal(second, error.File);
        Assert.Contains("a1.xy", error.Message, StringComparison.Ordinal);
        Assert.Contains("point 2 is 2.5 against 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("onAxisMismatch", error.Remedy, StringComparison.Ordinal);
        ReadResult read = await SeriesReader.ReadAsync(folder["s"], new TextReadOptions { OnAxisMismatch = AxisMismatch.Resample });
        Assert.Equal([1.0, 2, 3], read.Series.Axis.Values.ToArray());
        Assert.Equal([10.0, 20, 30], read.Series[1].ToArray());
        Assert.Equal(IntensityKind.Derived, read.Series.Kind);
        Assert.Contains(read.Report.Warnings, w => w.Code == "axis_resampled");
    }

    [Fact]
    public async Task Interpolation_propagates_variance_and_leaves_NaN_outside()
    {
        using var folder = new TempFolder();
        folder.Write("s/a.xye", "1 10 1\n2 20 2\n4 40 4\n");
        folder.Write("s/b.xye", "1.5 15 2\n2.5 25 4\n3 30 1\n");
        ReadResult read = await SeriesReader.ReadAsync(folder["s"], new TextReadOptions { OnAxisMismatch = AxisMismatch.Resample });
        Assert.Equal([double.NaN, 20, double.NaN], read.Series[1].ToArray());
        Assert.Equal((0.25 * 4) + (0.25 * 16), read.Series.Variance(1)[1]);
    }

    [Fact]
    public async Task Missing_values_become_NaN_and_are_counted()
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.csv", "2theta_deg,a,b\n1,nan,2\n2,,3\n3,4,\n4,NaN,-\n5,6,inf\n"));
        Assert.Equal([double.NaN, double.NaN, 4, double.NaN, 6], read.Series[0].ToArray());
        Assert.Equal([2, 3, double.NaN, double.NaN, double.PositiveInfinity], read.Series[1].ToArray());
        Assert.Contains("5 missing values", string.Concat(read.Report.Files[0].Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_column_without_any_value_is_kept()
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.csv", "2theta_deg,a,b\n1,5,\n2,6,\n3,7,\n"));
        Assert.Equal(["a", "b"], [read.Series.Label(0), read.Series.Label(1)]);
        Assert.Equal([5.0, 6, 7], read.Series[0].ToArray());
        Assert.Equal([double.NaN, double.NaN, double.NaN], read.Series[1].ToArray());
    }

    [Fact]
    public async Task Unsorted_and_equal_points_can_be_sorted_and_merged()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.xye", "3 30 1\n1 10 1\n2 20 3\n2 40 4\n");
        ReadResult mean = await SeriesReader.ReadAsync(path, new TextReadOptions { SortAxis = true, Duplicates = DuplicatePoints.Average });
        Assert.Equal([1.0, 2, 3], mean.Series.Axis.Values.ToArray());
        Assert.Equal([10.0, 30, 30], mean.Series[0].ToArray());
        Assert.Equal([1.0, 25 / 4.0, 1], mean.Series.Variance(0).ToArray());
        ReadResult first = await SeriesReader.ReadAsync(path, new TextReadOptions { SortAxis = true, Duplicates = DuplicatePoints.KeepFirst });
        Assert.Equal([10.0, 20, 30], first.Series[0].ToArray());
        ReadResult down = await SeriesReader.ReadAsync(folder.Write("d.xy", "3 30\n2 20\n2 40\n1 10\n"), new TextReadOptions { Duplicates = DuplicatePoints.KeepFirst });
        Assert.Equal([10.0, 20, 30], down.Series[0].ToArray());
    }

    [Fact]
    public async Task Map_with_text_and_time_coordinates()
    {
        using var folder = new TempFolder();
        string text = "sample;measured;x_um;100,5;101,5;102,5\nA 1;2024-01-01T10:00:00+01:00;1,5;1;2;3\nA 2;2024-01-01T11:00:00+01:00;2,5;4;5;6\n";
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("m.csv", text));
        Assert.Equal([100.5, 101.5, 102.5], read.Series.Axis.Values.ToArray());
        Assert.Equal(["A 1", "A 2"], [read.Series.Label(0), read.Series.Label(1)]);
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 11, 0, 0, TimeSpan.FromHours(1)), ((TimeColumn)read.Series.Columns[1])[1]);
        Assert.Equal(("x", "um", 2.5), (read.Series.Columns[2].Name, read.Series.Columns[2].Unit, ((NumberColumn)read.Series.Columns[2])[1]));
    }

    [Fact]
    public async Task Map_of_LabSpec_begins_with_empty_fields()
    {
        using var folder = new TempFolder();
        string path = folder.Write("m.txt", "\t\t100.5\t101.5\t102.5\n-5\t-5\t1\t2\t3\n-5\t0\t4\t5\t6\n-4\t-5\t7\t8\t9\n");
        ReadResult read = await SeriesReader.ReadAsync(path, new TextReadOptions { CoordinateNames = ["y_um", "x_um"] });
        Assert.Equal([7.0, 8, 9], read.Series[2].ToArray());
        Assert.Equal(["y / um (3)", "x / um (3)"], read.Series.Columns.Select(c => c.ToString()));
    }

    [Fact]
    public async Task Columns_with_numbers_as_labels_are_not_a_map()
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("m.csv", "two_theta_deg,0,10,20\n1,1,2,3\n2,4,5,6\n3,7,8,9\n"));
        Assert.Equal("2theta / deg", read.Series.Axis.Label);
        Assert.Equal([2.0, 5, 8], read.Series[1].ToArray());
        Assert.Equal("10", read.Series.Label(1));
    }

    [Fact]
    public async Task Chosen_columns()
    {
        using var folder = new TempFolder();
        string path = folder.Write("m.csv", "no,Raman shift (cm-1),counts,background,err\n1,100,5,1,0.5\n2,101,6,1,0.5\n3,102,7,1,0.25\n");
        ReadResult read = await SeriesReader.ReadAsync(path, new TextReadOptions { Columns = ["Raman shift (cm-1)", "3"] });
        Assert.Equal("Raman shift / cm^-1", read.Series.Axis.Label);
        Assert.Equal([5.0, 6, 7], read.Series[0].ToArray());
        Assert.Equal(IntensityKind.Counts, read.Series.Kind);
        ReadResult sigma = await SeriesReader.ReadAsync(path, new TextReadOptions { Columns = ["2", "3", "err"], Layout = TextLayout.ColumnsWithSigma });
        Assert.Equal([0.25, 0.25, 0.0625], sigma.Series.Variance(0).ToArray());
    }

    [Theory]
    [InlineData("two_theta_deg", "2theta", "deg")]
    [InlineData("2Theta", "2theta", "deg")]
    [InlineData("2-Theta (°)", "2theta", "deg")]
    [InlineData("Angle [°2Th.]", "2theta", "deg")]
    [InlineData("shift_cm1", "Raman shift", "cm^-1")]
    [InlineData("Raman Shift (cm-1)", "Raman shift", "cm^-1")]
    [InlineData("Raman shift / cm⁻¹", "Raman shift", "cm^-1")]
    [InlineData("wavenumber_cm1", "wavenumber", "cm^-1")]
    [InlineData("Wavenumber [1/cm]", "wavenumber", "cm^-1")]
    [InlineData("tof_us", "time of flight", "us")]
    [InlineData("TOF (µs)", "time of flight", "us")]
    [InlineData("Binding Energy (eV)", "binding energy", "eV")]
    [InlineData("BE (eV)", "binding energy", "eV")]
    [InlineData("Kinetic Energy / eV", "kinetic energy", "eV")]
    [InlineData("q_A^-1", "q", "A^-1")]
    [InlineData("Q (nm-1)", "q", "nm^-1")]
    [InlineData("d-spacing (Å)", "d-spacing", "A")]
    [InlineData("Wavelength (nm)", "wavelength", "nm")]
    [InlineData("x_um", "x", "um")]
    [InlineData("Time (s)", "Time", "s")]
    public async Task Quantity_and_unit_of_the_axis_come_from_the_header(string header, string quantity, string unit)
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.csv", $"{header},signal\n1.5,2\n2.5,3\n"));
        Assert.Equal((quantity, unit), (read.Series.Axis.Quantity, read.Series.Axis.Unit));
    }

    [Fact]
    public async Task Trim_outside_the_data_is_refused_with_their_range()
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.csv", "two_theta_deg,counts\n17,5\n18,6\n"));
        DataMismatchException error = Assert.Throws<DataMismatchException>(() => read.Series.Trim(20, 30));
        Assert.Contains("17", error.Message, StringComparison.Ordinal);
        Assert.Contains("18", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_are_rounded_correctly()
    {
        var random = new Random(7);
        var text = new StringBuilder("x,y\n");
        var expected = new double[3000];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = BitConverter.Int64BitsToDouble(random.NextInt64());
            if (!double.IsFinite(expected[i]))
                expected[i] = i * Math.PI;
            string number = (i % 4) switch
            {
                0 => expected[i].ToString("R", System.Globalization.CultureInfo.InvariantCulture),
                1 => (expected[i] = random.NextDouble() * 1000).ToString("F17", System.Globalization.CultureInfo.InvariantCulture),
                2 => (expected[i] = Math.Round(random.NextDouble() * 1e6, 3)).ToString("F3", System.Globalization.CultureInfo.InvariantCulture),
                _ => expected[i].ToString("E25", System.Globalization.CultureInfo.InvariantCulture),
            };
            expected[i] = double.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
            text.Append(i).Append(',').Append(number).Append('\n');
        }

        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.csv", text.ToString()));
        Assert.Equal(expected, read.Series[0].ToArray());
    }

    [Fact]
    public async Task A_comma_decimal_culture_changes_nothing()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.csv", "two_theta_deg,counts\n1.5,2.25\n2.5,3.125\n");
        SpectrumSeries invariant = (await SeriesReader.ReadAsync(path)).Series;
        FileRef first = await invariant.WriteCsvAsync(folder["i.csv"]);
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
            SpectrumSeries german = (await SeriesReader.ReadAsync(path)).Series;
            Assert.Equal(invariant[0].ToArray(), german[0].ToArray());
            Assert.Equal(first.Sha256, (await german.WriteCsvAsync(folder["g.csv"])).Sha256);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }
}
