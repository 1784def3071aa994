using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Tests;

public sealed class OrderDocumentTests
{
    private const string Smallest = """
        { "buyer": { "name": "Nordwind Handel" }, "currency": "EUR",
          "lines": [ { "lineId": "1", "product": "BENCH", "quantity": 10, "unit": "C62" } ] }
        """;

    [Fact]
    public void The_smallest_order_is_a_buyer_a_currency_and_one_line()
    {
        var order = UblFile.FromJson(Smallest);

        Assert.Empty(order.Validate());
        Assert.Equal((10, 1, "BENCH"), (order.Lines[0].Quantity, order.Lines[0].PiecesPerUnit, order.Lines[0].Product));
    }

    [Fact]
    public void An_empty_order_is_refused_with_all_missing_fields()
    {
        Assert.Equal(["buyer.name", "currency", "lines"], UblFile.FromJson("{}").Validate().Keys.Order());
        Assert.Equal(
            ["lines[0].item", "lines[0].lineId", "lines[0].quantity", "lines[0].unit"],
            UblFile.FromJson("""{ "buyer": { "name": "N" }, "currency": "EUR", "lines": [ {} ] }""").Validate().Keys.Order());
    }

    [Fact]
    public void What_is_null_counts_as_not_sent()
    {
        var order = UblFile.FromJson("""
            { "buyer": null, "currency": null, "notes": null,
              "lines": [ { "lineId": null, "unit": null, "item": null, "allowancesAndCharges": null } ] }
            """);

        Assert.Equal(
            ["buyer.name", "currency", "lines[0].item", "lines[0].lineId", "lines[0].quantity", "lines[0].unit"],
            order.Validate().Keys.Order());
    }

