using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Gateway.Tests;

/// <summary>Takes the place of a service: a real server on its own port that records what it receives.</summary>
public sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();

    private StandIn(WebApplication app) => _app = app;

    /// <summary>What came through the gateway, without probes and key documents.</summary>
    public IReadOnlyCollection<Received> Requests => _received;

    public string Address => _app.Urls.Single();

    public bool IsReady { get; set; } = true;

    /// <summary>How the service answers; by default 200 with its name.</summary>
    public RequestDelegate? Answer { get; set; }

    public static async Task<StandIn> StartAsync(string name, Issuer? issuer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.Zero);
        var app = builder.Build();
        var standIn = new StandIn(app);
        app.MapGet("/health/ready", () => standIn.IsReady ? Results.Ok() : Results.StatusCode(503));
        if (issuer is not null)
        {
            app.MapGet("/.well-known/openid-configuration", () => Results.Text(Issuer.Metadata, "application/json"));
            app.MapGet("/.well-known/jwks.json", () => Results.Text(issuer.Keys, "application/json"));
        }

        app.Map("/{**path}", async http =>
        {
            standIn._received.Enqueue(new Received(
                http.Request.Method, http.Request.Path + http.Request.QueryString.ToString(),
                http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            if (standIn.Answer is { } answer)
            {
                await answer(http);
                return;
            }

            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            await http.Response.WriteAsync(name, http.RequestAborted);
        });
        await app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers);
}
