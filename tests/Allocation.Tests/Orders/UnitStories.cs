using System.Net.Http.Headers;
using System.Xml.Linq;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SplitsByHand;
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
        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Short);
        await vtf.CloseShort(order, "1", 80_000_000, "Next season.").Gives<OrderView>();
        await vtf.Becomes(order, OrderState.Allocated);
        var quantity = (await Response(vtf, order)).Descendants(Cbc + "Quantity").Single();
        Assert.Equal(("10", "TNE"), (quantity.Value, quantity.Attribute("unitCode")!.Value));
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
        Assert.Null(current.Lines[0].OpenCalls[0].Terms);
        var asked = Assert.Single(await vtf.Get(vtf.Worker("F5"), "open-calls").Gives<IReadOnlyList<OpenCallView>>());
        Assert.Equal(("GRM", "GRM"), (asked.Unit, asked.Terms!.Unit));
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
