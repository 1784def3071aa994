namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Scenario G: many callers at the same moment.</summary>
public sealed class ScenarioG(Deployments deployments)
{
    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task A_hundred_parallel_acceptances_of_one_offer_are_one_acceptance(Shape shape)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape));
        var order = await vtf.PlaceAsync();
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        var offer = (await vtf.OffersAsync(order, 1))["F1"];

        // Some with an idempotency key, some without, some for a part: one of them decides, and no other changes that.
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            vtf.TakeAsync("F1", offer.Id, i % 2 == 0 ? null : 200, i % 3 == 0 ? $"key {i}" : null)));

        var taken = answers.Where(a => a.Status == HttpStatusCode.OK).Select(a => a.Ok["accepted"]!.GetValue<long>()).ToList();
        Assert.Single(taken.Distinct());
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal("ALREADY_DECIDED", a.Code));
        var accepted = (await vtf.OrderAsync(order))["lines"]![0]!["accepted"]!.GetValue<long>();
        Assert.Equal(taken[0], accepted);
        await Invariants.HoldAsync(vtf);
    }

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task Five_members_race_for_the_last_ten_pieces_and_one_wins(Shape shape)
    {
        string[] racers = ["F1", "F2", "F3", "F5", "F7"];
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape), racers.ToDictionary(f => f, _ => 100L));
        var order = await vtf.PlaceAsync(10);
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order, hold: true);
        var called = await vtf.Manager.PostAsync($"/api/allocation/orders/{order}/lines/1/open-calls", new
        {
            quantity = 10, members = racers.Select(f => vtf.Firms[f]), aboveCap = true, reason = "The last ten, before the rounds.",
        });
        var exception = called.Ok["lines"]![0]!["splitsByHand"]![0]!["splitId"]!.GetValue<Guid>();
        _ = (await vtf.Auditor.PostAsync($"/api/allocation/orders/{order}/exceptions/{exception}/approval", new { })).Ok;
        var call = (await vtf.OrderAsync(order))["lines"]![0]!["openCalls"]![0]!["callId"]!.GetValue<Guid>();

        var answers = await Task.WhenAll(racers.Select(firm =>
            vtf[firm].PostAsync($"/api/allocation/open-calls/{call}/claims", new { quantity = 10 })));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal(4, answers.Count(a => a.Code == "QUANTITY_GONE"));
        Assert.Equal("Allocated", (await vtf.OrderAsync(order))["state"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await vtf["F4"].PostAsync($"/api/allocation/open-calls/{call}/claims", new { quantity = 10 })).Status);
        await Invariants.HoldAsync(vtf);
    }

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task Two_managers_start_a_run_and_one_is_refused(Shape shape)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape));
        var order = await vtf.PlaceAsync();
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order, hold: true);

        var answers = await Task.WhenAll(new[] { vtf.Manager, vtf.SecondManager }
            .Select(m => m.PostAsync($"/api/allocation/orders/{order}/allocation-runs", new { })));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Accepted);
        Assert.Single(answers, a => a.Code == "RUN_IN_PROGRESS");
        Assert.Equal(4, (await vtf.OffersAsync(order, 1)).Count);
    }

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task Silence_expires_and_the_quantity_is_offered_again(Shape shape)
    {
        var chairs = new Dictionary<string, long> { ["F1"] = 500, ["F2"] = 500, ["F3"] = 500 };
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape), chairs, offerSeconds: 4);
        var order = await vtf.PlaceAsync(600);
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        var first = await vtf.OffersAsync(order, 1);
        Assert.Equal([200, 200, 200], first.Values.Select(o => o.Quantity));
        _ = (await vtf.TakeAsync("F1", first["F1"].Id)).Ok;
        _ = (await vtf.TakeAsync("F2", first["F2"].Id)).Ok;

        // F3 is silent: its 200 go to the others, who now have a concentration cap of 300 each.
        var second = await vtf.OffersAsync(order, 2);
        Assert.Equal([("F1", 100L), ("F2", 100L)], second.OrderBy(o => o.Key).Select(o => (o.Key, o.Value.Quantity)));
        Assert.Equal("OFFER_EXPIRED", (await vtf.TakeAsync("F3", first["F3"].Id)).Code);
        _ = (await vtf.TakeAsync("F1", second["F1"].Id)).Ok;
        _ = (await vtf.TakeAsync("F2", second["F2"].Id)).Ok;
        await vtf.UntilAsync(order, "Allocated");
        await Invariants.HoldAsync(vtf);
    }
}
