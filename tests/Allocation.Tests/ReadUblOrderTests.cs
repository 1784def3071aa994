using System.Text.Json.Nodes;
using System.Xml.Linq;
using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Tests;

public sealed class ReadUblOrderTests
{
    [Fact]
    public async Task A_file_that_uses_every_field_is_read_field_by_field()
    {
        var order = await UblFile.Order(UblFile.Complete);

        var expected = JsonNode.Parse(UblFile.Text("complete.json"));
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(order.Json())), order.Json());
        Assert.Empty(order.Unmapped);
    }

    [Fact]
    public async Task No_value_of_a_file_can_change_without_being_noticed()
    {
        var before = (await UblFile.Order(UblFile.Complete)).Json();
        var file = XDocument.Parse(UblFile.Complete);
        var texts = file.Descendants().Where(element => !element.HasElements).ToList();
        var attributes = file.Descendants().Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).ToList();
        Assert.True(texts.Count > 150 && attributes.Count > 50);

        foreach (var text in texts)
        {
            var value = text.Value;
            text.Value = Another(value);
            await Noticed(text.Name.LocalName, value);
            text.Value = value;
        }

        foreach (var attribute in attributes)
        {
            var value = attribute.Value;
            attribute.Value = Another(value);
            await Noticed(attribute.Name.LocalName, value);
            attribute.Value = value;
        }

        async Task Noticed(string name, string value)
        {
            var after = await UblFile.Read(file.ToString());
            Assert.True(after.Order is null || after.Order.Json() != before, $"{name} = {value} is not kept");
        }

        static string Another(string value) => value switch
        {
            "true" => "false",
            "false" => "true",
            [.., >= '0' and <= '8'] => value[..^1] + (char)(value[^1] + 1),
            _ => value + "7",
        };
    }

    [Fact]
    public async Task What_is_read_survives_being_stored_as_JSON()
    {
        var order = await UblFile.Order(UblFile.Complete);

        Assert.Equal(order.Json(), UblFile.FromJson(order.Json()).Json());
        Assert.Empty(order.Validate());
    }

    [Fact]
    public async Task Unexpected_elements_are_kept_with_their_path()
    {
        var file = UblFile.Minimal
            .With("<cbc:ID>PO-1</cbc:ID>", "<cbc:ID schemeAgencyID=\"9\">PO-1</cbc:ID><cbc:CopyIndicator>false</cbc:CopyIndicator>")
            .With("<cbc:Name>Table</cbc:Name>", "<cbc:Name>Table</cbc:Name><cbc:Keyword>oak</cbc:Keyword><cbc:Keyword>round</cbc:Keyword>")
            .With("</Order>", "<x:Own xmlns:x=\"urn:own\" size=\"L\">mine<x:Deep/></x:Own></Order>");

        var order = await UblFile.Order(file);

        Assert.Equal(
            [
                new("/Order/ID/@schemeAgencyID", "9"),
                new("/Order/CopyIndicator", "false"),
                new("/Order/OrderLine[2]/LineItem/Item/Keyword[1]", "oak"),
                new("/Order/OrderLine[2]/LineItem/Item/Keyword[2]", "round"),
                new("/Order/x:Own/@size", "L"),
                new("/Order/x:Own", "mine"),
                new("/Order/x:Own/x:Deep", ""),
            ],
            order.Unmapped);
    }

    [Fact]
    public async Task A_second_element_where_one_is_expected_is_kept()
    {
        var order = await UblFile.Order(UblFile.Complete.With(
            "<cac:PaymentTerms>", "<cac:PaymentTerms><cbc:Note>30% in advance</cbc:Note></cac:PaymentTerms><cac:PaymentTerms>"));

        Assert.Equal("30% in advance", order.PaymentTerms);
        Assert.Equal([new("/Order/PaymentTerms[2]/Note", "60 days net")], order.Unmapped);
    }

    [Fact]
    public async Task An_element_of_another_namespace_is_not_read_as_UBL()
    {
        var order = await UblFile.Order(UblFile.Minimal.With("<cbc:ID>PO-1</cbc:ID>", "<cbc:ID>PO-1</cbc:ID><Note>not UBL's</Note>"));

        Assert.Empty(order.Notes);
        Assert.Equal("not UBL's", Assert.Single(order.Unmapped).Value);
    }

    [Theory]
    [InlineData("C62", "10", 10, 1)]
    [InlineData("EA", "10.00", 10, 1)]
    [InlineData("DAY", "1", 1, 1)]
    [InlineData("C62", "2.5", 25, 10)]
    [InlineData("KGM", "2.5", 2500, 1000)]
    [InlineData("KGM", "7", 7000, 1000)]
    [InlineData("MTR", "0.0005", 5, 10000)]
    [InlineData("XBX", "+3", 3, 1)]
    public async Task A_quantity_becomes_whole_pieces(string unit, string text, long pieces, long piecesPerUnit)
    {
        var order = await UblFile.Order(
            UblFile.Minimal.With("<cbc:Quantity unitCode=\"C62\">4</cbc:Quantity>", $"<cbc:Quantity unitCode=\"{unit}\">{text}</cbc:Quantity>"));

        Assert.Equal((pieces, piecesPerUnit, unit), (order.Lines[1].Quantity, order.Lines[1].PiecesPerUnit, order.Lines[1].Unit));
    }

    [Theory]
    [InlineData("C62", "1.505", null, 1505, 10)]
    [InlineData("C62", "50.000", "1", 5000, 1)]
    [InlineData("C62", "4", null, 400, 1)]
    [InlineData("C62", "1.50", "100", 150, 100)]
    [InlineData("C62", "3.00", "0.5", 3000, 5)]
    [InlineData("C62", "0.0001", "1000", 1, 100000)]
    [InlineData("KGM", "4.00", null, 400, 1000)]
    [InlineData("KGM", "1.505", "1", 1505, 10000)]
    public async Task A_price_is_exact(string unit, string price, string? baseQuantity, long minorUnits, long perQuantity)
    {
        var order = await UblFile.Order(UblFile.Minimal
            .With("<cbc:Quantity unitCode=\"C62\">10</cbc:Quantity>", $"<cbc:Quantity unitCode=\"{unit}\">10</cbc:Quantity>")
            .With("      <cbc:LineExtensionAmount currencyID=\"EUR\">50.00</cbc:LineExtensionAmount>\n", "")
            .With(
                "5.00</cbc:PriceAmount>",
                price
                    + "</cbc:PriceAmount>"
                    + (baseQuantity is null ? "" : $"<cbc:BaseQuantity unitCode=\"{unit}\">{baseQuantity}</cbc:BaseQuantity>")));

        var read = order.Lines[0].Price!;
        Assert.Equal((minorUnits, perQuantity), (read.MinorUnits, read.PerQuantity));
    }

    [Theory]
    [InlineData("EUR", "50.00", 5000)]
    [InlineData("EUR", "50.0000", 5000)]
    [InlineData("JPY", "50", 50)]
    [InlineData("JPY", "50.00", 50)]
    [InlineData("KWD", "50.125", 50125)]
    public async Task An_amount_is_whole_minor_units_of_its_currency(string currency, string text, long minorUnits)
    {
        var order = await UblFile.Order(UblFile.Minimal
            .Replace("EUR", currency, StringComparison.Ordinal)
            .With("50.00</cbc:LineExtensionAmount>", text + "</cbc:LineExtensionAmount>")
            .With(
                $"<cbc:PriceAmount currencyID=\"{currency}\">5.00",
                $"<cbc:PriceAmount currencyID=\"{currency}\">{(text == "50.125" ? "5.0125" : "5.00")}"));

        Assert.Equal(minorUnits, order.Lines[0].Amount);
    }

    [Theory]
    [InlineData("urn:fdc:peppol.eu:poacc:bis:order_only:3")]
    [InlineData("urn:fdc:peppol.eu:poacc:bis:ordering:3")]
    [InlineData("urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3")]
    public async Task An_order_of_each_process_is_read(string process)
    {
        var order = await UblFile.Order(UblFile.Minimal.With("urn:fdc:peppol.eu:poacc:bis:order_only:3", process));

        Assert.Equal(process, order.ProfileId);
    }

    [Fact]
    public async Task A_national_restriction_of_the_specification_is_read()
    {
        const string italian = "urn:fdc:peppol.eu:poacc:trns:order:3:restrictive:urn:www.agid.gov.it:trns:ordine:3.1";

        var order = await UblFile.Order(UblFile.Minimal.With("urn:fdc:peppol.eu:poacc:trns:order:3<", italian + "<"));

        Assert.Equal(italian, order.CustomizationId);
    }

    [Fact]
    public async Task The_product_is_left_to_the_manager()
    {
        var order = await UblFile.Order(UblFile.Complete);

        Assert.All(order.Lines, line => Assert.Null(line.Product));
        Assert.Equal(new Identifier("S-200"), order.Lines[0].Item.SellersId);
    }
}
