using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Allocation.Tests.Running;

/// <summary>Who calls in a test, as a token says it.</summary>
public sealed record Person(Guid Id, string Role, Guid? Consortium = null, Guid? Member = null, bool WorksInSales = false);

/// <summary>Signs access tokens with a key of its own, as Membership does.</summary>
internal sealed class Keys(TimeProvider clock)
{
    private const string Issuer = "https://tokens.example";
    private readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };

    public IConfigurationManager<OpenIdConnectConfiguration> Published()
    {
        var configuration = new OpenIdConnectConfiguration { Issuer = Issuer };
        configuration.SigningKeys.Add(_key);
        return new StaticConfigurationManager<OpenIdConnectConfiguration>(configuration);
    }

    public string TokenFor(Person person)
    {
        var claims = new Dictionary<string, object> { ["sub"] = person.Id.ToString(), ["role"] = person.Role };
        if (person.Consortium is { } consortium)
        {
            claims["consortium"] = consortium.ToString();
        }

        if (person.Member is { } member)
        {
            claims["member"] = member.ToString();
        }

        if (person.WorksInSales)
        {
            claims["sales"] = "true";
        }

        var now = clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = "exportconsortia",
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(15),
            Claims = claims,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