    [Theory]
    [InlineData("\"quantity\": 10", "\"quantity\": 0", "lines[0].quantity", "UBL-ORD-15")]
    [InlineData("\"quantity\": 10", "\"quantity\": -1", "lines[0].quantity", "PEPPOL-T01-R004")]
    [InlineData("\"quantity\": 10", "\"quantity\": 10, \"piecesPerUnit\": 12", "lines[0].piecesPerUnit", "UBL-ORD-25")]
    [InlineData("\"quantity\": 10", "\"quantity\": 10, \"piecesPerUnit\": 0", "lines[0].piecesPerUnit", "UBL-ORD-25")]
    [InlineData("\"unit\": \"C62\"", "\"unit\": \" \"", "lines[0].unit", "UBL-ORD-14")]
    [InlineData("\"EUR\"", "\"eur\"", "currency", "UBL-ORD-20")]
    [InlineData("\"EUR\"", "\"EUR\", \"issueTime\": \"noon\"", "issueTime", "UBL-ORD-22")]
    [InlineData("\"EUR\"", "\"EUR\", \"originator\": {}", "originator", "PEPPOL-T01-R014")]
    [InlineData("\"EUR\"", "\"EUR\", \"totals\": { \"payableAmount\": -1 }", "totals.payableAmount", "PEPPOL-T01-R006")]
    [InlineData("\"EUR\"", "\"EUR\", \"totals\": { \"taxInclusiveAmount\": 100, \"payableAmount\": 99 }", "totals.payableAmount", "PEPPOL-T01-R016")]
    [InlineData("\"EUR\"", "\"EUR\", \"additionalDocuments\": [ { \"content\": \"%\" } ]", "additionalDocuments[0].content", "UBL-ORD-26")]
    [InlineData("\"EUR\"", "\"EUR\", \"allowancesAndCharges\": [ { \"amount\": 5 } ]", "allowancesAndCharges[0].reason", "PEPPOL-T01-R023")]
    [InlineData(
        "\"EUR\"", "\"EUR\", \"allowancesAndCharges\": [ { \"amount\": -5, \"reason\": \"r\" } ]", "allowancesAndCharges[0].amount",
        "PEPPOL-T01-R032")]
    [InlineData(
        "\"EUR\"", "\"EUR\", \"delivery\": { \"requestedPeriod\": { \"startDate\": \"2031-05-02\", \"endDate\": \"2031-05-01\" } }",
        "delivery.requestedPeriod.endDate", "UBL-ORD-24")]
    [InlineData("\"product\": \"BENCH\",", "", "lines[0].item", "UBL-ORD-16")]
    [InlineData(
        "\"quantity\": 10", "\"quantity\": 10, \"price\": { \"minorUnits\": 5, \"perQuantity\": 0 }", "lines[0].price.perQuantity",
        "PEPPOL-T01-R025")]
    [InlineData("\"quantity\": 10", "\"quantity\": 10, \"price\": { \"minorUnits\": -5 }", "lines[0].price", "PEPPOL-T01-R005")]
    [InlineData("\"quantity\": 10", "\"quantity\": 10, \"amount\": 53, \"price\": { \"minorUnits\": 5 }", "lines[0].amount", "PEPPOL-T01-R024")]
    [InlineData(
        "\"quantity\": 10",
        "\"quantity\": 10, \"price\": { \"minorUnits\": 5, \"listPrice\": { \"minorUnits\": 7 }, \"discount\": { \"minorUnits\": 1 } }",
        "lines[0].price", "PEPPOL-T01-R019")]
    [InlineData(
        "\"unit\": \"C62\" }", "\"unit\": \"C62\" }, { \"lineId\": \"1\", \"product\": \"B\", \"quantity\": 1, \"unit\": \"C62\" }",
        "lines[1].lineId", "PEPPOL-T01-R001")]
    [InlineData("\"quantity\": 10", "\"quantity\": 1000000000001", "lines[0].quantity", "UBL-ORD-17")]
    public void A_fault_names_its_field_and_rule(string from, string to, string field, string rule)
    {
        var (named, sentences) = Assert.Single(UblFile.FromJson(Smallest.With(from, to)).Validate());

        Assert.Equal(field, named);
        Assert.EndsWith($"({rule})", Assert.Single(sentences), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"product\": \"BENCH\"", "\"item\": { \"name\": \"Bench\" }")]
    [InlineData("\"product\": \"BENCH\"", "\"item\": { \"buyersId\": { \"value\": \"B-1\" } }")]
    [InlineData("\"product\": \"BENCH\"", "\"item\": { \"standardId\": { \"value\": \"04012345123456\", \"schemeId\": \"0160\" } }")]
    [InlineData("\"name\": \"Nordwind Handel\"", "\"legalEntity\": { \"registrationName\": \"Nordwind GmbH\" }")]
    [InlineData("\"quantity\": 10", "\"quantity\": 10, \"amount\": 52, \"price\": { \"minorUnits\": 5 }")]
    [InlineData(
        "\"quantity\": 10", "\"quantity\": 1000000000000, \"price\": { \"minorUnits\": 9223372036854775807, \"perQuantity\": 9223372036854775807 }")]
    public void An_order_is_accepted_with(string from, string to) => Assert.Empty(UblFile.FromJson(Smallest.With(from, to)).Validate());

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("2.50", 25, 1)]
    [InlineData("-0.005", -5, 3)]
    [InlineData("+7", 7, 0)]
    [InlineData(".5", 5, 1)]
    [InlineData("5.", 5, 0)]
    [InlineData("007", 7, 0)]
    public void Decimal_text_is_read_exactly(string text, int digits, int places)
    {
        Assert.True(ExactDecimal.TryParse(text, out var number));
        Assert.Equal(new(digits, places), number);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("1.2.3")]
    [InlineData("1e3")]
    [InlineData("1 000")]
    [InlineData("--1")]
    [InlineData("NaN")]
    [InlineData("٣")]
    [InlineData("11111111111111111111111111111111111111111")]
    public void Anything_but_a_plain_decimal_number_is_not_read(string text) => Assert.False(ExactDecimal.TryParse(text, out _));

    [Theory]
    [InlineData(0, 0, 0, "0")]
    [InlineData(2500, 3, 0, "2.5")]
    [InlineData(2000, 3, 0, "2")]
    [InlineData(-5, 3, 2, "-0.005")]
    [InlineData(5, 0, 2, "5.00")]
    public void A_number_is_written_as_decimal_text(int digits, int places, int atLeast, string text) =>
        Assert.Equal(text, new ExactDecimal(digits, places).ToText(atLeast));
}
