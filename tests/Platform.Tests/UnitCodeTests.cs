namespace ExportConsortia.Platform.Tests;

public sealed class UnitCodeTests
{
    [Theory]
    [InlineData("C62", "one")]
    [InlineData("DZN", "dozen")]
    [InlineData("TNE", "tonne (metric ton)")]
    [InlineData("10", "group")]
    [InlineData("XBX", "Box")]
    [InlineData("NAR", "number of articles")]
    public void A_code_of_the_recommendations_is_known_by_its_name(string code, string name) => Assert.Equal(name, UnitCode.NameOf(code));

    [Theory]
    [InlineData("kgm")]
    [InlineData("BX")]   // of Recommendation 21 it is XBX
    [InlineData("piece")]
    [InlineData(" C62")]
    [InlineData("")]
    public void Anything_else_is_no_code(string code)
    {
        Assert.False(UnitCode.IsKnown(code));
        Assert.Contains($"'{code}'", UnitCode.Unknown(code), StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_is_complete() => Assert.Equal(2162, UnitCode.Count);

    [Fact]
    public void A_code_in_lower_case_is_told_its_capitals() => Assert.Contains("there is KGM", UnitCode.Unknown("kgm"), StringComparison.Ordinal);
}
