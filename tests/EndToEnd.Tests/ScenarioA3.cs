using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>
/// Scenarios A3 and A3b through the public address with real tokens: what a stand costs each firm, and what changes when one withdraws 40 days before
/// the opening. Other days, and the settlement, need a clock that tests can move: the service's own tests have it.
/// </summary>
public sealed class ScenarioA3(Deployments deployments)
{
    private const string Api = "/api/tradefairs";

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task A_stand_is_planned_shared_and_shared_again_to_the_cent(Shape shape)
    {
        Required.TurnOf((int)shape);
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape));
        var opensOn = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), Zone).DateTime).AddDays(40);
        var edition = await StandAsync(vtf, opensOn);
        await WaitAsync(vtf, edition);

        // A3: items, each with one key, and a grant of which F2 may take 2,000.00 only.
        _ = (await vtf.Manager.PostAsync($"{Api}/de-minimis", new
        {
            memberId = vtf.Firms["F2"], state = "LA", grantedOn = opensOn.AddYears(-1), amountMinor = 298_000_00, currency = "EUR",
        })).Ok;
        var grant = (await ChangeAsync("grants", new
        {
            name = "Trade promotion", state = "LA", ratePercent = 50, capMinor = 10_000_00, grantedOn = opensOn, overflow = "Reapportion",
        })).Ok["grants"]![0]!["id"]!.GetValue<Guid>();
        await PlanAsync(new { name = "Space", key = "ByArea", plannedMinor = 11_940_00, grantId = grant });
        await PlanAsync(new { name = "Construction", key = "ByArea", plannedMinor = 7_500_00, grantId = grant });
        await PlanAsync(new { name = "Media", key = "Equal", plannedMinor = 250_00, grantId = grant });
        await PlanAsync(new { name = "Interpreters", key = "Equal", plannedMinor = 2_000_00, grantId = grant });
        await PlanAsync(new { name = "Freight", key = "ByVolume", plannedMinor = 3_333_33 });
        await PlanAsync(new { name = "Fees", key = "Direct", grantId = grant, parts = Fees("F2", "F3", "F5") });
        var noVote = await ChangeAsync("cost-plan", new { });
        Assert.Equal((HttpStatusCode.Conflict, "BOARD_VOTE_NEEDED"), (noVote.Status, noVote.Code));
        _ = (await ChangeAsync("cost-plan", new { vote = new { body = "Board", reference = "Item 4", heldOn = opensOn.AddDays(-60) } })).Ok;

        Assert.Equal(29_223_33, (await CostsAsync())["totalMinor"]!.GetValue<long>());
        Assert.Equal("F1 922816, F2 764261, F3 624242, F5 611014", await SharesAsync("grossMinor"));
        Assert.Equal("F1 593355, F2 564261, F3 388972, F5 375745", await SharesAsync("netMinor"));
        await Eventually.Holds("the deposits are asked for (R-501)", async () =>
            (await OwnAsync("F1"))["chargedMinor"]!.GetValue<long>() == 2_768_45);

        // A3b: F5 withdraws at half of its planned share; F6 takes 5 m² of its 9 from the waiting list.
        var stale = await vtf["F5"].PostAsync($"{Api}/editions/{edition}/withdrawals", new { expectedPenaltyMinor = 1_527_54 });
        Assert.Equal((HttpStatusCode.Conflict, "PENALTY_CHANGED"), (stale.Status, stale.Code));
        _ = (await vtf["F5"].PostAsync($"{Api}/editions/{edition}/withdrawals", new { expectedPenaltyMinor = 3_055_07 })).Ok;
        var fees = (await CostsAsync())["items"]!.AsArray().Single(item => item!["key"]!.GetValue<string>() == "Direct")!["id"];
        _ = (await ChangeAsync($"cost-items/{fees}/actual", new { actualMinor = 5_600_00, parts = Fees("F2", "F3", "F5", "F6") }, HttpMethod.Put)).Ok;
        _ = (await vtf.Manager.PostAsync($"{Api}/editions/{edition}/areas", new { memberId = vtf.Firms["F6"], areaDm2 = 500 })).Ok;

        Assert.Equal(30_623_33, (await CostsAsync())["totalMinor"]!.GetValue<long>());
        Assert.Equal("F1 931964, F2 769613, F3 628408, F5 305507, F6 426841", await SharesAsync("grossMinor"));
        var own = await OwnAsync("F1");
        Assert.Equal(91_48, own["grossMinor"]!.GetValue<long>() - own["plannedMinor"]!.GetValue<long>());
        Assert.Equal(["Plan", "Withdrawal", "Replacement"], own["changes"]!.AsArray().Select(change => change!["cause"]!.GetValue<string>()));
        Assert.All(vtf.Firms.Where(firm => firm.Key != "F1"), firm =>
            Assert.DoesNotContain($"{firm.Value}", own.ToJsonString(), StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await vtf["F1"].GetAsync($"{Api}/editions/{edition}/costs")).Status);

        async Task<JsonNode> CostsAsync() => (await vtf.Manager.GetAsync($"{Api}/editions/{edition}/costs")).Ok;

        async Task<JsonNode> OwnAsync(string firm) => (await vtf[firm].GetAsync($"{Api}/editions/{edition}/own-share")).Ok;

        async Task<Answer> ChangeAsync(string what, object body, HttpMethod? method = null) => await vtf.Manager.SendAsync(
            method ?? HttpMethod.Post, $"{Api}/editions/{edition}/{what}", body, ifMatch: $"\"{(await CostsAsync())["version"]}\"");

        async Task PlanAsync(object item) => _ = (await ChangeAsync("cost-items", item)).Ok;

        object[] Fees(params string[] firms) => [.. firms.Select(firm => new { memberId = vtf.Firms[firm], value = 1_400_00 })];

        async Task<string> SharesAsync(string field) => string.Join(", ", (await CostsAsync())["shares"]!.AsArray()
            .Select(share => $"{vtf.Firms.Single(firm => firm.Value == share!["memberId"]!.GetValue<Guid>()).Key} {share![field]}")
            .Order(StringComparer.Ordinal));
    }

    private static TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>A stand of 60 m², 12 of them common, divided as four firms asked before the deadline.</summary>
    private static async Task<string> StandAsync(FurnitureConsortium vtf, DateOnly opensOn)
    {
        (string Firm, int AreaDm2, int VolumeLitres)[] asked = [("F1", 1800, 5200), ("F2", 1200, 3100), ("F3", 900, 2400), ("F5", 900, 1900)];
        var fair = Id((await vtf.Manager.PostAsync($"{Api}/fairs", new
        {
            name = "Interior", organiser = "Koelnmesse", place = "Cologne", country = "DE", timeZone = "Europe/Berlin",
        })).Ok);
        for (var seconds = 2; ; seconds *= 2)
        {
            var edition = Id((await vtf.Manager.PostAsync($"{Api}/fairs/{fair}/editions", new
            {
                name = $"Call of {seconds} s", opensOn, closesOn = opensOn.AddDays(5), currency = "EUR", standAreaDm2 = 6000, commonAreaDm2 = 1200,
            })).Ok);
            var commitUntil = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds);
            _ = (await vtf.Manager.PostAsync($"{Api}/editions/{edition}/call", new { commitUntil })).Ok;
            var answers = await Task.WhenAll(asked.Select(one => vtf[one.Firm].PutAsync(
                $"{Api}/editions/{edition}/commitment", new { areaDm2 = one.AreaDm2, volumeLitres = one.VolumeLitres }, null)));
            if (answers.All(answer => answer.Status == HttpStatusCode.OK))
            {
                await Eventually.Holds("the call is over", async () =>
                    !(await vtf.Manager.GetAsync($"{Api}/editions/{edition}")).Ok["callIsOpen"]!.GetValue<bool>());
                _ = (await vtf.Manager.PostAsync($"{Api}/editions/{edition}/allotment", new { })).Ok;
                return edition;
            }
        }
    }

    /// <summary>F6 comes after the deadline: by an exception it waits for area (FAIR-12).</summary>
    private static async Task WaitAsync(FurnitureConsortium vtf, string edition)
    {
        var exception = "";
        await Eventually.Holds("TradeFairs knows the firm", async () =>
        {
            exception = Id((await vtf["F6"].PostAsync($"{Api}/editions/{edition}/exceptions", new { reason = "Late." })).Ok);
            return true;
        });
        _ = (await vtf.Manager.PostAsync($"{Api}/exceptions/{exception}/decision", new
        {
            approved = true, reason = "Welcome.", until = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(1),
        })).Ok;
        var waiting = (await vtf["F6"].PutAsync($"{Api}/editions/{edition}/commitment", new { areaDm2 = 500, volumeLitres = 1000 }, null)).Ok;
        Assert.Equal("Waiting", waiting["state"]!.GetValue<string>());
    }

    private static string Id(JsonNode made) => made["id"]!.GetValue<string>();
}
