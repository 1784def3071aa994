using System.Diagnostics;
using System.Net.Http.Json;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>What an operator sees of the work.</summary>
public sealed class Observed(Deployments deployments)
{
    [Fact]
    public async Task One_trace_goes_from_the_gateway_through_a_service_and_the_broker_to_another_service()
    {
        var deployment = await deployments.OfAsync(Shape.Distributed);
        using var vtf = await FurnitureConsortium.FoundAsync(deployment);
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var seen = deployment.Collector.Watched[trace] = [];
        var admitted = await vtf.Manager.SendAsync(
            HttpMethod.Post, "/api/membership/members",
            JsonContent.Create(new { code = "F9", name = "Firm F9", country = "LA" }),
            traceParent: $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        _ = admitted.Ok;

        string[] expected = ["exportconsortia-allocation", "exportconsortia-gateway", "exportconsortia-membership", "keep-members", "outbox MemberStandingChanged"];
        await Eventually.Holds("gateway, membership, relay and allocation told of the same trace", () =>
            seen.Keys.Order().SequenceEqual(expected) ? true : throw new InvalidOperationException(string.Join(", ", seen.Keys.Order())));
    }

    [Fact]
    public async Task The_figures_of_the_business_are_sent()
    {
        var deployment = await deployments.OfAsync(Shape.Distributed);
        using var vtf = await FurnitureConsortium.FoundAsync(deployment);
        var order = await vtf.PlaceAsync(90);
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        foreach (var (firm, offer) in await vtf.OffersAsync(order, 1))
        {
            _ = (await vtf.TakeAsync(firm, offer.Id)).Ok;
        }

        string[] expected = ["allocation.offers.issued", "allocation.offers.open", "allocation.orders.allocated", "allocation.run.duration", "outbox.delivered", "outbox.oldest"];
        await Eventually.Holds("all figures came", () =>
            deployment.Collector.Figures.Keys.Order().SequenceEqual(expected) ? true : throw new InvalidOperationException(string.Join(", ", deployment.Collector.Figures.Keys.Order())));
    }
}
