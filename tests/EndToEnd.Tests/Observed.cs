using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using ExportConsortia.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Receives what the processes tell over OTLP, and remembers which of them told of a watched trace, and which figures came.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>By trace id: the names of the services and spans that it was seen in.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> Watched { get; } = [];

    /// <summary>Names of our own instruments that have sent a figure.</summary>
    public ConcurrentDictionary<string, bool> Figures { get; } = [];

    public static async Task<Collector> StartAsync()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add("http://127.0.0.1:0");
        var collector = new Collector(app);
        app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            collector.Take(signal, body.ToArray());
        });
        await app.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private void Take(string signal, byte[] body)
    {
        string[] figures = ["allocation.orders.allocated", "allocation.offers.open", "allocation.offers.issued", "allocation.run.duration", "outbox.oldest", "outbox.delivered"];
        if (signal == "metrics")
        {
            foreach (var name in figures.Where(name => Has(body, Encoding.UTF8.GetBytes(name))))
            {
                Figures[name] = true;
            }
        }

        foreach (var (trace, seen) in Watched.Where(_ => signal == "traces"))
        {
            // A span's trace id is field 1 of 16 bytes.
            if (Has(body, [0x0A, 0x10, .. Convert.FromHexString(trace)]))
            {
                string[] names = ["exportconsortia-gateway", "exportconsortia-membership", "exportconsortia-allocation", "keep-members", "outbox MemberStandingChanged"];
                foreach (var name in names.Where(name => Has(body, Encoding.UTF8.GetBytes(name))))
                {
                    seen[name] = true;
                }
            }
        }
    }

    private static bool Has(byte[] body, byte[] part) => body.AsSpan().IndexOf(part) >= 0;
}

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
            System.Net.Http.Json.JsonContent.Create(new { code = "F9", name = "Firm F9", country = "LA" }),
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
