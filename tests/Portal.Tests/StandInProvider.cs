using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Portal.Tests;

/// <summary>An OpenID provider at which one person is signed in already; it checks what it is sent as a real one does.</summary>
public sealed class StandInProvider : IAsyncDisposable
{
    public const string Client = "the-pages";

    private const string Secret = "the-secret-of-the-pages";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentDictionary<string, (string Challenge, string Nonce, string Return)> _codes = new();
    private readonly WebApplication _app;

    private StandInProvider(WebApplication app) => _app = app;

    /// <summary>The access token that it gives.</summary>
    public string AccessToken { get; set; } = "";

    /// <summary>The token of the session that is valid, and that each refresh replaces.</summary>
    public string SessionToken { get; private set; } = "first";

    /// <summary>What it answers instead of tokens: a status and an error's name.</summary>
    public (int Status, string Error)? Refuses { get; set; }

    public string Address => _app.Urls.Single();

    /// <summary>The settings of pages whose people sign in here.</summary>
    public string[] Settings =>
        [$"Portal:OpenId:Authority={Address}", $"Portal:OpenId:ClientId={Client}", $"Portal:OpenId:ClientSecret={Secret}"];

    public static async Task<StandInProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        var app = builder.Build();
        var provider = new StandInProvider(app);
        app.MapGet("/.well-known/openid-configuration", () => new
        {
            issuer = provider.Address,
            authorization_endpoint = $"{provider.Address}/authorize",
            token_endpoint = $"{provider.Address}/token",
            jwks_uri = $"{provider.Address}/keys",
            end_session_endpoint = $"{provider.Address}/end",
        });
        app.MapGet("/keys", provider.Keys);
        app.MapGet("/authorize", provider.Authorize);
        app.MapPost("/token", provider.GiveAsync);
        await app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private object Keys()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
        return new { keys = new[] { new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = "1", x, y } } };
    }

    private IResult Authorize(HttpRequest asked)
    {
        string Asked(string name) => asked.Query[name].ToString();
        if (Asked("client_id") != Client || Asked("response_type") != "code" || Asked("code_challenge_method") != "S256"
            || !Asked("scope").Split(' ').Contains("openid"))
        {
            return Results.BadRequest();
        }

        var code = Guid.CreateVersion7().ToString("N");
        _codes[code] = (Asked("code_challenge"), Asked("nonce"), Asked("redirect_uri"));
        return Results.Redirect(QueryHelpers.AddQueryString(
            Asked("redirect_uri"), new Dictionary<string, string?> { ["code"] = code, ["state"] = Asked("state") }));
    }

    private async Task<IResult> GiveAsync(HttpRequest asked)
    {
        var form = await asked.ReadFormAsync();
        if (Refuses is { } refused)
        {
            return Results.Json(new { error = refused.Error }, statusCode: refused.Status);
        }

        if (form["client_id"] != Client || form["client_secret"] != Secret)
        {
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        }

        var nonce = "";
        if (form["grant_type"] == "refresh_token" ? form["refresh_token"] != SessionToken : !Redeems(form, out nonce))
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        }

        SessionToken = form["grant_type"] == "refresh_token" ? Guid.CreateVersion7().ToString("N") : SessionToken;
        return Results.Json(new
        {
            access_token = AccessToken, token_type = "Bearer", expires_in = 900, refresh_token = SessionToken, id_token = IdToken(nonce),
        });
    }

    // A code is good once, for who knows what its challenge was made of (RFC 7636).
    private bool Redeems(IFormCollection form, out string nonce)
    {
        var known = _codes.TryRemove(form["code"].ToString(), out var code);
        nonce = code.Nonce;
        return known && form["redirect_uri"] == code.Return
            && Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) == code.Challenge;
    }

    private string IdToken(string nonce) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Address,
        Audience = Client,
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
        Claims = new Dictionary<string, object> { ["sub"] = "somebody", ["nonce"] = nonce },
        SigningCredentials = new(new ECDsaSecurityKey(_key) { KeyId = "1" }, SecurityAlgorithms.EcdsaSha256),
    });
}
