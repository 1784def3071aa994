using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Tests;

/// <summary>What a file holds and an order has no place for becomes a question to the manager.</summary>
public sealed class QuestionTests
{
    [Fact]
    public async Task A_second_delivery_period_is_asked_with_what_the_buyer_wrote()
    {
        var result = await UblFile.Read(UblFile.Text("two-delivery-periods.xml"));

        Assert.Equal(new DateOnly(2027, 1, 31), result.Order!.Delivery!.RequestedPeriod!.EndDate);
        Assert.Equal(
            [new(QuestionKind.Repeated, null, "/Order/Delivery[2]",
                "RequestedDeliveryPeriod/StartDate: 2027-03-01; RequestedDeliveryPeriod/EndDate: 2027-03-31")],
            result.Questions);
    }

    [Fact]
    public async Task A_second_delivery_of_a_line_is_asked_about_the_line()
    {
        const string march = "<cac:Delivery><cac:RequestedDeliveryPeriod><cbc:StartDate>2031-03-01</cbc:StartDate></cac:RequestedDeliveryPeriod>"
            + "</cac:Delivery>";
        var file = UblFile.Minimal.With(
            "4</cbc:Quantity>", "4</cbc:Quantity>" + march.Replace("-03-", "-01-", StringComparison.Ordinal) + march);

        var result = await UblFile.Read(file);

        Assert.Equal(new DateOnly(2031, 1, 1), result.Order!.Lines[1].Delivery!.RequestedPeriod!.StartDate);
        Assert.Equal(
            [new(QuestionKind.Repeated, "2", "/Order/OrderLine[2]/LineItem/Delivery[2]", "RequestedDeliveryPeriod/StartDate: 2031-03-01")],
            result.Questions);
    }

    [Fact]
    public async Task Whatever_a_line_has_no_place_for_is_asked()
    {
        const string part = "<cac:SubLineItem><cbc:ID schemeID=\"own\">1a</cbc:ID><cbc:Quantity unitCode=\"C62\">3</cbc:Quantity></cac:SubLineItem>";
        var file = UblFile.Minimal
            .With("4</cbc:Quantity>", "4</cbc:Quantity><cbc:MinimumQuantity>2</cbc:MinimumQuantity>")
            .With("<cbc:Name>Table</cbc:Name>\n      </cac:Item>", $"<cbc:Name languageID=\"en\">Table</cbc:Name></cac:Item>{part}")
            .With("<cbc:ID>PO-1</cbc:ID>", "<cbc:ID>PO-1</cbc:ID><cbc:UUID>5</cbc:UUID>");

        var result = await UblFile.Read(file);

        Assert.Equal(
            [
                new(QuestionKind.Unmapped, "2", "/Order/OrderLine[2]/LineItem/MinimumQuantity", "2"),
                new(QuestionKind.Unmapped, "2", "/Order/OrderLine[2]/LineItem/Item/Name/@languageID", "en"),
                new(QuestionKind.Unmapped, "2", "/Order/OrderLine[2]/LineItem/SubLineItem",
                    "ID/@schemeID: own; ID: 1a; Quantity/@unitCode: C62; Quantity: 3"),
            ],
            result.Questions);
        Assert.Equal("/Order/UUID", result.Order!.Unmapped[0].Path);
    }

    [Fact]
    public async Task All_notes_and_descriptions_of_a_line_are_understood()
    {
        var result = await UblFile.Read(UblFile.Minimal
            .With("<cac:LineItem>\n      <cbc:ID>2</cbc:ID>",
                "<cbc:Note>Two a carton</cbc:Note><cbc:Note>No nails</cbc:Note><cac:LineItem><cbc:ID>2</cbc:ID><cbc:Note>Urgent</cbc:Note>")
            .With("<cbc:Name>Table</cbc:Name>",
                "<cbc:Description>Oiled</cbc:Description><cbc:Description>Round</cbc:Description><cbc:Name>Table</cbc:Name>"));

        Assert.Equal(("Two a carton\nNo nails\nUrgent", "Oiled\nRound"), (result.Order!.Lines[1].Note, result.Order.Lines[1].Item.Description));
        Assert.Empty(result.Order.Unmapped);
        Assert.Empty(result.Questions);
    }

    [Fact]
    public async Task A_complete_order_of_the_network_asks_nothing() => Assert.Empty((await UblFile.Read(UblFile.Complete)).Questions);

    [Fact]
    public void A_long_value_is_shortened() =>
        Assert.Equal(DocumentQuestion.LongestValue, new DocumentQuestion(QuestionKind.Unmapped, "1", "/", new string('x', 5000)).Value.Length);
}
