using System.Text.Json.Nodes;
using ExportConsortia.Contracts;

namespace ExportConsortia.TradeFairs.Tests.Costs;

/// <summary>Scenarios A3 and A3b over HTTP, in both shapes, from the plan to the last cent.</summary>
public sealed class CostStoryTests(TradeFairsServices services)
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory, EachShape]
    public async Task A3_and_A3b_are_right_to_the_cent(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var opensOn = new DateOnly(service.Clock.Now().Year + 2, 1, 18);
        service.Clock.StandAt(At(new(opensOn.Year - 1, 9, 15), 12));
        var desk = await CostDesk.OpenAsync(service);
        var edition = await desk.Edition(
            opensOn, ("F1", 1_800, 5_200), ("F2", 1_200, 3_100), ("F3", 900, 2_400), ("F5", 900, 1_900));
        await desk.Wait(edition, "F6", 500, 1_000);
        (await service.Post(desk.Manager, "de-minimis", new
        {
            memberId = desk.Member("F2"), state = "LA", grantedOn = opensOn.AddYears(-1), amountMinor = 298_000_00, currency = "EUR",
        })).Expect(HttpStatusCode.OK);
        var grant = (await desk.Change(edition, HttpMethod.Post, "grants", new
        {
            name = "Trade promotion", state = "LA", ratePercent = 50, capMinor = 10_000_00, grantedOn = opensOn.AddMonths(-3),
            overflow = "Reapportion",
        })).Ok["grants"]![0]!["id"]!.GetValue<string>();
        var space = await desk.Plan(edition, "Space", "ByArea", 11_940_00, grant);
        var construction = await desk.Plan(edition, "Construction", "ByArea", 7_500_00, grant);
        var media = await desk.Plan(edition, "Media", "Equal", 250_00, grant);
        var interpreters = await desk.Plan(edition, "Interpreters", "Equal", 2_000_00, grant);
        var freight = await desk.Plan(edition, "Freight", "ByVolume", 3_333_33);
        var fees = await desk.Plan(edition, "Co-exhibitors", "Direct", 4_200_00, grant, ("F2", 1_400_00), ("F3", 1_400_00), ("F5", 1_400_00));

        // A3: the plan, the grant, the deposits.
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).ExpectProblem(409, "BOARD_VOTE_NEEDED");
        var plan = (await desk.Change(edition, HttpMethod.Post, "cost-plan", new
        {
            vote = new { body = "Board", reference = "Board, item 4", heldOn = opensOn.AddMonths(-5) },
        })).Ok;
        Assert.Equal(29_223_33, plan["totalMinor"]!.GetValue<long>());
        Assert.Equal(
            new() { ["F1"] = 9_228_16, ["F2"] = 7_642_61, ["F3"] = 6_242_42, ["F5"] = 6_110_14 }, await desk.Shares(edition, "grossMinor"));
        Assert.Equal(
            new() { ["F1"] = 5_933_55, ["F2"] = 5_642_61, ["F3"] = 3_889_72, ["F5"] = 3_757_45 }, await desk.Shares(edition, "netMinor"));
        await Eventually.Holds("the deposits are asked for", () => desk.Asked(edition, "FairDeposit", "F1", "F2", "F3", "F5")
            .SequenceEqual([2_768_45, 2_292_78, 1_872_73, 1_833_04]));
        (await desk.Change(edition, HttpMethod.Put, $"cost-items/{space}", new { name = "Space", key = "Equal", plannedMinor = 1 }))
            .ExpectProblem(409, "PLAN_APPROVED");
        AssertOwn(await desk.Own(edition, "F1"), desk, 5_933_55);

        // The boundaries of the penalty, by the calendar of the fair.
        foreach (var (day, percent, amount) in new[] { (91, 25, 1_527_54), (90, 50, 3_055_07) })
        {
            service.Clock.StandAt(At(opensOn.AddDays(-day), 0));
            Assert.Equal((percent, amount), Penalty(await desk.Own(edition, "F5")));
        }

        // A3b: F5 withdraws 40 days before, F6 takes 5 m² of its 9.
        service.Clock.StandAt(At(opensOn.AddDays(-40), 9));
        (await service.Post(desk["F5"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 1_527_54 }))
            .ExpectProblem(409, "PENALTY_CHANGED");
        var withdrawn = (await service.Post(desk["F5"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 3_055_07 })).Ok;
        Assert.Equal(
            (40, 50, 6_110_14, 3_055_07, 900, 1_222_03),
            (Number(withdrawn["withdrawal"]!["daysToOpening"]), Number(withdrawn["withdrawal"]!["percent"]),
                Number(withdrawn["withdrawal"]!["plannedShareMinor"]), Number(withdrawn["withdrawal"]!["penaltyMinor"]),
                Number(withdrawn["withdrawal"]!["freedAreaDm2"]), Number(withdrawn["chargedMinor"])));
        await service.Post(desk["F5"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 3_055_07 }).IsRefused("WITHDRAWN");
        await service.UntilPublished<FairCommitmentWithdrawn>(w => w.EditionId == edition && w.WithdrawnOn == opensOn.AddDays(-40));
        await desk.Actual(edition, fees, 5_600_00, ("F2", 1_400_00), ("F3", 1_400_00), ("F5", 1_400_00), ("F6", 1_400_00));
        Assert.Equal(29_223_33, Number((await desk.Costs(edition))["totalMinor"]));   // F6 waits: its fee is nobody's cost yet
        await desk.GiveArea(edition, "F6", 500);
        Dictionary<string, long> settled = new() { ["F1"] = 9_319_64, ["F2"] = 7_696_13, ["F3"] = 6_284_08, ["F5"] = 3_055_07, ["F6"] = 4_268_41 };
        Assert.Equal(settled, await desk.Shares(edition, "grossMinor"));
        Assert.Equal(30_623_33, Number((await desk.Costs(edition))["totalMinor"]));
        var own = await desk.Own(edition, "F1");
        var changes = own["changes"]!.AsArray();
        Assert.Equal(Number(own["netMinor"]), changes.Sum(c => Number(c!["deltaMinor"])));
        // Before grants F1 pays 91.48 more than planned, and sees which rules caused it.
        Assert.Equal(91_48, changes.Skip(1).SelectMany(c => c!["parts"]!.AsArray()).Where(p => Text(p!["rule"]) != "R-510")
            .Sum(p => Number(p!["deltaMinor"])));
        Assert.Equal(["Plan", "Withdrawal", "Replacement"], changes.Select(c => Text(c!["cause"])));
        AssertOwn(own, desk, Number(own["netMinor"]));

        // 30 days before the opening the balances are asked for, once; they are due 20 days before.
        service.Clock.StandAt(At(opensOn.AddDays(-30), 0));
        var nets = await desk.Shares(edition, "netMinor");
        await Eventually.Holds("the balances are asked for", () => desk.Asked(edition, "FairBalance", "F1").Single() == nets["F1"] - 2_768_45);
        Assert.All(
            service.Published<ChargeRequested>(c => c.SubjectId == edition && c.Kind == "FairBalance"),
            balance => Assert.Equal(opensOn.AddDays(-20), balance.DueOn));

        // After the fair: invoices, settlement, each firm's last charge.
        await desk.Move(edition, "Contracted");
        service.Clock.StandAt(At(opensOn, 9));
        await desk.Move(edition, "Running");
        service.Clock.StandAt(At(opensOn.AddDays(5), 9));
        await desk.Move(edition, "Settling");
        await desk.Actual(edition, space, 11_940_00);
        await desk.Actual(edition, construction, 7_500_00);
        await desk.Actual(edition, media, 250_00);
        await desk.Actual(edition, interpreters, 2_000_00);
        (await desk.Change(edition, HttpMethod.Post, "settlement", new { })).ExpectProblem(409, "ACTUAL_UNKNOWN");
        await desk.Actual(edition, freight, 3_333_33);
        var final = (await desk.Change(edition, HttpMethod.Post, "settlement", new { })).Ok;
        Assert.Equal(30_623_33, Number(final["totalMinor"]));
        Assert.Equal(settled, await desk.Shares(edition, "grossMinor"));
        Assert.Equal(                                                                                               // F-M9
            30_623_33,
            final["shares"]!.AsArray().Sum(s => Number(s!["netMinor"])) + final["grants"]!.AsArray().Sum(g => Number(g!["paidMinor"]))
            + Number(final["commonMinor"]));
        nets = await desk.Shares(edition, "netMinor");
        await Eventually.Holds("every firm is asked for what it bears, no more and no less", () => nets.All(share => share.Value == service
            .Published<ChargeRequested>(c => c.SubjectId == edition && c.MemberId == desk.Member(share.Key)).Sum(c => c.AmountMinor)));
        var asked = service.Published<ChargeRequested>(c => c.SubjectId == edition);
        Assert.Equal(asked.Count, asked.DistinctBy(c => c.ChargeId).Count());
        var finalised = await service.UntilPublished<FairCostsFinalised>(f => f.EditionId == edition);
        Assert.Equal((30_623_33, 3_055_07, 0), (finalised.TotalMinor, finalised.PenaltiesMinor, finalised.CommonMinor));
        (await desk.Change(edition, HttpMethod.Put, $"cost-items/{space}/actual", new { actualMinor = 1 })).ExpectProblem(409, "EDITION_ENDED");
    }

    [Theory, EachShape]
    public async Task A_request_from_Vientiane_is_counted_by_the_calendar_of_Berlin(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var opensOn = new DateOnly(service.Clock.Now().Year + 2, 1, 18);
        var desk = await CostDesk.OpenAsync(service, 3);
        var edition = await desk.Edition(opensOn, ("F1", 1_000, 0), ("F2", 1_000, 0), ("F3", 1_000, 0));
        await desk.Plan(edition, "Space", "ByArea", 3_000_00);
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);

        // 23:30 of 18 December in Vientiane is 17:30 of the 18th in Berlin: 31 days.
        service.Clock.StandAt(new DateTime(opensOn.Year - 1, 12, 18, 16, 30, 0, DateTimeKind.Utc));
        Assert.Equal((50, 500_00), Penalty(await desk.Own(edition, "F1")));
        // 05:59 of the 19th in Vientiane is 23:59 of the 18th there; a minute later it is the 19th.
        service.Clock.StandAt(new DateTime(opensOn.Year - 1, 12, 18, 22, 59, 0, DateTimeKind.Utc));
        Assert.Equal((50, 500_00), Penalty(await desk.Own(edition, "F1")));
        service.Clock.StandAt(new DateTime(opensOn.Year - 1, 12, 18, 23, 0, 0, DateTimeKind.Utc));
        Assert.Equal((100, 1_000_00), Penalty(await desk.Own(edition, "F1")));
        var withdrawn = (await service.Post(
            desk["F1"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 1_000_00 })).Ok;
        Assert.Equal($"{opensOn.Year - 1}-12-19", Text(withdrawn["withdrawal"]!["on"]));
    }

    private static DateTime At(DateOnly day, int hour) =>
        TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(new(hour, 0), DateTimeKind.Unspecified), Berlin);

    private static (int Percent, int Minor) Penalty(JsonNode own) =>
        (own["penalty"]!["percent"]!.GetValue<int>(), own["penalty"]!["amountMinor"]!.GetValue<int>());

    private static void AssertOwn(JsonNode own, CostDesk desk, long net)
    {
        var items = own["items"]!.AsArray();
        Assert.Equal(Number(own["grossMinor"]), items.Sum(i => Number(i!["ownMinor"])) + Number(own["poolMinor"]) + Number(own["penaltyMinor"]));
        Assert.Equal(net, Number(own["grossMinor"]) - own["grants"]!.AsArray().Sum(g => Number(g!["ownMinor"])));
        Assert.Equal(Number(own["totalMinor"]), items.Sum(i => i!["totalMinor"]?.GetValue<long>() ?? 0));
        foreach (var other in new[] { "F2", "F3", "F5", "F6" })
        {
            Assert.DoesNotContain($"{desk.Member(other)}", own.ToJsonString(), StringComparison.Ordinal);
        }
    }

    private static long Number(JsonNode? node) => node!.GetValue<long>();

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
