namespace ExportConsortia.Platform.Tests;

/// <summary>Amounts are whole minor units of one currency and nothing is ever rounded (F-M10).</summary>
public sealed class MoneyTests
{
    [Theory]
    [InlineData("EUR", "48.00", 4800)]
    [InlineData("EUR", "48", 4800)]
    [InlineData("EUR", "48.5000", 4850)]
    [InlineData("EUR", "-0.05", -5)]
    [InlineData("EUR", "+.05", 5)]
    [InlineData("EUR", "7.", 700)]
    [InlineData("EUR", "0000000000000000000000000000000000000000000000001.10", 110)]
    [InlineData("JPY", "48.00", 48)]
    [InlineData("KWD", "48.005", 48005)]
    [InlineData("CLF", "48.0005", 480005)]
    [InlineData("EUR", "92233720368547758.07", long.MaxValue)]
    [InlineData("EUR", "-92233720368547758.08", long.MinValue)]
    public void Decimal_text_becomes_minor_units(string currency, string text, long minorUnits)
    {
        Assert.True(Money.TryParse(text, new(currency), out var money));
        Assert.Equal(minorUnits, money.MinorUnits);
        Assert.True(Money.TryParse(money.ToDecimalText(), money.Currency, out var again));
        Assert.Equal(money, again);
    }

    [Theory]
    [InlineData("EUR", "48.005")]
    [InlineData("JPY", "48.5")]
    [InlineData("EUR", "")]
    [InlineData("EUR", null)]
    [InlineData("EUR", ".")]
    [InlineData("EUR", "-")]
    [InlineData("EUR", "--1")]
    [InlineData("EUR", " 1")]
    [InlineData("EUR", "1,000.00")]
    [InlineData("EUR", "1e3")]
    [InlineData("EUR", "1.2.3")]
    [InlineData("EUR", "٤٨")]
    [InlineData("EUR", "92233720368547758.08")]
    [InlineData("EUR", "-92233720368547758.09")]
    [InlineData("JPY", "-92233720368547758080")]
    [InlineData("JPY", "99999999999999999999999999999999999999999999999999999999")]
    public void Text_that_is_no_whole_number_of_minor_units_is_no_amount(string currency, string? text) =>
        Assert.False(Money.TryParse(text, new(currency), out _));

    [Theory]
    [InlineData("EUR", -5, "-0.05")]
    [InlineData("EUR", 4800, "48.00")]
    [InlineData("JPY", 0, "0")]
    [InlineData("KWD", 5, "0.005")]
    [InlineData("EUR", long.MinValue, "-92233720368547758.08")]
    public void Minor_units_become_decimal_text(string currency, long minorUnits, string text) =>
        Assert.Equal(text, new Money(minorUnits, new(currency)).ToDecimalText());

    [Fact]
    public void Amounts_add_subtract_and_multiply_in_one_currency()
    {
        var price = new Money(4800, new("EUR"));
        Assert.Equal("EUR 24000.00", (price * 500).ToString());
        Assert.Equal("EUR 47.99", (price - new Money(1, new("EUR"))).ToString());
        Assert.Equal("EUR 48.01", (price + new Money(1, new("EUR"))).ToString());
        Assert.Equal("EUR -48.00", (-price).ToString());
    }

    [Fact]
    public void Different_currencies_are_never_added()
    {
        var (euro, dollar) = (new Money(1, new("EUR")), new Money(1, new("USD")));
        Assert.Throws<InvalidOperationException>(() => euro + dollar);
        Assert.Throws<InvalidOperationException>(() => euro - dollar);
    }

    [Fact]
    public void Overflow_throws_instead_of_turning_a_debt_into_a_fortune()
    {
        var most = new Money(long.MaxValue, new("EUR"));
        var least = new Money(long.MinValue, new("EUR"));
        Assert.Throws<OverflowException>(() => most + new Money(1, new("EUR")));
        Assert.Throws<OverflowException>(() => least - new Money(1, new("EUR")));
        Assert.Throws<OverflowException>(() => -least);
        Assert.Throws<OverflowException>(() => most * 2);
    }

    [Theory]
    [InlineData("eur")]
    [InlineData("EURO")]
    [InlineData("")]
    [InlineData("€€€")]
    public void A_currency_is_three_capital_letters(string code) => Assert.Throws<ArgumentException>(() => new Currency(code));
}
