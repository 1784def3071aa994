using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Tests.Running;

/// <summary>What the service answered.</summary>
public sealed record Answer(string Request, int Status, string Body, HttpResponseHeaders Headers)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The code of a problem; null if there is none.</summary>
    public string? Code => Status >= 400 && Body.StartsWith('{') ? JsonDocument.Parse(Body).RootElement.GetProperty("code").GetString() : null;

    public T Read<T>() => Status < 300
        ? JsonSerializer.Deserialize<T>(Body, Json)!
        : throw new Xunit.Sdk.XunitException($"{Request} was answered {Status}: {Body}");

    public override string ToString() => $"{Request}: {Status} {Body}";
}

/// <summary>What a story expects of an answer.</summary>
public static class Expectations
{
    /// <summary>The answer is a success; gives its body.</summary>
    public static async Task<T> Gives<T>(this Task<Answer> answer) => (await answer).Read<T>();

    /// <summary>The answer is a refusal with this code.</summary>
    public static async Task IsRefused(this Task<Answer> answer, string code, int status = 409)
    {
        var given = await answer;
        Assert.True(given.Status == status && given.Code == code, $"Expected {status} {code}. {given}");
    }

    /// <summary>There is no such thing, as far as the caller may know (F-C6).</summary>
    public static Task IsNotFound(this Task<Answer> answer) => answer.IsRefused("NOT_FOUND", 404);
}
