using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>What Marketing says: a quotation that a buyer accepted, and what the catalogue calls a product.</summary>
public abstract class QuotedOrderStories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task An_accepted_quotation_becomes_one_order_however_often_the_message_comes()
    {
        var vtf = await FoundWith(450, 300, 200);
        var accepted = AcceptedBy(vtf);
        var id = Guid.CreateVersion7();

        await Task.WhenAll(Host.Deliver(accepted, id), Host.Deliver(accepted, id), Host.Deliver(accepted));
        await Host.Deliver(accepted with { OccurredAt = Host.Clock.Now() });

        var order = await vtf.Get(vtf.Manager1, $"orders/{accepted.QuotationId}").Gives<OrderView>();
        Assert.Equal((OrderState.Received, "Nordhaus Möbel GmbH", "Q-2027-0001"), (order.State, order.Buyer, order.BuyerReference));
        Assert.Equal("Q-2027-0001", order.QuotationReference);
        Assert.Equal([("1", "TK-12", 1000L, 4568L), ("2", null, 5L, 990L)], order.Lines.Select(
            l => (l.LineId, l.Product, l.Ordered, l.Price!.MinorUnits)));
        Assert.Empty(order.SameReferenceAs);
        Assert.Single(Host.Published<BuyerOrderReceived>(e => e.OrderId == accepted.QuotationId));
    }

    [Fact]
    public async Task It_is_dated_with_the_day_at_the_consortium_s_seat()
    {
        var vtf = await FoundWith(450, 300, 200);
        var accepted = AcceptedBy(vtf) with { OccurredAt = Host.Clock.Now().Date.AddHours(20) };   // past midnight in Vientiane

        await Host.Deliver(accepted);

        var document = await vtf.Get(vtf.Manager1, $"orders/{accepted.QuotationId}/document");
        var day = DateOnly.FromDateTime(accepted.OccurredAt).AddDays(1);
        Assert.Contains($"\"issueDate\":\"{day:yyyy-MM-dd}\"", document.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_catalogue_s_name_is_shown_from_then_on()
    {
        var vtf = await FoundWith(100, 100, 100);
        var before = await vtf.Place(30);
        await Named(vtf, 2, ("fr", "Chaise de jardin"), ("en", "Garden chair, teak"));
        await Named(vtf, 1, ("en", "Older"));

        var product = Assert.Single(await vtf.Get(vtf.Manager1, "products").Gives<IReadOnlyList<Product>>());
        Assert.Equal(("Garden chair, teak", "Chaise de jardin"), (product.Name, product.Names!["fr"]));
        var order = await vtf.Allocate(90);
        Assert.Equal("Garden chair, teak", order.Lines[0].ProductName);
        var offer = (await vtf.Get(vtf.Worker("F1"), "offers")).Ok["offers"]!.AsArray().First()!;
        Assert.Equal("Chaise de jardin", $"{offer["terms"]!["productNames"]!["fr"]}");
        var kept = await vtf.Get(vtf.Manager1, $"orders/{before.OrderId}").Gives<OrderView>();
        Assert.Equal(before.Lines[0].ProductName, kept.Lines[0].ProductName);
        Assert.Null(kept.Lines[0].ProductNames);
    }

    [Fact]
    public async Task A_name_that_comes_before_the_product_lists_nothing()
    {
        var vtf = await FoundWith(100);
        var consortium = vtf.Manager1.Consortium!.Value;
        await Host.Deliver(new ProductNamed(
            consortium, "LAMP-1", Guid.CreateVersion7(), new Dictionary<string, string> { ["vi"] = "Đèn" }, 1, Host.Clock.Now()));
        Assert.Equal("TK-12", Assert.Single(await vtf.Get(vtf.Manager1, "products").Gives<IReadOnlyList<Product>>()).Code);

        await vtf.List("LAMP-1", "lamps");

        Assert.Equal(["Đèn"], (await vtf.Get(vtf.Manager1, "products").Gives<IReadOnlyList<Product>>()).Where(p => p.Code == "LAMP-1")
            .Select(p => p.Name));
    }

    private Task Named(AllocationService vtf, long version, params (string Language, string Name)[] names) =>
        Host.Deliver(new ProductNamed(
            vtf.Manager1.Consortium!.Value, "TK-12", Guid.CreateVersion7(), names.ToDictionary(n => n.Language, n => n.Name), version,
            Host.Clock.Now()));

    private QuotationAccepted AcceptedBy(AllocationService vtf) => new(
        vtf.Manager1.Consortium!.Value, Guid.CreateVersion7(), "Q-2027-0001", 2, new string('a', 64), "Nordhaus Möbel GmbH", "DE", "EUR", "FOB",
        "Laem Chabang", null, new(2027, 5, 31),
        [new("1", "TK-12", "Garden chair", 1000, "C62", 4568), new("2", "GONE-1", "Stool", 5, "C62", 990)], Host.Clock.Now());
}

public sealed class QuotedOrdersEmbedded(Embedded host) : QuotedOrderStories(host);

public sealed class QuotedOrdersDistributed(Distributed host) : QuotedOrderStories(host);
