using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Costs of a stand, for requests that are tried.</summary>
internal static class FairCostsToTry
{
    private const string Api = "/api/tradefairs";

    /// <summary>Puts what a request about the costs of this edition needs into the target; what is no such request needs nothing.</summary>
    public static async Task FillAsync(Session manager, string edition, MutatedRequests operation, Dictionary<string, string> target)
    {
        var at = $"{Api}/editions/{edition}";
        if (operation.Path.Contains("{itemId}", StringComparison.Ordinal))
        {
            var items = (await AddAsync(manager, at, "cost-items", new { name = "Try", key = "Equal", plannedMinor = 100 }))["items"]!.AsArray();
            target["itemId"] = items[^1]!["id"]!.GetValue<string>();
        }

        if (operation.Path.Contains("{grantId}", StringComparison.Ordinal))
        {
            var grant = new { name = "Try", state = "LA", capMinor = 100, grantedOn = MarketingToTry.Day(10) };
            target["grantId"] = (await AddAsync(manager, at, "grants", grant))["grants"]![0]!["id"]!.GetValue<string>();
        }

        if (operation.Path.EndsWith("/settlement", StringComparison.Ordinal))
        {
            _ = (await manager.PostAsync($"{at}/state", new { state = "Cancelled" })).Status;   // then it can be settled; once
        }

        if (operation.Path.Split('/')[^1] is "cost-items" or "{itemId}" or "actual" or "cost-rules" or "cost-weights" or "grants" or "{grantId}"
            or "cost-plan" or "settlement")
        {
            target["If-Match"] = Tag(await CostsAsync(manager, at));
        }
    }

    /// <summary>A record of the register of aid.</summary>
    public static async Task<string> AidAsync(Session manager, Guid member) => (await manager.PostAsync($"{Api}/de-minimis", new
    {
        memberId = member, state = "LA", grantedOn = MarketingToTry.Day(-10), amountMinor = 1, currency = "EUR",
    })).Ok["id"]!.GetValue<string>();

    /// <summary>Adds something to the costs of an edition, again while others change what its shares depend on, such as a firm's aid.</summary>
    public static async Task<JsonNode> AddAsync(Session manager, string at, string what, object body)
    {
        Answer answer;
        do
        {
            answer = await manager.SendAsync(HttpMethod.Post, $"{at}/{what}", body, ifMatch: Tag(await CostsAsync(manager, at)));
        }
        while (answer.Status == HttpStatusCode.PreconditionFailed);
        return answer.Ok;
    }

    private static async Task<JsonNode> CostsAsync(Session manager, string at) => (await manager.GetAsync($"{at}/costs")).Ok;

    private static string Tag(JsonNode costs) => $"\"{costs["version"]}\"";
}
