using System.Xml.Linq;
using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Tests;

public sealed class WriteUblOrderResponseTests
{
    private static readonly DateTime Issued = new(2031, 3, 5, 14, 7, 9, DateTimeKind.Utc);
    private static readonly XNamespace Ubl = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2";
    private static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    private const string Schema = "urn:oasis:names:specification:ubl:schema:xsd:";

    /// <summary>The order in which the UBL 2.1 schema wants what we write.</summary>
    private static readonly Dictionary<string, string[]> Sequences = new()
    {
        ["OrderResponse"] =
        [
            "CustomizationID", "ProfileID", "ID", "SalesOrderID", "IssueDate", "IssueTime", "OrderResponseCode", "Note", "DocumentCurrencyCode",
            "CustomerReference", "OrderReference", "SellerSupplierParty", "BuyerCustomerParty", "Delivery", "OrderLine",
        ],
        ["Party"] = ["EndpointID", "PartyIdentification", "PartyName", "PartyLegalEntity", "Contact"],
        ["PromisedDeliveryPeriod"] = ["StartDate", "StartTime", "EndDate", "EndTime"],
        ["OrderLine"] = ["LineItem", "OrderLineReference"],
        ["LineItem"] = ["ID", "Note", "LineStatusCode", "Quantity", "Delivery", "Price", "Item"],
        ["Price"] = ["PriceAmount", "BaseQuantity"],
        ["Item"] = ["Name", "BuyersItemIdentification", "SellersItemIdentification", "StandardItemIdentification"],
    };

    [Fact]
    public async Task A_mixed_answer_answers_each_line()
    {
        var order = await UblFile.Order(UblFile.Complete);

        var response = Write(order, new(
            "RESP-1",
            Issued,
            [
                new("30", LineAnswer.Rejected, Note: "No longer made."),
                new("10", LineAnswer.Accepted, Promised: new(new(2031, 5, 3), null, new(2031, 5, 8), null)),
                new("20", LineAnswer.Changed, new(1750, 1000), "What is left of the season."),
            ],
            "Thank you."));

        Assert.Equal(
            [
                ("10", "5", "120", "C62", "501.25", "10"),
                ("20", "3", "1.75", "KGM", "1.505", null),
                ("30", "7", null, null, "3.00", null),
            ],
            response.Elements(Cac + "OrderLine").Select(line => line.Element(Cac + "LineItem")!).Select(line => (
                line.Element(Cbc + "ID")!.Value,
                line.Element(Cbc + "LineStatusCode")!.Value,
                line.Element(Cbc + "Quantity")?.Value,
                line.Element(Cbc + "Quantity")?.Attribute("unitCode")?.Value,
                line.Element(Cac + "Price")!.Element(Cbc + "PriceAmount")!.Value,
                line.Element(Cac + "Price")!.Element(Cbc + "BaseQuantity")?.Value)));
        Assert.Equal(["10", "20", "30"], response.Descendants(Cbc + "LineID").Select(id => id.Value));
        Assert.Equal(
            ["What is left of the season.", "No longer made."],
            response.Descendants(Cac + "LineItem").Elements(Cbc + "Note").Select(note => note.Value));
        var promised = Assert.Single(response.Descendants(Cac + "PromisedDeliveryPeriod"));
        Assert.Equal(["2031-05-03", "2031-05-08"], promised.Elements().Select(date => date.Value));
        Assert.All(response.Descendants(Cbc + "PriceAmount"), price => Assert.Equal("EUR", price.Attribute("currencyID")!.Value));
        Assert.Equal("CA", response.Element(Cbc + "OrderResponseCode")!.Value);
    }

