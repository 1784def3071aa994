using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace ExportConsortia.Servers;

/// <summary>An answer of the platform: what it said, and how.</summary>
public sealed record Answer(HttpStatusCode Status, JsonNode? Json, string Text, HttpResponseHeaders Headers, string? ContentType)
{
    /// <summary>The refusal or error code, if it is one.</summary>
    public string? Code => Json is JsonObject o && o.TryGetPropertyValue("code", out var code) ? code!.GetValue<string>() : null;

    /// <summary>The body, if the answer was a success; else a failure that says what came.</summary>
    public JsonNode Ok => (int)Status is >= 200 and < 300 ? Json! : throw new InvalidOperationException($"{(int)Status}: {Text}");
}

/// <summary>A person signed in at the public address, or nobody.</summary>
public sealed class Session(Uri address, string? token = null) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 200 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(100) };

    public string? Token => token;

    public static async Task<Session> SignInAsync(Uri address, string email, string password)
    {
        using var nobody = new Session(address);
        var answer = await nobody.PostAsync("/api/membership/tokens", new { email, password });
        return new Session(address, answer.Ok["accessToken"]!.GetValue<string>());
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, object body, string? key = null) => SendAsync(HttpMethod.Post, path, JsonContent.Create(body), key);

    public Task<Answer> PostXmlAsync(string path, string xml, string? key = null) =>
        SendAsync(HttpMethod.Post, path, new StringContent(xml, Encoding.UTF8, "application/xml"), key);

    public Task<Answer> PutAsync(string path, object body, string? ifMatch) => SendAsync(HttpMethod.Put, path, JsonContent.Create(body), ifMatch: ifMatch);

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, string? key = null, string? ifMatch = null, string? traceParent = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (traceParent is not null)
        {
            request.Headers.Add("traceparent", traceParent);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var type = response.Content.Headers.ContentType?.MediaType;
        return new Answer(response.StatusCode, text.Length > 0 && type?.Contains("json", StringComparison.Ordinal) == true ? JsonNode.Parse(text) : null, text, response.Headers, type);
    }

    public void Dispose() => _http.Dispose();
}
