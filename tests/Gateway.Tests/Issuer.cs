using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Gateway.Tests;

/// <summary>Issues tokens with a key of its own, as Membership does.</summary>
public sealed class Issuer : IDisposable
{
    private const string Name = "http://issuer.example";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeyId { get; init; } = Guid.CreateVersion7().ToString();

    public string Keys
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return JsonSerializer.Serialize(new
            {
                keys = new[]
                {
                    new
                    {
                        kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = KeyId,
                        x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y),
                    },
                },
            });
        }
    }

    public byte[] PublicKeyPem => Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem());

    /// <summary>It names the public address, where nothing answers in these tests.</summary>
    public static string Metadata => JsonSerializer.Serialize(new { issuer = Name, jwks_uri = Name + "/.well-known/jwks.json" });

    public string Token(
        string audience = "exportconsortia", string issuer = Name, int expiresInMinutes = 15, string? user = null, SigningCredentials? signing = null,
        string role = "ConsortiumManager")
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now.AddHours(-1),
            NotBefore = now.AddHours(-1),
            Expires = now.AddMinutes(expiresInMinutes),
            Claims = new Dictionary<string, object> { ["sub"] = user ?? Guid.CreateVersion7().ToString(), ["role"] = role },
            SigningCredentials = signing ?? new SigningCredentials(new ECDsaSecurityKey(_key) { KeyId = KeyId }, "ES256"),
        });
    }

    public string UnsignedToken()
    {
        var payload = Token().Split('.')[1];
        return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{payload}.";
    }

    public void Dispose() => _key.Dispose();
}
