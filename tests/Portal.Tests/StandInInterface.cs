using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Portal.Tests;

/// <summary>Takes the place of the gateway: a real server that answers as a test says, and records what the pages ask.</summary>
public sealed class StandInInterface : IAsyncDisposable
{
    /// <summary>What a person's session buys.</summary>
    public const string SessionToken = "the-token-of-the-session";

    private readonly ConcurrentDictionary<string, Func<HttpRequest, (int Status, object? Body)>> _answers = new();
    private readonly WebApplication _app;

    private StandInInterface(WebApplication app) => _app = app;

    /// <summary>What was asked: method, path with query, access token.</summary>
    public ConcurrentQueue<(string Method, string Path, string? Token)> Asked { get; } = new();

    /// <summary>What was sent with it, where something was: method, path without query, text.</summary>
    public ConcurrentQueue<(string Method, string Path, string Text)> Sent { get; } = new();

    public string Address => _app.Urls.Single();

    public static async Task<StandInInterface> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        var app = builder.Build();
        var standIn = new StandInInterface(app);
        app.Map("/{**path}", standIn.AnswerAsync);
        await app.StartAsync();
        return standIn;
    }

    /// <summary>An access token as Membership writes it; nobody checks its signature here.</summary>
    public static string AccessToken(string role, Guid? member = null, int number = 0)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = Guid.CreateVersion7(), ["role"] = role, ["consortium"] = Guid.CreateVersion7(), ["number"] = number,
        };
        if (member is not null)
        {
            claims["member"] = member;
        }

        return $"e30.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}.c2lnbmF0dXJl";
    }

    /// <summary>From now on the interface answers this way; the path is without query.</summary>
    public void On(string method, string path, int status, object? body = null) => _answers[$"{method} {path}"] = _ => (status, body);

    /// <summary>People with this role can sign in, and their sessions buy tokens.</summary>
    public void OpenTo(string role)
    {
        var pair = new { accessToken = AccessToken(role), expiresIn = 900, refreshToken = SessionToken };
        On("POST", "/api/membership/tokens", 200, pair);
        On("POST", "/api/membership/tokens/refresh", 200, pair);
        On("POST", "/api/membership/tokens/revocation", 204);
        On("GET", "/api/allocation/price-invitations", 200, new { invitations = Array.Empty<object>() });
        On("GET", "/api/allocation/open-calls", 200, Array.Empty<object>());
        On("GET", "/api/membership/account", 200, new
        {
            id = Guid.CreateVersion7(), name = "Bounmy S.", email = "bounmy@example.org", role, worksInSales = false,
            consortium = new { id = Guid.CreateVersion7(), name = "Vientiane Teak and Furniture", timeZone = "Asia/Vientiane" },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var token = http.Request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var bearer] ? bearer : null;
        Asked.Enqueue((http.Request.Method, http.Request.Path + http.Request.QueryString.ToString(), token));
        using (var reader = new StreamReader(http.Request.Body))
        {
            if (await reader.ReadToEndAsync() is { Length: > 0 } text)
            {
                Sent.Enqueue((http.Request.Method, http.Request.Path, text));
            }
        }

        var (status, body) = _answers.TryGetValue($"{http.Request.Method} {http.Request.Path}", out var answer)
            ? answer(http.Request)
            : (404, new { status = 404, code = "NOT_FOUND" });
        http.Response.StatusCode = status;
        if (body is not null)
        {
            await http.Response.WriteAsJsonAsync(body);
        }
    }
}
