using System.Xml.Linq;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Lines of an order: matched, shared, closed short, cancelled, and answered to the buyer.</summary>
public abstract class LineStories(RunningAllocation host) : Story(host)
{
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
    private static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";

    [Fact]
    public async Task An_unknown_item_waits_until_the_manager_matches_it()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Place(("SCULPTURE", 60), ("TK-12", 40));
        Assert.Equal([null, "TK-12"], order.Lines.Select(l => l.Product));
        await vtf.Clear(order);
        await vtf.Accept(order).IsRefused("LINE_UNMATCHED");

        await vtf.Match(order, "1", "TK-12", null).IsRefused("IF_MATCH_REQUIRED", 428);
        await vtf.Match(order, "1", "TK-12", $"\"{order.Version}\"").IsRefused("STALE_VERSION", 412);
        var tag = (await vtf.Get(vtf.Manager1, $"orders/{order.OrderId}")).ETag;
        await vtf.Match(order, "1", "NOBODY-MAKES-IT", tag).IsRefused("INVALID_INPUT", 400);
        await vtf.Match(order, "9", "TK-12", tag).IsNotFound();
        var matched = await vtf.Match(order, "1", "TK-12", tag);
        Assert.Equal($"\"{matched.Read<OrderView>().Version}\"", matched.ETag);

