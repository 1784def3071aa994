namespace ExportConsortia.EndToEnd.Tests;

/// <summary>A run that takes long is carried out once, whatever happens to the process that works on it.</summary>
public sealed class LongRunKilled(Disturbed disturbed) : IClassFixture<Disturbed>
{
    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task The_process_is_killed_in_the_middle_of_a_long_run(Shape shape)
    {
        Required.TurnOf((int)shape);
        var platform = await disturbed.OfAsync(shape);
        using var vtf = await FurnitureConsortium.FoundAsync(platform, Enumerable.Range(1, 9).ToDictionary(i => $"A{i}", _ => 100_000L));
        var version = await Rules.ActivateAsync(vtf, new { productFamily = "chairs", policy = "Balanced" });
        await Rules.AreKnownAsync(vtf, await vtf.PlaceAsync(60), version);
        var order = await vtf.PlaceAsync([.. Enumerable.Range(0, 500).Select(i => 20L + (i % 90))]);
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        await Eventually.Holds("the run reports its progress", async () => (await vtf.OrderAsync(order))["runPercent"] is not null);
        await platform.Allocation.Kill();
        await platform.Allocation.Start();

        // When its heartbeat has been missing for a while, the run is started again.
        await Eventually.Holds(
            "the run has ended", async () => !(await vtf.OrderAsync(order))["runInProgress"]!.GetValue<bool>(), TimeSpan.FromMinutes(3));
        var ended = await vtf.OrderAsync(order);
        Assert.Equal(1, ended["round"]!.GetValue<int>());
        Assert.All(ended["lines"]!.AsArray(), line => Assert.Equal(
            line!["ordered"]!.GetValue<long>(), line["offers"]!.AsArray().Sum(o => o!["quantity"]!.GetValue<long>())));
        if (shape == Shape.Distributed)
        {
            await Delivery.NothingIsLeftAsync(platform);
        }
    }
}
