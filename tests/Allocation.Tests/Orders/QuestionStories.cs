using System.Xml.Linq;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>What a buyer's document holds and the service can't act on waits for the manager's decision before the order is accepted.</summary>
public abstract class QuestionStories(RunningAllocation host) : Story(host)
{
    private static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";

    [Fact]
    public async Task A_second_delivery_period_waits_for_the_managers_decision()
    {
        var vtf = await FoundWith(450, 300, 200);
        var order = await vtf.Import(TwoPeriods(vtf)).Gives<OrderView>();
        var asked = Assert.Single(order.Questions);
        Assert.Equal((1, QuestionKind.Repeated, null, "/Order/Delivery[2]"), (asked.Number, asked.Kind, asked.LineId, asked.Path));
        Assert.Contains($"{vtf.Today.AddDays(60):yyyy-MM-dd}", asked.Value, StringComparison.Ordinal);
        Assert.Null(asked.Decision);
        await vtf.Clear(order);
        await vtf.Accept(order).IsRefused("DECISION_PENDING");

        await vtf.Decide(order, 1, QuestionVerdict.AcceptAsRead, reason: " ").IsRefused("INVALID_INPUT", 400);
        await vtf.Decide(order, 1, QuestionVerdict.AcceptAsRead, reason: new string('x', 1001)).IsRefused("INVALID_INPUT", 400);
        await vtf.Decide(order, 1, QuestionVerdict.AcceptAsRead, forFirms: new string('x', 1001)).IsRefused("INVALID_INPUT", 400);
        await vtf.Decide(order, 0, QuestionVerdict.AcceptAsRead).IsNotFound();
        await vtf.Decide(order, 2, QuestionVerdict.AcceptAsRead).IsNotFound();
        await vtf.Decide(order, 1, QuestionVerdict.AcceptAsRead, by: vtf.Auditor).IsNotFound();
        await vtf.Accept(order).IsRefused("DECISION_PENDING");
        var decided = await vtf.Decide(
            order, 1, QuestionVerdict.AcceptAsRead, "The buyer agreed by mail.", "Half of it may come later.", vtf.Manager2).Gives<OrderView>();

        var decision = Assert.Single(decided.Questions).Decision!;
        Assert.Equal(
            (vtf.Manager2.Id, QuestionVerdict.AcceptAsRead, "The buyer agreed by mail.", "Half of it may come later."),
            (decision.UserId, decision.Verdict, decision.Reason, decision.ForFirms));
        Assert.InRange(decision.DecidedAt, order.ReceivedAt, Clock.Now());
        await vtf.Decide(order, 1, QuestionVerdict.CancelOrder).IsRefused("ALREADY_DECIDED");
        await vtf.Accept(order).Gives<OrderView>();
        await vtf.RunEnded(order);
        Assert.Equal(["Half of it may come later."], (await vtf.OfferTo("F2", order)).Terms.Instructions);
        Assert.Equal(decided.Questions, (await vtf.Read(order)).Questions);
    }

