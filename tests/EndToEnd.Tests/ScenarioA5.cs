using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Scenario A5 step by step, with its failures, through the public address with real tokens.</summary>
public sealed class ScenarioA5(Deployments deployments)
{
    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task A_thousand_chairs_are_split_offered_declined_split_again_and_covered(Shape shape)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape));
        var order = await vtf.PlaceAsync();

        // R-601: no offer before clear.
        var early = await vtf.Manager.PostAsync($"/api/allocation/orders/{order}/acceptance", new { });
        Assert.Equal((HttpStatusCode.Conflict, "SCREENING_HOLD"), (early.Status, early.Code));
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);

        // Round 1: ideal 409.09 / 272.73 / 181.82 / 136.36, in lots of 10.
        var first = await vtf.OffersAsync(order, 1);
        Assert.Equal("F1 410, F2 270, F3 180, F5 140", Said(first));

        // A second manager's run is refused; a foreign offer is not found; 275 is not a multiple of the lot size.
        var second = await vtf.SecondManager.PostAsync($"/api/allocation/orders/{order}/allocation-runs", new { });
        Assert.Equal((HttpStatusCode.Conflict, "RUN_IN_PROGRESS"), (second.Status, second.Code));
        Assert.Equal(HttpStatusCode.NotFound, (await vtf["F3"].GetAsync($"/api/allocation/offers/{first["F2"].Id}")).Status);
        Assert.Equal("LOT_MULTIPLE", (await vtf.TakeAsync("F2", first["F2"].Id, 275)).Code);
        Assert.Equal("BELOW_MIN_LOT", (await vtf.TakeAsync("F2", first["F2"].Id, 20)).Code);

        // F1 accepts twice with the same key: one allocation, the same answer.
        var once = await vtf.TakeAsync("F1", first["F1"].Id, key: "f1-accepts");
        var twice = await vtf.TakeAsync("F1", first["F1"].Id, key: "f1-accepts");
        Assert.Equal(once.Ok.ToJsonString(), twice.Ok.ToJsonString());
        Assert.Equal("IDEMPOTENCY_CONFLICT", (await vtf.TakeAsync("F1", first["F1"].Id, 100, key: "f1-accepts")).Code);

        _ = (await vtf.TakeAsync("F2", first["F2"].Id)).Ok;
        _ = (await vtf.LeaveAsync("F3", first["F3"].Id)).Ok;
        _ = (await vtf.TakeAsync("F5", first["F5"].Id, 100)).Ok;

        // Round 2: 220 open, F1 and F2 have 40 and 30 left, F5 is not asked again (R-605).
        var again = await vtf.OffersAsync(order, 2);
        Assert.Equal("F1 40, F2 30", Said(again));
        _ = (await vtf.TakeAsync("F1", again["F1"].Id)).Ok;
        _ = (await vtf.TakeAsync("F2", again["F2"].Id)).Ok;
        Assert.Equal(150, Line(await vtf.UntilAsync(order, "Short"))["unallocated"]!.GetValue<long>());

        // Shortage procedure: probation up to 10 %, then a subcontractor under F1, exactly up to the concentration cap.
        _ = (await vtf.Manager.PostAsync($"/api/allocation/orders/{order}/shortage-steps", new { kind = "Probation" })).Ok;
        var probation = await vtf.OffersAsync(order, 4);
        Assert.Equal("F6 100", Said(probation));
        _ = (await vtf.TakeAsync("F6", probation["F6"].Id)).Ok;
        await vtf.UntilAsync(order, "Short");
        var over = await SubcontractAsync(vtf, order, "F1", 60);
        Assert.Equal((HttpStatusCode.Conflict, "QUANTITY_GONE"), (over.Status, over.Code));
        _ = (await SubcontractAsync(vtf, order, "F1", 50)).Ok;
        var subcontract = Offers(await vtf.OrderAsync(order)).Single(o => o["kind"]!.GetValue<string>() == "Subcontract");
        _ = (await vtf.TakeAsync("F1", subcontract["offerId"]!.GetValue<Guid>())).Ok;

        var done = await vtf.UntilAsync(order, "Allocated");
        Assert.Equal(
            "F1 450, F1 Subcontract 50, F2 300, F5 100, F6 100",
            string.Join(", ", Offers(done).Where(o => o["accepted"]!.GetValue<long>() > 0)
                .GroupBy(o => o["memberCode"]!.GetValue<string>() + (o["kind"]!.GetValue<string>() == "Subcontract" ? " Subcontract" : ""))
                .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Sum(o => o["accepted"]!.GetValue<long>())}")));
        await Invariants.RunsReplayAsync(vtf.Manager, order);
        await Invariants.HoldAsync(vtf);

        var answer = await vtf.Manager.GetAsync($"/api/allocation/orders/{order}/ubl-response");
        Assert.Equal("application/xml", answer.ContentType);
        Assert.Equal("AP", XDocument.Parse(answer.Text).Descendants().Single(e => e.Name.LocalName == "OrderResponseCode").Value);
    }

    private static Task<Answer> SubcontractAsync(FurnitureConsortium vtf, Guid order, string firm, long quantity) =>
        vtf.Manager.PostAsync($"/api/allocation/orders/{order}/lines/1/subcontracts", new
        {
            memberId = vtf.Firms[firm], subcontractor = "Pakse Wood", quantity, unitPriceMinor = 4100, currency = "EUR",
        });

    private static JsonNode Line(JsonNode order) => order["lines"]![0]!;

    private static IEnumerable<JsonNode> Offers(JsonNode order) => Line(order)["offers"]!.AsArray().Select(o => o!);

    private static string Said(Dictionary<string, (Guid Id, long Quantity)> offers) =>
        string.Join(", ", offers.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key} {o.Value.Quantity}"));
}
