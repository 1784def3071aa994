using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.SplitsByHand;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>The manager sets the parts of a line by hand, and a second person of another organisation approves them (R-618, F-G3).</summary>
public abstract class SplitByHandStories(RunningAllocation host) : Story(host)
{
    private const string Reason = "The buyer wants the sample batch from the firms that made the prototypes.";

    private static AllocationRule ByHand(string family = "chairs") =>
        new() { ProductFamily = family, Policy = nameof(Manual), LotSize = 10, MinLot = 30 };

    [Fact]
    public async Task Under_the_manual_policy_two_people_of_two_organisations_agree_before_anybody_is_asked()
    {
        var vtf = await FoundWith(450, 300, 200);
        await vtf.Rule(ByHand());
        var order = await vtf.Place(100);
        await vtf.Clear(order);

        // No run, no round, no shortage: the order waits for the manager.
        var accepted = await vtf.Accept(order).Gives<OrderView>();
        Assert.Equal((OrderState.Accepted, 0, true), (accepted.State, accepted.Round, accepted.Lines[0].ByHand));
        await vtf.StartRun(order).IsRefused("NOTHING_OPEN");

        var split = await Propose(vtf, order, ("F1", 30), ("F3", 50)).Gives<SplitView>();
        Assert.Equal((SplitState.Proposed, 100, vtf.Manager1.Id, Reason), (split.State, split.Open, split.SetBy, split.Reason));
        Assert.Equal("", await vtf.Offered(order));
        var approved = await Approve(vtf, order, split).Gives<SplitView>();
        Assert.Equal((SplitState.Approved, vtf.Auditor.Id), (approved.State, approved.DecidedBy));
        await AllocationService.Eventually("the parts are offered", async () => await vtf.Offered(order) == "F1 30, F3 50");

        var run = Assert.Single(await vtf.Runs(order));
        Assert.Equal((approved.RunId!.Value, OfferKind.ByHand, true), (run.RunId, run.Stage, run.ReplaysIdentically!.Value));
        var line = AllocationSnapshot.FromBytes(System.Text.Encoding.UTF8.GetBytes(run.Snapshot.GetRawText())).Lines.Single();
        Assert.Equal(
            (nameof(Manual), Reason, vtf.Manager1.Id, vtf.Auditor.Id),
            (line.Rule.Policy, line.ByHand!.Reason, line.ByHand.SetBy, line.ByHand.ApprovedBy));
        Assert.NotEqual(line.ByHand.SetFor, line.ByHand.ApprovedFor);

        // What is left waits again, whatever the firms answer: rounds pass a line by hand over.
        await vtf.Take("F1", order);
        await vtf.Decline("F3", order);
        Assert.Equal((OrderState.Accepted, 70), ((await vtf.Read(order)).State, (await vtf.Read(order)).Lines[0].Unallocated));
        Assert.Empty(Host.Consumed<AllocationRunStarted>(m => m.OrderId == order.OrderId && m.Round > 1));

        // F3 isn't asked again; the others may be.
        await Propose(vtf, order, ("F3", 70)).IsRefused(Reasons.DeclinedBefore);
        await Carry(vtf, order, ("F2", 50), ("F1", 20));
        await AllocationService.Eventually("the rest is offered", async () => await vtf.Offered(order) == "F1 20, F2 50");
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);
        Assert.Equal("F1 50, F2 50", await vtf.Held(await vtf.Becomes(order, OrderState.Allocated)));
    }

    [Fact]
    public async Task Any_open_line_can_be_split_by_hand_without_affecting_the_rounds()
    {
        var vtf = await FoundWith(400, 400, 400);
        await vtf.Rule(new AllocationRule { ProductFamily = "chairs", LotSize = 10, MaxReallocationRounds = 1 });
        var order = await vtf.Allocate(300);
        Assert.Equal("F1 100, F2 100, F3 100", await vtf.Offered(order));
        await vtf.Decline("F1", order);

        // F1's part is given to F2 by hand while F3 still thinks.
        await vtf.Take("F2", order);
        await Carry(vtf, order, ("F2", 50));
        await AllocationService.Eventually("F2 is asked for more", async () => await vtf.Offered(order) == "F2 50, F3 100");
        Assert.Equal(2, (await vtf.Read(order)).Round);
        await vtf.Take("F2", order);
        await vtf.Take("F3", order);

        // The one automatic round that the rulebook grants is still to come.
        await AllocationService.Eventually("the round comes", async () => await vtf.Offered(order) == "F3 50");
        Assert.Equal([OfferKind.Normal, OfferKind.ByHand, OfferKind.Normal], (await vtf.Runs(order)).Select(r => r.Stage));
        await vtf.Decline("F3", order);
        await vtf.Becomes(order, OrderState.Short);

        // A short order stays short when the parts set by hand are left.
        await vtf.Join("F4", "chairs");
        await vtf.Declare("F4", 100);
        await Carry(vtf, order, ("F4", 30));
        await AllocationService.Eventually("F4 is asked", async () => await vtf.Offered(order) == "F4 30");
        await vtf.Decline("F4", order);
        Assert.Equal(OrderState.Short, (await vtf.Becomes(order, OrderState.Short)).State);
        Assert.Equal("F2 150, F3 100", await vtf.Held(order));
    }

    [Fact]
    public async Task Lines_split_by_hand_wait_while_the_others_go_through_their_rounds()
    {
        var vtf = await FoundWith(400, 400);
        await vtf.Rule(ByHand(), new AllocationRule { ProductFamily = "tables", LotSize = 10, MaxReallocationRounds = 1 });
        await vtf.Join("F3", "tables");
        await vtf.Declare("F3", 60, "tables");

        var order = await vtf.Allocate(false, ("TK-12", 100), ("TB-03", 60), ("TK-12", 40));
        Assert.Equal("F3 60", await vtf.Offered(order));
        var waiting = (await vtf.Runs(order))[0].Plan.GetRawText();
        Assert.Contains("Nobody has set the parts of this line yet.", waiting, StringComparison.Ordinal);

        // Both lines by hand are set while F3 thinks; neither waits for the other's answers.
        await Carry(vtf, order, "1", ("F1", 60), ("F2", 40));
        await Carry(vtf, order, "3", ("F1", 40));
        await AllocationService.Eventually("all parts are offered", async () => await vtf.Offered(order) == "F1 100, F2 40, F3 60");
        foreach (var offer in (await vtf.Offers("F1", OfferState.Proposed)).Concat(await vtf.Offers("F3", OfferState.Proposed)))
        {
            await vtf.Take(offer).Gives<OfferView>();
        }

        await vtf.Decline("F2", order);
        var left = await vtf.Read(order);
        Assert.Equal((OrderState.Accepted, 40), (left.State, left.Lines[0].Unallocated));

        // When the rulebook says otherwise, a run may place them.
        await vtf.Rule(new AllocationRule { ProductFamily = "chairs", LotSize = 10 });
        await vtf.StartRun(order).Gives<OrderView>();
        await AllocationService.Eventually("F1 is asked for the rest", async () => await vtf.Offered(order) == "F1 40");
        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Allocated);
    }

    [Fact]
    public async Task Parts_that_the_engine_would_not_offer_are_refused_one_by_one_and_nothing_is_kept()
    {
        var vtf = await FoundWith(450, 40, 20, 300);
        await vtf.Join("F5", "tables");
        await vtf.Join("F6", "chairs");
        await vtf.Declare("F6", 100);
        await vtf.Rule(ByHand());
        var order = await vtf.Hold(("TK-12", 505));
        await vtf.Standing("F4", "Suspended");

        foreach (var (code, parts) in new (string, (string, long)[])[]
        {
            ("QUANTITY_GONE", [("F1", 250), ("F2", 260)]), ("OVER_CAPACITY", [("F2", 50)]), ("OVER_CONCENTRATION", [("F1", 260)]),
            ("BELOW_MIN_LOT", [("F1", 20)]),
            ("LOT_MULTIPLE", [("F1", 106)]), ("LOT_MULTIPLE", [("F1", 100), ("F2", 35)]), (Reasons.BelowMinLot, [("F3", 20)]),
            (Reasons.Suspended, [("F4", 50)]), (Reasons.NotCapable, [("F5", 50)]),
        })
        {
            await Propose(vtf, order, parts).IsRefused(code);
        }

        var two = await Propose(vtf, order, ("F1", 100), ("F2", 41), ("F4", 30));
        Assert.Equal((HttpStatusCode.Conflict, "OVER_CAPACITY"), (two.Status, two.Code));
        Assert.Equal(
            [
                ("parts[1].quantity", "F2: 41 pieces are more than its free capacity of 40 (R-608)."),
                ("parts[2].quantity", "The firm is suspended; only active members are asked.")
            ],
            two.Json["errors"]!.AsObject().Select(e => (e.Key, e.Value![0]!.GetValue<string>())));

        var path = $"orders/{order.OrderId}/lines/1/splits-by-hand";
        var bad = await vtf.Post(
            vtf.Manager1,
            path,
            new { parts = new object[] { new { memberId = Guid.CreateVersion7(), quantity = 0 }, Part(vtf, "F1", 30), Part(vtf, "F1", 30) },
                reason = " " });
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_INPUT"), (bad.Status, bad.Code));
        Assert.Equal(["parts[0].memberId", "parts[0].quantity", "parts[2].memberId", "reason"], bad.WrongFields);
        await vtf.Post(vtf.Manager1, path, new { parts = Array.Empty<object>(), reason = Reason }).IsRefused("INVALID_INPUT", 400);
        await vtf.Post(vtf.Manager1, path, new { parts = new[] { Part(vtf, "F1", 30) }, reason = new string('x', 1001) })
            .IsRefused("INVALID_INPUT", 400);
        await vtf.Post(
            vtf.Manager1,
            $"orders/{order.OrderId}/lines/2/splits-by-hand",
            new { parts = new[] { Part(vtf, "F1", 30) }, reason = Reason }).IsNotFound();
        Assert.Empty((await vtf.Read(order)).Lines[0].SplitsByHand);

        // The odd remainder comes with the largest part, and with no other.
        await Carry(vtf, order, ("F1", 245), ("F2", 40));
        await AllocationService.Eventually("the odd remainder comes with it", async () => await vtf.Offered(order) == "F1 245, F2 40");
    }

    [Fact]
    public async Task Only_a_second_person_of_another_organisation_can_approve_and_only_once()
    {
        var vtf = await FoundWith(450, 300);
        await vtf.Rule(ByHand());
        var placed = await vtf.Place(100);
        await Propose(vtf, placed, ("F1", 100)).IsRefused("GATE_NOT_PASSED");
        var order = await vtf.Hold(("TK-12", 100));
        var first = await Propose(vtf, order, ("F1", 60), ("F2", 40)).Gives<SplitView>();

        await Approve(vtf, order, first, vtf.Manager1).IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(vtf, order, first, vtf.Manager2).IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(vtf, placed, first).IsNotFound();

        // Other parts take its place; those that were refused stay on record.
        var second = await Propose(vtf, order, vtf.Manager2, ("F1", 100)).Gives<SplitView>();
        await Approve(vtf, order, first).IsRefused("ALREADY_DECIDED");
        var path = $"orders/{order.OrderId}/lines/1/splits-by-hand/{second.SplitId}/refusal";
        await vtf.Post(vtf.Auditor, path, new { reason = "" }).IsRefused("INVALID_INPUT", 400);
        var refused = await vtf.Post(vtf.Auditor, path, new { reason = "F2 made a prototype too." }).Gives<SplitView>();
        Assert.Equal((SplitState.Refused, vtf.Auditor.Id, "F2 made a prototype too."), (refused.State, refused.DecidedBy, refused.Note));
        await vtf.Post(vtf.Manager2, path, new { reason = "Never mind." }).IsRefused("ALREADY_DECIDED");
        await Approve(vtf, order, second).IsRefused("ALREADY_DECIDED");

        // What two people press at the same moment happens once.
        var third = await Propose(vtf, order, ("F1", 60), ("F2", 40)).Gives<SplitView>();
        Assert.Equal(
            third.SplitId,
            Assert.Single((await vtf.Get(vtf.Auditor, "splits-by-hand?state=Proposed").Gives<GetFairness.SplitPage>()).Splits).SplitId);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Approve(vtf, order, third)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Accepted);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Accepted), a => Assert.Equal("ALREADY_DECIDED", a.Code));
        await AllocationService.Eventually("the parts are offered once", async () => await vtf.Offered(order) == "F1 60, F2 40");
        Assert.Single(await vtf.Runs(order));
        await Propose(vtf, order, ("F1", 10)).IsRefused("NOTHING_OPEN");

        // The report of exceptions: who, why, who else, when, which line (F-G3).
        var report = (await vtf.Get(vtf.Manager1, "splits-by-hand").Gives<GetFairness.SplitPage>()).Splits;
        Assert.Equal([third.SplitId, second.SplitId, first.SplitId], report.Select(s => s.SplitId));
        Assert.Equal([SplitState.Approved, SplitState.Refused, SplitState.Replaced], report.Select(s => s.State));
        Assert.Equal([vtf.Manager1.Id, vtf.Manager2.Id, vtf.Manager1.Id], report.Select(s => s.SetBy));
        Assert.Equal([vtf.Auditor.Id, vtf.Auditor.Id, vtf.Manager2.Id], report.Select(s => s.DecidedBy!.Value));
        Assert.All(
            report,
            s => Assert.Equal(
                (order.OrderId, "1", "chairs", Reason, true),
                (s.OrderId, s.LineId, s.ProductFamily, s.Reason, s.DecidedAt >= s.SetAt)));
        var page = await vtf.Get(vtf.Auditor, "splits-by-hand?limit=2").Gives<GetFairness.SplitPage>();
        Assert.Equal(
            first.SplitId,
            Assert.Single(
                (await vtf.Get(vtf.Auditor, $"splits-by-hand?limit=2&before={page.Before}").Gives<GetFairness.SplitPage>()).Splits).SplitId);
        await vtf.Get(vtf.Auditor, "splits-by-hand?limit=0").IsRefused("INVALID_INPUT", 400);
        await vtf.Get(vtf.Auditor, $"splits-by-hand?before={order.OrderId}").IsRefused("INVALID_INPUT", 400);
    }

    [Fact]
    public async Task Changes_since_the_parts_were_set_are_checked_at_approval()
    {
        var vtf = await FoundWith(450, 300, 300);
        await vtf.Rule(ByHand());
        var order = await vtf.Hold(("TK-12", 200));
        var split = await Propose(vtf, order, ("F1", 100), ("F2", 100)).Gives<SplitView>();

        // Other orders took what F2 could make.
        await vtf.Declare("F2", 90);
        await Approve(vtf, order, split).IsRefused("OVER_CAPACITY");
        await vtf.Declare("F2", 300);
        await vtf.CloseShort(order, "1", 20).Gives<OrderView>();
        await Approve(vtf, order, split).IsRefused("QUANTITY_GONE");
        split = await Propose(vtf, order, ("F1", 100), ("F2", 80)).Gives<SplitView>();
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Hold).Gives<OrderView>();
        await Approve(vtf, order, split).IsRefused("SCREENING_HOLD");
        await Propose(vtf, order, ("F1", 100)).IsRefused("SCREENING_HOLD");
        await vtf.Clear(order);
        await Approve(vtf, order, split).Gives<SplitView>();
        await AllocationService.Eventually("the parts are offered", async () => await vtf.Offered(order) == "F1 100, F2 80");

        // Approved is what was seen: more open pieces would have been split otherwise.
        var more = await vtf.Hold(("TK-12", 200));
        await Carry(vtf, more, ("F1", 60), ("F2", 60));
        split = await Propose(vtf, more, ("F3", 80)).Gives<SplitView>();
        await vtf.Decline("F1", more);
        await Approve(vtf, more, split).IsRefused("QUANTITY_GONE");

        // With a true hit nothing goes on.
        var other = await vtf.Hold(("TK-12", 100));
        split = await Propose(vtf, other, ("F3", 50)).Gives<SplitView>();
        await vtf.Screen(other, vtf.Manager1, ScreeningVerdict.TrueHit).Gives<OrderView>();
        await Approve(vtf, other, split).IsRefused("ORDER_BLOCKED");
    }

    [Fact]
    public async Task A_sealed_price_line_can_be_split_by_hand_without_asking_for_prices()
    {
        var vtf = await FoundWith(450, 300);
        await vtf.Rule(new AllocationRule { ProductFamily = "chairs", Policy = nameof(SealedPrice), LotSize = 10 });
        var order = await vtf.Hold(("TK-12", 100));
        await Carry(vtf, order, ("F1", 60));
        await AllocationService.Eventually("the part is offered", async () => await vtf.Offered(order) == "F1 60");
        Assert.Empty((await vtf.Read(order)).PriceRounds);
        Assert.Equal(4800, (await vtf.Take("F1", order)).Terms.Price!.MinorUnits);

        // The rest goes by prices; while the run waits for them, it may place every piece.
        await vtf.StartRun(order).Gives<OrderView>();
        await vtf.Asked(order);
        await Propose(vtf, order, ("F2", 40)).IsRefused("RUN_IN_PROGRESS");
        await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/allocation-runs/cancellation").Gives<OrderView>();
        await Carry(vtf, order, ("F2", 40));
        await AllocationService.Eventually("the rest is offered", async () => await vtf.Offered(order) == "F2 40");
    }

    [Fact]
    public async Task A_firm_sees_that_its_part_was_set_by_hand_and_nothing_of_the_others()
    {
        var vtf = await FoundWith(450, 300, 200);
        var order = await vtf.Hold(("TK-12", 140));
        var split = await Carry(vtf, order, ("F1", 70), ("F2", 40));
        await AllocationService.Eventually("the parts are offered", async () => await vtf.Offered(order) == "F1 70, F2 40");

        var offer = await vtf.OfferTo("F2", order);
        Assert.Equal(OfferKind.ByHand, offer.Kind);
        Assert.Contains(offer.Explanation, step => step.Rule == "R-618");
        var own = await vtf.Get(vtf.Worker("F2"), $"offers/{offer.OfferId}");
        foreach (var secret in (string[])[vtf.Firm("F1").ToString(), "prototypes", "70", "140",
            vtf.Auditor.Id.ToString(), vtf.Manager1.Id.ToString(), split.SplitId.ToString()])
        {
            Assert.DoesNotMatch($@"(?<![0-9a-z]){secret}(?![0-9a-z])", own.Text);
        }

        var line = $"orders/{order.OrderId}/lines/1/splits-by-hand";
        foreach (var firm in (string[])["F1", "F2", "F3"])
        {
            await vtf.Get(vtf.Worker(firm), "splits-by-hand").IsRefused("NOT_ALLOWED", 403);
            await vtf.Post(vtf.Worker(firm), line, new { parts = new[] { Part(vtf, firm, 40) }, reason = Reason }).IsNotFound();
            await Approve(vtf, order, split, vtf.Worker(firm)).IsNotFound();
            await vtf.Post(vtf.Worker(firm), $"{line}/{split.SplitId}/refusal", new { reason = "No." }).IsNotFound();
        }

        // The auditor decides on what others propose, and does nothing else.
        await vtf.Post(vtf.Auditor, line, new { parts = new[] { Part(vtf, "F1", 40) }, reason = Reason }).IsNotFound();
        await vtf.StartRun(order, vtf.Auditor).IsNotFound();
        var neighbours = await Found("F1");
        await Approve(vtf, order, split, neighbours.Auditor).IsNotFound();
        Assert.Empty((await neighbours.Get(neighbours.Manager1, "splits-by-hand").Gives<GetFairness.SplitPage>()).Splits);
    }

    private static object Part(AllocationService vtf, string firm, long quantity) => new { memberId = vtf.Firm(firm), quantity };

    private static Task<Answer> Propose(AllocationService vtf, OrderView order, params (string Firm, long Quantity)[] parts) =>
        Propose(vtf, order, vtf.Manager1, parts);

    private static Task<Answer> Propose(AllocationService vtf, OrderView order, Person by, params (string Firm, long Quantity)[] parts) =>
        Propose(vtf, order, "1", by, parts);

    private static Task<Answer> Propose(AllocationService vtf, OrderView order, string line, Person by, (string Firm, long Quantity)[] parts) =>
        vtf.Post(
            by,
            $"orders/{order.OrderId}/lines/{line}/splits-by-hand",
            new { parts = parts.Select(p => Part(vtf, p.Firm, p.Quantity)), reason = Reason });

    private static Task<Answer> Approve(AllocationService vtf, OrderView order, SplitView split, Person? by = null) =>
        vtf.Post(by ?? vtf.Auditor, $"orders/{order.OrderId}/lines/{split.LineId}/splits-by-hand/{split.SplitId}/approval");

    // Proposed, approved, and its run has ended.
    private static Task<SplitView> Carry(AllocationService vtf, OrderView order, params (string Firm, long Quantity)[] parts) =>
        Carry(vtf, order, "1", parts);

    private static async Task<SplitView> Carry(AllocationService vtf, OrderView order, string line, params (string Firm, long Quantity)[] parts)
    {
        var split = await Propose(vtf, order, line, vtf.Manager1, parts).Gives<SplitView>();
        var approved = await Approve(vtf, order, split).Gives<SplitView>();
        await AllocationService.Eventually("the run by hand has ended", async () => (await vtf.Runs(order)).Any(r => r.RunId == approved.RunId));
        return approved;
    }
}

public sealed class SplitByHandEmbedded(Embedded host) : SplitByHandStories(host);

public sealed class SplitByHandDistributed(Distributed host) : SplitByHandStories(host);
