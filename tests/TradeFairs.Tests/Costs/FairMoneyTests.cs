using System.Text.Json.Nodes;
using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Costs;

namespace ExportConsortia.TradeFairs.Tests.Costs;

/// <summary>Nobody, neither a firm nor the manager, makes a share, a penalty or a vote smaller or larger than it was agreed.</summary>
public sealed class FairMoneyTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task A_manager_alone_withdraws_no_firm(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var (desk, edition) = await StandAsync(service);
        string Of(string firm) => $"editions/{edition}/withdrawal-proposals/{desk.Member(firm)}";
        var price = new { expectedPenaltyMinor = 250_00 };
        await service.Post(desk.Manager, $"editions/{edition}/withdrawals", price).IsNotFound();
        await service.Post(desk.Auditor, $"{Of("F1")}/approval", price).IsNotFound();   // nobody has proposed it
        (await service.Put(desk.Manager, Of("F1"), new { reason = " " })).ExpectProblem(400, "INVALID_INPUT");

        (await service.Put(desk.Manager, Of("F1"), new { reason = "It has closed down." })).Expect(HttpStatusCode.OK);

        Assert.Equal("Committed", (await desk.Office.Area("F1", edition)).State);
        Assert.Contains("It has closed down.", (await desk.Office.Edition(edition, desk["F1"])).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("It has closed down.", (await desk.Office.Edition(edition, desk["F2"])).ToJsonString(), StringComparison.Ordinal);
        await service.Post(desk.Manager, $"{Of("F1")}/approval", price).IsNotFound();
        await service.Post(desk["F2"], $"{Of("F1")}/approval", price).IsNotFound();
        var made = desk.Auditor with { Controllers = [desk.Manager.Id] };
        await service.Post(made, $"{Of("F1")}/approval", price).IsRefused("SECOND_APPROVER_REQUIRED");
        (await service.Post(desk.Auditor, $"{Of("F1")}/approval", new { expectedPenaltyMinor = 0 })).ExpectProblem(409, "PENALTY_CHANGED");
        Assert.Equal("Committed", (await desk.Office.Area("F1", edition)).State);
        (await service.Post(desk.Auditor, $"{Of("F1")}/approval", price)).Expect(HttpStatusCode.OK);
        Assert.Equal("Withdrawn", (await desk.Office.Area("F1", edition)).State);
        Assert.Equal("It has closed down.", (await desk.Costs(edition))["withdrawals"]![0]!["reason"]!.GetValue<string>());
        await service.Post(desk.Auditor, $"{Of("F1")}/approval", price).IsRefused("WITHDRAWN");
        await service.Send(desk.Manager, HttpMethod.Delete, Of("F1")).IsRefused("WITHDRAWN");   // it stays on record
        await service.Put(desk.Manager, Of("F1"), new { reason = "Again." }).IsRefused("WITHDRAWN");

        // The auditor refuses: the firm stays. A firm that withdraws itself needs nobody.
        (await service.Put(desk.Manager, Of("F2"), new { reason = "It told me so." })).Expect(HttpStatusCode.OK);
        (await service.Send(desk.Auditor, HttpMethod.Delete, Of("F2"))).Expect(HttpStatusCode.NoContent);
        await service.Post(desk.Auditor, $"{Of("F2")}/approval", price).IsNotFound();
        var own = (await service.Post(desk["F2"], $"editions/{edition}/withdrawals", price)).Ok["withdrawal"]!;
        Assert.Equal((false, null), (own["byManager"]!.GetValue<bool>(), own["reason"]));
    }

    [Theory, EachShape]
    public async Task Penalties_count_to_the_day_that_was_known_when_the_plan_was_approved(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var (desk, edition) = await StandAsync(service);
        var opens = Day(service, 100);

        await desk.MoveOpening(edition, opens.AddDays(-75));
        Assert.Equal((25, 250_00), await Penalty());   // 25 days are left, and it isn't all of the share
        await desk.MoveOpening(edition, opens.AddDays(300));
        service.Clock.MoveOn(TimeSpan.FromDays(60));
        Assert.Equal((50, 500_00), await Penalty());   // 340 days are left, and a friend doesn't leave for less

        async Task<(int Percent, int Minor)> Penalty()
        {
            var penalty = (await desk.Own(edition, "F1"))["penalty"]!;
            return (penalty["percent"]!.GetValue<int>(), penalty["amountMinor"]!.GetValue<int>());
        }
    }

    [Theory, EachShape]
    public async Task After_the_approval_an_exception_lets_a_firm_bring_more_and_not_less(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var (desk, edition) = await StandAsync(service);
        await desk.Allow(edition, "F1");
        var before = await desk.Shares(edition, "netMinor");

        await desk.Office.Commit("F1", edition, areaDm2: 400, volumeLitres: 1_000).IsRefused("SHARE_FIXED");
        await desk.Office.Commit("F1", edition, areaDm2: 1_000, volumeLitres: 0).IsRefused("SHARE_FIXED");
        Assert.Equal(before, await desk.Shares(edition, "netMinor"));
        (await desk.Office.Commit("F1", edition, areaDm2: 1_500, volumeLitres: 2_000)).Expect(HttpStatusCode.OK);   // it was not used up
        Assert.Equal(("Committed", 1_000), await desk.Office.Area("F1", edition));
    }

    [Theory, EachShape]
    public async Task Planned_share_deposit_and_penalty_follow_area_that_comes_later(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 4);
        var edition = await desk.Edition(Day(service, 100), ("F1", 2_000, 0), ("F2", 2_000, 0), ("F3", 2_000, 0));   // 16 m² each
        await desk.Plan(edition, "Space", "ByArea", 4_800_00);
        await desk.Change(edition, HttpMethod.Post, "cost-plan", new { });
        Assert.Equal([480_00, 480_00], await Deposits("F1", "F2"));
        (await service.Post(desk["F3"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 400_00 })).Expect(HttpStatusCode.OK);

        await desk.GiveArea(edition, "F1", 2_000);

        var (planned, gross) = (await desk.Shares(edition, "plannedMinor"), await desk.Shares(edition, "grossMinor"));
        Assert.Equal((2_444_45, 2_444_45, 1_600_00), (planned["F1"], gross["F1"], planned["F2"]));   // 20 of 36 m² of 4,400.00
        Assert.Equal([AskForDeposits.Deposit(2_444_45), 480_00], await Deposits("F1", "F2"));
        var own = await desk.Own(edition, "F1");
        Assert.Equal(611_11, Number(own["penalty"]!["amountMinor"]));
        Assert.Equal(["Plan", "Withdrawal", "Area"], own["changes"]!.AsArray().Select(c => c!["cause"]!.GetValue<string>()));
        Assert.Equal(Number(own["netMinor"]), own["changes"]!.AsArray().Sum(c => Number(c!["deltaMinor"])));

        async Task<IEnumerable<long>> Deposits(params string[] firms)
        {
            var charges = (await service.Get(desk.Manager, $"editions/{edition}/charges")).Ok["charges"]!.AsArray();
            return firms.Select(firm => charges.Where(c => c!["memberId"]!.GetValue<Guid>() == desk.Member(firm)
                && c["kind"]!.GetValue<string>() == "Deposit").Sum(c => Number(c!["amountMinor"])));
        }
    }

    [Theory, EachShape]
    public async Task What_invoices_say_is_in_nobody_s_planned_share(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var (desk, edition) = await StandAsync(service);
        var space = (await desk.Costs(edition))["items"]![0]!["id"]!.GetValue<Guid>();
        await desk.Actual(edition, space, 6_000_00);
        await desk.Allow(edition, "F1");
        (await desk.Office.Commit("F1", edition, areaDm2: 1_001, volumeLitres: 1_000)).Expect(HttpStatusCode.OK);

        await desk.GiveArea(edition, "F1", 1_001);   // one square decimetre more

        var (planned, gross) = (await desk.Shares(edition, "plannedMinor"), await desk.Shares(edition, "grossMinor"));
        Assert.Equal((1_000_66, 2_001_33), (planned["F1"], gross["F1"]));
        var charges = (await service.Get(desk["F1"], $"editions/{edition}/charges")).Ok["charges"]!.AsArray();
        Assert.Equal(AskForDeposits.Deposit(1_000_66), charges.Sum(c => Number(c!["amountMinor"])));
        Assert.All((await desk.Costs(edition))["shares"]!.AsArray(), s => Assert.Equal("Assembly", s!["overrunTakes"]!.GetValue<string>()));
    }

    [Theory, EachShape]
    public async Task Aid_that_is_recorded_after_the_approval_moves_no_grant_without_a_vote(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 100), ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0));
        var added = await desk.Change(edition, HttpMethod.Post, "grants", new
        {
            name = "Aid", state = "LA", capMinor = 900_00, grantedOn = Day(service, 1),
        });
        await desk.Plan(edition, "Space", "ByArea", 3_000_00, added.Ok["grants"]![0]!["id"]!.GetValue<string>());
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);

        (await service.Post(desk.Manager, "de-minimis", new
        {
            memberId = desk.Member("F2"), state = "LA", grantedOn = Day(service, -1), amountMinor = 299_980_00, currency = "EUR",
        })).Expect(HttpStatusCode.OK);

        Assert.Equal(new() { ["F1"] = 560_00, ["F2"] = 980_00, ["F3"] = 560_00 }, await desk.Shares(edition, "netMinor"));
        var costs = await desk.Costs(edition);
        Assert.Equal((0, "Assembly"), (Number(costs["overrunMinor"]), costs["overrunTakes"]!.GetValue<string>()));
        Assert.Equal(
            [desk.Member("F2")], costs["shares"]!.AsArray().Where(s => s!["overrunTakes"]!.GetValue<string>() != "None")
                .Select(s => s!["memberId"]!.GetValue<Guid>()));
        // Nor is it asked for before the settlement.
        service.Clock.MoveOn(TimeSpan.FromDays(75));
        await Eventually.Holds("the balances are asked for", () =>
            desk.Asked(edition, "FairBalance", "F1", "F2", "F3").SequenceEqual([260_00, 400_00, 260_00]));
    }

    [Theory, EachShape]
    public async Task Who_comes_in_another_s_place_comes_with_what_it_costs_by_itself(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 4);
        var edition = await desk.Edition(Day(service, 100), ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0));
        await desk.Wait(edition, "F4", 1_000, 0);
        var fees = await desk.Plan(edition, "Fees", "Direct", 0, null, ("F1", 100_00), ("F2", 100_00), ("F3", 100_00));
        await desk.Plan(edition, "Brand", "ByTurnover", 300_00);
        await State("F1", "F2", "F3");
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        async Task<string> Refused() => (await service.Post(
            desk.Manager, $"editions/{edition}/areas", new { memberId = desk.Member("F4"), areaDm2 = 1_000 }))
            .ExpectProblem(409, "OWN_COSTS_UNKNOWN").Json["detail"]!.GetValue<string>();

        Assert.Contains("Fees, Brand", await Refused(), StringComparison.Ordinal);
        await desk.Actual(edition, fees, 400_00, ("F1", 100_00), ("F2", 100_00), ("F3", 100_00), ("F4", 100_00));
        Assert.DoesNotContain("Fees", await Refused(), StringComparison.Ordinal);
        await State("F4");
        await desk.GiveArea(edition, "F4", 1_000);

        Assert.Equal(175_00, (await desk.Shares(edition, "plannedMinor"))["F4"]);   // its fee, and a fourth of the brand

        async Task State(params string[] firms) => (await desk.Change(edition, HttpMethod.Put, "cost-weights", new
        {
            weights = firms.Select(firm => new { memberId = desk.Member(firm), turnoverMinor = 1_000_00 }),
        })).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task Nobody_earns_by_a_cancelled_participation(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var (desk, edition) = await StandAsync(service);
        (await service.Post(desk["F3"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 250_00 })).Expect(HttpStatusCode.OK);
        await desk.Move(edition, "Cancelled");
        var item = (await desk.Costs(edition))["items"]![0]!["id"]!.GetValue<Guid>();
        await desk.Actual(edition, item, 100_00);   // what the organiser keeps

        await desk.Settle(edition);

        var charges = (await service.Get(desk.Manager, $"editions/{edition}/charges")).Ok["charges"]!.AsArray();
        Assert.Equal(
            new() { ["F1"] = 0, ["F2"] = 0, ["F3"] = 100_00 },
            new[] { "F1", "F2", "F3" }.ToDictionary(firm => firm, firm =>
                charges.Where(c => c!["memberId"]!.GetValue<Guid>() == desk.Member(firm)).Sum(c => Number(c!["amountMinor"]))));
    }

    [Theory, EachShape]
    public async Task Who_approves_or_settles_has_read_the_shares_that_it_approves(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 100), ("F1", 1_000, 1_000), ("F2", 1_000, 1_000));
        var added = await desk.Change(edition, HttpMethod.Post, "grants", new
        {
            name = "Aid", state = "LA", capMinor = 1_000_000_00, grantedOn = Day(service, 1),
        });
        await desk.Plan(edition, "Freight", "ByVolume", 1_000_00, added.Ok["grants"]![0]!["id"]!.GetValue<string>());
        var read = await Tag();
        Assert.Equal(read, await Tag());   // nothing has changed

        await desk.Allow(edition, "F1");
        (await desk.Office.Commit("F1", edition, areaDm2: 1_000, volumeLitres: 500)).Expect(HttpStatusCode.OK);
        await Approve().IsRefused("STALE_VERSION", 412);
        read = await Tag();
        var aid = new { memberId = desk.Member("F2"), state = "LA", grantedOn = Day(service, -1), amountMinor = 299_999_00, currency = "EUR" };
        (await service.Post(desk.Manager, "de-minimis", aid)).Expect(HttpStatusCode.OK);
        await Approve().IsRefused("STALE_VERSION", 412);
        read = await Tag();
        (await service.Put(desk.Manager, $"de-minimis/undertakings/{desk.Member("F1")}", new { code = "holding" })).Expect(HttpStatusCode.NoContent);
        await Approve().IsRefused("STALE_VERSION", 412);
        read = await Tag();
        await desk.MoveOpening(edition, Day(service, 120));
        await Approve().IsRefused("STALE_VERSION", 412);
        read = await Tag();
        (await Approve()).Expect(HttpStatusCode.OK);

        async Task<string?> Tag() => (await service.Get(desk.Manager, $"editions/{edition}/costs")).ETag;
        Task<Answer> Approve() => service.Send(desk.Manager, HttpMethod.Post, $"editions/{edition}/cost-plan", new { }, ("If-Match", read));
    }

    [Theory, EachShape]
    public async Task Aid_in_two_currencies_is_one_sum_below_the_ceiling_of_the_law(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 1);
        var paid = new List<long>();
        (await service.Post(desk.Manager, "de-minimis", new
        {
            memberId = desk.Member("F1"), state = "LA", grantedOn = Day(service, -10), amountMinor = 1, currency = "LAK",
        })).ExpectProblem(400, "INVALID_INPUT");
        foreach (var (currency, rate, wrong) in new[] { ("EUR", null, 900_000), ("USD", (long?)1_200_000, (long?)null) })
        {
            desk.Office.Currency = currency;
            var edition = await desk.Edition(Day(service, 200), ("F1", 1_000, 0));
            Task<Answer> Add(long? tenThousandEuroMinor, long ceilingMinor) => desk.Change(edition, HttpMethod.Post, "grants", new
            {
                name = "Aid", state = "LA", capMinor = 1_000_000_00, ceilingMinor, tenThousandEuroMinor, grantedOn = Day(service, 200),
            });
            (await Add(rate, 300_000_01)).ExpectProblem(400, "INVALID_INPUT");
            (await Add(wrong, 1_000_00)).ExpectProblem(400, "INVALID_INPUT");
            var grant = (await Add(rate, 1_000_00)).Ok["grants"]![0]!["id"]!.GetValue<string>();
            await desk.Plan(edition, "Space", "ByArea", 1_500_00, grant);
            paid.Add(Number((await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Ok["grants"]![0]!["paidMinor"]));
        }

        Assert.Equal([750_00, 300_00], paid);   // of 1,000 euro 250 are left, which are 300 dollars
        var register = (await service.Get(desk["F1"], "de-minimis")).Ok["aid"]!.AsArray();
        Assert.Equal([250_00, 750_00], register.Select(a => Number(a!["amountMinor"])).Order());
    }

    [Theory, EachShape]
    public async Task A_vote_can_be_needed_sooner_and_not_later(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 1);
        var edition = await desk.Edition(Day(service, 200), ("F1", 1_000, 0));
        await desk.Plan(edition, "Space", "ByArea", 1_500_00);
        Task<Answer> Set(FairRules rules) => desk.Change(edition, HttpMethod.Put, "cost-rules", rules);
        FairRules[] tooLoose = [new() { BoardAbovePercent = 11 }, new() { BoardAboveMinor = 5_000_01 }, new() { AssemblyAbovePercent = 26 }];
        foreach (var loose in tooLoose)
        {
            (await Set(loose)).ExpectProblem(400, "INVALID_INPUT");
        }

        (await Set(new() { BoardAboveMinor = 1_000_00, BoardAbovePercent = 5, AssemblyAbovePercent = 20 })).Expect(HttpStatusCode.OK);

        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).ExpectProblem(409, "BOARD_VOTE_NEEDED");
    }

    // Three firms with 10 m² and 1 m³ each share 3,000.00; it opens in 100 days, and the plan is approved.
    private static async Task<(CostDesk Desk, Guid Edition)> StandAsync(RunningService service)
    {
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(Day(service, 100), ("F1", 1_000, 1_000), ("F2", 1_000, 1_000), ("F3", 1_000, 1_000));
        await desk.Plan(edition, "Space", "ByArea", 3_000_00);
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        return (desk, edition);
    }

    private static DateOnly Day(RunningService service, int days)
    {
        service.Clock.StandAt(service.Clock.Now().AddSeconds(1));
        return DateOnly.FromDateTime(service.Clock.Now()).AddDays(days);
    }

    private static long Number(JsonNode? node) => node!.GetValue<long>();
}