    [Fact]
    public async Task The_head_names_both_parties_and_the_order()
    {
        var order = await UblFile.Order(UblFile.Complete);

        var response = Write(
            order,
            All(order, LineAnswer.Accepted) with { Promised = new(new(2031, 5, 3), "08:00:00", new(2031, 5, 8), "17:00:00") });

        var (aggregate, basic) = ($"{Schema}CommonAggregateComponents-2", $"{Schema}CommonBasicComponents-2");
        Assert.Equal(
            $"""
            <OrderResponse xmlns="{Schema}OrderResponse-2" xmlns:cac="{aggregate}" xmlns:cbc="{basic}">
              <cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order_response:3</cbc:CustomizationID>
              <cbc:ProfileID>urn:fdc:peppol.eu:poacc:bis:ordering:3</cbc:ProfileID>
              <cbc:ID>RESP-1</cbc:ID>
              <cbc:SalesOrderID>SO-77</cbc:SalesOrderID>
              <cbc:IssueDate>2031-03-05</cbc:IssueDate>
              <cbc:IssueTime>14:07:09Z</cbc:IssueTime>
              <cbc:OrderResponseCode>AP</cbc:OrderResponseCode>
              <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
              <cbc:CustomerReference>Purchasing desk 4</cbc:CustomerReference>
              <cac:OrderReference>
                <cbc:ID>PO-2031-0815</cbc:ID>
              </cac:OrderReference>
              <cac:SellerSupplierParty>
                <cac:Party>
                  <cbc:EndpointID schemeID="0211">IT01234567890</cbc:EndpointID>
                  <cac:PartyIdentification>
                    <cbc:ID>SELLER-1</cbc:ID>
                  </cac:PartyIdentification>
                  <cac:PartyIdentification>
                    <cbc:ID schemeID="0210">SELLER-2</cbc:ID>
                  </cac:PartyIdentification>
                  <cac:PartyLegalEntity>
                    <cbc:RegistrationName>Consorzio Legno Export</cbc:RegistrationName>
                  </cac:PartyLegalEntity>
                </cac:Party>
              </cac:SellerSupplierParty>
              <cac:BuyerCustomerParty>
                <cac:Party>
                  <cbc:EndpointID schemeID="0088">4012345000009</cbc:EndpointID>
                  <cac:PartyIdentification>
                    <cbc:ID schemeID="0060">150483782</cbc:ID>
                  </cac:PartyIdentification>
                  <cac:PartyLegalEntity>
                    <cbc:RegistrationName>Nordwind Handel GmbH</cbc:RegistrationName>
                  </cac:PartyLegalEntity>
                </cac:Party>
              </cac:BuyerCustomerParty>
              <cac:Delivery>
                <cac:PromisedDeliveryPeriod>
                  <cbc:StartDate>2031-05-03</cbc:StartDate>
                  <cbc:StartTime>08:00:00</cbc:StartTime>
                  <cbc:EndDate>2031-05-08</cbc:EndDate>
                  <cbc:EndTime>17:00:00</cbc:EndTime>
                </cac:PromisedDeliveryPeriod>
              </cac:Delivery>
            </OrderResponse>
            """,
            response.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Accepted_or_rejected_as_a_whole_there_are_no_lines_but_all_notes()
    {
        var order = await UblFile.Order(UblFile.Complete);
        var rejected = All(order, LineAnswer.Rejected) with { Note = "We regret." };

        var response = Write(order, rejected with { Lines = [rejected.Lines[0] with { Note = "Mould broken." }, .. rejected.Lines.Skip(1)] });

        Assert.Equal("RE", response.Element(Cbc + "OrderResponseCode")!.Value);
        Assert.Equal("We regret. Mould broken.", response.Element(Cbc + "Note")!.Value);
        Assert.Empty(response.Elements(Cac + "OrderLine"));
    }

    [Fact]
    public async Task Accepted_lines_keep_their_own_promised_times()
    {
        var order = await UblFile.Order(UblFile.Complete);
        var accepted = All(order, LineAnswer.Accepted);

        var response = Write(
            order,
            accepted with { Lines = [accepted.Lines[0] with { Promised = new(new(2031, 6, 1)) }, .. accepted.Lines.Skip(1)] });

        Assert.Equal("CA", response.Element(Cbc + "OrderResponseCode")!.Value);
        Assert.Equal(["5", "5", "5"], response.Descendants(Cbc + "LineStatusCode").Select(code => code.Value));
    }

    [Fact]
    public void An_order_that_came_as_JSON_is_answered_too()
    {
        var order = UblFile.FromJson("""
            { "buyer": { "name": "Nordwind \u0007 Handel" }, "currency": "JPY", "lines": [
              { "lineId": "a", "product": "BENCH", "quantity": 10, "unit": "C62", "price": { "minorUnits": 100, "perQuantity": 3 } },
              { "lineId": "b", "product": "TABLE", "quantity": 1500, "piecesPerUnit": 1000, "unit": "MTR",
                "price": { "minorUnits": 7, "perQuantity": 1000 } } ] }
            """);

        var response = Write(order, new(
            "R", Issued, [new("a", LineAnswer.Changed, new(9)), new("b", LineAnswer.Changed)],
            Seller: new() { Name = "Consorzio" }, OrderReference: "ours-1"));

        Assert.Equal("ours-1", response.Element(Cac + "OrderReference")!.Value);
        Assert.Equal(["Consorzio", "Nordwind \uFFFD Handel"], response.Descendants(Cbc + "RegistrationName").Select(name => name.Value));
        Assert.Equal(["BENCH", "TABLE"], response.Descendants(Cbc + "Name").Select(name => name.Value));
        Assert.Equal(["9", "1.5"], response.Descendants(Cbc + "Quantity").Select(quantity => quantity.Value));
        Assert.Equal(["100", "7"], response.Descendants(Cbc + "PriceAmount").Select(price => price.Value));
        Assert.Equal(["3"], response.Descendants(Cbc + "BaseQuantity").Select(quantity => quantity.Value));
    }

    [Theory]
    [InlineData("1.505", "C62", null)]
    [InlineData("501.25", "C62", "10")]
    [InlineData("3.00", "C62", "0.5")]
    [InlineData("0.0001", "KGM", "1000")]
    [InlineData("4.00", "KGM", null)]
    public async Task A_price_is_returned_as_received(string price, string unit, string? baseQuantity)
    {
        var order = await UblFile.Order(UblFile.Minimal
            .With("<cbc:Quantity unitCode=\"C62\">10</cbc:Quantity>", $"<cbc:Quantity unitCode=\"{unit}\">10</cbc:Quantity>")
            .With("      <cbc:LineExtensionAmount currencyID=\"EUR\">50.00</cbc:LineExtensionAmount>\n", "")
            .With(
                "5.00</cbc:PriceAmount>",
                price
                    + "</cbc:PriceAmount>"
                    + (baseQuantity is null ? "" : $"<cbc:BaseQuantity unitCode=\"{unit}\">{baseQuantity}</cbc:BaseQuantity>")));

        var response = Write(order, new("R", Issued, [new("1", LineAnswer.Accepted), new("2", LineAnswer.Rejected)]));

        var written = Assert.Single(response.Descendants(Cac + "Price"));
        Assert.Equal((price, baseQuantity), (written.Element(Cbc + "PriceAmount")!.Value, written.Element(Cbc + "BaseQuantity")?.Value));
    }

    [Fact]
    public async Task An_answer_that_omits_a_line_or_names_an_unknown_one_is_an_error()
    {
        var order = await UblFile.Order(UblFile.Minimal);

        Assert.Throws<ArgumentException>(() => Write(order, new("R", Issued, [new("1", LineAnswer.Accepted)])));
        Assert.Throws<ArgumentException>(() => Write(order, new("R", Issued, [new("1", LineAnswer.Accepted), new("3", LineAnswer.Accepted)])));
        Assert.Throws<ArgumentException>(() => Write(order,
            new("R", Issued, [new("1", LineAnswer.Accepted, new(3)), new("2", LineAnswer.Accepted)])));
        Assert.Throws<ArgumentException>(() => Write(order, new("R", Issued, [new("1", LineAnswer.Changed, new(0)), new("2", LineAnswer.Accepted)])));
    }

    private static OrderAnswer All(OrderDocument order, LineAnswer answer) =>
        new("RESP-1", Issued, [.. order.Lines.Select(line => new AnsweredLine(line.LineId, answer))]);

    /// <summary>Writes, reads back, and checks what every response must be: UTF-8 without mark, elements in the schema's order, none empty.</summary>
    private static XElement Write(OrderDocument order, OrderAnswer answer)
    {
        var bytes = WriteUblOrderResponse.Write(order, answer);
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<OrderResponse ", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);

        var response = XElement.Load(new MemoryStream(bytes));
        Assert.Equal(Ubl + "OrderResponse", response.Name);
        foreach (var element in response.DescendantsAndSelf())
        {
            Assert.NotEqual("", element.Value);
            if (Sequences.TryGetValue(element.Name.LocalName, out var sequence))
            {
                var places = element.Elements().Select(child => Array.IndexOf(sequence, child.Name.LocalName)).ToList();
                Assert.DoesNotContain(-1, places);
                Assert.Equal(places.Order(), places);
            }
        }

        return response;
    }
}
