namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Firms are rated, and an order is split by their scores; through the public address.</summary>
public sealed class Scores(Deployments deployments)
{
    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task The_manager_rates_the_firms_and_the_next_order_follows_their_scores(Shape shape)
    {
        var chairs = new Dictionary<string, long> { ["F1"] = 5000, ["F2"] = 5000, ["F3"] = 5000 };
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape), chairs);
        var version = await Rules.ActivateAsync(vtf, new { productFamily = "chairs", policy = "WeightedScore", lotSize = 10 });
        foreach (var (firm, kind, score) in new[] { ("F1", "Quality", 80), ("F1", "Delivery", 60), ("F3", "Quality", 0), ("F3", "Delivery", 0) })
        {
            _ = (await vtf.Manager.PostAsync("/api/allocation/ratings", new
            {
                memberId = vtf.Firms[firm], productFamily = "chairs", kind, score, evidence = $"Inspection of {firm}.",
            })).Ok;
        }

        // Scores of 6500, 5000 and 1500 in 13000; a firm reads its own ratings and nobody else's.
        var order = await vtf.PlaceAsync(1300);
        await Rules.AreKnownAsync(vtf, order, version);
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        var offers = await vtf.OffersAsync(order, 1);
        Assert.Equal([("F1", 650L), ("F2", 500L), ("F3", 150L)], offers.Select(o => (o.Key, o.Value.Quantity)).Order());

        var own = await vtf["F1"].GetAsync("/api/allocation/ratings");
        Assert.Equal([60, 80], own.Ok["ratings"]!.AsArray().Select(r => r!["score"]!.GetValue<int>()));
        Assert.DoesNotContain("F3", own.Text, StringComparison.Ordinal);
        Assert.Empty((await vtf["F2"].GetAsync("/api/allocation/ratings")).Ok["ratings"]!.AsArray());
        var score1 = Assert.Single((await vtf["F1"].GetAsync("/api/allocation/scores")).Ok.AsArray())!;
        // What it is owed counts after 90 days: with three firms it would tell the size of the order.
        Assert.Equal((80, 60, 50), (score1["quality"]!.GetValue<int>(), score1["delivery"]!.GetValue<int>(), score1["equity"]!.GetValue<int>()));
        Assert.Null(score1["price"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await vtf["F1"].PostAsync("/api/allocation/ratings", new
        {
            memberId = vtf.Firms["F1"], productFamily = "chairs", kind = "Quality", score = 100, evidence = "We are good.",
        })).Status);
        await Invariants.RunsReplayAsync(vtf.Manager, order);
        await Invariants.HoldAsync(vtf);
    }
}
