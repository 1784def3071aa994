using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>What an operator can observe.</summary>
public sealed class Observed(Deployments deployments)
{
    [Fact]
    public async Task One_trace_covers_the_gateway_a_service_the_broker_and_another_service()
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

        await HaveComeAsync("gateway, membership, relay and allocation reported the same trace", seen,
        [
            "exportconsortia-allocation", "exportconsortia-gateway", "exportconsortia-membership", "keep-members", "outbox MemberStandingChanged",
        ]);
    }

    [Fact]
    public async Task Business_metrics_are_sent()
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

        await HaveComeAsync("all metrics were received", deployment.Collector.Figures,
        [
            "allocation.offers.expiring", "allocation.offers.issued", "allocation.offers.open", "allocation.orders.allocated",
            "allocation.run.duration", "outbox.delivered", "outbox.oldest",
        ]);
    }

    // More may come, of services that these tests don't know.
    private static Task HaveComeAsync(string description, ConcurrentDictionary<string, bool> received, string[] expected) => Eventually.Holds(
        description,
        () => !expected.Except(received.Keys).Any() ? true : throw new InvalidOperationException(string.Join(", ", received.Keys.Order())));
}
