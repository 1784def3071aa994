using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>The consortium's own list says what a product is; firms only say what they can make.</summary>
public abstract class ProductStories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task What_a_firm_says_of_a_product_changes_nothing_for_the_others()
    {
        var vtf = await FoundWith(100, 100, 100);
        // Once, the first family in the alphabet counted for everybody, and its only maker was offered every piece.
        await vtf.Says("F3", new MemberCapability("TK-12", "Armchair", "aaa"));
        await vtf.Declare("F3", 300, "aaa");

        var order = await vtf.Allocate(300);

        Assert.Equal("chairs", Assert.Single(order.Lines).ProductFamily);
        Assert.Equal("F1 100, F2 100, F3 100", await vtf.Offered(order));
    }

    [Fact]
    public async Task A_suspended_firm_cant_turn_an_order_short()
    {
        var vtf = await FoundWith(100, 100);
        await vtf.Join("F3", "chairs", "Suspended");
        await vtf.Says("F3", new MemberCapability("TK-12", "Armchair", "aaa"));

        Assert.Equal("F1 50, F2 50", await vtf.Offered(await vtf.Allocate(100)));
    }

    [Fact]
    public async Task A_product_that_nobody_makes_yet_is_known_and_its_line_waits_for_a_firm()
    {
        var vtf = await FoundWith(100);
        await vtf.List("LAMP-1", "lamps");
        var order = await vtf.Allocate(false, ("LAMP-1", 40));

        Assert.Equal((OrderState.Short, "lamps"), (order.State, order.Lines[0].ProductFamily));
        var products = await vtf.Get(vtf.Manager1, "products").Gives<IReadOnlyList<Product>>();
        Assert.Equal([("LAMP-1", "lamps", "C62"), ("TK-12", "chairs", "C62")], products.Select(p => (p.Code, p.Family, p.Unit)));
    }

    [Fact]
    public async Task A_retired_product_is_no_longer_ordered_but_what_was_ordered_is_made()
    {
        var vtf = await FoundWith(100, 100);
        var before = await vtf.Place(60);
        await vtf.List("TK-12", "chairs", retired: true);

        Assert.Null(Assert.Single((await vtf.Place(60)).Lines).Product);
        await vtf.Clear(before);
        await vtf.Accept(before).Gives<OrderView>();
        await vtf.RunEnded(before);
        Assert.Equal("F1 30, F2 30", await vtf.Offered(before));
        Assert.Empty(await vtf.Get(vtf.Manager1, "products").Gives<IReadOnlyList<Product>>());
    }

    [Fact]
    public async Task A_listing_older_than_the_known_version_is_ignored()
    {
        var vtf = await FoundWith(100);
        var now = Host.Clock.Now();
        var consortium = vtf.Manager1.Consortium!.Value;
        await Host.Deliver(new ProductListed(consortium, "TK-12", "Chair", "armchairs", "C62", [], false, 9, now));
        await Host.Deliver(new ProductListed(consortium, "TK-12", "Chair", "stools", "C62", [], true, 8, now));

        Assert.Equal("armchairs", Assert.Single((await vtf.Place(60)).Lines).ProductFamily);
    }
}

public sealed class ProductsEmbedded(Embedded host) : ProductStories(host);

public sealed class ProductsDistributed(Distributed host) : ProductStories(host);
