using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.SplitsByHand;
using ExportConsortia.Allocation.Tests.Running;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>
/// Attacks by a manager who is nobody's friend but one firm's, and by one person with several accounts. Each worked once: no rule has a back door.
/// </summary>
public abstract class NoBackDoorStories(RunningAllocation host) : Story(host)
{
    private const string Why = "The buyer wants the sample batch from F1.";

    [Fact]
    public async Task A_manager_cannot_call_a_friend_before_the_rounds_have_asked_the_others()
    {
        var vtf = await FoundWith(500, 500, 500, 500);
        var order = await vtf.Hold(("TK-12", 100));
        var path = $"orders/{order.OrderId}/lines/1/open-calls";
        await vtf.Post(vtf.Manager1, path, new { quantity = 50, members = new[] { vtf.Firm("F1") } }).IsRefused("INVALID_INPUT", 400);
        await vtf.Post(vtf.Manager1, path, new { quantity = 50, members = new[] { vtf.Firm("F1") }, reason = new string('x', 1001) })
            .IsRefused("INVALID_INPUT", 400);
        var proposed = await vtf.Post(vtf.Manager1, path, new { quantity = 50, members = new[] { vtf.Firm("F1") }, reason = Why }).Gives<OrderView>();
        var exception = Assert.Single(proposed.Lines[0].SplitsByHand);
        Assert.Equal(
            (ExceptionKind.OpenCall, SplitState.Proposed, 50, Why), (exception.Kind, exception.State, exception.Call!.Quantity, exception.Reason));
        Assert.Empty(proposed.Lines[0].OpenCalls);
        Assert.Equal("[]", (await vtf.Get(vtf.Worker("F1"), "open-calls")).Text);
        Assert.Contains(
            (await vtf.Get(vtf.Auditor, "tasks")).Json.AsArray(), task => task!["kind"]!.GetValue<string>() == "ApproveSplit");

        // Neither its author, nor a colleague, nor an account that the author made.
        await Approve(vtf, order, exception, vtf.Manager1).IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(vtf, order, exception, vtf.Manager2).IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(vtf, order, exception, vtf.Auditor with { Id = Guid.CreateVersion7(), Controllers = [vtf.Manager1.Id] })
            .IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(vtf, order, exception, vtf.Auditor).Gives<SplitView>();
        await Approve(vtf, order, exception, vtf.Auditor).IsRefused("ALREADY_DECIDED");

        Assert.Equal(50, (await vtf.Claim("F1", order).Gives<OfferView>()).Accepted);
        var listed = Assert.Single((await vtf.Get(vtf.Auditor, "splits-by-hand").Gives<GetFairness.SplitPage>()).Splits);
        Assert.Equal(
            (exception.SplitId, SplitState.Approved, vtf.Manager1.Id, vtf.Auditor.Id),
            (listed.SplitId, listed.State, listed.SetBy, listed.DecidedBy!.Value));
    }

    [Fact]
    public async Task A_call_of_short_pieces_keeps_the_concentration_cap_and_is_listed_too()
    {
        var vtf = await FoundWith(1000, 500, 150);
        var order = await vtf.Allocate(400);
        Assert.Equal("F1 200, F2 150, F3 50", await vtf.Offered(order));
        await vtf.Take("F1", order);
        await vtf.Take("F3", order);
        await vtf.Decline("F2", order);
        await AllocationService.Eventually("F3 is asked for more", async () => await vtf.Offered(order) == "F3 100");
        await vtf.Take("F3", order);
        await vtf.Becomes(order, OrderState.Short);
        await Call("F1", "F2").IsRefused("OVER_CONCENTRATION");

        // Meanwhile F3 can make more: a round would ask it, so the pieces aren't short.
        await vtf.Declare("F3", 500);
        await Call("F2").IsRefused("INVALID_INPUT", 400);
        await vtf.Declare("F3", 150);
        var called = await Call("F2").Gives<OrderView>();
        Assert.Equal(200, Assert.Single(called.Lines[0].OpenCalls).MostPerFirm);
        Assert.Equal(30, (await vtf.Claim("F2", order, 30).Gives<OfferView>()).Accepted);

        var listed = Assert.Single((await vtf.Get(vtf.Manager1, "splits-by-hand").Gives<GetFairness.SplitPage>()).Splits);
        Assert.Equal(
            (ExceptionKind.OpenCall, SplitState.WithinRules, vtf.Manager1.Id, null), (listed.Kind, listed.State, listed.SetBy, listed.DecidedBy));

        Task<Answer> Call(params string[] firms) => vtf.Post(
            vtf.Manager1, $"orders/{order.OrderId}/lines/1/open-calls", new { quantity = 50, members = firms.Select(vtf.Firm) });
    }

