using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Membership.Tokens;

/// <summary>Publishes how to validate our tokens: OpenID configuration and JWKS, at their standard addresses.</summary>
internal static class PublishKeys
{
    /// <summary>OpenID Connect Discovery: the part that we support.</summary>
    public sealed record Configuration(
        [property: JsonPropertyName("issuer")] string Issuer,
        [property: JsonPropertyName("jwks_uri")] string JwksUri,
        [property: JsonPropertyName("token_endpoint")] string TokenEndpoint,
        [property: JsonPropertyName("response_types_supported")] string[] ResponseTypesSupported,
        [property: JsonPropertyName("subject_types_supported")] string[] SubjectTypesSupported,
        [property: JsonPropertyName("id_token_signing_alg_values_supported")] string[] SigningAlgorithms);

    /// <summary>A JSON Web Key Set (RFC 7517).</summary>
    public sealed record KeySet(List<Key> Keys);

    /// <summary>A public key (RFC 7518, 6.2).</summary>
    public sealed record Key(string Kty, string Use, string Alg, string Kid, string Crv, string X, string Y);

    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapGet("/.well-known/openid-configuration", GetConfiguration).AllowAnonymous();
        root.MapGet("/.well-known/jwks.json", GetKeysAsync).AllowAnonymous();
    }

    private static Ok<Configuration> GetConfiguration(AccessTokens tokens)
    {
        var address = tokens.Issuer.TrimEnd('/');
        return TypedResults.Ok(new Configuration(
            tokens.Issuer, $"{address}/.well-known/jwks.json", $"{address}/api/membership/tokens", ["token"], ["public"], ["ES256"]));
    }

    private static async Task<Ok<KeySet>> GetKeysAsync(OwnKeys keys, TimeProvider clock, CancellationToken ct) =>
        TypedResults.Ok(new KeySet((await keys.ReadPublishedAsync(clock.GetUtcNow().UtcDateTime, ct)).ConvertAll(key =>
        {
            var point = key.Public().ECDsa.ExportParameters(includePrivateParameters: false).Q;
            return new Key(
                "EC", "sig", "ES256", key.KeyId.ToString("N"), "P-256", Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
        })));
}
