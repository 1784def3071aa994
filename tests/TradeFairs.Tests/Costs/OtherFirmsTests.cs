using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ExportConsortia.TradeFairs.Costs;

namespace ExportConsortia.TradeFairs.Tests.Costs;

/// <summary>
/// What a firm can work out of another: worlds that differ in a rival's numbers only read the same, and no two readings tell a weight.
/// </summary>
public sealed partial class OtherFirmsTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task A_firm_reads_the_same_whatever_a_rival_has_asks_for_and_earns(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var worlds = new List<string>();
        foreach (var (area, volume, turnover, firms) in new[] { (1_000, 1_000, 5_000_00, 2), (3_700, 9_000, 9_999_00, 2), (1_000, 400, 77_00, 4) })
        {
            var desk = await CostDesk.OpenAsync(service, 5);
            (string, long, long)[] at =
            [
                ("F1", 1_000, 1_000), ("F2", area, volume), .. firms == 2 ? [] : new[] { ("F3", 500L, 10L), ("F4", 500L, 10L) },
            ];
            var edition = await desk.Edition(Day(service, 200), at);
            await desk.Plan(edition, "Space", "ByArea", 3_000_00);
            await desk.Plan(edition, "Freight", "ByVolume", 1_000_00);
            await desk.Plan(edition, "Media", "Equal", 900_00);
            await desk.Plan(edition, "Brand", "ByTurnover", 700_00);
            await desk.Plan(edition, "Hostess", "Custom", 800_00, null, ("F1", 1), ("F2", volume));
            (await desk.Change(edition, HttpMethod.Put, "cost-weights", new
            {
                weights = new[] { new { memberId = desk.Member("F2"), turnoverMinor = turnover } },
            })).Expect(HttpStatusCode.OK);

            var read = new StringBuilder();
            async Task Read(string firm, string path)
            {
                var answer = await service.Get(desk[firm], $"editions/{edition}{path}");
                read.AppendLine(answer.Code ?? answer.Text);
            }

            await Read("F1", "/allotment");
            await Read("F1", "/own-share/risk?others=1");
            foreach (var wish in (string[])["areaDm2=400", "areaDm2=401&volumeLitres=1", "areaDm2=4000&exhibitCount=3", "others=3&areaDm2=9000"])
            {
                await Read("F5", $"/own-share/risk?{wish}");
            }

            var text = read.Replace($"{desk.Member("F1")}", "F1").ToString();
            worlds.Add(DecidedAt().Replace(text, ""));
        }

        Assert.Single(worlds.Distinct());
        Assert.Contains("\"atMostPercent\":100", worlds[0], StringComparison.Ordinal);   // two of the other four that the plan counts with
    }

    [Theory, EachShape]
    public async Task What_a_firm_bears_before_and_after_another_left_tells_nothing_of_that_one(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 6);
        var edition = await desk.Edition(
            Day(service, 100), ("F1", 800, 500), ("F2", 800, 700), ("F3", 800, 900), ("F4", 800, 300), ("F5", 800, 100), ("F6", 731, 211));
        var grant = (await desk.Change(edition, HttpMethod.Post, "grants", new
        {
            name = "Aid", state = "LA", capMinor = 100_00, grantedOn = Day(service, 1),
        })).Ok["grants"]![0]!["id"]!.GetValue<string>();
        await desk.Plan(edition, "Space", "ByArea", 2_000_00, grant);
        await desk.Plan(edition, "Freight", "ByVolume", 1_000_00);
        await desk.Plan(edition, "Media", "Equal", 600_00);
        await desk.Plan(edition, "Fees", "Direct", 0, null, ("F2", 100_00), ("F6", 123_45));
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        var before = await desk.Own(edition, "F1");
        var penalty = Number((await desk.Own(edition, "F6"))["penalty"]!["amountMinor"]);
        (await service.Post(desk["F6"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = penalty })).Expect(HttpStatusCode.OK);
        var after = await desk.Own(edition, "F1");

        foreach (var own in (JsonNode[])[before, after])
        {
            var shown = own["items"]!.AsArray().Where(i => i!["totalMinor"] is not null || i["totalWeight"] is not null);
            Assert.Equal(["Media"], shown.Select(i => $"{i!["name"]}"));
            Assert.All(own["grants"]!.AsArray(), g => Assert.Null(g!["paidMinor"]));
        }

        // Long after the settlement totals of a stand that nobody left would be shown; of this one they never are.
        await desk.Move(edition, "Cancelled");
        foreach (var item in (await desk.Costs(edition))["items"]!.AsArray().Where(i => $"{i!["key"]}" != "Direct"))
        {
            await desk.Actual(edition, item!["id"]!.GetValue<Guid>(), Number(item["plannedMinor"]));
        }

        var fees = (await desk.Costs(edition))["items"]!.AsArray().Single(i => $"{i!["key"]}" == "Direct")!["id"]!.GetValue<Guid>();
        await desk.Actual(edition, fees, 100_00, ("F2", 100_00));
        await desk.Settle(edition);
        service.Clock.MoveOn(TimeSpan.FromDays(100));
        Assert.Equal(600_00, Number((await desk.Own(edition, "F1"))["totalMinor"]));
    }

    [Theory, EachShape]
    public async Task Old_totals_of_a_stand_that_nobody_left_are_shown_once(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 5);
        var edition = await desk.Edition(
            Day(service, 100), ("F1", 900, 1), ("F2", 900, 1), ("F3", 900, 1), ("F4", 900, 1), ("F5", 850, 1));
        var space = await desk.Plan(edition, "Space", "ByArea", 4_450_00);
        (await desk.Change(edition, HttpMethod.Post, "cost-plan", new { })).Expect(HttpStatusCode.OK);
        await desk.Move(edition, "Cancelled");
        await desk.Actual(edition, space, 4_450_00);
        await desk.Settle(edition);

        service.Clock.MoveOn(TimeSpan.FromDays(89));
        Assert.Equal(0, Number((await desk.Own(edition, "F1"))["totalMinor"]));
        service.Clock.MoveOn(TimeSpan.FromDays(1));
        var item = (await desk.Own(edition, "F1"))["items"]![0]!;
        Assert.Equal((4_450_00, 900_00), (Number(item["totalMinor"]), Number(item["ownMinor"])));
        Assert.Null(item["totalWeight"]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    [InlineData(101, 110)]
    [InlineData(922_816, 930_000)]
    [InlineData(999_999, 1_000_000)]
    public void An_estimate_is_rounded_up_to_two_digits(long minor, long shown) => Assert.Equal(shown, SimulateCosts.UpToTwoDigits(minor));

    /// <summary>Where the estimate grows by a step, trying finds; with exact prices in it that would tell them to the cent.</summary>
    [Fact]
    public void Who_tries_every_area_learns_two_digits_of_the_plan()
    {
        foreach (var areaDm2 in Enumerable.Range(1, 20_000).Append(1_000_000))
        {
            Assert.Equal(Shown(3_000_00, 1_000_00), Shown(3_013_00, 991_00));
            Assert.NotEqual(Shown(3_000_00, 1_000_00), Shown(9_000_00, 3_000_00));

            long Shown(long byArea, long alike) => SimulateCosts.UpToTwoDigits(SimulateCosts.Estimate(byArea, 4_800, alike, 5, areaDm2));
        }
    }

    private static DateOnly Day(RunningService service, int days)
    {
        service.Clock.StandAt(service.Clock.Now().AddSeconds(1));
        return DateOnly.FromDateTime(service.Clock.Now()).AddDays(days);
    }

    private static long Number(JsonNode? node) => node!.GetValue<long>();

    [GeneratedRegex("\"decidedAt\":\"[^\"]*\"")]
    private static partial Regex DecidedAt();
}
