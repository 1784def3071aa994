using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>No offer before two people, one of them not from sales, have cleared the order .</summary>
public abstract class ScreeningStories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task Two_people_clear_an_order()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Place(100);
        Assert.Equal(OrderState.Received, order.State);
        await vtf.Accept(order).IsRefused("SCREENING_HOLD");
        await vtf.StartRun(order).IsRefused("GATE_NOT_PASSED");

        Assert.Equal(OrderState.Screening, (await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Clear).Gives<OrderView>()).State);
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Clear).IsRefused("SECOND_APPROVER_REQUIRED");
        await vtf.Accept(order).IsRefused("SCREENING_HOLD");
        await vtf.Screen(order, vtf.Manager2, ScreeningVerdict.Clear).Gives<OrderView>();

        await vtf.Accept(order).Gives<OrderView>();
        await vtf.Accept(order).IsRefused("ALREADY_DECIDED");
        Assert.Equal("F1 50, F2 50", await vtf.Offered(await vtf.RunEnded(order)));
    }

    [Fact]
    public async Task Sales_alone_cannot_clear_an_order()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Place(100);
        await vtf.Screen(order, vtf.SalesManager, ScreeningVerdict.Clear).Gives<OrderView>();
        await vtf.Screen(order, vtf.OtherSalesManager, ScreeningVerdict.Clear).Gives<OrderView>();
        await vtf.Accept(order).IsRefused("SECOND_APPROVER_REQUIRED");

        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Clear).Gives<OrderView>();
        await vtf.Accept(order).Gives<OrderView>();
    }

    [Fact]
    public async Task A_hold_voids_earlier_clearances()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Place(100);
        await vtf.Clear(order);
        await vtf.Screen(order, vtf.SalesManager, ScreeningVerdict.Hold, "A name on the list looks alike.").Gives<OrderView>();
        await vtf.Accept(order).IsRefused("SCREENING_HOLD");

        await vtf.Clear(order);
        var accepted = await vtf.Accept(order, hold: true).Gives<OrderView>();
        Assert.Equal(5, accepted.Screening.Count);

        // A hold after acceptance stops what has not begun.
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Hold, "The list of today names the consignee.").Gives<OrderView>();
        await vtf.StartRun(order).IsRefused("SCREENING_HOLD");
        await vtf.Call(order, 10, "F1").IsRefused("SCREENING_HOLD");
        await vtf.Clear(order);
        await vtf.StartRun(order).Gives<OrderView>();
        await vtf.RunEnded(order);
    }

    [Theory]
    [InlineData("received")]
    [InlineData("accepted")]
    [InlineData("waiting for prices")]
    [InlineData("offered")]
    [InlineData("allocated")]
    public async Task On_hold_every_kind_of_run_is_refused_for_that(string state)
    {
        var vtf = await FoundWith(100, 100, 100);
        await vtf.Rule(AllocationService.Chairs with { Policy = state == "waiting for prices" ? "SealedPrice" : "CapacityProRata" });
        var other = await vtf.Hold(("TK-12", 100));
        var order = state switch
        {
            "received" => await vtf.Place(100),
            "accepted" => await vtf.Hold(("TK-12", 100)),
            "waiting for prices" => await vtf.Ask(("TK-12", 100)),
            _ => await vtf.Allocate(100),
        };
        if (state == "allocated")
        {
            foreach (var offer in (await vtf.Read(order)).Lines[0].Offers)
            {
                await vtf.Take(offer.MemberCode, order);
            }
        }

        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Hold, "A name on the list looks alike.").Gives<OrderView>();

        await vtf.StartRun(order).IsRefused("SCREENING_HOLD");
        await vtf.Post(vtf.Manager1, "allocation-runs", new { orderIds = new[] { order.OrderId, other.OrderId } }).IsRefused("SCREENING_HOLD");
        await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/price-rounds").IsRefused("SCREENING_HOLD");
        await vtf.Step(order, OfferKind.Probation, skipReason: "The board is away.").IsRefused("SCREENING_HOLD");
        await vtf.Post(
            vtf.Manager1, $"orders/{order.OrderId}/lines/1/splits-by-hand",
            new { parts = new[] { new { memberId = vtf.Firm("F1"), quantity = 30 } }, reason = "As agreed." }).IsRefused("SCREENING_HOLD");
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Clear).Gives<OrderView>();
        await vtf.StartRun(order).IsRefused("SCREENING_HOLD");
    }

    [Fact]
    public async Task Answers_given_during_a_hold_wait_and_count_from_their_own_moment()
    {
        var vtf = await FoundWith(100, 100, 100);
        var order = await vtf.Allocate(150);
        var (first, third) = (await vtf.OfferTo("F1", order), await vtf.OfferTo("F3", order));
        await vtf.Take("F2", order);
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Hold).Gives<OrderView>();
        await vtf.Take(third, 7).IsRefused("LOT_MULTIPLE");
        var waiting = await vtf.Take(third).Gives<OfferView>();
        Assert.Equal(
            (OfferState.Proposed, 50, 0, vtf.Worker("F3").Id), (waiting.State, waiting.WaitingQuantity, waiting.Accepted, waiting.AnsweredBy));
        Assert.NotNull(waiting.WaitingSince);
        await vtf.Take(third).Gives<OfferView>();
        await vtf.Decline(third).IsRefused("ALREADY_DECIDED");
        Assert.Equal(0, (await vtf.Decline(first).Gives<OfferView>()).WaitingQuantity);

        // Nothing is binding, released or offered anew, and the buyer is told nothing.
        var held = await vtf.Read(order);
        Assert.Equal((OrderState.Allocating, 1, true, false), (held.State, held.Round, held.OnHold, held.Cleared));
        Assert.Equal((50, 100), (held.Lines[0].Accepted, held.Lines[0].Offered));
        Assert.Equal(50, await vtf.Reserved("F1"));
        Assert.DoesNotContain(Host.Published<AllocationConfirmed>(m => m.OrderId == order.OrderId), m => m.MemberId == vtf.Firm("F3"));
        await vtf.Step(order, OfferKind.OverConcentration, "Resolution 7").IsRefused("SCREENING_HOLD");
        await vtf.Subcontract(order, "F1", "Pakse Wood", 10, 4100).IsRefused("QUANTITY_GONE");
        await vtf.CloseShort(order, "1", 10).IsRefused("SCREENING_HOLD");
        await vtf.Get(vtf.Manager1, $"orders/{order.OrderId}/ubl-response").IsRefused("SCREENING_HOLD");

        await vtf.Clear(order);
        await AllocationService.Eventually("F1's part is offered to the others", async () => (await vtf.Read(order)).Round == 2);
        Assert.Equal("F2 50, F3 50", await vtf.Held(order));
        Assert.Equal(
            [(OfferState.Declined, vtf.Worker("F1").Id), (OfferState.Accepted, vtf.Worker("F2").Id), (OfferState.Accepted, vtf.Worker("F3").Id)],
            (await vtf.Read(order)).Lines[0].Offers.Where(o => o.Round == 1).OrderBy(o => o.MemberCode).Select(o => (o.State, o.AnsweredBy!.Value)));
        await Host.UntilPublished<AllocationConfirmed>(m => m.OrderId == order.OrderId && m.MemberId == vtf.Firm("F3"));
    }

    [Fact]
    public async Task A_hold_holds_the_answer_to_the_buyer_even_of_a_cancelled_order()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Allocate(100);
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);
        var path = $"orders/{order.OrderId}/ubl-response";
        Assert.Equal(HttpStatusCode.OK, (await vtf.Get(vtf.Manager1, path)).Status);
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Hold).Gives<OrderView>();
        await vtf.Get(vtf.Manager1, path).IsRefused("SCREENING_HOLD");
        await vtf.Clear(order);
        Assert.Equal(HttpStatusCode.OK, (await vtf.Get(vtf.Manager1, path)).Status);

        var other = await vtf.Place(100);
        await vtf.Screen(other, vtf.Manager1, ScreeningVerdict.Hold).Gives<OrderView>();
        await vtf.Cancel(other).Gives<OrderView>();
        await vtf.Get(vtf.Manager1, $"orders/{other.OrderId}/ubl-response").IsRefused("SCREENING_HOLD");
        await vtf.Clear(other);
        Assert.Equal(HttpStatusCode.OK, (await vtf.Get(vtf.Manager1, $"orders/{other.OrderId}/ubl-response")).Status);
    }

    [Fact]
    public async Task A_true_hit_freezes_the_order_and_releases_everything()
    {
        var vtf = await FoundWith(450, 300, 200, 150);
        var order = await vtf.Allocate(1000);
        await vtf.Take("F1", order);
        Assert.Equal(410, await vtf.Reserved("F1"));
        var toF2 = await vtf.OfferTo("F2", order);

        var blocked = await vtf.Screen(order, vtf.Manager2, ScreeningVerdict.TrueHit, "The buyer's owner is on the list.").Gives<OrderView>();

        Assert.Equal(OrderState.Blocked, blocked.State);
        Assert.All(await vtf.Capacity(), c => Assert.Equal(0, c.Reserved));
        Assert.Equal(3, blocked.Lines[0].Offers.Count(o => o.State == OfferState.Withdrawn));
        await vtf.Take(toF2).IsRefused("ALREADY_DECIDED");
        await vtf.StartRun(order).IsRefused("ORDER_BLOCKED");
        await vtf.Accept(order).IsRefused("ORDER_BLOCKED");
        await vtf.Cancel(order).IsRefused("ORDER_BLOCKED");
        await vtf.CloseShort(order, "1", 10).IsRefused("ORDER_BLOCKED");
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Clear).IsRefused("ORDER_BLOCKED");
    }
}

public sealed class ScreeningEmbedded(Embedded host) : ScreeningStories(host);

public sealed class ScreeningDistributed(Distributed host) : ScreeningStories(host);