    [Fact]
    public async Task The_manager_cancels_an_order_that_cannot_be_met_as_it_is_written()
    {
        var vtf = await FoundWith(450, 300, 200);
        var order = await vtf.Import(TwoPeriods(vtf)).Gives<OrderView>();

        var cancelled = await vtf.Decide(
            order, 1, QuestionVerdict.CancelOrder, "F2 is away in May.", buyerText: "Please send an order for each period.").Gives<OrderView>();

        Assert.Equal(OrderState.Cancelled, cancelled.State);
        Assert.Equal(QuestionVerdict.CancelOrder, cancelled.Questions[0].Decision!.Verdict);
        var answer = (await vtf.Get(vtf.Manager1, $"orders/{order.OrderId}/ubl-response")).Text;
        Assert.Contains("Please send an order for each period.", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("F2", answer, StringComparison.Ordinal);
        await vtf.Accept(order).IsRefused("ORDER_BLOCKED");
    }

    [Theory]
    [InlineData(">300</cbc:Quantity>", ">300</cbc:Quantity><cbc:Quantity unitCode=\"C62\">900</cbc:Quantity>", "OrderLine/LineItem/Quantity[2]")]
    [InlineData("</cac:LineItem>", "</cac:LineItem><cac:LineItem><cbc:ID>2</cbc:ID></cac:LineItem>", "OrderLine/LineItem[2]")]
    [InlineData("<cbc:IssueDate>", "<cbc:CopyIndicator>true</cbc:CopyIndicator><cbc:IssueDate>", "CopyIndicator")]
    public async Task A_second_value_or_a_copy_is_refused_by_name_and_nothing_is_stored(string from, string to, string path)
    {
        var vtf = await FoundWith(450, 300, 200);

        var no = await vtf.Import(UblFile.Text("two-delivery-periods.xml").With(from, to));

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_UBL"), (no.Status, no.Code));
        Assert.Equal($"/Order/{path}", Assert.Single(no.Json["faults"]!.AsArray())!["path"]!.GetValue<string>());
        Assert.Empty((await vtf.Get(vtf.Manager1, "orders").Gives<GetOrder.OrderPage>()).Orders);
    }

    [Fact]
    public async Task A_second_delivery_of_a_line_waits_for_the_managers_decision_about_that_line()
    {
        var vtf = await FoundWith(450, 300, 200);
        var (first, second) = (Delivery(vtf.Today.AddDays(30)), Delivery(vtf.Today.AddDays(90)));
        var order = await vtf.Import(UblFile.Text("minimal.xml").With("4</cbc:Quantity>", $"4</cbc:Quantity>{first}{second}")).Gives<OrderView>();

        var asked = Assert.Single(order.Questions);
        Assert.Equal((QuestionKind.Repeated, "2", "/Order/OrderLine[2]/LineItem/Delivery[2]"), (asked.Kind, asked.LineId, asked.Path));
        await vtf.Clear(order);
        await vtf.Accept(order).IsRefused("DECISION_PENDING");

        static string Delivery(DateOnly by) => "<cac:Delivery><cac:RequestedDeliveryPeriod>"
            + $"<cbc:EndDate>{by:yyyy-MM-dd}</cbc:EndDate></cac:RequestedDeliveryPeriod></cac:Delivery>";
    }

    [Fact]
    public async Task A_part_of_a_line_that_an_order_has_no_place_for_waits_whichever_way_the_order_came()
    {
        var vtf = await FoundWith(450, 300, 200);
        var file = UblFile.Text("two-delivery-periods.xml").With("</cac:Item>", "<cac:OriginCountry/></cac:Item>");
        var imported = await vtf.Import(file).Gives<OrderView>();
        Assert.Equal(
            [(null, "/Order/Delivery[2]"), ("1", "/Order/OrderLine/LineItem/Item/OriginCountry")],
            imported.Questions.Select(q => (q.LineId, q.Path)));

        var placed = await vtf.Post(vtf.Manager1, "orders", new
        {
            currency = "EUR",
            buyer = new { name = "Nordhaus" },
            lines = new[] { new { lineId = "1", product = "TK-12", quantity = 100, unit = "C62" } },
            unmapped = new[] { new { path = "/Order/OrderLine/LineItem/MinimumQuantity", value = "90" } },
        }).Gives<OrderView>();
        Assert.Equal(["90"], placed.Questions.Select(q => q.Value));
        await vtf.Clear(placed);
        await vtf.Accept(placed).IsRefused("DECISION_PENDING");
        await vtf.Decide(placed, 1, QuestionVerdict.AcceptAsRead).Gives<OrderView>();
        await vtf.Accept(placed, hold: true).Gives<OrderView>();
    }

    [Fact]
    public async Task An_order_to_another_seller_waits_and_the_consortiums_own_party_answers()
    {
        var vtf = await FoundWith(450, 300, 200);
        var file = UblFile.Text("two-colours.xml");
        Assert.Empty((await vtf.Import(file).Gives<OrderView>()).Questions);

        await vtf.StateParty(new("Vientiane Teak Export", "Vientiane Teak Furniture", new("7302347231111", "0088"), [], "LA-7"));
        var order = await vtf.Import(file).Gives<OrderView>();

        var asked = Assert.Single(order.Questions);
        Assert.Equal((QuestionKind.OtherSeller, "/Order/SellerSupplierParty/Party"), (asked.Kind, asked.Path));
        Assert.Equal("Vientiane Teak Furniture; 0088:7302347231110", asked.Value);
        await vtf.Clear(order);
        await vtf.Accept(order).IsRefused("DECISION_PENDING");
        await vtf.Decide(order, 1, QuestionVerdict.CancelOrder, "We are not the firm that you addressed.").Gives<OrderView>();
        var answer = XDocument.Parse((await vtf.Get(vtf.Manager1, $"orders/{order.OrderId}/ubl-response")).Text);
        var seller = answer.Root!.Element(Cac + "SellerSupplierParty")!.Element(Cac + "Party")!;
        Assert.Equal(["7302347231111", "Vientiane Teak Export"], seller.Descendants().Where(e => !e.HasElements).Select(e => e.Value));

        await vtf.StateParty(new("Vientiane Teak Furniture", null, new("7302347231110", "0088"), [], null));
        Assert.Empty((await vtf.Import(file).Gives<OrderView>()).Questions);
        Assert.Empty((await vtf.Place(100)).Questions);
        var other = await vtf.Post(vtf.Manager1, "orders", new
        {
            currency = "EUR",
            buyer = new { name = "Nordhaus" },
            seller = new { name = "Luang Prabang Teak" },
            lines = new[] { new { lineId = "1", product = "TK-12", quantity = 100, unit = "C62" } },
        }).Gives<OrderView>();
        Assert.Equal(("seller", "Luang Prabang Teak"), (Assert.Single(other.Questions).Path, other.Questions[0].Value));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("SealedPrice")]
    public async Task Each_firm_reads_what_the_buyer_wrote_of_its_line(string? policy)
    {
        var vtf = await FoundWith(450, 300, 200);
        if (policy is not null)
        {
            await vtf.Rule(AllocationService.Chairs with { Policy = policy });
        }

        var order = await vtf.Import(UblFile.Text("two-colours.xml")).Gives<OrderView>();
        await vtf.Clear(order);
        await vtf.Accept(order).Gives<OrderView>();

        IReadOnlyList<OfferTerms> terms = policy is null
            ? [.. (await OffersOf()).Select(o => o.Terms)]
            : [.. (await vtf.Asked(order)).Values.Concat((await vtf.Asked(order, "2")).Values).Select(i => i.Terms)];

        Assert.Equal(["1", "2"], terms.Select(t => t.LineId).Distinct().Order());
        Assert.All(terms, t => Assert.Equal(
            t.LineId == "1" ? ("Garden chair", "Oiled; no plastic feet", "Two a carton") : ("Garden chair", null, null),
            (t.Description, t.ItemDescription, t.Note)));
        Assert.All(terms, t => Assert.Equal([new ItemProperty("Colour", t.LineId == "1" ? "Red" : "Blue")], t.Properties));
        await vtf.Cancel(order).Gives<OrderView>();

        async Task<IEnumerable<OfferView>> OffersOf()
        {
            await vtf.RunEnded(order);
            return (await Task.WhenAll(vtf.Offers("F1"), vtf.Offers("F2"), vtf.Offers("F3"))).SelectMany(offers => offers);
        }
    }

    // The periods of the file, moved to where the consortium has capacity.
    private static string TwoPeriods(AllocationService vtf) => UblFile.Text("two-delivery-periods.xml")
        .With("2027-01-01", $"{vtf.Today:yyyy-MM-dd}").With("2027-01-31", $"{vtf.Today.AddDays(30):yyyy-MM-dd}")
        .With("2027-03-01", $"{vtf.Today.AddDays(60):yyyy-MM-dd}").With("2027-03-31", $"{vtf.Today.AddDays(90):yyyy-MM-dd}");
}

public sealed class QuestionsEmbedded(Embedded host) : QuestionStories(host);

public sealed class QuestionsDistributed(Distributed host) : QuestionStories(host);
