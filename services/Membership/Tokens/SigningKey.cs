using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Membership.Tokens;

/// <summary>
/// A key that tokens are signed with (ES256). Keys follow each other: each is published before it is used, and stays published until
/// no token signed with it can live.
/// </summary>
internal sealed class SigningKey
{
    /// <summary>A key signs for so long; then the next one does.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromDays(30);

    /// <summary>A key is published so long before it signs: whoever caches the key set knows it by then.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(1);

    /// <summary>A key stays published so long after its successor took over: an access token's life, and clocks that differ.</summary>
    public static readonly TimeSpan Afterlife = AccessTokens.Lifetime + TimeSpan.FromMinutes(5);

    /// <summary>1, 2, 3 …</summary>
    public required int Generation { get; init; }

    public required Guid KeyId { get; init; }

    public required byte[] PublicKey { get; init; }

    /// <summary>Sealed by <see cref="KeySecret"/>.</summary>
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
