using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>The policy <c>Balanced</c>: lines and orders that are planned together, and runs that take long.</summary>
public abstract class BalancedStories(RunningAllocation host) : Story(host)
{
    private static AllocationRule Chairs { get; } =
        new() { ProductFamily = "chairs", Policy = "Balanced", LotSize = 10, ConcentrationCapPercent = 100 };

    [Fact]
    public async Task A_firm_that_missed_its_part_catches_up_with_the_next_order()
    {
        var vtf = await FoundWith(1000, 1000);
        await vtf.Rule(Chairs);
        var first = await vtf.Allocate(200);
        Assert.Equal("F1 100, F2 100", await vtf.Offered(first));
        Assert.Contains(
            (await vtf.OfferTo("F1", first)).Explanation,
            step => step.Rule == "Balanced"
                && step.Text.EndsWith("of 'chairs' this run offers your firm 100 pieces in all.", StringComparison.Ordinal));
        await vtf.Take("F1", first);
        await vtf.Decline("F2", first);
        await AllocationService.Eventually("F2's part is offered to F1", async () => await vtf.Offered(first) == "F1 100");
        await vtf.Take("F1", first);

        // Each was due 100 of the first order and is due 100 of this one.
        var second = await vtf.Allocate(200);
        Assert.Equal("F2 200", await vtf.Offered(second));
        var split = Assert.Single(await vtf.Runs(second)).Plan.GetProperty("lines")[0];
        Assert.Equal("ENTITLEMENT_REACHED", split.GetProperty("passedOver")[0].GetProperty("code").GetString());

        // What is offered and not answered counts already: F2 has its 200 before it says yes.
        Assert.Equal("F1 100, F2 100", await vtf.Offered(await vtf.Allocate(200)));
    }

    [Fact]
    public async Task Firms_are_due_their_quotas_if_the_rulebook_has_any()
    {
        var vtf = await FoundWith(1000, 1000);
        await vtf.Rule(Chairs with { Quotas = [new(vtf.Firm("F1"), 700_000), new(vtf.Firm("F2"), 300_000)] });

        Assert.Equal("F1 140, F2 60", await vtf.Offered(await vtf.Allocate(200)));
    }

