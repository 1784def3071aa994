using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Platform.Http;

/// <summary>
/// Reads the issuer's metadata document and then its keys. The document names public addresses; a service behind the gateway reaches the issuer at an
/// inner address, and reads its keys there as well.
/// </summary>
internal sealed class ReadIssuer(bool allowsHttp) : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    /// <summary>What the setting must be.</summary>
    public const string Requirement =
        "Auth:Metadata must be the address of an OpenID configuration document, such as http://localhost:8081/.well-known/openid-configuration.";

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var issuer = OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
        issuer.JsonWebKeySet = JsonWebKeySet.Create(await retriever.GetDocumentAsync(Check(KeysAt(issuer, new Uri(address))), cancel));
        foreach (var key in issuer.JsonWebKeySet.GetSigningKeys())
        {
            issuer.SigningKeys.Add(key);
        }

        return issuer;
    }

    /// <summary>The same address, if keys may be read from there.</summary>
    public string Check(string address) => !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
        ? throw new WrongSettingException(Requirement)
        : uri.Scheme == "https" || uri.IsLoopback || allowsHttp
        ? address
        : throw new WrongSettingException(
            $"The issuer's keys would be read over plain HTTP ({address}), where an attacker could replace them: "
            + "use https, or set Auth:AllowHttpMetadata to true if the network is safe.");

    private static string KeysAt(OpenIdConnectConfiguration issuer, Uri here)
    {
        var (publicly, keys) = (new Uri(issuer.Issuer.TrimEnd('/') + "/"), new Uri(issuer.JwksUri));
        return publicly.Authority != here.Authority && publicly.IsBaseOf(keys)
            ? new Uri(new Uri(here, ".."), publicly.MakeRelativeUri(keys)).ToString()   // beside /.well-known/openid-configuration
            : issuer.JwksUri;
    }
}
