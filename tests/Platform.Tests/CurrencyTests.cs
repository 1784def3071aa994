namespace ExportConsortia.Platform.Tests;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("EUR", 2)]
    [InlineData("JPY", 0)]
    [InlineData("KWD", 3)]
    [InlineData("CLF", 4)]
    public void A_currency_decides_how_many_decimals_an_amount_has(string code, int exponent) => Assert.Equal(exponent, new Currency(code).Exponent);

    [Theory]
    [InlineData("eur")]
    [InlineData("EURO")]
    [InlineData("")]
    [InlineData("€€€")]
    public void A_currency_is_three_capital_letters(string code) => Assert.Throws<ArgumentException>(() => new Currency(code));
}
