using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Json;
using ExportConsortia.Portal.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Portal.Session;

/// <summary>
/// The cookie holds, encrypted, who the person is and the token of the session. The access token that it buys stays in this process's memory until
/// shortly before it expires: no request of a browser carries a token that somebody else could use.
/// </summary>
internal sealed class AccessTokens(IMemoryCache cache, TimeProvider clock, OpenIdProvider? provider = null)
{
    /// <summary>Where a request keeps its access token.</summary>
    public const string Item = "access-token";

    private const string Ended = "session-ended";

    private const string SessionClaim = "session";

    private const string SessionToken = "session-token";

    private static readonly string[] Kept = ["sub", "role", "consortium", "member", "sales"];

    private static readonly TimeSpan Early = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, Lazy<Task<Answer<TokenPair>>>> _refreshing = new();

    private readonly IMemoryCache _cache = cache;

    private readonly TimeProvider _clock = clock;

    /// <summary>Signs somebody in: the cookie keeps what the token says of the person, and <paramref name="more"/>.</summary>
    public Task OpenAsync(HttpContext http, TokenPair tokens, IEnumerable<Claim> more)
    {
        var properties = new AuthenticationProperties();
        return http.SignInAsync(PortalModule.Scheme, Open(tokens, more, properties), properties);
    }

    /// <summary>The person of a new session, whose token goes into <paramref name="properties"/>: the caller writes the cookie.</summary>
    public ClaimsPrincipal Open(TokenPair tokens, IEnumerable<Claim> more, AuthenticationProperties properties)
    {
        var session = Guid.CreateVersion7().ToString("N");
        var claims = ReadClaims(tokens.AccessToken).Append(new Claim(SessionClaim, session)).Concat(more);
        Keep(session, tokens);
        properties.IsPersistent = true;
        properties.Items[SessionToken] = tokens.RefreshToken;
        return new ClaimsPrincipal(new ClaimsIdentity(claims, PortalModule.Scheme, "name", "role"));
    }

    /// <summary>Keeps something else of the person in the cookie; the session stays the same.</summary>
    public static async Task KeepAsync(HttpContext http, IReadOnlyCollection<string> types, IEnumerable<Claim> instead)
    {
        if (await http.AuthenticateAsync(PortalModule.Scheme) is { Principal: { } person, Properties: { } properties })
        {
            var claims = person.Claims.Where(claim => !types.Contains(claim.Type)).Concat(instead);
            var changed = new ClaimsPrincipal(new ClaimsIdentity(claims, PortalModule.Scheme, "name", "role"));
            await http.SignInAsync(PortalModule.Scheme, changed, properties);
        }
    }

    /// <summary>The token of the session that a request's cookie holds, to end the session; null without one.</summary>
    public static async Task<string?> SessionOfAsync(HttpContext http) =>
        (await http.AuthenticateAsync(PortalModule.Scheme)).Properties?.Items.TryGetValue(SessionToken, out var token) == true ? token : null;

    /// <summary>
    /// The session has ended, and a service refused the access token: the next request asks for another one in vain, and the person signs in again.
    /// </summary>
    public static void Forget(HttpContext? http)
    {
        if (http?.User.FindFirstValue(SessionClaim) is { } session)
        {
            http.RequestServices.GetRequiredService<AccessTokens>()._cache.Remove(session);
            http.Items[Ended] = true;
        }
    }

    /// <summary>True if a service said during this request that the session has ended.</summary>
    public static bool HasEnded(HttpContext http) => http.Items.ContainsKey(Ended);

    /// <summary>On each request: is there an access token in memory, or does the session buy one?</summary>
    /// <exception cref="BadHttpRequestException">503: nobody answers. The session stays: nobody is signed out because a service is away.</exception>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var own = context.HttpContext.RequestServices.GetRequiredService<AccessTokens>();
        var session = context.Principal?.FindFirstValue(SessionClaim) ?? "";
        if (!own._cache.TryGetValue(session, out string? access))
        {
            var answer = await own.RefreshAsync(session, context);
            if (answer is { Value: null, Status: not (400 or 401 or 403) })
            {
                throw new BadHttpRequestException(
                    $"The issuer of tokens answered {answer.Status}.", StatusCodes.Status503ServiceUnavailable);
            }

            if (answer.Value is not { } tokens)
            {
                context.RejectPrincipal();
                await context.HttpContext.SignOutAsync(PortalModule.Scheme);
                return;
            }

            access = tokens.AccessToken;
            if (tokens.RefreshToken is { Length: > 0 } next && next != context.Properties.Items[SessionToken])
            {
                context.Properties.Items[SessionToken] = next;   // an outside provider may give a new one
                context.ShouldRenew = true;
            }
        }

        context.HttpContext.Items[Item] = access;
    }

    // Of many requests at the same moment one refreshes; the others wait for what it gets.
    private async Task<Answer<TokenPair>> RefreshAsync(string session, CookieValidatePrincipalContext context)
    {
        var token = context.Properties.Items[SessionToken];
        var api = context.HttpContext.RequestServices.GetRequiredService<ApiClient>();
        var refresh = _refreshing.GetOrAdd(session, _ => new(async () =>
        {
            if (_cache.TryGetValue(session, out string? bought))
            {
                return new(StatusCodes.Status200OK, new TokenPair(bought!, 0, ""), null);   // a moment ago, by another request
            }

            var answer = provider is null
                ? await api.PostAsync<TokenPair>("/api/membership/tokens/refresh", new { refreshToken = token }, CancellationToken.None)
                : await provider.RefreshAsync(token, CancellationToken.None);
            if (answer.Value is { } tokens)
            {
                Keep(session, tokens);
            }

            return answer;
        }));
        try
        {
            return await refresh.Value;
        }
        finally
        {
            _refreshing.TryRemove(session, out _);
        }
    }

    private void Keep(string session, TokenPair tokens) =>
        _cache.Set(session, tokens.AccessToken, _clock.GetUtcNow().AddSeconds(tokens.ExpiresIn) - Early);

    // The token comes from the issuer itself and not from a browser: it is read here and validated by every service.
    private static IEnumerable<Claim> ReadClaims(string token)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
        return [.. from claim in payload.RootElement.EnumerateObject()
                where Kept.Contains(claim.Name)
                from value in claim.Value.ValueKind == JsonValueKind.Array ? [.. claim.Value.EnumerateArray()] : new[] { claim.Value }
                select new Claim(claim.Name, value.ToString())];
    }
}
