using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>What TradeFairs holds of F1, and no other firm may learn.</summary>
internal static class FairSecrets
{
    private const string Api = "/api/tradefairs";
    private const int AreaDm2 = 917_343;
    private const int VolumeLitres = 8_314_727;
    private const int MeasuredLitres = 6_283_519;
    private const long OwnCostMinor = 73_194_283;
    private const long AidMinor = 28_417_391;

    /// <summary>Names and numbers that occur nowhere else.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        "Wachsmuth", "Brandschaden", "Oelkers", $"{AreaDm2}", $"{VolumeLitres}", $"{MeasuredLitres}", $"{OwnCostMinor}", $"{AidMinor}",
        "Quastenflosser", "Zirbelstein", "Kiebitzstuhl", "Hagebuttner", "Ruebezahl", "Stilllegung",
    ];

    /// <summary>F1 does what there is to do for a fair; gives the ids of what is not there for other firms.</summary>
    public static async Task<IReadOnlySet<string>> MakeAsync(FurnitureConsortium consortium)
    {
        var (firm, manager, ids) = (consortium["F1"], consortium.Manager, new HashSet<string>());
        var things = new FairsToTry(consortium);
        var open = await things.ProposeAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(1));
        var wants = new { areaDm2 = AreaDm2, volumeLitres = VolumeLitres };
        await Eventually.Holds("TradeFairs knows the firm", async () =>
            ids.Add(Id((await firm.PutAsync($"{Api}/editions/{open}/commitment", wants, null)).Ok)));
        var stand = await new FairsToTry(consortium).StandAsync(isNew: true);
        ids.UnionWith((await firm.GetAsync($"{Api}/editions/{stand}")).Ok["commitments"]!.AsArray().Select(c => Id(c!)));
        ids.Add(Id((await firm.PostAsync($"{Api}/editions/{stand}/exceptions", new { reason = "Ein Brandschaden." })).Ok));
        _ = (await firm.PutAsync($"{Api}/editions/{stand}/declaration", FairsToTry.Declaration("Wachsmuth"), "\"0\"")).Ok;
        var task = new { state = "Open", owner = "Oelkers" };
        _ = (await firm.PutAsync($"{Api}/editions/{stand}/checklist/{consortium.Firms["F1"]}/1", task, "\"0\"")).Ok;
        var lead = AtTheFairToTry.Lead("Quastenflosser", "Zirbelstein");
        _ = (await firm.PostAsync($"{Api}/editions/{stand}/leads", new { leads = new[] { lead } })).Ok;
        ids.UnionWith((await firm.GetAsync($"{Api}/editions/{stand}/leads")).Ok["leads"]!.AsArray().Select(one => Id(one!)));
        ids.Add(Id((await firm.PostAsync($"{Api}/editions/{stand}/exhibits", AtTheFairToTry.Goods("Kiebitzstuhl"))).Ok));
        ids.Add(Id((await firm.PostAsync($"{Api}/editions/{stand}/staff", AtTheFairToTry.Person("Hagebuttner"))).Ok));
        var version = (await firm.GetAsync($"{Api}/editions/{stand}")).Ok["commitments"]![0]!["version"];
        var measured = new { volumeLitres = MeasuredLitres, exhibitCount = 1, source = "Ruebezahl 4711" };
        _ = (await manager.PutAsync($"{Api}/editions/{stand}/commitments/{consortium.Firms["F1"]}/measured", measured, $"\"{version}\"")).Ok;
        var gone = new { reason = "Stilllegung." };
        _ = (await manager.PutAsync($"{Api}/editions/{stand}/withdrawal-proposals/{consortium.Firms["F1"]}", gone, null)).Ok;
        _ = (await manager.PostAsync($"{Api}/editions/{stand}/main-exhibitor", new { memberId = consortium.Firms["F1"] })).Ok;
        var own = new { name = "Fees", key = "Direct", parts = new[] { new { memberId = consortium.Firms["F1"], value = OwnCostMinor } } };
        _ = await FairCostsToTry.AddAsync(manager, $"{Api}/editions/{stand}", "cost-items", own);
        ids.Add(Id((await manager.PostAsync($"{Api}/de-minimis", new
        {
            memberId = consortium.Firms["F1"], state = "LA", grantedOn = MarketingToTry.Day(-10), amountMinor = AidMinor, currency = "EUR",
        })).Ok));
        return ids;
    }

    private static string Id(JsonNode made) => made["id"]!.GetValue<string>();
}
