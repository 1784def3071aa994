using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Scenario A5: 1,000 chairs for Nordhaus Möbel, from the order to the last piece, with the failures on the way.</summary>
public abstract class ScenarioA5Stories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task A_thousand_chairs_are_split_among_the_firms()
    {
        var vtf = await VientianeTeakFurniture();
        var order = await vtf.Allocate(1000);
        Assert.Equal("F1 410, F2 270, F3 180, F5 140", await vtf.Offered(order));
        await vtf.StartRun(order, vtf.Manager2).IsRefused("RUN_IN_PROGRESS");

        // F2's answer, with what goes wrong on the way.
        var toF2 = await vtf.OfferTo("F2", order);
        await vtf.Take(toF2, 275).IsRefused("LOT_MULTIPLE");
        await vtf.Take(toF2, 280).IsRefused("OVER_OFFER");
        await vtf.Take(toF2, 20).IsRefused("BELOW_MIN_LOT");
        await vtf.Get(vtf.Worker("F3"), $"offers/{toF2.OfferId}").IsNotFound();
        await vtf.Post(vtf.Worker("F3"), $"offers/{toF2.OfferId}/acceptance", new { }).IsNotFound();
        await vtf.Take(toF2).Gives<OfferView>();

        // F1 clicks twice: one allocation, one answer.
        var toF1 = await vtf.OfferTo("F1", order);
        var first = await vtf.Take(toF1, 410, idempotencyKey: "click");
        var second = await vtf.Take(toF1, 410, idempotencyKey: "click");
        Assert.Equal((HttpStatusCode.OK, first.Text), (second.Status, second.Text));
        Assert.Equal(OfferState.Accepted, first.Read<OfferView>().State);
        await vtf.Decline(toF1).IsRefused("ALREADY_DECIDED");

        Assert.Equal(OfferState.Declined, (await vtf.Decline("F3", order)).State);
        Assert.Equal(OfferState.PartiallyAccepted, (await vtf.Take("F5", order, 100)).State);

        await AllocationService.Eventually("round 2 offers the 220 open pieces", async () => await vtf.Offered(order) == "F1 40, F2 30");
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);

        var shortOf = await vtf.Becomes(order, OrderState.Short);
        Assert.Equal((850, 150), (shortOf.Lines[0].Accepted, shortOf.Lines[0].Unallocated));

        await vtf.Subcontract(order, "F1", "Pakse Wood", 60, 4100).IsRefused("OVER_CONCENTRATION");
        await vtf.Step(order, OfferKind.Probation).Gives<OrderView>();
        await AllocationService.Eventually(
            "the firm on probation is asked for a tenth of the line",
            async () => await vtf.Offered(order) == "F6 100");
        await vtf.Take("F6", order);

        await vtf.Becomes(order, OrderState.Short);
        await vtf.Subcontract(order, "F1", "Pakse Wood", 60, 4100).IsRefused("QUANTITY_GONE");
        await vtf.Subcontract(order, "F1", "Pakse Wood", 50, 4100).Gives<OrderView>();
        Assert.Equal(new Subcontract("Pakse Wood", 4100, "EUR"), (await vtf.OfferTo("F1", order)).Terms.Subcontract);
        await vtf.Take("F1", order);

        var allocated = await vtf.Becomes(order, OrderState.Allocated);
        Assert.Equal("F1 500, F2 300, F5 100, F6 100", await vtf.Held(order));
        Assert.Equal(50, allocated.Lines[0].Offers.Single(o => o.Subcontract is not null).Accepted);
        Assert.Equal(450, await vtf.Reserved("F1"));
        await vtf.StartRun(order).IsRefused("NOTHING_OPEN");
        await vtf.Cancel(order).IsRefused("ALREADY_DECIDED");
        Assert.Equal([1, 2, 3, 4], (await vtf.Runs(order)).Select(r => r.Round));
    }

    [Fact]
    public async Task A_firm_sees_its_own_part_and_nothing_of_the_others()
    {
        var vtf = await VientianeTeakFurniture();
        var order = await vtf.Allocate(1000);
        var own = Assert.Single(await vtf.Offers("F3"));
        Assert.Equal(
            (180, 4800, "EUR", "Nordhaus Möbel GmbH"),
            (own.Quantity, own.Terms.Price!.MinorUnits, own.Terms.Currency, own.Terms.Buyer));
        Assert.Equal(Clock.Now().AddHours(72), own.ExpiresAt, TimeSpan.FromMinutes(5));

        var page = (await vtf.Get(vtf.Worker("F3"), "offers")).Text
            + (await vtf.Get(vtf.Worker("F3"), $"offers/{own.OfferId}")).Text
            + (await vtf.Get(vtf.Worker("F3"), "capacity")).Text;
        foreach (var other in (string[])["F1", "F2", "F4", "F5", "F6"])
        {
            Assert.DoesNotContain(vtf.Firm(other).ToString(), page, StringComparison.OrdinalIgnoreCase);
        }

        foreach (var foreign in (string[])["", "/document", "/allocation-runs", "/ubl-response"])
        {
            await vtf.Get(vtf.Worker("F3"), $"orders/{order.OrderId}{foreign}").IsNotFound();
        }

        await vtf.Get(vtf.Worker("F3"), "orders").IsRefused("NOT_ALLOWED", 403);
        await vtf.Get(vtf.Operator, "offers").IsRefused("NOT_ALLOWED", 403);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Host.Get(null, "offers")).Status);
        var neighbours = await Found("F1");
        await neighbours.Get(neighbours.Manager1, $"orders/{order.OrderId}").IsNotFound();
        await neighbours.Get(neighbours.Manager1, $"offers/{own.OfferId}").IsNotFound();
        await neighbours.Screen(order, neighbours.Manager1, ScreeningVerdict.TrueHit).IsNotFound();
    }

    // F1 to F3 and F5 make chairs, F4 tables only, F6 is on probation.
    private async Task<AllocationService> VientianeTeakFurniture()
    {
        var vtf = await Found("F1", "F2", "F3", "F5");
        await vtf.Join("F4", "tables");
        await vtf.Join("F6", "chairs", "Probation");
        foreach (var (firm, chairs) in ((string, long)[])[("F1", 450), ("F2", 300), ("F3", 200), ("F5", 150), ("F6", 120)])
        {
            await vtf.Declare(firm, chairs);
        }

        await vtf.Declare("F4", 500, "tables");
        return vtf;
    }
}

public sealed class ScenarioA5Embedded(Embedded host) : ScenarioA5Stories(host);

public sealed class ScenarioA5Distributed(Distributed host) : ScenarioA5Stories(host);
