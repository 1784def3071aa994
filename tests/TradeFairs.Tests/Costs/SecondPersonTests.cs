using System.Text.Json.Nodes;
using ExportConsortia.TradeFairs.Costs;

namespace ExportConsortia.TradeFairs.Tests.Costs;

/// <summary>One manager, with however many accounts, charges no firm more than was planned, and settles nothing.</summary>
public sealed class SecondPersonTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task A_manager_alone_moves_no_costs_to_a_firm_that_it_does_not_like(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var (desk, edition, space) = await PlannedAsync(service, 3_000_00);
        var late = await desk.Plan(edition, "Furniture", "Direct", 0);
        var charge = new { parts = new[] { new { memberId = desk.Member("F2"), value = 900_00 } }, reason = "It broke the tables." };
        Task<Answer> Charge(object body) => desk.Change(edition, HttpMethod.Put, $"cost-items/{late}/actual", body);

        // The total stays the same: what the rival is to pay, a shared item saves.
        (await Charge(new { charge.parts })).ExpectProblem(400, "INVALID_INPUT");
        var proposal = Id((await Charge(charge)).Ok["proposals"]![0]!);
        await desk.Actual(edition, space, 2_100_00);
        Assert.Equal(700_00, (await desk.Shares(edition, "grossMinor"))["F2"]);
        var alias = desk.Manager with { Id = Guid.CreateVersion7(), Controllers = [desk.Manager.Id] };
        (await desk.Decide(desk.Manager, edition, proposal)).ExpectProblem(409, "SECOND_APPROVER_REQUIRED");
        (await desk.Decide(alias, edition, proposal)).ExpectProblem(409, "SECOND_APPROVER_REQUIRED");
        (await desk.Decide(desk["F1"], edition, proposal)).ExpectProblem(404, "NOT_FOUND");
        var told = (await desk.Own(edition, "F2"))["decisions"]![0]!;
        Assert.Equal(
            ("OwnAmounts", "Open", "It broke the tables.", "Furniture", 900_00, desk.Manager.Id),
            (Text(told["kind"]), Text(told["state"]), Text(told["reason"]), Text(told["itemName"]), Number(told["ownValue"]),
                Guid.Parse(Text(told["by"]))));
        Assert.DoesNotContain("tables", (await desk.Own(edition, "F1")).ToJsonString(), StringComparison.Ordinal);

        // Approved, it still takes a vote at the settlement, since one firm bears so much more: the total is as planned.
        (await desk.Decide(desk.Auditor, edition, proposal)).Expect(HttpStatusCode.OK);
        var costs = await desk.Costs(edition);
        Assert.Equal((0, "Assembly"), (Number(costs["overrunMinor"]), Text(costs["overrunTakes"])));
        Assert.Equal(1_600_00, (await desk.Shares(edition, "grossMinor"))["F2"]);
        (await desk.Decide(desk.Auditor, edition, proposal)).ExpectProblem(409, "ALREADY_DECIDED");
        await desk.Move(edition, "Cancelled");
        (await desk.Change(edition, HttpMethod.Post, "settlement", new { reason = "Done." })).ExpectProblem(409, "ASSEMBLY_VOTE_NEEDED");
    }

    [Theory, EachShape]
    public async Task A_plan_above_the_limit_and_a_settlement_take_two_people_who_read_the_same(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 100), ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0));
        var space = await desk.Plan(edition, "Space", "ByArea", 6_000_00);
        var vote = new { body = "Board", reference = "Board, item 9", heldOn = Day(service, -3) };
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { vote })).ExpectProblem(400, "INVALID_INPUT");

        var proposal = Id((await desk.Change(edition, HttpMethod.Post, "cost-plan", new { vote, reason = "It voted." })).Ok["proposals"]![0]!);

        Assert.Null((await desk.Costs(edition))["approvedAt"]);
        Assert.Empty((await service.Get(desk.Manager, $"editions/{edition}/charges")).Ok["charges"]!.AsArray());
        (await desk.Change(edition, HttpMethod.Put, $"cost-items/{space}", new { name = "Space", key = "ByArea", plannedMinor = 9_000_00 }))
            .Expect(HttpStatusCode.OK);
        (await desk.Decide(desk.Auditor, edition, proposal)).ExpectProblem(409, "COSTS_CHANGED");   // nor does the second person plan alone
        await desk.Second(edition, (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { vote, reason = "It voted again." })).Ok);
        var plan = (await desk.Own(edition, "F1"))["decisions"]!.AsArray().Single()!;
        Assert.Equal(
            ("Plan", "Approved", "It voted again.", "Board, item 9", desk.Manager.Id, desk.Auditor.Id),
            (Text(plan["kind"]), Text(plan["state"]), Text(plan["reason"]), Text(plan["vote"]!["reference"]), Guid.Parse(Text(plan["by"])),
                Guid.Parse(Text(plan["decidedBy"]))));

        await desk.Move(edition, "Cancelled");
        await desk.Actual(edition, space, 100_00);
        var refunded = new { reason = "The rest was refunded." };
        var settlement = Id((await desk.Change(edition, HttpMethod.Post, "settlement", refunded)).Ok["proposals"]![0]!);
        (await desk.Decide(desk.Manager, edition, settlement)).ExpectProblem(409, "SECOND_APPROVER_REQUIRED");
        Assert.Null((await desk.Costs(edition))["settledAt"]);
        await desk.Actual(edition, space, 300_00);
        (await desk.Decide(desk.Auditor, edition, settlement)).ExpectProblem(409, "COSTS_CHANGED");
        (await desk.Change(edition, HttpMethod.Delete, $"cost-proposals/{settlement}")).Expect(HttpStatusCode.OK);
        (await desk.Decide(desk.Auditor, edition, settlement)).ExpectProblem(409, "ALREADY_DECIDED");
        Assert.NotNull((await desk.Settle(edition))["settledAt"]);
    }

    [Theory, EachShape]
    public async Task A_balance_asks_for_what_was_agreed_and_no_more(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 100), ("F1", 1_000, 0), ("F2", 1_000, 1_000), ("F3", 1_000, 0));
        await desk.Plan(edition, "Space", "ByArea", 3_000_00);
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);

        // Weights that nobody has agreed to are a proposal, of an item that comes later too.
        var parts = new[] { new { memberId = desk.Member("F2"), value = 1 } };
        (await desk.Change(edition, HttpMethod.Post, "cost-items", new { name = "Tables", key = "Custom", plannedMinor = 0, parts }))
            .ExpectProblem(409, "PLAN_APPROVED");
        var tables = await desk.Plan(edition, "Tables", "Custom", 0);
        await desk.Change(edition, HttpMethod.Put, $"cost-items/{tables}/actual", new { actualMinor = 600_00, parts, reason = "Its tables." });
        Assert.Equal(1_000_00, (await desk.Shares(edition, "grossMinor"))["F2"]);
        // By a public key one person moves them to the only firm that has freight.
        await desk.Actual(edition, await desk.Plan(edition, "Boxes", "ByVolume", 0), 900_00);
        Assert.Equal(1_900_00, (await desk.Shares(edition, "grossMinor"))["F2"]);
        await desk.Actual(edition, await desk.Plan(edition, "Keys", "Direct", 0), 50_00, ("F1", 50_00));   // the auditor approves it
        service.Clock.MoveOn(TimeSpan.FromDays(75));

        await Eventually.Holds("the balances are asked for", () =>
            desk.Asked(edition, "FairBalance", "F1", "F2", "F3").SequenceEqual([750_00, 700_00, 700_00]));
        Assert.Equal("Assembly", Text((await desk.Costs(edition))["overrunTakes"]));   // what is beyond comes with the settlement
    }

    [Theory, EachShape]
    public async Task Without_an_approved_plan_nothing_was_planned(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 100), ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0));
        await desk.Move(edition, "Cancelled");
        var tables = await desk.Plan(edition, "Tables", "Custom", 600_00, null, ("F2", 1));
        var fees = await desk.Plan(edition, "Fees", "Direct", 0, null, ("F2", 50_00));

        object[] charges = [new { actualMinor = 600_00 }, new { parts = new[] { new { memberId = desk.Member("F2"), value = 50_00 } } }];
        foreach (var (item, charge) in new[] { tables, fees }.Zip(charges))
        {
            (await desk.Change(edition, HttpMethod.Put, $"cost-items/{item}/actual", charge)).ExpectProblem(400, "INVALID_INPUT");   // no reason
        }

        await desk.Actual(edition, tables, 600_00);
        await desk.Actual(edition, fees, 50_00, ("F2", 50_00));
        var costs = await desk.Costs(edition);
        Assert.Equal((0, 650_00, "Assembly"), (Number(costs["plannedMinor"]), Number(costs["overrunMinor"]), Text(costs["overrunTakes"])));
        (await desk.Change(edition, HttpMethod.Post, "settlement", new { reason = "Done." })).ExpectProblem(409, "ASSEMBLY_VOTE_NEEDED");
        Assert.NotNull((await desk.Settle(edition, new { body = "Assembly", reference = "Item 3", heldOn = Day(service, -1) }))["settledAt"]);
    }

    [Theory, EachShape]
    public async Task However_much_was_proposed_plan_and_settlement_can_be(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 100), ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0));
        var (full, other) = (await desk.Plan(edition, "Fees", "Direct", 0), await desk.Plan(edition, "Keys", "Direct", 0));
        await using (var db = service.Data.Open<TradeFairsDb>())
        {
            db.AddRange(Enumerable.Range(0, 50).Select(_ => Past(CostProposalKind.OwnAmounts, full)));
            db.AddRange(Enumerable.Range(0, 550).Select(_ => Past(CostProposalKind.Plan, null)));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var charge = new { parts = new[] { new { memberId = desk.Member("F2"), value = 50_00 } }, reason = "Lost." };
        Task<Answer> Charge(Guid item) => desk.Change(edition, HttpMethod.Put, $"cost-items/{item}/actual", charge);
        (await Charge(full)).ExpectProblem(409, "PROPOSAL_LIMIT");
        var proposals = (await Charge(other)).Ok["proposals"]!.AsArray();
        Assert.Equal((500, "Open"), (proposals.Count, Text(proposals[0]!["state"])));
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        await desk.Move(edition, "Cancelled");
        await desk.Actual(edition, full, 0);
        await desk.Actual(edition, other, 50_00, ("F2", 50_00));
        Assert.NotNull((await desk.Settle(edition, new { body = "Assembly", reference = "Item 3", heldOn = Day(service, -1) }))["settledAt"]);

        CostProposal Past(CostProposalKind kind, Guid? item)
        {
            var past = new CostProposal
            {
                Id = Guid.CreateVersion7(), ConsortiumId = desk.Office.Id, EditionId = edition, Kind = kind, ItemId = item, By = desk.Manager.Id,
                At = service.Clock.Now().AddDays(-1), Fingerprint = 0,
            };
            past.NeedsNobody();
            return past;
        }
    }

    /// <summary>Whatever a manager does by discretion has its author, and a reason where a firm pays for it.</summary>
    [Theory, EachShape]
    public async Task What_a_manager_does_alone_is_on_record(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var (desk, edition, space) = await PlannedAsync(service, 3_000_00);
        var aid = new
        {
            memberId = desk.Member("F1"), state = "LA", grantedOn = Day(service, -9), amountMinor = 1_000_00, currency = "EUR", note = "Fund",
        };
        var recorded = (await service.Post(desk.Manager, "de-minimis", aid)).Ok;
        await service.Send(desk.Manager, HttpMethod.Delete, $"de-minimis/{recorded["id"]}").IsRefused("INVALID_INPUT", 400);
        (await service.Send(desk.Manager, HttpMethod.Delete, $"de-minimis/{recorded["id"]}?reason=Twice.")).Expect(HttpStatusCode.NoContent);
        await desk.Actual(edition, space, 2_900_00);
        await desk.Move(edition, "Cancelled");

        Assert.Equal(desk.Manager.Id, recorded["recordedBy"]!.GetValue<Guid>());
        var traces = (await service.Get(desk.Auditor, "traces?limit=200")).Ok["traces"]!.AsArray();
        Assert.All(traces, trace => Assert.Equal(desk.Manager.Id, trace!["authorId"]!.GetValue<Guid>()));
        (string, string?)[] acts =
        [
            ("FAIR_EDITION_PROPOSED", "2027"), ("FAIR_CALLED", null), ("STAND_ALLOTTED", null), ("FAIR_COST_ADDED", "Space"),
            ("FAIR_COSTS_PROPOSED_PLAN", null), ("AID_RECORDED", "Fund"), ("AID_REMOVED", "Twice."), ("FAIR_COST_RECORDED", "By the invoice."),
            ("FAIR_MOVED_TO_CANCELLED", "The hall has burnt down."),
        ];
        Assert.All(acts, act => Assert.Contains(traces, trace => (Text(trace!["what"]), trace["reason"]?.GetValue<string>()) == act));
    }

    // Three firms of 10 m² each share the space; it opens in 100 days, and the small plan is approved.
    private static async Task<(CostDesk Desk, Guid Edition, Guid Space)> PlannedAsync(RunningService service, long planned)
    {
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 100), ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0));
        var space = await desk.Plan(edition, "Space", "ByArea", planned);
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        return (desk, edition, space);
    }

    private static DateOnly Day(RunningService service, int days)
    {
        service.Clock.StandAt(service.Clock.Now().AddSeconds(1));
        return DateOnly.FromDateTime(service.Clock.Now()).AddDays(days);
    }

    private static Guid Id(JsonNode made) => made["id"]!.GetValue<Guid>();

    private static long Number(JsonNode? node) => node!.GetValue<long>();

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
