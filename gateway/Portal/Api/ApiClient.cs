using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExportConsortia.Portal.Session;

namespace ExportConsortia.Portal.Api;

/// <summary>The public interface, called with the token of the person who looks at the page: the pages can do what that person can.</summary>
internal sealed class ApiClient(HttpClient http, IHttpContextAccessor accessor)
{
    private const int LongestKey = 200;

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads.</summary>
    public Task<Answer<T>> GetAsync<T>(string path, CancellationToken ct) => SendAsync<T>(HttpMethod.Get, path, null, ct);

    /// <summary>Reads with the token of somebody who is just signing in.</summary>
    public Task<Answer<T>> GetAsAsync<T>(string token, string path, CancellationToken ct) =>
        SendAsync<T>(HttpMethod.Get, path, null, ct, token: token);

    /// <summary>Does something. With the same <paramref name="key"/> it is done once, however often it is sent.</summary>
    public Task<Answer<T>> PostAsync<T>(
        string path, object body, CancellationToken ct, string? key = null, TimeSpan? within = null, string? tag = null) =>
        SendAsync<T>(HttpMethod.Post, path, JsonContent.Create(body, body.GetType(), options: Json), ct, key: key, tag: tag, within: within);

    /// <summary>Sends a document of another kind than JSON.</summary>
    public Task<Answer<T>> PostAsync<T>(string path, byte[] document, string type, CancellationToken ct, string? key = null, TimeSpan? within = null)
    {
        var content = new ByteArrayContent(document);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return SendAsync<T>(HttpMethod.Post, path, content, ct, key: key, within: within);
    }

    /// <summary>Replaces something; with a <paramref name="tag"/> only if nobody has changed it meanwhile.</summary>
    public Task<Answer<T>> PutAsync<T>(string path, object body, CancellationToken ct, string? tag = null) =>
        SendAsync<T>(HttpMethod.Put, path, JsonContent.Create(body, body.GetType(), options: Json), ct, tag: tag);

    /// <summary>Removes something; with a <paramref name="tag"/> only if nobody has changed it meanwhile.</summary>
    public Task<Answer<object>> DeleteAsync(string path, CancellationToken ct, string? tag = null) =>
        SendAsync<object>(HttpMethod.Delete, path, null, ct, tag: tag);

    private async Task<Answer<T>> SendAsync<T>(
        HttpMethod method, string path, HttpContent? content, CancellationToken ct, string? token = null, string? key = null, string? tag = null,
        TimeSpan? within = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if ((token ?? accessor.HttpContext?.Items[AccessTokens.Item] as string) is { } access)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access);
        }

        if (key is { Length: > 0 and <= LongestKey })
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (tag is { Length: > 0 })
        {
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        }

        if (accessor.HttpContext is { } browser)
        {
            // Limits count the browser, not us; and the person recognises a session by its browser.
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", browser.Connection.RemoteIpAddress?.ToString());
            request.Headers.TryAddWithoutValidation("User-Agent", browser.Request.Headers.UserAgent.ToString());
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(within ?? Usual);
        try
        {
            using var response = await http.SendAsync(request, time.Token);
            var status = (int)response.StatusCode;
            var type = response.Content.Headers.ContentType?.MediaType ?? "";
            if (response.IsSuccessStatusCode)
            {
                return new(status, await ReadAsync<T>(response, type, time.Token), null, response.Headers.ETag?.ToString());
            }

            var problem = await ReadAsync<Problem>(response, type, time.Token) ?? new(null, null, null);
            if (status == StatusCodes.Status401Unauthorized && problem.Code == "TOKEN_ENDED" && request.Headers.Authorization is not null)
            {
                AccessTokens.Forget(accessor.HttpContext);
            }

            return new(status, default, problem);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new(StatusCodes.Status503ServiceUnavailable, default, new("UNAVAILABLE", null, null));
        }
    }

    private static async Task<T?> ReadAsync<T>(HttpResponseMessage response, string type, CancellationToken ct) =>
        typeof(T) == typeof(byte[]) ? (T)(object)await response.Content.ReadAsByteArrayAsync(ct)
        : typeof(T) == typeof(string) ? (T)(object)Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(ct))
        : type.EndsWith("json", StringComparison.Ordinal) ? await response.Content.ReadFromJsonAsync<T>(Json, ct) : default;
}
