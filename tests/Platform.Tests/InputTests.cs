namespace ExportConsortia.Platform.Tests;

public static class InputTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("Möbel, 木, 🪑\r\n\tin teak", true)]
    [InlineData("\0", false)]
    [InlineData("a\u0001", false)]
    [InlineData("a\u001f", false)]
    [InlineData("\uffff", false)]
    public static void Text_is_what_both_stores_and_XML_can_hold(string text, bool taken) => Assert.Equal(taken, Input.IsText(text));

    [Fact]
    public static void Half_a_surrogate_pair_is_not_text() =>
        Assert.All(["\ud83e", "a\udeb1", "\udeb1\ud83e", "\ud83ea"], half => Assert.False(Input.IsText(half)));

    [Fact]
    public static void Days_are_of_the_years_1900_to_2999() => Assert.Equal(
        [false, false, true, true, false, false],
        new DateOnly[] { DateOnly.MinValue, new(1899, 12, 31), new(1900, 1, 1), new(2999, 12, 31), new(3000, 1, 1), DateOnly.MaxValue }
            .Select(Input.IsDay));

    [Fact]
    public static void An_enum_value_is_given_by_its_name()
    {
        Assert.Equal(DayOfWeek.Friday, Input.Named<DayOfWeek>("Friday"));
        string[] notNames = ["5", "Monday,Thursday", "Sunday, Monday", "99", "", " Friday"];
        Assert.All(notNames, name => Assert.Throws<FormatException>(() => Input.Named<DayOfWeek>(name)));
    }
}
