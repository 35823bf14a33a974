using Xunit;

namespace BigMap.Analysis.Abstractions.Tests;

public sealed class ErrorsTests
{
    [Fact]
    public void Input_format_errors_name_the_position()
    {
        var line = new InputFormatException("a.csv", 7, "Two columns, not three.", "Check it.");
        Assert.Equal("a.csv, line 7: Two columns, not three. Check it.", line.Message);
        Assert.Equal((7, -1), (line.Line, line.Offset));

        InputFormatException offset = InputFormatException.AtByte("a.h5", 0, "Not a signature.", "Copy it again.");
        Assert.Equal("a.h5, byte 0: Not a signature. Copy it again.", offset.Message);
        Assert.Equal((0, 0), (offset.Line, offset.Offset));

        Assert.Equal("a.h5: Empty. Copy it again.", new InputFormatException("a.h5", 0, "Empty.", "Copy it again.").Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => InputFormatException.AtByte("a", -1, "p", "r"));
    }
}
