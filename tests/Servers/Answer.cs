using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Xunit;

namespace ExportConsortia.Servers;

/// <summary>The platform's answer to one request.</summary>
public sealed record Answer(string Request, HttpStatusCode Status, string Text, HttpResponseHeaders Headers, string? ContentType)
{
    private readonly Lazy<JsonNode?> _json = new(() =>
        Text.Length > 0 && ContentType?.Contains("json", StringComparison.Ordinal) == true ? JsonNode.Parse(Text) : null);

    /// <summary>How tests write and read JSON: as the platform does.</summary>
    internal static JsonSerializerOptions JsonOptions { get; } = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The body, which is JSON.</summary>
    public JsonNode Json => _json.Value ?? throw new InvalidOperationException($"The body is not JSON. {this}");

    /// <summary>The error code; null if there is none.</summary>
    public string? Code => (_json.Value as JsonObject)?["code"]?.GetValue<string>();

    /// <summary>The fields that are invalid.</summary>
    public IEnumerable<string> WrongFields => Json["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal);

    public string? ETag => Headers.ETag?.Tag;

    /// <summary>True if the answer repeats the one given to the same idempotency key before.</summary>
    public bool Replayed => Headers.Contains("Idempotency-Replayed");

    /// <summary>The body of a success, null if that has none; anything else is a failure that says what came.</summary>
    public JsonNode Ok => IsSuccess ? _json.Value! : throw new InvalidOperationException(ToString());

    private bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The body of a success as an object.</summary>
    public T Read<T>()
    {
        Assert.True(IsSuccess, ToString());
        return JsonSerializer.Deserialize<T>(Text, JsonOptions)!;
    }

    /// <summary>The body; the answer must have this status.</summary>
    public JsonNode Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {status}. {this}");
        return Text.Length == 0 ? new JsonObject() : Json;
    }

    /// <summary>The answer must be a problem with this status and code, and with a trace id.</summary>
    public Answer ExpectProblem(int status, string code)
    {
        Assert.True((int)Status == status && Code == code, $"Expected {status} {code}. {this}");
        Assert.NotEmpty(Json["traceId"]!.GetValue<string>());
        return this;
    }

    public override string ToString() => $"{Request}: {(int)Status} {Text}";
}

/// <summary>What a test expects of an answer that it awaits.</summary>
public static class AnswerExpectations
{
    /// <summary>A success; returns its body.</summary>
    public static async Task<T> Gives<T>(this Task<Answer> answer) => (await answer).Read<T>();

    /// <summary>A problem with this code.</summary>
    public static async Task IsRefused(this Task<Answer> answer, string code, int status = 409) => (await answer).ExpectProblem(status, code);

    /// <summary>As far as the caller may know, there is no such thing (F-C6).</summary>
    public static Task IsNotFound(this Task<Answer> answer) => answer.IsRefused("NOT_FOUND", 404);
}
