using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Campaigns, missions with people in them, and target markets, for requests that change them.</summary>
internal static class CampaignToTry
{
    /// <summary>Puts the ids of something new into the target.</summary>
    public static async Task FillAsync(Dictionary<string, string> target, MutatedRequests operation, FurnitureConsortium vtf)
    {
        target["If-Match"] = "\"1\"";
        switch (operation.Path.Split('/')[3])
        {
            case "campaigns":
                var campaign = new { name = "Try", subject = "Try", text = "Try." };
                target["id"] = Id(await vtf.Manager.PostAsync("/api/marketing/campaigns", campaign));
                if (operation.Path.EndsWith("/budget/approval", StringComparison.Ordinal))
                {
                    var budget = new { budgetMinor = 100, key = "Equal", reason = "Try." };
                    _ = (await vtf.Manager.PutAsync($"/api/marketing/campaigns/{target["id"]}/budget", budget, "\"1\"")).Ok;
                    target["If-Match"] = "\"2\"";
                }

                if (operation.Path.Contains("{leadId}", StringComparison.Ordinal))
                {
                    target["leadId"] = Id(await vtf.Manager.PostAsync("/api/marketing/leads", new { buyerName = $"{Guid.CreateVersion7():N}" }));
                    _ = (await vtf.Manager.PutAsync($"/api/marketing/campaigns/{target["id"]}/leads/{target["leadId"]}", new { }, null)).Status;
                }

                break;
            case "market-studies":
                await MarketAsync(vtf, "NL");
                target["id"] = Id(await vtf.Manager.PostAsync("/api/marketing/markets/NL/studies", new { title = "Try", text = "Try." }));
                break;
            default:
                await MissionAsync(target, operation, vtf);
                break;
        }
    }

    /// <summary>The target market of an operation, with its version. Each has its own: they don't change each other's.</summary>
    public static async Task<(string Country, long Version)> MarketAsync(MutatedRequests operation, FurnitureConsortium vtf)
    {
        var country = operation.Path.EndsWith("/studies", StringComparison.Ordinal) ? "IT"
            : operation.Method == HttpMethod.Put ? "DE"
            : operation.Method == HttpMethod.Delete ? "FR"
            : "ES";
        return (country, await MarketAsync(vtf, country));
    }

    private static async Task<long> MarketAsync(FurnitureConsortium vtf, string country)
    {
        var address = $"/api/marketing/markets/{country}";
        var market = await vtf.Manager.GetAsync(address);
        return (market.Status == HttpStatusCode.OK ? market.Ok : (await vtf.Manager.PutAsync(address, new { }, "\"0\"")).Ok)["version"]!
            .GetValue<long>();
    }

    // With one firm confirmed and one buyer, who meet if a meeting is asked for.
    private static async Task MissionAsync(Dictionary<string, string> target, MutatedRequests operation, FurnitureConsortium vtf)
    {
        var mission = Id(await vtf.Manager.PostAsync("/api/marketing/missions", new
        {
            direction = "Outgoing", title = "Try", country = "DE", place = "Hamburg", startsOn = "2099-05-10", endsOn = "2099-05-12",
            registerUntil = "2099-03-31",
            slots = new[] { new { number = 1, day = "2099-05-10", from = "09:00:00", until = "09:30:00", title = "Try" } },
        }));
        var (at, firm, buyer) = ($"/api/marketing/missions/{mission}", vtf.Firms["F1"], await QuotationToTry.BuyerAsync(vtf));
        _ = (await vtf["F1"].PutAsync($"{at}/registration", new { note = "Try." }, null)).Ok;
        _ = (await vtf.Manager.PutAsync($"{at}/buyers/{buyer}", new { }, null)).Ok;
        (target["id"], target["memberId"], target["buyerId"]) = (mission, $"{firm}", $"{buyer}");
        if (operation.Path.Contains("/mission-meetings/", StringComparison.Ordinal))
        {
            _ = (await vtf.Manager.PostAsync($"{at}/firms/{firm}/decision", new { confirmed = true })).Ok;
            var booked = (await vtf.Manager.PostAsync($"{at}/meetings", new { slot = 1, memberId = firm, buyerId = buyer })).Ok;
            target["id"] = booked["meetings"]![0]!["id"]!.GetValue<string>();
        }
    }

    private static string Id(Answer made) => made.Read<JsonNode>()["id"]!.GetValue<string>();
}
