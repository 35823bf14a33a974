namespace BigMap.Analysis.Abstractions.Tests;

public sealed class TableTests
{
    [Theory]
    [InlineData(18.699878013, 0.000175882, "18.69988(18)")]
    [InlineData(1196.895, 5.59, "1197(6)")]
    [InlineData(1234567, 1800, "1234600(1800)")]
    [InlineData(0.5369, 0.01139, "0.537(11)")]
    [InlineData(-3.2, double.NaN, "-3.2")]
    [InlineData(0.1, 0.0996, "0.10(10)")]
    public void Values_are_written_with_their_error_in_brackets(double value, double error, string text) =>
        Assert.Equal(text, MeasuredValue.Format(value, error));

    [Fact]
    public void A_table_refuses_ragged_and_equal_columns()
    {
        Assert.Throws<ArgumentException>(() => new ResultTable("t", []));
        Assert.Throws<ArgumentException>(() => new ResultTable("t", [new TextColumn("a", ["x"]), new TextColumn("b", ["x", "y"])]));
        Assert.Throws<ArgumentException>(() => new ResultTable("t", [new TextColumn("a", ["x"]), new TextColumn("a", ["y"])]));
        Assert.Throws<ArgumentException>(() => new NumberColumn("a", "u", new double[2], new double[1]));
    }

    [Fact]
    public void Numbers_round_trip_and_missing_values_are_empty()
    {
        var column = new NumberColumn("a", "u", new[] { 0.1 + 0.2, double.NaN }, new[] { 1e-300, double.NaN });
        Assert.Equal(0.1 + 0.2, double.Parse(column.Text(0), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(string.Empty, column.Text(1));
        Assert.Equal(StandardErrorStatus.Given, column.ErrorStatusOf(0));
        Assert.Equal(StandardErrorStatus.Undetermined, column.ErrorStatusOf(1));
    }

    [Fact]
    public void A_missing_column_lists_those_there_are() =>
        Assert.Contains("a, b", Assert.Throws<DataMismatchException>(() => new ResultTable("t", [new TextColumn("a", ["x"]), new TextColumn("b", ["y"])]).Column("c")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_preview_shows_names_units_errors_and_what_is_left_out()
    {
        var table = new ResultTable("fits", [new IntegerColumn("index", Enumerable.Range(0, 12).Select(i => (long)i).ToArray()), new NumberColumn("c", "deg", Enumerable.Repeat(18.7, 12).ToArray(), Enumerable.Repeat(0.002, 12).ToArray())]);
        string[] lines = table.ToString().Split('\n');
        Assert.Equal("fits: 12 rows, 2 columns", lines[0]);
        Assert.EndsWith("deg", lines[2], StringComparison.Ordinal);
        Assert.Contains("18.700(2)", lines[3], StringComparison.Ordinal);
        Assert.Equal("… 2 more", lines[13]);
    }

    [Fact]
    public void Status_names_survive_text()
    {
        foreach (RowStatus status in Enum.GetValues<RowStatus>())
        {
            Assert.True(RowStatusText.TryParse(status.ToText(), out RowStatus read));
            Assert.Equal(status, read);
        }

        Assert.False(RowStatusText.TryParse("fine", out _));
        Assert.Equal([RowStatus.Ok, RowStatus.AtBound], Enum.GetValues<RowStatus>().Where(s => s.IsUsable()));
    }

    [Fact]
    public void Taking_rows_fills_missing_ones()
    {
        var table = new ResultTable("t", [new NumberColumn("n", string.Empty, new double[] { 5, 6 }, new double[] { 1, 2 }), new TextColumn("s", ["a", "b"]), new IntegerColumn("i", new long[] { 1, 2 }), new StatusColumn("st", new[] { RowStatus.Ok, RowStatus.AtBound })]);
        ResultTable taken = table.Take([1, -1]);
        Assert.Equal(["6", "b", "2", "at_bound"], taken.Columns.Select(c => c.Text(0)));
        Assert.Equal([string.Empty, string.Empty, string.Empty, "not_run"], taken.Columns.Select(c => c.Text(1)));
    }
}
