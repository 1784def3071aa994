using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ExportConsortia.Membership.Tokens;

/// <summary>
/// The public keys as this process knows them, read from the database at most every 30 seconds: it checks tokens without asking itself over the network.
/// </summary>
internal sealed class OwnKeys(IServiceScopeFactory scopes, AccessTokens tokens, TimeProvider clock) : IConfigurationManager<OpenIdConnectConfiguration>
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private volatile Known? _known;
    private volatile bool _doubted;

    private sealed record Known(OpenIdConnectConfiguration Keys, DateTime ReadAt);

    /// <inheritdoc/>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (_known is { } known && now >= known.ReadAt && now - known.ReadAt < (_doubted ? Pause : Memory))
        {
            return known.Keys;
        }

        var configuration = new OpenIdConnectConfiguration { Issuer = tokens.Issuer };
        foreach (var key in await PublishedAsync(now, cancel))
        {
            configuration.SigningKeys.Add(key.Public());
        }

        _known = new Known(configuration, now);
        _doubted = false;
        return configuration;
    }

    /// <summary>A token named a key that is not known here: look again, but not more than once a second.</summary>
    public void RequestRefresh() => _doubted = true;

    /// <summary>The keys that were changed here are to be seen at once.</summary>
    public void Forget() => _known = null;

    /// <summary>The keys that sign, will sign, or have signed tokens that may still live.</summary>
    public async Task<List<SigningKey>> PublishedAsync(DateTime now, CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        var keys = await scope.ServiceProvider.GetRequiredService<MembershipDb>().SigningKeys.AsNoTracking().OrderBy(k => k.Generation).ToListAsync(ct);
        return [.. keys.Where((key, i) => i == keys.Count - 1 || now <= keys[i + 1].SignsFrom + SigningKey.Afterlife)];
    }
}
