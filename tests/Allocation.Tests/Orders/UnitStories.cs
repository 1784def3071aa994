using System.Net.Http.Headers;
using System.Xml.Linq;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.SplitsByHand;
using ExportConsortia.Allocation.Tests.Engine;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Buyers order in dozens and tonnes; products are counted in their own unit, and nothing is guessed.</summary>
public abstract class UnitStories(RunningAllocation host) : Story(host)
{
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
    private static readonly ProductUnitConversion Dozen = new("DZN", 12, 1);

    [Fact]
    public async Task A_hundred_dozen_are_twelve_hundred_pieces_and_the_buyer_is_answered_in_dozens()
    {
        var vtf = await FoundWith(400, 400, 400);
        await vtf.List("TK-12", "chairs", conversions: Dozen);

        var order = await Import(vtf, "units-dozen.xml").Gives<OrderView>();

        var line = Assert.Single(order.Lines);
        Assert.Equal(("TK-12", 1200, "C62", 1), (line.Product, line.Ordered, line.Unit, line.PiecesPerUnit));
        Assert.Equal((100, "DZN"), (line.OrderedAs.Pieces, line.OrderedAs.Unit));
        Assert.Equal(4800, line.Price!.MinorUnits / line.Price.PerQuantity);
        await vtf.Clear(order);
        await vtf.Accept(order).Gives<OrderView>();
        await vtf.RunEnded(order);
        Assert.Equal("F1 400, F2 400, F3 400", await vtf.Offered(order));
        var terms = (await vtf.OfferTo("F1", order)).Terms;
        Assert.Equal(("C62", 1, new UnitPrice(4800)), (terms.Unit, terms.PiecesPerUnit, terms.Price));
        await vtf.Take("F1", order, 390);
        await vtf.Take("F2", order);
        await vtf.Take("F3", order);
        await vtf.Becomes(order, OrderState.Short);
        await vtf.CloseShort(order, "1", 10, "Agreed.").Gives<OrderView>();
        await vtf.Becomes(order, OrderState.Allocated);
        var quantity = (await Response(vtf, order)).Descendants(Cbc + "Quantity").Single();
        // 1,190 pieces are no decimal number of dozens: they are said as they are.
        Assert.Equal(("1190", "C62"), (quantity.Value, quantity.Attribute("unitCode")!.Value));
    }

