using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>What Marketing holds of F1 and of buyers, and no other firm may learn.</summary>
internal static class MarketingSecrets
{
    private const string Api = "/api/marketing";
    private const int PriceMinor = 41_389;
    private const int ShareMinor = 517_033;
    private const int SaleMinor = 7_130_549;

    /// <summary>Names and numbers that occur nowhere else.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        "Kaltwasser", "FSC-C907531", "Lindqvist", "Sommerfeld", "INV-604417", "INV-712208", "Stand 9-77231", "Ulvaeus", "Hedberg", "Chipped",
        $"{PriceMinor}", $"{ShareMinor}", $"{SaleMinor}",
    ];

    /// <summary>F1 and the manager do what there is to do in Marketing; gives the ids of what is not there for other firms.</summary>
    public static async Task<IReadOnlySet<string>> MakeAsync(FurnitureConsortium consortium)
    {
        var (firm, manager, memberId, ids) = (consortium["F1"], consortium.Manager, consortium.Firms["F1"], new HashSet<string>());
        var texts = new { en = new { name = "Chair Kaltwasser", text = "Oiled." } };
        await Eventually.Holds("Marketing knows what the firm makes", async () =>
            ids.Add(IdOf((await firm.PutAsync($"{Api}/sheets/TK-12", new { texts }, null)).Ok)));
        var certificate = new { kind = "FSC", number = "FSC-C907531", issuer = "Hedberg", validFrom = "2026-01-01", validUntil = "2099-12-31" };
        await AddAsync(firm, "certificates", certificate);
        await AddAsync(firm, "prior-customers", new { name = "Sommerfeld" });
        var invoiced = MarketingToTry.Day(-1);
        var sale = new { buyerName = "Sommerfeld", soldOn = invoiced, valueMinor = SaleMinor, invoiceNumber = "INV-712208" };
        await AddAsync(firm, "direct-sales", sale);
        var contact = new { name = "Astrid Lindqvist", email = "astrid@lindqvist.example" };
        var lead = await AddAsync(manager, "leads", new { buyerName = "Lindqvist Interiors", country = "DE", contact });
        _ = (await manager.PostAsync($"{Api}/leads/{lead}/assignment", new { memberId, reason = "Lindqvist knows it." })).Ok;
        var theirs = (await manager.GetAsync($"{Api}/leads/{lead}")).Ok;
        ids.UnionWith([$"{theirs["buyerId"]}", IdOf(theirs["contacts"]![0]!)]);

        // A lead of the pool is there for every firm, but not its buyer, nor who claims it.
        var pooled = IdOf((await manager.PostAsync($"{Api}/leads", new { buyerName = "Ulvaeus Living" })).Ok);
        ids.Add($"{(await manager.GetAsync($"{Api}/leads/{pooled}")).Ok["buyerId"]}");
        await AddAsync(firm, $"leads/{pooled}/claims", new { buyerName = "Ulvaeus", invoiceNumber = "INV-604417", invoiceDate = invoiced });

        var quotation = await QuotationToTry.MakeAsync(consortium, asked: true, issued: true, PriceMinor);
        ids.UnionWith([$"{quotation.Id}", quotation.PriceId]);
        _ = (await manager.PostAsync($"{Api}/brand/regulations", new { text = "§ 1", effectiveOn = MarketingToTry.Day(0) })).Ok;
        var licence = await AddAsync(manager, "brand/licences", new { memberId, from = MarketingToTry.Day(0), reason = "Inspected." });
        var warning = new { reason = "Chipped.", appealUntil = MarketingToTry.Day(30) };
        _ = (await manager.PostAsync($"{Api}/brand/licences/{licence}/warnings", warning)).Ok;
        var campaign = await AddAsync(manager, "campaigns", new { name = "Spring", subject = "Spring", text = "Spring." });
        var budget = new { budgetMinor = ShareMinor, key = "Custom", firms = new[] { new { memberId, weight = 1 } }, reason = "Board." };
        _ = (await manager.PutAsync($"{Api}/campaigns/{campaign}/budget", budget, "\"1\"")).Ok;
        ids.Add(await MeetAsync(consortium, memberId));
        return ids;

        async Task<string> AddAsync(Session by, string path, object what)
        {
            var id = IdOf((await by.PostAsync($"{Api}/{path}", what)).Ok);
            ids.Add(id);
            return id;
        }
    }

    // Every firm may know of the mission, and none of who goes and whom it meets.
    private static async Task<string> MeetAsync(FurnitureConsortium consortium, Guid memberId)
    {
        var mission = IdOf((await consortium.Manager.PostAsync($"{Api}/missions", new
        {
            direction = "Outgoing", title = "Spring", country = "DE", place = "Hamburg", startsOn = "2099-05-10", endsOn = "2099-05-12",
            registerUntil = "2099-03-31",
            slots = new[] { new { number = 1, day = "2099-05-10", from = "09:00:00", until = "09:30:00", title = "Spring" } },
        })).Ok);
        var (at, buyerId) = ($"{Api}/missions/{mission}", await QuotationToTry.BuyerAsync(consortium));
        _ = (await consortium["F1"].PutAsync($"{at}/registration", new { note = "Stand 9-77231" }, null)).Ok;
        _ = (await consortium.Manager.PostAsync($"{at}/firms/{memberId}/decision", new { confirmed = true })).Ok;
        _ = (await consortium.Manager.PutAsync($"{at}/buyers/{buyerId}", new { }, null)).Ok;
        var booked = (await consortium.Manager.PostAsync($"{at}/meetings", new { slot = 1, memberId, buyerId })).Ok;
        return IdOf(booked["meetings"]![0]!);
    }

    private static string IdOf(JsonNode thing) => thing["id"]!.GetValue<string>();
}