    [Fact]
    public async Task Nobody_lifts_the_cap_alone_and_resolutions_and_reasons_stay_on_record()
    {
        var vtf = await FoundWith(1000, 60, 60);
        await vtf.Join("F6", "chairs", "Probation");
        await vtf.Declare("F6", 100);
        var order = await vtf.Allocate(400);
        foreach (var offer in order.Lines[0].Offers)
        {
            await vtf.Take(offer.MemberCode, order);
        }

        await vtf.Becomes(order, OrderState.Short);
        await vtf.Subcontract(order, "F2", "Pakse Wood", 10, 4100).IsRefused("GATE_NOT_PASSED");
        await vtf.Step(order, OfferKind.Probation, skipReason: new string('x', 1001)).IsRefused("INVALID_INPUT", 400);
        await vtf.Step(order, OfferKind.Probation, skipReason: "The board is away.").Gives<OrderView>();
        await AllocationService.Eventually("F6 is asked", async () => await vtf.Offered(order) == "F6 40");
        await vtf.Take("F6", order);
        await vtf.Becomes(order, OrderState.Short);

        var steps = $"orders/{order.OrderId}/shortage-steps";
        await vtf.Post(vtf.Manager1, steps, new { kind = "OverConcentration", resolution = new string('x', 201) }).IsRefused("INVALID_INPUT", 400);
        var proposed = await vtf.Post(vtf.Manager1, steps, new { kind = "OverConcentration", resolution = "Resolution 7" }).Gives<OrderView>();
        Assert.Equal(OrderState.Short, proposed.State);
        var vote = Assert.Single(proposed.Exceptions);
        await Approve(vtf, order, vote, vtf.Manager1).IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(vtf, order, vote, vtf.Manager2 with { Controllers = [Guid.CreateVersion7(), vtf.Manager1.Id] })
            .IsRefused("SECOND_APPROVER_REQUIRED");
        await Approve(vtf, order, vote, vtf.Manager2).Gives<SplitView>();
        await AllocationService.Eventually("F1 is asked above the cap", async () => await vtf.Offered(order) == "F1 40");
        await vtf.Decline("F1", order);
        await vtf.Becomes(order, OrderState.Short);
        await vtf.CloseShort(order, "1", 10, "F2 broke a saw and F3 lied.", "As agreed, 390 chairs.").Gives<OrderView>();
        await vtf.CloseShort(order, "1", 30, "Nobody wants to make them.").Gives<OrderView>();

        var read = await vtf.Get(vtf.Auditor, $"orders/{order.OrderId}").Gives<OrderView>();
        Assert.Equal(
            [
                (OrderDecisionKind.Probation, null, "The board is away.", null, vtf.Manager1.Id, null),
                (OrderDecisionKind.OverConcentration, "Resolution 7", null, null, vtf.Manager1.Id, vtf.Manager2.Id),
                (OrderDecisionKind.ShortClosed, "F2 broke a saw and F3 lied.", null, 10, vtf.Manager1.Id, null),
                (OrderDecisionKind.ShortClosed, "Nobody wants to make them.", null, 30L, vtf.Manager1.Id, default(Guid?)),
            ],
            read.Decisions.Select(d => (d.Kind, d.Reason, d.SkipReason, d.Quantity, d.UserId, d.SecondUserId)));
        Assert.Equal("Resolution 7", Assert.Single(read.Exceptions).Reason);
    }

