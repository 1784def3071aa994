using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ExportConsortia.Membership.Tokens;

/// <summary>
/// This process's cache of our public keys, read from the database every 30 seconds: tokens are validated without a request to ourselves.
/// </summary>
internal sealed class OwnKeys(IServiceScopeFactory scopes, AccessTokens tokens, TimeProvider clock)
    : IConfigurationManager<OpenIdConnectConfiguration>
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MinRefreshInterval = TimeSpan.FromSeconds(1);
    private volatile Cached? _cached;
    private volatile bool _refreshRequested;

    private sealed record Cached(OpenIdConnectConfiguration Keys, DateTime ReadAt);

    /// <inheritdoc/>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (_cached is { } cached && now >= cached.ReadAt && now - cached.ReadAt < (_refreshRequested ? MinRefreshInterval : RefreshInterval))
        {
            return cached.Keys;
        }

        var configuration = new OpenIdConnectConfiguration { Issuer = tokens.Issuer };
        foreach (var key in await ReadPublishedAsync(now, cancel))
        {
            configuration.SigningKeys.Add(key.Public());
        }

        _cached = new Cached(configuration, now);
        _refreshRequested = false;
        return configuration;
    }

    /// <summary>A token names a key that isn't cached: read again, at most once a second.</summary>
    public void RequestRefresh() => _refreshRequested = true;

    /// <summary>Clears the cache after the keys were changed here.</summary>
    public void Invalidate() => _cached = null;

    /// <summary>The keys that sign, will sign, or signed tokens that may still be valid.</summary>
    public async Task<List<SigningKey>> ReadPublishedAsync(DateTime now, CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MembershipDb>();
        var keys = await db.SigningKeys.AsNoTracking().OrderBy(k => k.Generation).ToListAsync(ct);
        return [.. keys.Where((key, i) => i == keys.Count - 1 || now <= keys[i + 1].SignsFrom + SigningKey.Retention)];
    }
}
