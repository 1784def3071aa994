using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Costs;

namespace ExportConsortia.TradeFairs.Tests.Costs;

public sealed class CostRulesTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task A_firm_reads_its_own_share_and_no_total_that_tells_another_s(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 200), ("F1", 1_000, 1_000), ("F2", 1_000, 3_000));
        await desk.Plan(edition, "Media", "Equal", 300_00);
        await desk.Plan(edition, "Freight", "ByVolume", 400_00);
        await desk.Plan(edition, "Fee", "Direct", 0, null, ("F2", 1_400_00));

        var own = await desk.Own(edition, "F1");
        Assert.Equal((250_00, 300_00), (Number(own["netMinor"]), Number(own["totalMinor"])));
        // With the total of the freight F1 would read F2's volume; its fee is F2's own.
        Assert.Equal(["Media"], own["items"]!.AsArray().Where(i => i!["totalMinor"] is not null).Select(i => i!["name"]!.GetValue<string>()));
        Assert.DoesNotContain("140000", own.ToJsonString(), StringComparison.Ordinal);
        await service.Get(desk["F1"], $"editions/{edition}/own-share/risk?others=1").IsRefused("TOO_FEW_FIRMS");

        // Nobody else, and nobody else's: a firm that is not in, a firm at the manager's routes, another consortium.
        await service.Get(desk["F3"], $"editions/{edition}/own-share").IsNotFound();
        await service.Get(desk["F1"], $"editions/{edition}/costs").IsNotFound();
        await service.Post(desk["F1"], $"editions/{edition}/cost-simulations", new { }).IsNotFound();
        await service.Put(desk["F1"], $"editions/{edition}/withdrawal-proposals/{desk.Member("F2")}", new { reason = "It told me." }).IsNotFound();
        var other = await CostDesk.OpenAsync(service, 1);
        await service.Get(other.Manager, $"editions/{edition}/costs").IsNotFound();
        await service.Get(other["F1"], $"editions/{edition}/own-share").IsNotFound();
        await service.Put(other.Manager, $"editions/{edition}/withdrawal-proposals/{desk.Member("F2")}", new { reason = "It told me." })
            .IsNotFound();
    }

    /// <summary>Who states turnover reads what was stated before; who records an invoice, whose weights the plan agrees on.</summary>
    [Theory, EachShape]
    public async Task The_manager_reads_the_weights_that_were_stated_and_agreed_on(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 200), ("F1", 1_000, 0), ("F2", 1_000, 0));
        await desk.Plan(edition, "Hostess", "Custom", 300_00, null, ("F1", 2), ("F2", 1));
        await desk.Plan(edition, "Media", "Equal", 100_00);
        var stated = new { memberId = desk.Member("F3"), turnoverMinor = 42_000_000, votes = 2 };   // may still come
        (await desk.Change(edition, HttpMethod.Put, "cost-weights", new { weights = new[] { stated } })).Expect(HttpStatusCode.OK);

        var costs = await desk.Costs(edition);
        var weight = Assert.Single(costs["weights"]!.AsArray())!;
        Assert.Equal(
            (stated.memberId, 42_000_000L, 2L), (weight["memberId"]!.GetValue<Guid>(), Number(weight["turnoverMinor"]), Number(weight["votes"])));
        Assert.Equal([2, 0], costs["items"]!.AsArray().Select(i => i!["agreed"]!.AsArray().Count));
    }

    [Theory, EachShape]
    public async Task Headroom_that_one_fair_has_taken_is_not_given_by_another(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 2);
        (await service.Put(desk.Manager, $"de-minimis/undertakings/{desk.Member("F1")}", new { code = "holding" })).Expect(HttpStatusCode.NoContent);
        (await service.Put(desk.Manager, $"de-minimis/undertakings/{desk.Member("F2")}", new { code = "holding" })).Expect(HttpStatusCode.NoContent);
        var paid = new List<long>();
        foreach (var opens in new[] { 200, 230 })
        {
            var edition = await desk.Edition(Day(service, opens), ("F1", 1_000, 0), ("F2", 2_000, 0));
            var grant = (await desk.Change(edition, HttpMethod.Post, "grants", new
            {
                name = "Aid", state = "LA", capMinor = 1_000_000_00, ceilingMinor = 1_000_00, grantedOn = Day(service, opens),
            })).Ok["grants"]![0]!["id"]!.GetValue<string>();
            await desk.Plan(edition, "Space", "ByArea", 1_500_00, grant);
            var plan = (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Ok;
            paid.Add(Number(plan["grants"]![0]!["paidMinor"]));
        }

        Assert.Equal([750_00, 250_00], paid);   // together the ceiling of the one undertaking
        var register = (await service.Get(desk["F1"], "de-minimis")).Ok;
        Assert.Equal(2, register["aid"]!.AsArray().Count);
        Assert.All(register["aid"]!.AsArray(), aid => Assert.Equal(desk.Member("F1"), aid!["memberId"]!.GetValue<Guid>()));
    }

    [Theory, EachShape]
    public async Task An_overrun_takes_a_vote_and_a_settlement_is_made_once(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var opens = Day(service, 100);
        var edition = await desk.Edition(opens, ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0));
        var space = await desk.Plan(edition, "Space", "ByArea", 3_000_00);
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        var view = await desk.Actual(edition, space, 3_300_01);
        Assert.Equal((300_01, "Board"), (Number(view["overrunMinor"]), view["overrunTakes"]!.GetValue<string>()));
        (await desk.Change(edition, HttpMethod.Post, "settlement", new { })).ExpectProblem(409, "WRONG_STATE");
        await desk.Move(edition, "Contracted");
        service.Clock.StandAt(opens.ToDateTime(new(12, 0), DateTimeKind.Utc));
        await desk.Move(edition, "Running");
        service.Clock.MoveOn(TimeSpan.FromDays(6));
        await desk.Move(edition, "Settling");
        (await desk.Change(edition, HttpMethod.Post, "settlement", new { })).ExpectProblem(409, "BOARD_VOTE_NEEDED");
        await service.Post(desk.Manager, $"editions/{edition}/settlement", new { }).IsRefused("IF_MATCH_REQUIRED", 428);

        var vote = new { overrunVote = new { body = "Board", reference = "Board, item 2", heldOn = opens } };
        var twice = await Task.WhenAll(
            desk.Change(edition, HttpMethod.Post, "settlement", vote), desk.Change(edition, HttpMethod.Post, "settlement", vote));

        Assert.Single(twice, answer => answer.Status == HttpStatusCode.OK);
        await Eventually.Holds(
            "each firm is asked for its share, once", () => desk.Asked(edition, "FairDeposit", "F1", "F2", "F3")
                .Zip(desk.Asked(edition, "FairBalance", "F1", "F2", "F3"), (a, b) => a + b)
                .Zip(desk.Asked(edition, "FairSettlement", "F1", "F2", "F3"), (a, b) => a + b).SequenceEqual([1_100_01, 1_100_00, 1_100_00]));
        await service.UntilPublished<FairCostsFinalised>(f => f.EditionId == edition);
        Assert.Single(service.Published<FairCostsFinalised>(f => f.EditionId == edition));
    }

    [Theory, EachShape]
    public async Task A_cancelled_participation_gives_back_what_it_did_not_cost(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 2);
        var edition = await desk.Edition(Day(service, 200), ("F1", 1_000, 0), ("F2", 1_000, 0));
        var space = await desk.Plan(edition, "Space", "ByArea", 1_000_00);
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        await desk.Move(edition, "Cancelled");
        await desk.Actual(edition, space, 100_00);   // what the organiser keeps

        (await desk.Change(edition, HttpMethod.Post, "settlement", new { })).Expect(HttpStatusCode.OK);

        await Eventually.Holds(
            "deposits are given back but for the cost", () => desk.Asked(edition, "FairSettlement", "F1", "F2").SequenceEqual([-100_00, -100_00]));
    }

    [Theory, EachShape]
    public async Task Two_that_withdraw_at_the_same_moment_both_pay_their_penalty_and_the_simulation_said_what_happens(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 5);
        var edition = await desk.Edition(Day(service, 60), ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0), ("F4", 1_000, 0), ("F5", 800, 0));
        await desk.Plan(edition, "Space", "ByArea", 4_800_00);
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        var simulated = (await service.Post(
            desk.Manager, $"editions/{edition}/cost-simulations", new { withdraw = new[] { desk.Member("F2"), desk.Member("F3") } })).Ok["shares"]!
            .AsArray().ToDictionary(s => s!["memberId"]!.GetValue<Guid>(), s => Number(s!["thenMinor"]));
        var risk = (await service.Get(desk["F1"], $"editions/{edition}/own-share/risk?others=2")).Ok;

        var answers = await Task.WhenAll(new[] { "F2", "F3", "F2", "F3" }.Select(firm =>
            service.Post(desk[firm], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 500_00 })));

        Assert.Equal(2, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => a.ExpectProblem(409, "WITHDRAWN"));
        var shares = await desk.Shares(edition, "netMinor");
        Assert.Equal(simulated.Values.Order(), shares.Values.Order());
        Assert.Equal((500_00, 500_00, 4_800_00), (shares["F2"], shares["F3"], shares.Values.Sum()));
        Assert.InRange(shares["F1"], Number(risk["nowMinor"]), Number(risk["atMostMinor"]));
        await Eventually.Holds("each penalty is asked for once", () =>
            desk.Asked(edition, "FairPenalty", "F2", "F3").SequenceEqual([200_00, 200_00]));   // 300.00 was the deposit
    }

    [Theory, EachShape]
    public async Task Costs_are_planned_before_a_fair_and_who_is_there_then_stays_in(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 4);
        var opens = Day(service, 100);
        var edition = await desk.Edition(opens, ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0));
        await desk.Wait(edition, "F4", 500, 0);
        await desk.Plan(edition, "Fees", "Direct", 0, null, ("F1", 100_00), ("F4", 100_00));
        (await service.Post(desk["F4"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 0 })).Expect(HttpStatusCode.OK);
        Assert.Equal(100_00, Number((await desk.Costs(edition))["totalMinor"]));   // the others don't pay for who only waited
        await desk.Move(edition, "Contracted");
        service.Clock.StandAt(opens.ToDateTime(new(12, 0), DateTimeKind.Utc));

        await service.Post(desk.Manager, $"editions/{edition}/state", new { state = "Running" }).IsRefused("PLAN_NOT_APPROVED");
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        await desk.Move(edition, "Running");
        await service.Post(desk["F1"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 100_00 }).IsRefused("WRONG_STATE");
        await service.Post(desk.Manager, $"editions/{edition}/areas", new { memberId = desk.Member("F2"), areaDm2 = 1_000 }).IsRefused("WRONG_STATE");
        Assert.Null((await desk.Own(edition, "F1"))["penalty"]);
    }

    [Theory]
    [InlineData(CostKey.ByTurnover)]
    [InlineData(CostKey.Custom)]
    public void Turnover_and_agreed_weights_are_not_summed_up_for_a_firm(CostKey key) => Assert.False(
        OwnShareView.MayShow(key, Enumerable.Range(0, 10).Select(i => (Guid.CreateVersion7(), 100L + i)), Guid.CreateVersion7()));

    private static DateOnly Day(RunningService service, int days)
    {
        service.Clock.StandAt(service.Clock.Now().AddSeconds(1));
        return DateOnly.FromDateTime(service.Clock.Now()).AddDays(days);
    }

    private static long Number(JsonNode? node) => node!.GetValue<long>();
}