        await vtf.Accept(order).Gives<OrderView>();
        await vtf.RunEnded(order);
        await vtf.Match(order, "1", "TK-12", $"\"{(await vtf.Read(order)).Version}\"").IsRefused("ALREADY_DECIDED");
        // 30 and 30 of the one line; of the other all 40 to one firm: 20 each would be below the minimum lot.
        Assert.Equal("F1 70, F2 30", await vtf.Offered(order));
    }

    [Fact]
    public async Task Lines_of_an_order_share_one_capacity()
    {
        var vtf = await FoundWith(100, 100, 100);
        var order = await vtf.Allocate(false, ("TK-12", 200), ("TK-12", 200));

        Assert.Equal(300, order.Lines.Sum(l => l.Offered));
        Assert.Equal([100, 100, 100], (await vtf.Capacity()).Select(c => c.Reserved));
        foreach (var firm in (string[])["F1", "F2", "F3"])
        {
            foreach (var offer in await vtf.Offers(firm, OfferState.Proposed))
            {
                await vtf.Take(offer).Gives<OfferView>();
            }
        }

        Assert.Equal(100, (await vtf.Becomes(order, OrderState.Short)).Lines.Sum(l => l.Unallocated));
    }

    [Fact]
    public async Task A_firm_that_accepted_only_part_is_not_asked_for_more_of_the_order()
    {
        var vtf = await FoundWith(300, 300, 300);
        var order = await vtf.Allocate(false, ("TK-12", 120), ("TK-12", 120));
        foreach (var firm in (string[])["F1", "F2", "F3"])
        {
            foreach (var offer in await vtf.Offers(firm, OfferState.Proposed))
            {
                Assert.Equal(40, offer.Quantity);
                _ = (firm, offer.Terms.LineId) switch
                {
                    ("F1", "1") => await vtf.Take(offer, 30).Gives<OfferView>(),
                    ("F3", "2") => await vtf.Decline(offer).Gives<OfferView>(),
                    _ => await vtf.Take(offer).Gives<OfferView>(),
                };
            }
        }

        // 40 of the second line are open: F3 declined it, and F1, which took 30 of 40 on the first line, makes no more chairs for this order.
        var again = (await vtf.RunEnded(order)).Lines[1].Offers.Where(o => o.Round == 2);
        Assert.Equal([("F2", 20L)], again.Select(o => (o.MemberCode, o.Quantity)));
    }

    [Fact]
    public async Task Two_makers_of_a_line_do_not_see_the_buyer_and_nobody_its_size()
    {
        var vtf = await FoundWith(137, 251);
        var order = await vtf.Allocate(310);
        var two = await vtf.OfferTo("F1", order);
        Assert.Null(two.Terms.Buyer);
        Assert.DoesNotContain(
            two.Explanation,
            step => step.Text.Contains("310", StringComparison.Ordinal) || step.Text.Contains("251", StringComparison.Ordinal));
        Assert.Contains(two.Explanation, step => step.Text.Contains("137", StringComparison.Ordinal));

        var three = await FoundWith(137, 251, 190);
        var open = await three.OfferTo("F1", await three.Allocate(310));
        Assert.NotNull(open.Terms.Buyer);
        Assert.DoesNotContain(open.Explanation, step => step.Text.Contains("310", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_buyer_agrees_to_fewer_pieces()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Allocate(250);
        await vtf.CloseShort(order, "1", 51).IsRefused("QUANTITY_GONE");
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);
        await vtf.Becomes(order, OrderState.Short);

        await vtf.CloseShort(order, "1", 0).IsRefused("INVALID_INPUT", 400);
        await vtf.CloseShort(order, "2", 10).IsNotFound();
        await vtf.CloseShort(order, "1", 20, "20 fewer are fine.").Gives<OrderView>();
        Assert.Equal(OrderState.Short, (await vtf.Read(order)).State);
        var closed = await vtf.CloseShort(order, "1", 30, "Buyer's mail: 200 chairs are enough.").Gives<OrderView>();

        Assert.Equal(
            (OrderState.Allocated, 200, 50, 0),
            (closed.State, closed.Lines[0].Accepted, closed.Lines[0].ShortClosed, closed.Lines[0].Unallocated));
    }

    [Fact]
    public async Task An_order_can_be_cancelled_until_a_member_has_accepted()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Allocate(150);
        var offer = await vtf.OfferTo("F1", order);
        await vtf.Cancel(order, " ").IsRefused("INVALID_INPUT", 400);

        var cancelled = await vtf.Cancel(order).Gives<OrderView>();

        Assert.Equal(OrderState.Cancelled, cancelled.State);
        Assert.All(await vtf.Capacity(), c => Assert.Equal(0, c.Reserved));
        await vtf.Take(offer).IsRefused("ALREADY_DECIDED");
        await vtf.StartRun(order).IsRefused("ORDER_BLOCKED");
        Assert.Equal("RE", (await Response(vtf, order)).Root!.Element(Cbc + "OrderResponseCode")!.Value);

        var accepted = await vtf.Allocate(150);
        await vtf.Take("F1", accepted);
        await vtf.Cancel(accepted).IsRefused("ALREADY_DECIDED");
    }

    [Fact]
    public async Task A_buyers_file_is_split_and_answered_line_by_line()
    {
        var vtf = await FoundWith(450, 300, 200);
        var before = await vtf.Get(vtf.Manager1, "orders");
        await Import(vtf, "<Order/>").IsRefused("INVALID_UBL", 400);
        Assert.Equal(before.Text, (await vtf.Get(vtf.Manager1, "orders")).Text);

        // Other stories move the clock by years: in this one the buyer wants the goods next year.
        var file = (await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Documents", "complete.xml"),
            TestContext.Current.CancellationToken)).Replace(">2031-0", $">{Clock.Now().Year + 1}-0", StringComparison.Ordinal);
        var order = await Import(vtf, file).Gives<OrderView>();
        Assert.Equal(("Nordwind Handel", "PO-2031-0815", "EUR"), (order.Buyer, order.BuyerReference, order.Currency));
        Assert.Equal([120, 2500, 15], order.Lines.Select(l => l.Ordered));
        Assert.All(order.Lines, l => Assert.Null(l.Product));
        Assert.Contains("Oiled beech", (await vtf.Get(vtf.Manager1, $"orders/{order.OrderId}/document")).Text, StringComparison.Ordinal);
        await vtf.Get(vtf.Manager1, $"orders/{order.OrderId}/ubl-response").IsRefused("GATE_NOT_PASSED");

        await vtf.List("TK-12", "chairs", conversions: new ProductUnitConversion("KGM", 1000, 1));
        await vtf.Match(order, "10", "TK-12", $"\"{order.Version}\"").Gives<OrderView>();
        await vtf.Match(order, "20", "TK-12", $"\"{order.Version + 1}\"").Gives<OrderView>();
        await vtf.CloseShort(order, "30", 15, "Nobody is able to.", "We make no screws.").Gives<OrderView>();
        await vtf.Clear(order);
        await vtf.Accept(order).Gives<OrderView>();
        await vtf.RunEnded(order);
        foreach (var offer in (await Task.WhenAll(vtf.Offers("F1"), vtf.Offers("F2"), vtf.Offers("F3"))).SelectMany(o => o))
        {
            await vtf.Take(offer).Gives<OfferView>();
        }

        var split = await vtf.Becomes(order, OrderState.Short);
        Assert.Equal((120, 0), (split.Lines[0].Accepted, split.Lines[0].Unallocated));
        await vtf.CloseShort(order, "20", split.Lines[1].Unallocated, "The rest comes next year.").Gives<OrderView>();

        var response = await Response(vtf, order);
        Assert.Equal("CA", response.Root!.Element(Cbc + "OrderResponseCode")!.Value);
        Assert.Equal("PO-2031-0815", response.Root.Element(Cac + "OrderReference")!.Element(Cbc + "ID")!.Value);
        var items = response.Descendants(Cac + "LineItem").ToList();
        Assert.Equal(["5", "3", "7"], items.Select(i => i.Element(Cbc + "LineStatusCode")!.Value));
        Assert.Equal(["120", $"{split.Lines[1].Accepted / 1000m:0.###}", null], items.Select(i => i.Element(Cbc + "Quantity")?.Value));
        Assert.Equal("We make no screws.", items[2].Element(Cbc + "Note")!.Value);
    }

    [Fact]
    public async Task Invalid_input_is_reported_field_by_field()
    {
        var vtf = await Found("F1");
        await vtf.Post(vtf.Manager1, "orders", "{").IsRefused("INVALID_JSON", 400);
        await vtf.Post(vtf.Manager1, "orders", """{"currency":"EUR","surprise":1}""").IsRefused("INVALID_JSON", 400);
        var twice = await vtf.Post(vtf.Manager1, "orders", """{"currency":"EUR","lines":[{"lineId":"1","quantity":1,"quantity":1000}]}""");
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_JSON"), (twice.Status, twice.Code));
        Assert.Equal("The field 'quantity' occurs twice.", Assert.Single(twice.Json["errors"]!.AsObject()).Value![0]!.GetValue<string>());
        var faulty = await vtf.Post(vtf.Manager1, "orders", vtf.Document(("TK-12", 0)));
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_INPUT"), (faulty.Status, faulty.Code));
        Assert.Contains("lines[0].quantity", faulty.Text, StringComparison.Ordinal);

        // More pieces than a run can split are no order; nothing breaks later.
        var immense = await vtf.Post(vtf.Manager1, "orders", vtf.Document(("TK-12", long.MaxValue), ("TK-12", long.MaxValue)));
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_INPUT"), (immense.Status, immense.Code));
        Assert.Contains("lines[1].quantity", immense.Text, StringComparison.Ordinal);
        Assert.Empty((await vtf.Get(vtf.Manager1, "orders").Gives<GetOrder.OrderPage>()).Orders);

        await vtf.Declare("F1", long.MaxValue);
        Assert.Equal("F1 100", await vtf.Offered(await vtf.Allocate(100)));
    }

    [Fact]
    public async Task The_shortage_procedure_follows_its_steps()
    {
        var vtf = await FoundWith(1000, 60, 60);
        await vtf.Join("F6", "chairs", "Probation");
        await vtf.Declare("F6", 100);
        var order = await vtf.Allocate(400);
        Assert.Equal("F1 200, F2 60, F3 60", await vtf.Offered(order));
        await vtf.Step(order, OfferKind.Probation).IsRefused("GATE_NOT_PASSED");
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);
        await vtf.Take("F3", order);
        await vtf.Becomes(order, OrderState.Short);

        await vtf.Step(order, OfferKind.Subcontract).IsRefused("INVALID_INPUT", 400);
        await vtf.Step(order, OfferKind.OverConcentration).IsRefused("INVALID_INPUT", 400);
        await vtf.Step(order, OfferKind.Probation).IsRefused("GATE_NOT_PASSED");
        await vtf.Step(order, OfferKind.Probation, skipReason: "The board wants to see the new firm.").Gives<OrderView>();
        await AllocationService.Eventually("the firm on probation is asked", async () => await vtf.Offered(order) == "F6 40");
        await vtf.Decline("F6", order);
        await vtf.Becomes(order, OrderState.Short);

        await vtf.Step(order, OfferKind.OverConcentration, "Resolution 2027-03").Gives<OrderView>();
        await AllocationService.Eventually("F1 is asked above the cap", async () => await vtf.Offered(order) == "F1 80");
        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Allocated);
        Assert.Equal("F1 280, F2 60, F3 60", await vtf.Held(order));
    }

    [Theory]
    [InlineData(60, null)]
    [InlineData(61, "OVER_CAPACITY")]
    public async Task A_claim_uses_no_outdated_declaration(int days, string? refused)
    {
        var vtf = await Found("F1");
        await vtf.Declare("F1", 100, at: Clock.Now().AddDays(-days));
        var order = await vtf.Hold(("TK-12", 100));
        await vtf.Call(order, 100, "F1").Gives<OrderView>();

        Assert.Equal(refused, (await vtf.Claim("F1", order, 100)).Code);
    }

    [Fact]
    public async Task A_claim_stays_within_the_firms_capacity_and_in_whole_lots()
    {
        var vtf = await FoundWith(100, 20, 100);
        await vtf.Rule(AllocationService.Chairs with { MinLot = 20 });
        var order = await vtf.Hold(("TK-12", 100));
        await vtf.Call(order, 101, "F1").IsRefused("QUANTITY_GONE");
        await vtf.Call(order, 50, "F9").IsRefused("INVALID_INPUT", 400);
        await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/lines/1/open-calls", new { quantity = 50, members = new[] { vtf.Firm("F1") } })
            .IsRefused("INVALID_INPUT", 400);
        await vtf.Call(order, 50, "F1", "F2").Gives<OrderView>();
        await vtf.Call(order, 50, "F1", "F2").IsRefused("GATE_NOT_PASSED");
        await vtf.StartRun(order).IsRefused("RUN_IN_PROGRESS");

        await (vtf.Claim("F3", order, 10)).IsNotFound();
        await (vtf.Claim("F2", order, 30)).IsRefused("OVER_CAPACITY");
        await (vtf.Claim("F2", order, 15)).IsRefused("LOT_MULTIPLE");
        await (vtf.Claim("F2", order, 60)).IsRefused("QUANTITY_GONE");
        Assert.Equal(20, (await (vtf.Claim("F2", order, 20)).Gives<OfferView>()).Accepted);
        await (vtf.Claim("F2", order, 20)).IsRefused("ALREADY_DECIDED");
        await vtf.Standing("F1", "Suspended");
        await (vtf.Claim("F1", order, 30)).IsRefused("GATE_NOT_PASSED");
        await vtf.Standing("F1", "Active");

        // The rules of the call hold until its end, whatever the rulebook says meanwhile (F-G4).
        await vtf.Rule(AllocationService.Chairs with { LotSize = 7 });
        Assert.Equal(30, (await (vtf.Claim("F1", order, 30)).Gives<OfferView>()).Accepted);
        Assert.Equal((50, 50), ((await vtf.Read(order)).Lines[0].Accepted, (await vtf.Read(order)).Lines[0].Unallocated));
    }

    [Fact]
    public async Task A_claim_below_the_minimum_lot_is_refused_unless_nothing_more_is_called_for()
    {
        var vtf = await FoundWith(100, 100, 100);
        var order = await vtf.Hold(("TK-12", 100));
        await vtf.Call(order, 70, "F1", "F2", "F3").Gives<OrderView>();
        var call = Assert.Single((await vtf.Get(vtf.Worker("F1"), "open-calls").Gives<IReadOnlyList<CallForFirmView>>()));
        Assert.Equal((10, 30), (call.LotSize, call.MinLot));
        var terms = call.Terms;

        await (vtf.Claim("F1", order, 20)).IsRefused("BELOW_MIN_LOT");
        // What the firm read before it claimed is what it is bound to.
        var claimed = (await vtf.Claim("F1", order, 30).Gives<OfferView>()).Terms;
        Assert.Equal(
            (claimed.Price, claimed.Currency, claimed.DeliveryFrom, claimed.DeliveryBefore, claimed.Buyer),
            (terms.Price, terms.Currency, terms.DeliveryFrom, terms.DeliveryBefore, terms.Buyer));
        await (vtf.Claim("F2", order, 20)).IsRefused("BELOW_MIN_LOT");
        await (vtf.Claim("F2", order, 40)).Gives<OfferView>();
        Assert.Equal("F1 30, F2 40", await vtf.Held(order));

        // All that is called for may be less than the minimum lot; F1 holds that already.
        await vtf.Call(order, 10, "F1", "F3").Gives<OrderView>();
        await (vtf.Claim("F3", order, 10)).Gives<OfferView>();
        Assert.Equal("F1 30, F2 40, F3 10", await vtf.Held(order));
    }

    private static Task<Answer> Import(AllocationService service, string xml) => service.Import(xml);

    private static async Task<XDocument> Response(AllocationService service, OrderView order)
    {
        var answer = await service.Get(service.Manager1, $"orders/{order.OrderId}/ubl-response");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return XDocument.Parse(answer.Text);
    }
}

public sealed class LinesEmbedded(Embedded host) : LineStories(host);

public sealed class LinesDistributed(Distributed host) : LineStories(host);
