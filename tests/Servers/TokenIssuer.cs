using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Servers;

/// <summary>Signs access tokens such as Membership's, so that tests of other services sign in as anybody.</summary>
internal sealed class TokenIssuer
{
    private const string Issuer = "https://tokens.example";
    private readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };

    public TokenIssuer() => Configuration = new StaticConfigurationManager<OpenIdConnectConfiguration>(
        new OpenIdConnectConfiguration { Issuer = Issuer, SigningKeys = { _key } });

    /// <summary>What a service needs to check the tokens.</summary>
    public IConfigurationManager<OpenIdConnectConfiguration> Configuration { get; }

    public string TokenFor(Person person, DateTime now)
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

        if (person.Controllers.Count > 0)
        {
            claims["controllers"] = string.Join(' ', person.Controllers);
        }

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