    [Fact]
    public async Task The_buyer_reads_the_text_for_the_buyer_and_never_the_reason()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Allocate(250);
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);
        await vtf.Becomes(order, OrderState.Short);
        await vtf.CloseShort(order, "1", 50, "F3 would not give a discount.", new string('x', 1001)).IsRefused("INVALID_INPUT", 400);
        await vtf.CloseShort(order, "1", 50, "F3 would not give a discount.", "200 chairs, as agreed.").Gives<OrderView>();
        var told = (await vtf.Get(vtf.Manager1, $"orders/{order.OrderId}/ubl-response")).Text;
        Assert.Contains("200 chairs, as agreed.", told, StringComparison.Ordinal);
        Assert.DoesNotContain("F3", told, StringComparison.Ordinal);

        var other = await vtf.Place(100);
        await vtf.Cancel(other, "F1 is on strike.", "We can't deliver in May.").Gives<OrderView>();
        var cancelled = (await vtf.Get(vtf.Manager1, $"orders/{other.OrderId}/ubl-response")).Text;
        Assert.Contains("We can't deliver in May.", XDocument.Parse(cancelled).Root!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("F1", cancelled, StringComparison.Ordinal);
        var view = await vtf.Read(other);
        Assert.Equal(("F1 is on strike.", "We can't deliver in May."), (view.CancelReason, view.BuyerText));
        Assert.Equal((OrderDecisionKind.Cancelled, vtf.Manager1.Id), (view.Decisions[0].Kind, view.Decisions[0].UserId));
    }

    [Fact]
    public async Task Who_answered_for_a_firm_is_on_record()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Allocate(100);
        var clerk = vtf.Worker("F1") with { Id = Guid.CreateVersion7() };
        var offer = await vtf.OfferTo("F1", order);
        Assert.Equal(clerk.Id, (await vtf.Post(clerk, $"offers/{offer.OfferId}/acceptance", new { }).Gives<OfferView>()).AnsweredBy);
        await vtf.Decline("F2", order);

        Assert.Equal(clerk.Id, (await vtf.Offers("F1")).Single(o => o.OfferId == offer.OfferId).AnsweredBy);
        Assert.Equal(
            [clerk.Id, vtf.Worker("F2").Id],
            (await vtf.Read(order)).Lines[0].Offers.Where(o => o.AnsweredAt is not null).OrderBy(o => o.MemberCode).Select(o => o.AnsweredBy!.Value));
    }

    [Fact]
    public async Task Only_capacity_from_today_onwards_is_used_although_the_delivery_window_has_begun()
    {
        var vtf = await Found("F1");
        await Declared(-50, -1, 500);
        await Declared(0, 30, 40);
        var document = JsonSerializer.SerializeToNode(vtf.Document(("TK-12", 100)))!;
        document["delivery"]!["requestedPeriod"] = new JsonObject
        {
            ["startDate"] = $"{vtf.Today.AddDays(-60):O}", ["endDate"] = $"{vtf.Today.AddDays(60):O}",
        };
        var order = await vtf.Post(vtf.Manager1, "orders", document).Gives<OrderView>();
        await vtf.Clear(order);
        await vtf.Accept(order).Gives<OrderView>();

        Assert.Equal("F1 40", await vtf.Offered(await vtf.RunEnded(order)));
        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Short);
        await vtf.Call(order, 60, "F1").Gives<OrderView>();
        await vtf.Claim("F1", order).IsRefused("OVER_CAPACITY");

        Task Declared(int from, int to, long quantity) => Host.Deliver(vtf.Declaration("F1", quantity, version: 1) with
        {
            DeclarationId = Guid.CreateVersion7(), From = vtf.Today.AddDays(from), To = vtf.Today.AddDays(to),
        });
    }

    [Fact]
    public async Task A_claim_on_a_line_sold_by_sealed_price_is_at_the_firms_own_price()
    {
        var vtf = await FoundWith(500, 100, 100, 100);
        await vtf.Rule(AllocationService.Chairs with { Policy = "SealedPrice" });
        var order = await vtf.Ask(("TK-12", 400));
        var asked = await vtf.Asked(order);
        await vtf.HandIn(asked, ("F1", 4100), ("F2", 4200), ("F3", 4300), ("F4", null));
        await vtf.RunEnded(order);
        foreach (var offer in (await vtf.Read(order)).Lines[0].Offers)
        {
            await vtf.Decline(await vtf.OfferTo(offer.MemberCode, order)).Gives<OfferView>();
        }

        await vtf.Becomes(order, OrderState.Short);
        var path = $"orders/{order.OrderId}/lines/1/open-calls";
        await vtf.Post(vtf.Manager1, path, new { quantity = 100, members = new[] { vtf.Firm("F3"), vtf.Firm("F4") } }).IsRefused("NO_SEALED_OFFER");
        await vtf.Post(vtf.Manager1, path, new { quantity = 100, members = new[] { vtf.Firm("F2"), vtf.Firm("F3") } }).Gives<OrderView>();
        var call = Assert.Single(await vtf.Get(vtf.Worker("F3"), "open-calls").Gives<IReadOnlyList<CallForFirmView>>());
        Assert.Equal(4300, call.Terms.Price!.MinorUnits);
        Assert.Equal(4300, (await vtf.Claim("F3", order, 100).Gives<OfferView>()).Terms.Price!.MinorUnits);
        Assert.Equal(4300, (await vtf.Read(order)).Lines[0].Offers.Single(o => o.Kind == OfferKind.OpenCall).SealedPriceMinor);
    }

    [Fact]
    public async Task One_person_with_several_accounts_clears_no_buyer_and_approves_no_split()
    {
        var vtf = await FoundWith(300, 300);
        var order = await vtf.Place(100);
        var maker = Guid.CreateVersion7();
        var one = vtf.Manager1 with { Controllers = [maker] };
        var two = vtf.Manager2 with { Controllers = [maker] };
        var three = vtf.Manager2 with { Id = Guid.CreateVersion7(), Controllers = [Guid.CreateVersion7(), one.Id] };
        await vtf.Screen(order, one, ScreeningVerdict.Clear).Gives<OrderView>();
        await vtf.Screen(order, two, ScreeningVerdict.Clear).IsRefused("SECOND_APPROVER_REQUIRED");
        await vtf.Screen(order, three, ScreeningVerdict.Clear).IsRefused("SECOND_APPROVER_REQUIRED");
        await vtf.Screen(order, vtf.Manager1 with { Id = maker }, ScreeningVerdict.Clear).IsRefused("SECOND_APPROVER_REQUIRED");
        await vtf.Accept(order).IsRefused("SCREENING_HOLD");
        await vtf.Screen(order, vtf.Manager2, ScreeningVerdict.Clear).Gives<OrderView>();
        await vtf.Accept(order, hold: true).Gives<OrderView>();

        var split = await vtf.Post(one, $"orders/{order.OrderId}/lines/1/splits-by-hand", new
        {
            parts = new[] { new { memberId = vtf.Firm("F1"), quantity = 50 } }, reason = Why,
        }).Gives<SplitView>();
        var approval = $"orders/{order.OrderId}/lines/1/splits-by-hand/{split.SplitId}/approval";
        await vtf.Post(vtf.Auditor with { Controllers = [maker] }, approval).IsRefused("SECOND_APPROVER_REQUIRED");
        await vtf.Post(vtf.Auditor with { Id = maker }, approval).IsRefused("SECOND_APPROVER_REQUIRED");
        await vtf.Post(vtf.Auditor, approval).Gives<SplitView>();
        await AllocationService.Eventually("the parts are offered", async () => await vtf.Offered(order) == "F1 50");
    }

    [Fact]
    public async Task What_is_decided_by_discretion_leaves_a_trace_that_firms_do_not_read()
    {
        var vtf = await FoundWith(500, 500);
        var order = await vtf.Place(100);
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Hold, "A possible match.").Gives<OrderView>();
        await vtf.Clear(order);
        await vtf.Accept(order, hold: true).Gives<OrderView>();
        var path = $"orders/{order.OrderId}/lines/1/open-calls";
        var call = new { quantity = 50, members = new[] { vtf.Firm("F1") }, reason = Why };
        await vtf.Post(vtf.Manager1, path, call).Gives<OrderView>();
        var second = (await vtf.Post(vtf.Manager1, path, call).Gives<OrderView>()).Lines[0].SplitsByHand.Single(s => s.State == SplitState.Proposed);
        await vtf.Post(vtf.Auditor, $"orders/{order.OrderId}/exceptions/{second.SplitId}/refusal", new { reason = "Ask all." }).Gives<SplitView>();
        await vtf.Cancel(order, "No firm has time.").Gives<OrderView>();

        var traces = (await vtf.Get(vtf.Auditor, "traces")).Ok["traces"]!.AsArray().Select(trace => trace!)
            .Where(trace => trace["aboutId"]?.GetValue<Guid>() == order.OrderId)
            .Select(trace => (What: $"{trace["what"]}", By: trace["authorId"]!.GetValue<Guid>(), Why: trace["reason"]?.GetValue<string>()));
        Assert.Equal(
            [
                ("OPEN_CALL_PROPOSED", vtf.Manager1.Id, Why),
                ("OPEN_CALL_PROPOSED", vtf.Manager1.Id, Why),
                ("OPEN_CALL_REFUSED", vtf.Auditor.Id, "Ask all."),
                ("OPEN_CALL_REPLACED", vtf.Manager1.Id, null),
                ("ORDER_ACCEPTED", vtf.Manager1.Id, null),
                ("ORDER_CANCELLED", vtf.Manager1.Id, "No firm has time."),
                ("SCREENING_CLEAR", vtf.Manager1.Id, "Compared with the lists of today."),
                ("SCREENING_CLEAR", vtf.Manager2.Id, "Compared with the lists of today."),
                ("SCREENING_HOLD", vtf.Manager1.Id, "A possible match."),
            ],
            traces.OrderBy(trace => trace.What, StringComparer.Ordinal).ThenBy(trace => trace.By == vtf.Manager2.Id));
        Assert.Empty((await vtf.Get(vtf.Worker("F1"), "traces")).Ok["traces"]!.AsArray());
    }

    private static Task<Answer> Approve(AllocationService vtf, OrderView order, SplitView exception, Person by) =>
        vtf.Post(by, $"orders/{order.OrderId}/exceptions/{exception.SplitId}/approval");
}

public sealed class NoBackDoorEmbedded(Embedded host) : NoBackDoorStories(host);

public sealed class NoBackDoorDistributed(Distributed host) : NoBackDoorStories(host);
