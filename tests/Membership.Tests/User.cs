using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ExportConsortia.Membership.Tests;

/// <summary>Somebody who calls the service, with or without tokens that it issued.</summary>
public sealed class User(Installation installation, JsonNode? tokens)
{
    public string Email { get; init; } = "";

    public string? AccessToken => tokens?["accessToken"]!.GetValue<string>();

    public string RefreshToken => tokens!["refreshToken"]!.GetValue<string>();

    public Guid Id => Guid.Parse(Claims["sub"]!.GetValue<string>());

    public JsonNode Claims => JsonNode.Parse(Convert.FromBase64String(Pad(AccessToken!.Split('.')[1])))!;

    public string KeyId => JsonNode.Parse(Convert.FromBase64String(Pad(AccessToken!.Split('.')[0])))!["kid"]!.GetValue<string>();

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<Answer> Post(string path, object? body = null, string? key = null) => Send(HttpMethod.Post, path, body, ("Idempotency-Key", key));

    public Task<Answer> Ask(string path, object body) => Post(path, body);

    public Task<Answer> Put(string path, object body, string? ifMatch = null) => Send(HttpMethod.Put, path, body, ("If-Match", ifMatch));

    public Task<Answer> Upload(string csv, string query = "", string? key = null) => Upload(Encoding.UTF8.GetBytes(csv), query, key);

    public Task<Answer> Upload(byte[] csv, string query = "", string? key = null)
    {
        var content = new ByteArrayContent(csv);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return Send(HttpMethod.Post, "capacity-declarations/csv" + query, content, ("Idempotency-Key", key));
    }

    public Task<Answer> Send(HttpMethod method, string path, object? body, params (string Name, string? Value)[] headers) =>
        installation.Send(this, method, path, body, headers);

    private static string Pad(string base64Url) =>
        base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=');
}
