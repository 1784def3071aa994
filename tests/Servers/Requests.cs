using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ExportConsortia.Servers;

/// <summary>How tests call the platform.</summary>
public static class Requests
{
    /// <summary>Sends one request.</summary>
    /// <param name="http">Has the base address.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The path and query.</param>
    /// <param name="token">The caller's access token; null: nobody is signed in.</param>
    /// <param name="body">Content as it is, text that is JSON, or an object that becomes JSON.</param>
    /// <param name="headers">Those without a value are left out.</param>
    public static async Task<Answer> AskAsync(
        this HttpClient http, HttpMethod method, string path, string? token, object? body = null, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string json => new StringContent(json, Encoding.UTF8, "application/json"),
            _ => new StringContent(JsonSerializer.Serialize(body, Answer.JsonOptions), Encoding.UTF8, "application/json"),
        };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return new Answer(
            $"{method} {path}",
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers,
            response.Content.Headers.ContentType?.MediaType);
    }
}
