using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Sealed prices, from the rulebook to the accepted offers, through the public address with real tokens (R-615, F-C2, F-C4).</summary>
public sealed class SealedPrices(Deployments deployments)
{
    // Prices that match no other number here.
    private static readonly Dictionary<string, long> Prices = new() { ["F1"] = 42_713_011, ["F2"] = 39_990_803, ["F3"] = 47_170_507 };

    private static readonly Dictionary<string, long> ThreeFirms = new() { ["F1"] = 700, ["F2"] = 700, ["F3"] = 700 };

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task The_firms_hand_in_sealed_prices_and_the_cheapest_get_the_line(Shape shape)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape), ThreeFirms);
        var order = await PlaceUnderAsync(vtf, sources: 2, sealedOfferSeconds: 48 * 3600);
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        var asked = await AskedAsync(vtf, order, 3);

        var mistaken = await HandInAsync(vtf, "F1", asked["F1"], 1);
        var given = new Dictionary<string, string>();
        foreach (var (firm, price) in Prices.Where(p => p.Key != "F3"))
        {
            given[firm] = (await HandInAsync(vtf, firm, asked[firm], price)).Ok["commitment"]!.GetValue<string>();
        }

        Assert.NotEqual(mistaken.Ok["commitment"]!.GetValue<string>(), given["F1"]);
        var invalid = await HandInAsync(vtf, "F3", asked["F3"], 0);
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_INPUT"), (invalid.Status, invalid.Code));
        await ForeignIsNotFoundAsync(vtf, asked);
        foreach (var person in new[] { vtf.Manager, vtf.SecondManager, vtf.Auditor, vtf["F3"] })
        {
            await TellsNoPriceAsync(person, order, Prices.Values);
        }

        await TellsNoPriceAsync(vtf["F1"], order, [Prices["F2"], Prices["F3"]]);
        var ownPrice = (await vtf["F1"].GetAsync($"/api/allocation/price-invitations/{asked["F1"]}")).Ok["unitPriceMinor"]!;
        Assert.Equal(Prices["F1"], ownPrice.GetValue<long>());

        // The last of the three answers: the prices are opened, and the two cheapest share 60 to 40.
        _ = (await HandInAsync(vtf, "F3", asked["F3"], Prices["F3"])).Ok;
        var offers = await vtf.OffersAsync(order, 1);
        Assert.Equal([("F1", 400L), ("F2", 600L)], offers.Select(o => (o.Key, o.Value.Quantity)).Order());
        Assert.Equal("SEALED", (await HandInAsync(vtf, "F3", asked["F3"], 1)).Code);
        var terms = (await vtf["F2"].GetAsync($"/api/allocation/offers/{offers["F2"].Id}")).Ok["terms"]!;
        Assert.Equal(Prices["F2"], terms["price"]!["minorUnits"]!.GetValue<long>());
        foreach (var firm in Prices.Keys)
        {
            await TellsNoPriceAsync(vtf[firm], order, Prices.Where(p => p.Key != firm).Select(p => p.Value));
            var own = (await vtf[firm].GetAsync($"/api/allocation/price-invitations/{asked[firm]}")).Ok;
            Assert.Equal(own["commitment"]!.GetValue<string>(), Sha256($"{own["salt"]!.GetValue<string>()}:{asked[firm]}:{Prices[firm]}"));
            Assert.Equal(given.GetValueOrDefault(firm, own["commitment"]!.GetValue<string>()), own["commitment"]!.GetValue<string>());
        }

        _ = (await vtf.TakeAsync("F1", offers["F1"].Id)).Ok;
        _ = (await vtf.TakeAsync("F2", offers["F2"].Id)).Ok;
        var round = Assert.Single((await vtf.UntilAsync(order, "Allocated"))["priceRounds"]!.AsArray())!;
        Assert.Equal(("Opened", 3, 3), (round["state"]!.GetValue<string>(), round["invited"]!.GetValue<int>(), round["prices"]!.GetValue<int>()));
        var run = Assert.Single((await vtf.Auditor.GetAsync($"/api/allocation/orders/{order}/allocation-runs?replay=true")).Ok.AsArray())!;
        Assert.True(run["replaysIdentically"]!.GetValue<bool>());
        Assert.Contains($"{Prices["F2"]} minor units a piece, rank 1", run["plan"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task The_deadline_closes_the_round_and_later_prices_are_refused(Shape shape)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(
            await deployments.OfAsync(shape), new Dictionary<string, long> { ["F1"] = 700, ["F2"] = 700 });
        var order = await PlaceUnderAsync(vtf, sources: null, sealedOfferSeconds: 5);
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        var asked = await AskedAsync(vtf, order, 2);
        _ = (await HandInAsync(vtf, "F1", asked["F1"], 4200)).Ok;

        var offers = await vtf.OffersAsync(order, 1);

        Assert.Equal(("F1", 700L), Assert.Single(offers) switch { var o => (o.Key, o.Value.Quantity) });
        Assert.Equal("OFFER_EXPIRED", (await HandInAsync(vtf, "F2", asked["F2"], 1)).Code);
        Assert.Equal("SEALED", (await vtf["F1"].PostAsync($"/api/allocation/price-invitations/{asked["F1"]}/refusal", new { })).Code);
    }

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task The_second_source_may_match_the_cheapest_and_what_it_declines_goes_at_sealed_prices(Shape shape)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape), ThreeFirms);
        var order = await PlaceUnderAsync(vtf, sources: 2, sealedOfferSeconds: 48 * 3600, new { ceilingPercent = 90 });
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        var asked = await AskedAsync(vtf, order, 3);
        foreach (var (firm, price) in Prices)
        {
            Assert.True((await HandInAsync(vtf, firm, asked[firm], price)).Ok["terms"]!["priceMatch"]!.GetValue<bool>());
        }

        var round = await vtf.OffersAsync(order, 1);
        Assert.Equal((Prices["F2"], true), await TermsAsync("F1", round));
        Assert.Equal((Prices["F2"], false), await TermsAsync("F2", round));
        await TellsNoPriceAsync(vtf["F1"], order, [Prices["F3"]]);
        await TellsNoPriceAsync(vtf["F2"], order, [Prices["F1"], Prices["F3"]]);
        await TellsNoPriceAsync(vtf["F3"], order, [Prices["F1"], Prices["F2"]]);
        _ = (await vtf.TakeAsync("F2", round["F2"].Id)).Ok;
        _ = (await vtf.LeaveAsync("F1", round["F1"].Id, "Price")).Ok;

        // 700 at 39.990803 and 300 at 42.713011 million cost less on average than 90 percent of 50 million.
        round = await vtf.OffersAsync(order, 2);
        Assert.Equal([("F1", 300L), ("F2", 100L)], round.Select(o => (o.Key, o.Value.Quantity)).Order());
        Assert.Equal((Prices["F1"], false), await TermsAsync("F1", round));
        Assert.Equal((Prices["F2"], false), await TermsAsync("F2", round));
        await TellsNoPriceAsync(vtf["F2"], order, [Prices["F1"], Prices["F3"]]);
        await TellsNoPriceAsync(vtf["F3"], order, [Prices["F1"], Prices["F2"]]);
        _ = (await vtf.TakeAsync("F1", round["F1"].Id)).Ok;
        _ = (await vtf.TakeAsync("F2", round["F2"].Id)).Ok;

        var offers = (await vtf.UntilAsync(order, "Allocated"))["lines"]![0]!["offers"]!.AsArray();
        Assert.Equal(
            [("F1", 0L, Prices["F2"], true), ("F1", 300, Prices["F1"], false), ("F2", 100, Prices["F2"], false), ("F2", 600, Prices["F2"], false)],
            offers.Select(o => (
                o!["memberCode"]!.GetValue<string>(), o["accepted"]!.GetValue<long>(),
                o["sealedPriceMinor"]!.GetValue<long>(), o["priceMatch"]!.GetValue<bool>())).Order());
        await Invariants.RunsReplayAsync(vtf.Auditor, order);

        async Task<(long, bool)> TermsAsync(string firm, Dictionary<string, (Guid Id, long Quantity)> offers)
        {
            var terms = (await vtf[firm].GetAsync($"/api/allocation/offers/{offers[firm].Id}")).Ok["terms"]!;
            return (terms["price"]!["minorUnits"]!.GetValue<long>(), terms["priceMatch"]!.GetValue<bool>());
        }
    }

    private static async Task<Guid> PlaceUnderAsync(FurnitureConsortium vtf, int? sources, long sealedOfferSeconds, object? priceMatchRound = null)
    {
        var version = await Rules.ActivateAsync(vtf, new
        {
            productFamily = "chairs", lotSize = 10, concentrationCapPercent = 100,
            policy = "SealedPrice", sources, sealedOfferSeconds, priceMatchRound,
        });
        var order = await vtf.PlaceAsync(unitPriceMinor: 50_000_000);
        await Rules.AreKnownAsync(vtf, order, version);
        return order;
    }

    private static async Task<Dictionary<string, Guid>> AskedAsync(FurnitureConsortium vtf, Guid order, int firms)
    {
        JsonArray invitations = [];
        await Eventually.Holds("the firms are asked for prices", async () =>
        {
            invitations = (await vtf.Auditor.GetAsync($"/api/allocation/price-invitations?orderId={order}")).Ok["invitations"]!.AsArray();
            return invitations.Count == firms;
        });
        var codes = vtf.Firms.ToDictionary(f => f.Value, f => f.Key);
        return invitations.ToDictionary(i => codes[i!["memberId"]!.GetValue<Guid>()], i => i!["invitationId"]!.GetValue<Guid>());
    }

    private static Task<Answer> HandInAsync(FurnitureConsortium vtf, string firm, Guid invitation, long unitPriceMinor) =>
        vtf[firm].SendAsync(HttpMethod.Put, $"/api/allocation/price-invitations/{invitation}/price", JsonContent.Create(new { unitPriceMinor }));

    private static async Task ForeignIsNotFoundAsync(FurnitureConsortium vtf, Dictionary<string, Guid> asked)
    {
        foreach (var firm in (string[])["F2", "F4"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await vtf[firm].GetAsync($"/api/allocation/price-invitations/{asked["F1"]}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await HandInAsync(vtf, firm, asked["F1"], 1)).Status);
            var refusal = await vtf[firm].PostAsync($"/api/allocation/price-invitations/{asked["F1"]}/refusal", new { });
            Assert.Equal(HttpStatusCode.NotFound, refusal.Status);
        }
    }

    /// <summary>Checks every route that needs no id, and those of the order and its invitations.</summary>
    private static async Task TellsNoPriceAsync(Session person, Guid order, IEnumerable<long> prices)
    {
        var document = (await person.GetAsync("/api/allocation/openapi.json")).Ok;
        var paths = document["paths"]!.AsObject().Where(p => p.Value!["get"] is not null).Select(p => p.Key).ToList();
        Assert.Contains("/api/allocation/price-invitations/{id}", paths);
        var invitations = (await person.GetAsync("/api/allocation/price-invitations")).Ok["invitations"]!.AsArray();
        Guid[] ids = [.. invitations.Select(i => i!["invitationId"]!.GetValue<Guid>()), order];
        foreach (var path in paths.SelectMany(p => ids.Select(id => p.Replace("{id}", $"{id}", StringComparison.Ordinal)).Distinct()))
        {
            var said = (await person.GetAsync(path)).Text;
            Assert.All(prices, price => Assert.DoesNotContain($"{price}", said, StringComparison.Ordinal));
        }
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