    [Fact]
    public async Task Ninety_tonnes_are_more_than_ten_tonnes_of_capacity()
    {
        var vtf = await Found();
        await vtf.List("RB-01", "rubber", "GRM", conversions: [new("KGM", 1000, 1), new("TNE", 1_000_000, 1)]);
        await vtf.Standing("F1", "Active");
        await vtf.Says("F1", new MemberCapability("RB-01", "Smoked rubber", "rubber"));
        await vtf.Declare("F1", 10_000_000, "rubber");

        var order = await Import(vtf, "units-tonnes.xml").Gives<OrderView>();
        await vtf.Clear(order);
        await vtf.Accept(order).Gives<OrderView>();
        order = await vtf.RunEnded(order);

        var line = Assert.Single(order.Lines);
        Assert.Equal((90_000_000, "GRM", 80_000_000), (line.Ordered, line.Unit, line.Unallocated));
        Assert.Equal(10_000_000, await vtf.Reserved("F1", "rubber"));
        var told = (await vtf.OfferTo("F1", order)).Explanation[^1];
        Assert.Equal(("Your firm is offered 10000000 GRM (gram).", "GRM", ExplanationKey.Offered), (told.Text, told.Unit, told.Key));
        Assert.Equal(told.Text, SentenceFile.Tell(told));
        var json = (await vtf.Get(vtf.Worker("F1"), "offers")).Json["offers"]![0]!["explanation"]!.AsArray()[^1]!;
        Assert.Equal(("Offered", "GRM"), (json["key"]!.GetValue<string>(), json["unit"]!.GetValue<string>()));
        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Short);
        var tooMuch = await vtf.CloseShort(order, "1", 80_000_001);
        Assert.Equal("QUANTITY_GONE", tooMuch.Code);
        Assert.Contains("Only 80000000 GRM (gram) of this line are open.", tooMuch.Text, StringComparison.Ordinal);
        await vtf.CloseShort(order, "1", 80_000_000, "Next season.").Gives<OrderView>();
        await vtf.Becomes(order, OrderState.Allocated);
        var quantity = (await Response(vtf, order)).Descendants(Cbc + "Quantity").Single();
        Assert.Equal(("10", "TNE"), (quantity.Value, quantity.Attribute("unitCode")!.Value));
    }

    [Fact]
    public async Task A_claim_and_a_subcontract_are_explained_in_the_products_unit()
    {
        var vtf = await Found();
        await vtf.List("RB-01", "rubber", "GRM");
        foreach (var firm in (string[])["F1", "F2"])
        {
            await vtf.Standing(firm, "Active");
            await vtf.Says(firm, new MemberCapability("RB-01", "Smoked rubber", "rubber"));
        }

        await vtf.Declare("F1", 1000, "rubber");
        var order = await vtf.Post(vtf.Manager1, "orders", Order("RB-01", 2000, "GRM")).Gives<OrderView>();
        await vtf.Clear(order);
        await vtf.Accept(order).Gives<OrderView>();
        await vtf.RunEnded(order);
        var reason = (await vtf.Get(vtf.Worker("F2"), "passed-over")).Json["passedOver"]![0]!["explanation"]!;
        Assert.Equal("NoFreeCapacity", reason["key"]!.GetValue<string>());
        Assert.Equal("rubber", reason["names"]![0]!["text"]!.GetValue<string>());
        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Short);

        await vtf.Declare("F2", 500, "rubber");
        await vtf.Call(order, 500, "F2").Gives<OrderView>();
        var tooMuch = await vtf.Claim("F2", order, 501);
        Assert.Contains("The call is for 500 GRM (gram), not for 501.", tooMuch.Text, StringComparison.Ordinal);
        Told("Your firm was the first to claim 500 GRM (gram) of an open call.", await vtf.Claim("F2", order).Gives<OfferView>());

        var aboveCap = await vtf.Subcontract(order, "F1", "Pakse Rubber", 100, 1);
        Assert.Contains("The firm would hold more than 1000 GRM (gram) of this line", aboveCap.Text, StringComparison.Ordinal);
        await vtf.Subcontract(order, "F2", "Pakse Rubber", 100, 1).Gives<OrderView>();
        Told("Your firm is asked to be responsible for 100 GRM (gram) that Pakse Rubber will make.", await vtf.OfferTo("F2", order));

        static void Told(string text, OfferView offer)
        {
            var step = Assert.Single(offer.Explanation);
            Assert.Equal((text, text), (step.Text, SentenceFile.Tell(step)));
        }
    }

    [Fact]
    public async Task A_code_in_lower_case_is_refused_at_its_line_and_element()
    {
        var vtf = await FoundWith(100);
        var no = await Import(vtf, "units-lower-case.xml");

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_UBL"), (no.Status, no.Code));
        var fault = Assert.Single(no.Json["faults"]!.AsArray())!;
        Assert.Equal(
            ("/Order/OrderLine/LineItem/Quantity", 3, "UBL-ORD-41"),
            (fault["path"]!.GetValue<string>(), fault["line"]!.GetValue<int>(), fault["rule"]!.GetValue<string>()));
        Assert.Contains("kgm", fault["sentence"]!.GetValue<string>(), StringComparison.Ordinal);
        var json = await vtf.Post(vtf.Manager1, "orders", Order("TK-12", 10, "c62"));
        Assert.Equal(["lines[0].unit"], json.WrongFields);
    }

    [Fact]
    public async Task A_line_in_a_unit_without_a_conversion_waits_until_there_is_one()
    {
        var vtf = await FoundWith(600, 600);
        var order = await Import(vtf, "units-dozen.xml").Gives<OrderView>();
        var line = Assert.Single(order.Lines);
        Assert.Equal((null, "UNIT_UNKNOWN", "DZN", 100L), (line.Product, line.WaitsFor, line.Unit, line.Ordered));
        Assert.Contains("DZN (dozen)", line.WaitsBecause, StringComparison.Ordinal);
        await vtf.Clear(order);
        await vtf.Accept(order).IsRefused("UNIT_UNKNOWN");
        await vtf.Match(order, "1", "TK-12", $"\"{(await vtf.Read(order)).Version}\"").IsRefused("UNIT_UNKNOWN");

        await vtf.List("TK-12", "chairs", conversions: Dozen);
        await vtf.Accept(order).Gives<OrderView>();

        line = Assert.Single((await vtf.RunEnded(order)).Lines);
        Assert.Equal(("TK-12", null, 1200L), (line.Product, line.WaitsFor, line.Ordered));
        Assert.Equal("F1 600, F2 600", await vtf.Offered(order));
    }

    [Fact]
    public async Task A_line_that_waits_can_be_matched_to_a_product_in_its_unit()
    {
        var vtf = await FoundWith(100);
        await vtf.List("DOZENS", "packs", "DZN");
        var order = await Import(vtf, "units-dozen.xml").Gives<OrderView>();

        var matched = await vtf.Match(order, "1", "DOZENS", $"\"{order.Version}\"").Gives<OrderView>();

        var line = Assert.Single(matched.Lines);
        Assert.Equal(("DOZENS", null, 100L, "DZN"), (line.Product, line.WaitsFor, line.Ordered, line.Unit));
    }

    [Fact]
    public async Task A_quantity_finer_than_the_products_unit_is_refused_at_its_line_and_element()
    {
        var vtf = await FoundWith(100);
        await vtf.List("TK-12", "chairs", conversions: Dozen);
        var half = await vtf.Post(vtf.Manager1, "orders", Order("TK-12", 5, "C62", piecesPerUnit: 10));
        Assert.Equal(["lines[0].quantity"], half.WrongFields);

        var no = await ImportText(vtf, UblFile.Text("units-dozen.xml")
            .With(">100</cbc:Quantity>", ">0.7</cbc:Quantity>").Replace("57600.00", "403.20", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_UBL"), (no.Status, no.Code));
        Assert.Equal("/Order/OrderLine/LineItem/Quantity", Assert.Single(no.Json["faults"]!.AsArray())!["path"]!.GetValue<string>());
        Assert.Empty((await vtf.Get(vtf.Manager1, "orders").Gives<GetOrder.OrderPage>()).Orders);
    }

    [Fact]
    public async Task A_price_per_another_unit_is_converted_or_refused_naming_both()
    {
        var vtf = await Found();
        var file = UblFile.Text("units-tonnes.xml").With(
            "<cbc:PriceAmount currencyID=\"EUR\">1600.00</cbc:PriceAmount>",
            "<cbc:PriceAmount currencyID=\"EUR\">1.60</cbc:PriceAmount><cbc:BaseQuantity unitCode=\"KGM\">1</cbc:BaseQuantity>");
        var no = await ImportText(vtf, file);
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_UBL"), (no.Status, no.Code));
        Assert.Contains("KGM (kilogram)", no.Text, StringComparison.Ordinal);
        Assert.Contains("TNE (tonne (metric ton))", no.Text, StringComparison.Ordinal);

        await vtf.List("RB-01", "rubber", "GRM", conversions: [new("KGM", 1000, 1), new("TNE", 1_000_000, 1)]);
        var line = Assert.Single((await ImportText(vtf, file).Gives<OrderView>()).Lines);
        Assert.Equal((4, 25), (line.Price!.MinorUnits, line.Price.PerQuantity));
        // The amount of the line is checked with the price that is meant.
        var wrong = await ImportText(vtf, file.Replace("144000.00", "144.00", StringComparison.Ordinal));
        Assert.Contains("line amount", wrong.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capacity_in_another_unit_than_the_lines_is_not_used_and_the_firm_reads_why()
    {
        var vtf = await Found();
        await vtf.List("RB-01", "rubber", "GRM");
        foreach (var firm in (string[])["F1", "F2"])
        {
            await vtf.Standing(firm, "Active");
            await vtf.Says(firm, new MemberCapability("RB-01", "Smoked rubber", "rubber"));
            await vtf.Declare(firm, 5_000, "rubber");
        }

        var order = await vtf.Post(vtf.Manager1, "orders", Order("RB-01", 4_000, "GRM")).Gives<OrderView>();
        // The manager counts rubber in kilograms from now on; F2 has declared 5,000 of them, F1 not yet.
        await vtf.List("RB-01", "rubber", "KGM");
        await vtf.Declare("F2", 5_000, "rubber");
        await vtf.Clear(order);
        await vtf.Accept(order).Gives<OrderView>();
        await vtf.RunEnded(order);

        Assert.Equal("F1 4000", await vtf.Offered(order));
        Assert.Equal(0, await vtf.Reserved("F2", "rubber"));
        var reasons = await vtf.Get(vtf.Worker("F2"), "passed-over").Gives<GetPassedOver.PassedOverPage>();
        Assert.Equal("CAPACITY_IN_ANOTHER_UNIT", Assert.Single(reasons.PassedOver).Code);

        // The other way round: the line is in kilograms, and F1's grams are no kilograms. Neither are they in an open call.
        await vtf.Decline("F1", order);
        await vtf.Cancel(order).Gives<OrderView>();
        var kilograms = await vtf.Post(vtf.Manager1, "orders", Order("RB-01", 4_000, "KGM")).Gives<OrderView>();
        await vtf.Clear(kilograms);
        await vtf.Accept(kilograms, hold: true).Gives<OrderView>();
        await vtf.Call(kilograms, 4_000, "F1", "F2").Gives<OrderView>();
        await vtf.Claim("F1", kilograms, 4_000).IsRefused("OVER_CAPACITY");
        Assert.Equal(HttpStatusCode.OK, (await vtf.Claim("F2", kilograms, 4_000)).Status);
    }

    [Fact]
    public async Task A_sealed_price_of_grams_may_be_finer_than_a_cent_a_gram()
    {
        var vtf = await Found();
        await vtf.List("RB-01", "rubber", "GRM");
        await vtf.Rule(new AllocationRule
        {
            ProductFamily = "*", Policy = nameof(SealedPrice), Sources = 2, ConcentrationCapPercent = 100, PriceMatchRound = new(CeilingPercent: 100),
        });
        foreach (var firm in new[] { "F1", "F2", "F3" })
        {
            await vtf.Standing(firm, "Active");
            await vtf.Says(firm, new MemberCapability("RB-01", "Smoked rubber", "rubber"));
            await vtf.Declare(firm, 700_000, "rubber");
        }

        var order = await vtf.Post(vtf.Manager1, "orders", new
        {
            currency = "EUR",
            buyer = new { name = "Nordhaus" },
            lines = new[]
            {
                new { lineId = "1", product = "RB-01", quantity = 1_000_000, unit = "GRM", price = new { minorUnits = 160, perQuantity = 1000 } },
            },
        }).Gives<OrderView>();
        await vtf.Clear(order);
        await vtf.Accept(order).Gives<OrderView>();
        var asked = await vtf.Asked(order);
        Assert.Equal("GRM", asked["F1"].Terms.Unit);
        await AllocationService.Eventually(
            "each firm is told", () => Task.FromResult(Host.Published<PriceAsked>(m => m.OrderId == order.OrderId && m.Unit == "GRM").Count == 3));
        Assert.Equal(["perQuantity"], (await vtf.HandIn(asked["F1"], 150, 0)).WrongFields);
        Assert.Equal(["perQuantity"], (await vtf.HandIn(asked["F1"], 150, 1_000_000_001)).WrongFields);

        // EUR 1.50, 1.49 and 1.61 a kilogram; the last is above what the buyer pays.
        Assert.Equal(1000, (await vtf.HandIn(asked["F1"], 150, 1000).Gives<PriceInvitationView>()).PerQuantity);
        await vtf.HandIn(asked["F2"], 149_000, 1_000_000).Gives<PriceInvitationView>();
        await vtf.HandIn(asked["F3"], 161, 1000).Gives<PriceInvitationView>();
        order = await vtf.RunEnded(order);

        Assert.Equal("F1 400000, F2 600000", await vtf.Offered(order));
        Assert.Equal(new UnitPrice(149_000, 1_000_000), (await vtf.OfferTo("F2", order)).Terms.Price);
        var toMatch = await vtf.OfferTo("F1", order);
        Assert.Equal((true, new UnitPrice(149_000, 1_000_000)), (toMatch.Terms.PriceMatch, toMatch.Terms.Price));
        Assert.Contains("149000 minor units per 1000000 GRM (gram), your firm's 150 minor units per 1000 GRM (gram)",
            toMatch.Explanation.Single(step => step.Rule == "R-615").Text, StringComparison.Ordinal);
        Assert.Equal(
            [("F1", 149_000, 1_000_000), ("F2", 149_000, 1_000_000)],
            order.Lines[0].Offers.Select(o => (o.MemberCode, o.SealedPriceMinor!.Value, o.SealedPerQuantity!.Value)).Order());
        await vtf.Take("F2", order);

        // F1 doesn't match, and gets what F2 can't make at its own price.
        await vtf.Decline(await vtf.OfferTo("F1", order), DeclineReason.Price).Gives<OfferView>();
        await AllocationService.Eventually("what is left is offered", async () => await vtf.Offered(order) == "F1 300000, F2 100000");
        Assert.Equal(new UnitPrice(150, 1000), (await vtf.OfferTo("F1", order)).Terms.Price);
        Assert.All(await vtf.Runs(order), run => Assert.True(run.ReplaysIdentically));
    }

    [Fact, Alone]
    public async Task Whatever_counts_grams_says_so()
    {
        var vtf = await FoundWith(100);
        await vtf.List("RB-01", "rubber", "GRM");
        foreach (var (firm, grams) in new[] { ("F2", 500), ("F3", 300), ("F4", 400) })
        {
            await vtf.Join(firm, "chairs");
            await vtf.Says(firm, new MemberCapability("RB-01", "Smoked rubber", "rubber"));
            await vtf.Declare(firm, grams, "rubber");
        }

        await vtf.Rule(new AllocationRule { ProductFamily = "*", ConcentrationCapPercent = 100, MaxReallocationRounds = 1 });
        var order = await vtf.Post(vtf.Manager1, "orders", new
        {
            currency = "EUR",
            buyer = new { name = "Nordhaus" },
            lines = new[]
            {
                new { lineId = "1", product = "RB-01", quantity = 1800, unit = "GRM" },
                new { lineId = "2", product = "TK-12", quantity = 150, unit = "C62" },
            },
        }).Gives<OrderView>();
        await vtf.Clear(order);
        await vtf.Accept(order).Gives<OrderView>();
        await vtf.RunEnded(order);

        var offer = (await vtf.Offers("F3", OfferState.Proposed)).Single(o => o.OrderId == order.OrderId);
        Assert.Equal((300, "GRM"), (offer.Quantity, offer.Unit));
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);
        await vtf.Take("F4", order);
        Clock.MoveOn(TimeSpan.FromHours(73));
        await vtf.Becomes(order, OrderState.Short);
        await AllocationService.Eventually(
            "the shortage is told", () => Task.FromResult(Host.Published<ShortageDeclared>(m => m.OrderId == order.OrderId).Count > 0));
        var expired = Assert.Single(Host.Published<OfferExpired>(m => m.OrderId == order.OrderId));
        Assert.Equal((300, "GRM"), (expired.Quantity, expired.Unit));
        var shortage = Host.Published<ShortageDeclared>(m => m.OrderId == order.OrderId)[^1];
        Assert.Equal(950, shortage.OpenQuantity);
        Assert.Equal([new("1", 900, "GRM"), new LineShortage("2", 50, "C62")], shortage.Lines!);

        await vtf.Join("F5", "chairs");
        await vtf.Says("F5", new MemberCapability("RB-01", "Smoked rubber", "rubber"));
        await vtf.Declare("F5", 600, "rubber");
        var split = await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/lines/1/splits-by-hand", new
        {
            parts = new[] { new { memberId = vtf.Firm("F5"), quantity = 200 } }, reason = "A sample for the buyer.",
        }).Gives<SplitView>();
        Assert.Equal((900, "GRM"), (split.Open, split.Unit));
        var refused = await vtf.Post(
            vtf.Auditor, $"orders/{order.OrderId}/lines/1/splits-by-hand/{split.SplitId}/refusal", new { reason = "Too early." }).Gives<SplitView>();
        Assert.Equal("GRM", refused.Unit);
        Assert.Equal("GRM", Assert.Single((await vtf.Get(vtf.Auditor, "splits-by-hand").Gives<GetFairness.SplitPage>()).Splits).Unit);

        var current = await vtf.Call(order, 600, "F5").Gives<OrderView>();
        Assert.Equal((600, "GRM"), (current.Lines[0].OpenCalls[0].Quantity, current.Lines[0].OpenCalls[0].Unit));
        var asked = Assert.Single(await vtf.Get(vtf.Worker("F5"), "open-calls").Gives<IReadOnlyList<CallForFirmView>>());
        Assert.Equal(("GRM", "GRM"), (asked.Unit, asked.Terms.Unit));
        Assert.Equal("GRM", (await vtf.Claim("F5", order, 500).Gives<OfferView>()).Unit);

        var accounts = await vtf.Get(vtf.Auditor, "fairness-accounts").Gives<IReadOnlyList<GetFairness.AccountView>>();
        Assert.Equal(
            [("chairs", "C62"), ("rubber", "GRM")], accounts.Select(a => (a.ProductFamily, a.Unit)).Distinct().OrderBy(a => a.ProductFamily));
        Assert.Equal([(500, "GRM")], accounts.Where(a => a.MemberId == vtf.Firm("F5")).Select(a => (a.Received, a.Unit)));
        var entries = (await vtf.Get(vtf.Worker("F5"), "fairness-accounts/entries").Gives<GetFairness.EntryPage>()).Entries;
        Assert.Equal((500, "GRM"), (entries[0].Received, entries[0].Unit));
        var simulated = await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/simulations", new { alternatives = new[] { new { name = "Same" } } })
            .Gives<SimulateOrder.Response>();
        Assert.Equal([("1", "GRM"), ("2", "C62")], simulated.AsItStands.Lines.Select(l => (l.LineId, l.Unit)));
        Assert.Null(simulated.AsItStands.Unit);
        Assert.All(await vtf.Runs(order), run => Assert.Equal([("1", "GRM"), ("2", "C62")], run.Units.Select(u => (u.LineId, u.Unit))));
    }

    private static object Order(string product, long quantity, string unit, long piecesPerUnit = 1) => new
    {
        currency = "EUR", buyer = new { name = "Nordhaus" }, lines = new[] { new { lineId = "1", product, quantity, piecesPerUnit, unit } },
    };

    private static Task<Answer> Import(AllocationService service, string file) => ImportText(service, UblFile.Text(file));

    private static Task<Answer> ImportText(AllocationService service, string xml)
    {
        var content = new StringContent(xml);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/xml") { CharSet = "utf-8" };
        return service.Post(service.Manager1, "orders/ubl", content);
    }

    private static async Task<XDocument> Response(AllocationService service, OrderView order) =>
        XDocument.Parse((await service.Get(service.Manager1, $"orders/{order.OrderId}/ubl-response")).Text);
}

public sealed class UnitsEmbedded(Embedded host) : UnitStories(host);

public sealed class UnitsDistributed(Distributed host) : UnitStories(host);