    [Fact]
    public async Task A_firm_without_a_quota_comes_last()
    {
        var vtf = await FoundWith(1000, 1000, 1000);
        await vtf.Rule(Chairs with { Quotas = [new(vtf.Firm("F1"), 700_000), new(vtf.Firm("F2"), 300_000)] });
        var order = await vtf.Allocate(200);
        Assert.Equal("F1 140, F2 60", await vtf.Offered(order));
        await vtf.Take("F2", order);
        await vtf.Decline("F1", order);

        // F2 has what it is due, F3 is due nothing: each piece is as far from that as the other.
        await AllocationService.Eventually(
            "F1's part is offered again",
            async () => await vtf.Offered(order) is var offered && offered.Contains("F2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_are_planned_together_so_that_each_has_one_maker()
    {
        var vtf = await FoundWith(1000, 1000);
        await vtf.Rule(Chairs with { MaxMakers = 1 });
        var order = await vtf.Allocate(false, ("TK-12", 60), ("TK-12", 140), ("TK-12", 80));

        var offers = (await vtf.Read(order)).Lines.SelectMany(line => line.Offers).ToList();
        Assert.Equal(3, offers.Count);
        Assert.Equal([140, 140], offers.GroupBy(o => o.MemberId).Select(firm => firm.Sum(o => o.Quantity)));
    }

    [Fact]
    public async Task Several_orders_are_planned_in_one_run()
    {
        var vtf = await FoundWith(1000, 1000);
        await vtf.Rule(Chairs with { MaxMakers = 1 });
        var orders = new[] { await vtf.Hold(("TK-12", 60)), await vtf.Hold(("TK-12", 140)), await vtf.Hold(("TK-12", 80)) };
        var waiting = await vtf.Place(("TK-12", 50));

        // All or none.
        var refused = await Together(vtf, [.. orders, waiting]);
        Assert.Equal((HttpStatusCode.Conflict, "GATE_NOT_PASSED"), (refused.Status, refused.Code));
        Assert.Contains("Order PO-2027-118 of Nordhaus Möbel GmbH: ", refused.Text, StringComparison.Ordinal);
        Assert.All(orders, order => Assert.Equal(0, order.Round));
        await vtf.Rule(Chairs with { Policy = "SealedPrice" });
        Assert.Contains("It uses sealed prices", (await Together(vtf, orders)).Text, StringComparison.Ordinal);
        await vtf.Rule(Chairs with { MaxMakers = 1 });
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await vtf.Post(vtf.Manager1, "allocation-runs", new { orderIds = new[] { orders[0].OrderId } })).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await vtf.Post(vtf.Manager1, "allocation-runs", new { orderIds = new[] { orders[0].OrderId, Guid.CreateVersion7() } })).Status);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await vtf.Post(vtf.Worker("F1"), "allocation-runs", new { orderIds = orders.Select(o => o.OrderId) })).Status);

        var begun = await Together(vtf, orders).Gives<StartRun.TogetherResponse>();
        Assert.All(begun.Orders, order => Assert.Equal(1, order.Round));
        var offers = new List<OrderView.LineOffer>();
        foreach (var order in orders)
        {
            await vtf.RunEnded(order);
            offers.Add(Assert.Single((await vtf.Read(order)).Lines[0].Offers));
            var run = Assert.Single(await vtf.Runs(order));
            Assert.True(run.ReplaysIdentically is true);
            var runs = await vtf.Get(vtf.Auditor, $"orders/{order.OrderId}/allocation-runs").Gives<IReadOnlyList<GetOrder.RunView>>();
            Assert.Null(Assert.Single(runs).ReplaysIdentically);
            Assert.Equal(
                orders.Select(o => o.OrderId),
                run.Snapshot.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("orderId").GetGuid()));
        }

        Assert.Equal([140, 140], offers.GroupBy(o => o.MemberId).Select(firm => firm.Sum(o => o.Quantity)));
        Assert.Equal("RUN_IN_PROGRESS", (await Together(vtf, orders)).Code);
    }

    [Fact]
    public async Task Simultaneous_runs_see_each_others_offers()
    {
        var vtf = await FoundWith(1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000);
        await vtf.Rule(Chairs with { MaxMakers = 1 });
        var orders = new List<OrderView>();
        for (var i = 0; i < 8; i++)
        {
            orders.Add(await vtf.Hold(("TK-12", 100)));
        }

        await Task.WhenAll(orders.Select(order => vtf.StartRun(order)));
        var offered = new List<string>();
        foreach (var order in orders)
        {
            await vtf.RunEnded(order);
            offered.Add(await vtf.Offered(order));
        }

        Assert.Equal(8, offered.Distinct().Count());
    }

    [Fact, Alone]
    public async Task A_long_run_reports_its_progress_blocks_nobody_and_can_be_cancelled()
    {
        var vtf = await FoundWith([.. Enumerable.Repeat(1_000_000L, 30)]);
        await vtf.Rule(Chairs with { LotSize = 1 });
        var lines = Enumerable.Range(0, 2500).Select(i => ("TK-12", 100L + (i * 37 % 400))).ToArray();
        var big = await vtf.Place(lines);
        await vtf.Clear(big);
        await vtf.Accept(big).Gives<OrderView>();
        await AllocationService.Eventually("the run tells how far it is", async () => await Percent(vtf, big) is > 0 and < 100);

        var small = await vtf.Allocate(300);
        Assert.NotEmpty(await vtf.Offered(small));
        Assert.True((await Read(vtf, big)).RunInProgress, "The long run was over before the short one.");

        var asBefore = await CancelRun(vtf, big).Gives<OrderView>();
        Assert.Equal((OrderState.Accepted, 0, false), (asBefore.State, asBefore.Round, asBefore.RunInProgress));
        Assert.Equal("GATE_NOT_PASSED", (await CancelRun(vtf, big)).Code);
        await AllocationService.Eventually("nobody works on it any more", async () =>
        {
            await using var db = Host.Store();
            return !await db.LongRuns.AnyAsync();
        });
        Assert.Empty(await vtf.Runs(big));
        await vtf.Cancel(big).Gives<OrderView>();
    }

    [Fact]
    public async Task A_long_run_whose_replica_died_is_taken_over_by_another()
    {
        var vtf = await FoundWith(10_000, 10_000, 10_000);
        await vtf.Rule(Chairs with { LotSize = 1 });
        var order = await vtf.Hold([.. Enumerable.Range(0, AllocateOrder.LinesOfALongRun).Select(i => ("TK-12", 20L + i))]);
        await Begun(Clock.Now().AddSeconds(-14), order);

        var ended = await vtf.RunEnded(order);
        var pieces = ended.Lines.SelectMany(line => line.Offers).GroupBy(o => o.MemberId).Select(firm => firm.Sum(o => o.Quantity)).ToList();
        Assert.Equal(ended.Lines.Sum(line => line.Ordered), pieces.Sum());
        Assert.All(pieces, firm => Assert.InRange(firm, pieces.Sum() * 31 / 100, pieces.Sum() * 36 / 100));
    }

    [Fact, Alone]
    public async Task An_order_on_hold_leaves_the_run_and_the_others_are_planned()
    {
        var vtf = await FoundWith(1000, 1000);
        await vtf.Rule(Chairs);
        var (held, other) = (await vtf.Hold(("TK-12", 100)), await vtf.Hold(("TK-12", 200)));
        await Begun(Clock.Now(), held, other);
        await vtf.Screen(held, vtf.Manager1, ScreeningVerdict.Hold).Gives<OrderView>();
        Clock.MoveOn(TimeSpan.FromSeconds(16));

        await vtf.RunEnded(other);
        Assert.Equal("F1 100, F2 100", await vtf.Offered(other));
        Assert.Equal("", await vtf.Offered(await vtf.RunEnded(held)));
    }

    [Fact, Alone]
    public async Task A_run_that_keeps_failing_is_abandoned()
    {
        var vtf = await FoundWith(1000, 1000);
        await vtf.Rule(Chairs);
        var order = await vtf.Hold(("TK-12", 100));
        await using var db = Host.Store();
        var paper = await db.ReceivedDocuments.SingleAsync(p => p.OrderId == order.OrderId);
        db.Remove(paper);
        await db.SaveChangesAsync();
        db.Entry(paper).State = EntityState.Detached;
        await Begun(Clock.Now().AddSeconds(-20), order);

        await AllocationService.Eventually("the run is given up", async () =>
        {
            Clock.MoveOn(TimeSpan.FromSeconds(4));
            return !await db.LongRuns.AnyAsync();
        });
        var left = await db.Orders.AsNoTracking().SingleAsync(o => o.Id == order.OrderId);
        Assert.Equal((OrderState.Accepted, 0, null), (left.State, left.Round, left.Run));
        db.Add(paper);
        await db.SaveChangesAsync();
    }

    // As if a replica had claimed the run and was last seen then.
    private async Task Begun(DateTime seenAt, params OrderView[] views)
    {
        await using var db = Host.Store();
        var runId = Guid.CreateVersion7();
        foreach (var view in views)
        {
            var order = await db.OrderBehindAsync(view.OrderId, default);
            Assert.Null(order.StartRun(runId, OfferKind.Normal, 3, Clock.Now(), together: [.. views.Select(v => v.OrderId)]));
        }

        var consortium = (await db.OrderBehindAsync(views[0].OrderId, default)).ConsortiumId;
        db.Add(new LongRun { RunId = runId, ConsortiumId = consortium, Orders = [.. views.Select(v => v.OrderId)], StartedAt = Clock.Now(),
            ClaimedBy = Guid.CreateVersion7(), SeenAt = seenAt });
        await db.SaveChangesAsync();
    }

    private static Task<Answer> Together(AllocationService vtf, params OrderView[] orders) =>
        vtf.Post(vtf.Manager1, "allocation-runs", new { orderIds = orders.Select(o => o.OrderId) });

    private static Task<Answer> CancelRun(AllocationService vtf, OrderView order) =>
        vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/allocation-runs/cancellation");

    private static Task<OrderView> Read(AllocationService vtf, OrderView order) =>
        vtf.Get(vtf.Manager1, $"orders/{order.OrderId}").Gives<OrderView>();

    private static async Task<int?> Percent(AllocationService vtf, OrderView order) => (await Read(vtf, order)).RunPercent;
}

public sealed class BalancedEmbedded(Embedded host) : BalancedStories(host);

public sealed class BalancedDistributed(Distributed host) : BalancedStories(host);
