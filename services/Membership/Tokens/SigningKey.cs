using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Membership.Tokens;

/// <summary>
/// A key that signs tokens (ES256). Keys rotate: each is published before it signs, and stays published until all tokens signed with it
/// have expired.
/// </summary>
internal sealed class SigningKey
{
    /// <summary>How long a key signs before the next one takes over.</summary>
    public static readonly TimeSpan SigningPeriod = TimeSpan.FromDays(30);

    /// <summary>How long a key is published before it signs, so that cached key sets contain it by then.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(1);

    /// <summary>How long a key stays published after its successor took over: an access token's lifetime plus clock skew.</summary>
    public static readonly TimeSpan Retention = AccessTokens.Lifetime + TimeSpan.FromMinutes(5);

    /// <summary>1, 2, 3 …</summary>
    public required int Generation { get; init; }

    public required Guid KeyId { get; init; }

    public required byte[] PublicKey { get; init; }

    /// <summary>Encrypted by <see cref="KeySecret"/>.</summary>
    public required byte[] PrivateKey { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime SignsFrom { get; init; }

    public static SigningKey Create(int generation, DateTime now, DateTime signsFrom, KeySecret secret)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Guid.CreateVersion7();
        return new SigningKey
        {
            Generation = generation,
            KeyId = id,
            PublicKey = ecdsa.ExportSubjectPublicKeyInfo(),
            PrivateKey = secret.Seal(ecdsa.ExportPkcs8PrivateKey(), id),
            CreatedAt = now,
            SignsFrom = signsFrom,
        };
    }

    public ECDsaSecurityKey Public()
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(PublicKey, out _);
        return new ECDsaSecurityKey(ecdsa) { KeyId = KeyId.ToString("N") };
    }

    public ECDsaSecurityKey Private(KeySecret secret)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(secret.Open(PrivateKey, KeyId), out _);
        return new ECDsaSecurityKey(ecdsa) { KeyId = KeyId.ToString("N") };
    }
}
