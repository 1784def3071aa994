using System.Collections.Concurrent;
using ExportConsortia.Contracts;
using ExportConsortia.Membership.Accounts;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Membership.Tokens;

/// <summary>Signs access tokens, and sees to it that there is always a key to sign with: whoever needs one makes the next when its time has come.</summary>
internal sealed class AccessTokens(KeySecret secret, IConfiguration configuration, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<Guid, ECDsaSecurityKey> _keys = new();
    private readonly string _audience = configuration["Auth:Audience"] ?? "exportconsortia";

    /// <summary>The public address: ours, whatever address a request came to.</summary>
    public string Issuer { get; } = PublicAddress(configuration["Auth:Issuer"] ?? "http://localhost:8080");

    /// <summary>A token that says who the person is, for 15 minutes.</summary>
    public async Task<string> SignAsync(Account account, MembershipDb db, CancellationToken ct)
    {
        var key = await SigningKeyAsync(db, ct);
        var now = clock.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            ["sub"] = account.Id.ToString(),
            ["jti"] = Guid.CreateVersion7().ToString(),
            [ClaimName.Role] = account.Role,
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

    /// <summary>The key that signs now. A day before its turn ends the next one is made and published.</summary>
    public async Task<ECDsaSecurityKey> SigningKeyAsync(MembershipDb db, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var keys = await db.SigningKeys.AsNoTracking().OrderBy(k => k.Generation).ToListAsync(ct);
        if (keys.Count == 0)
        {
            keys.Add(await AddAsync(1, now, db, ct));
        }
        else if (keys[^1].SignsFrom + SigningKey.Turn - SigningKey.Notice <= now)
        {
            var turnEnds = keys[^1].SignsFrom + SigningKey.Turn;
            var noticed = now + SigningKey.Notice;
            keys.Add(await AddAsync(keys[^1].Generation + 1, turnEnds > noticed ? turnEnds : noticed, db, ct));
        }

        var signer = keys.FindLast(k => k.SignsFrom <= now) ?? keys[0];
        return _keys.GetOrAdd(signer.KeyId, _ => signer.Private(secret));
    }

    /// <summary>Makes and saves a key; keys of which no token can live any more go.</summary>
    public async Task<SigningKey> AddAsync(int generation, DateTime signsFrom, MembershipDb db, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var key = SigningKey.Create(generation, now, signsFrom, secret);
        db.SigningKeys.Add(key);
        await db.SaveChangesAsync(ct);
        var dead = now - SigningKey.Afterlife;
        await db.SigningKeys.Where(k => db.SigningKeys.Any(next => next.Generation > k.Generation && next.SignsFrom < dead)).ExecuteDeleteAsync(ct);
        return key;
    }

    private static string PublicAddress(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Query: "", Fragment: "" }
            ? issuer
            : throw new WrongSettingException($"Auth:Issuer must be the address at which the world reaches us, such as https://consortium.example, not '{issuer}'.");
}
