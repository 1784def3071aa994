using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Servers;

/// <summary>Receives OTLP telemetry and records which services reported a watched trace, and which metrics arrived.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>By trace id: the services and spans in which it was seen.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> Watched { get; } = [];

    /// <summary>Our own instruments that have reported a value.</summary>
    public ConcurrentDictionary<string, bool> Figures { get; } = [];

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
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
        string[] figures =
        [
            "allocation.orders.allocated", "allocation.offers.open", "allocation.offers.expiring", "allocation.offers.issued",
            "allocation.run.duration", "outbox.oldest", "outbox.delivered",
        ];
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
                string[] names =
                [
                    "exportconsortia-gateway", "exportconsortia-membership", "exportconsortia-allocation", "keep-members",
                    "outbox MemberStandingChanged"
                ];
                foreach (var name in names.Where(name => Has(body, Encoding.UTF8.GetBytes(name))))
                {
                    seen[name] = true;
                }
            }
        }
    }

    private static bool Has(byte[] body, byte[] part) => body.AsSpan().IndexOf(part) >= 0;
}
