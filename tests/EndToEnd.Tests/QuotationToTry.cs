using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>A new quotation of chairs for a new buyer in Germany, as far as it is wanted.</summary>
internal sealed class QuotationToTry(FurnitureConsortium vtf)
{
    private const string Marketing = "/api/marketing";

    public Guid Id { get; private set; }

    /// <summary>What F1 is asked for, once firms are asked.</summary>
    public string PriceId { get; private set; } = "";

    /// <summary>The token of the buyer's link, once a version is issued.</summary>
    public string Token { get; private set; } = "";

    public string IfMatch { get; private set; } = "";

    /// <summary>A buyer who can be quoted, and a home market that is another.</summary>
    public static async Task<Guid> BuyerAsync(FurnitureConsortium vtf)
    {
        if ((await vtf.Manager.GetAsync($"{Marketing}/home-market")).Ok["countries"]!.AsArray().Count == 0)
        {
            // Another test may be faster: then it is stated.
            await vtf.Manager.PutAsync($"{Marketing}/home-market", new { countries = new[] { "LA" } }, "\"0\"");
        }

        var name = $"Buyer {Guid.CreateVersion7():N}";
        return (await vtf.Manager.PostAsync($"{Marketing}/buyers", new { name, country = "DE" })).Ok["id"]!.GetValue<Guid>();
    }

    public static async Task<QuotationToTry> MakeAsync(FurnitureConsortium vtf, bool asked, bool issued, long unitPriceMinor = 4100)
    {
        var made = new QuotationToTry(vtf);
        var buyerId = await BuyerAsync(vtf);
        await Eventually.Holds("Marketing knows the product", async () =>
        {
            var terms = new { lines = new[] { new { product = "TK-12", quantity = 100 } } };
            var opened = await vtf.Manager.PostAsync($"{Marketing}/quotations", new { buyerId, currency = "EUR", terms });
            made.Id = opened.Ok["quotationId"]!.GetValue<Guid>();
        });
        if (asked || issued)
        {
            await made.AskAsync();
        }

        if (issued)
        {
            _ = (await vtf["F1"].PutAsync($"{Marketing}/quotation-prices/{made.PriceId}/price", new { unitPriceMinor }, null)).Ok;
            made.Token = await made.IssueAsync();
        }

        made.IfMatch = await made.TagAsync();
        return made;
    }

    /// <summary>After a version was issued: prices are to be asked for again.</summary>
    public async Task<string> ProposeAsync()
    {
        var closesAt = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(3);
        var proposed = (await vtf.Manager.PostAsync($"{Marketing}/quotations/{Id}/price-rounds", new { closesAt, reason = "Try." })).Ok;
        IfMatch = $"\"{proposed["version"]}\"";
        return proposed["proposal"]!["roundId"]!.GetValue<string>();
    }

    private async Task AskAsync()
    {
        JsonNode asked = null!;
        await Eventually.Holds("Marketing knows the firm", async () =>
        {
            var closesAt = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(3);
            asked = (await vtf.Manager.PostAsync(
                $"{Marketing}/quotations/{Id}/price-rounds", new { closesAt, members = new[] { vtf.Firms["F1"] }, reason = "Try." })).Ok;
        });
        PriceId = asked["rounds"]![0]!["prices"]![0]!["priceId"]!.GetValue<string>();
    }

    private async Task<string> IssueAsync()
    {
        var validUntil = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(30);
        var issued = await vtf.Manager.SendAsync(
            HttpMethod.Post, $"{Marketing}/quotations/{Id}/versions", new { validUntil, rule = "Cheapest" }, ifMatch: await TagAsync());
        return issued.Ok["link"]!["token"]!.GetValue<string>();
    }

    private async Task<string> TagAsync() => $"\"{(await vtf.Manager.GetAsync($"{Marketing}/quotations/{Id}")).Ok["version"]}\"";
}
