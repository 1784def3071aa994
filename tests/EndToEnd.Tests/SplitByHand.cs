namespace ExportConsortia.EndToEnd.Tests;

/// <summary>A line is split by hand: the manager sets the parts, an auditor approves, the firms accept; through the public address.</summary>
public sealed class SplitByHand(Deployments deployments)
{
    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task The_manager_sets_the_parts_an_auditor_approves_them_and_the_firms_accept(Shape shape)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape));
        var version = await Rules.ActivateAsync(vtf, new { productFamily = "chairs", policy = "Manual", lotSize = 10, minLot = 30 });
        var order = await vtf.PlaceAsync(400);
        await Rules.AreKnownAsync(vtf, order, version);
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        Assert.Equal("Accepted", (await vtf.OrderAsync(order))["state"]!.GetValue<string>());

        // More than half of the line is above the cap; a refused split leaves nothing behind.
        var splits = $"/api/allocation/orders/{order}/lines/1/splits-by-hand";
        var above = await ProposeAsync(("F1", 210), ("F2", 190));
        Assert.Equal((HttpStatusCode.Conflict, "OVER_CONCENTRATION"), (above.Status, above.Code));
        var split = (await ProposeAsync(("F1", 200), ("F2", 150), ("F5", 50))).Ok["splitId"]!.GetValue<Guid>();

        // Only the auditor may approve: not the author, not a colleague, not a firm.
        foreach (var (person, status, code) in new[]
        {
            (vtf.Manager, HttpStatusCode.Conflict, "SECOND_APPROVER_REQUIRED"),
            (vtf.SecondManager, HttpStatusCode.Conflict, "SECOND_APPROVER_REQUIRED"),
            (vtf["F1"], HttpStatusCode.NotFound, "NOT_FOUND"), (vtf["F3"], HttpStatusCode.NotFound, "NOT_FOUND"),
        })
        {
            var no = await person.PostAsync($"{splits}/{split}/approval", new { });
            Assert.Equal((status, code), (no.Status, no.Code));
        }

        _ = (await vtf.Auditor.PostAsync($"{splits}/{split}/approval", new { })).Ok;
        var offers = await vtf.OffersAsync(order, 1);
        Assert.Equal([("F1", 200L), ("F2", 150L), ("F5", 50L)], offers.Select(o => (o.Key, o.Value.Quantity)).Order());
        foreach (var (firm, offer) in offers)
        {
            var read = await vtf[firm].GetAsync($"/api/allocation/offers/{offer.Id}");
            Assert.Contains("R-618", read.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("prototypes", read.Text, StringComparison.Ordinal);
            _ = (await vtf.TakeAsync(firm, offer.Id)).Ok;
        }

        var done = await vtf.UntilAsync(order, "Allocated");
        var listed = Assert.Single((await vtf.Auditor.GetAsync("/api/allocation/splits-by-hand")).Ok["splits"]!.AsArray())!;
        Assert.Equal((split, "Approved"), (listed["splitId"]!.GetValue<Guid>(), listed["state"]!.GetValue<string>()));
        Assert.Equal(listed.ToJsonString(), done["lines"]![0]!["splitsByHand"]![0]!.ToJsonString());
        Assert.NotEqual(listed["setBy"]!.GetValue<Guid>(), listed["decidedBy"]!.GetValue<Guid>());
        Assert.Equal(HttpStatusCode.Forbidden, (await vtf["F1"].GetAsync("/api/allocation/splits-by-hand")).Status);
        await Invariants.RunsReplayAsync(vtf.Manager, order);
        await Invariants.HoldAsync(vtf);

        Task<Answer> ProposeAsync(params (string Firm, long Quantity)[] parts) => vtf.Manager.PostAsync(splits, new
        {
            parts = parts.Select(part => new { memberId = vtf.Firms[part.Firm], quantity = part.Quantity }),
            reason = "The buyer wants the sample batch from the firms that made the prototypes.",
        });
    }
}
