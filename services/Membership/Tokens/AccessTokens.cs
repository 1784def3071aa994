using System.Collections.Concurrent;
using ExportConsortia.Contracts;
using ExportConsortia.Membership.Accounts;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Membership.Tokens;

/// <summary>Signs access tokens, and creates the next signing key when it is due.</summary>
internal sealed class AccessTokens(KeySecret secret, IConfiguration configuration, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<Guid, ECDsaSecurityKey> _keys = new();
    private readonly string _audience = configuration["Auth:Audience"] ?? "exportconsortia";

    /// <summary>Our public address, whatever host a request names.</summary>
    public string Issuer { get; } = PublicAddress(configuration["Auth:Issuer"] ?? "http://localhost:8080");

    /// <summary>An access token for the account in this session, valid for 15 minutes.</summary>
    public async Task<string> SignAsync(Account account, Guid session, MembershipDb db, CancellationToken ct)
    {
        var key = await SigningKeyAsync(db, ct);
        var now = clock.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            ["sub"] = account.Id.ToString(),
            ["jti"] = Guid.CreateVersion7().ToString(),
            [ClaimName.Role] = account.Role,
            [ClaimName.Session] = session.ToString(),
        };
        if (account.ConsortiumId is { } consortium)
        {
            claims[ClaimName.Consortium] = consortium.ToString();
        }

        if (account.MemberId is { } member)
        {
            claims[ClaimName.Member] = member.ToString();
        }

        if (account.WorksInSales)
        {
            claims[ClaimName.Sales] = "true";
        }

        if (account.Controllers.Count > 0)
        {
            claims[ClaimName.Controllers] = string.Join(' ', account.Controllers);
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = _audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>The current signing key. Creates and publishes the next one a day before it takes over.</summary>
    public async Task<ECDsaSecurityKey> SigningKeyAsync(MembershipDb db, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var keys = await db.SigningKeys.AsNoTracking().OrderBy(k => k.Generation).ToListAsync(ct);
        if (keys.Count == 0)
        {
            keys.Add(await AddAsync(1, now, db, ct));
        }
        else if (keys[^1].SignsFrom + SigningKey.SigningPeriod - SigningKey.Notice <= now)
        {
            var periodEnds = keys[^1].SignsFrom + SigningKey.SigningPeriod;
            var earliest = now + SigningKey.Notice;
            keys.Add(await AddAsync(keys[^1].Generation + 1, periodEnds > earliest ? periodEnds : earliest, db, ct));
        }

        var signer = keys.FindLast(k => k.SignsFrom <= now) ?? keys[0];
        return _keys.GetOrAdd(signer.KeyId, _ => signer.Private(secret));
    }

    /// <summary>Creates and saves a key; deletes keys whose tokens have all expired.</summary>
    public async Task<SigningKey> AddAsync(int generation, DateTime signsFrom, MembershipDb db, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var key = SigningKey.Create(generation, now, signsFrom, secret);
        db.SigningKeys.Add(key);
        await db.SaveChangesAsync(ct);
        var expired = now - SigningKey.Retention;
        await db.SigningKeys
            .Where(k => db.SigningKeys.Any(next => next.Generation > k.Generation && next.SignsFrom < expired)).ExecuteDeleteAsync(ct);
        return key;
    }

    private static string PublicAddress(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Query: "", Fragment: "" }
            ? issuer
            : throw new WrongSettingException(
                $"Auth:Issuer must be the platform's public address, such as https://consortium.example, not '{issuer}'.");
}
