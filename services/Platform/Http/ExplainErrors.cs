using System.Text.Json;
using System.Text.RegularExpressions;
using ExportConsortia.Platform.Storage;
using Microsoft.AspNetCore.Http;

namespace ExportConsortia.Platform.Http;

/// <summary>Turns an exception into the answer for the caller.</summary>
internal static class ExplainErrors
{
    /// <summary>Sends the answer to a request that threw.</summary>
    public static Task AnswerAsync(HttpContext http, Exception error)
    {
        if (error.IsStoreAway())
        {
            http.Response.Headers.RetryAfter = "2";
        }

        return (error switch
        {
            BadHttpRequestException { InnerException: JsonException json } => Refusal.Invalid(
                new Dictionary<string, string[]> { [json.Path?.TrimStart('$', '.') ?? ""] = [JsonSentence(json)] }, "INVALID_JSON"),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Refusal.Problem(
                413, "TOO_LARGE", $"The body may have at most {Edge.LargestBody(http) / 1024 / 1024} MiB."),
            // The framework's message is meant for programmers: `Failed to bind parameter "Guid id" from "x".`
            BadHttpRequestException { StatusCode: 400 } bad when Match(bad.Message, "parameter \"[^\"]*?(\\w+)\"") is { } parameter =>
                Refusal.Invalid(parameter, "Is missing or can't be read."),
            BadHttpRequestException bad => Refusal.Problem(bad.StatusCode, ProblemWriter.Code(bad.StatusCode), bad.Message),
            _ when error.IsConflict() => Refusal.Problem(409, "CONCURRENT_CHANGE", "Others are changing this at the same moment; try again."),
            _ when error.IsStoreAway() => Refusal.Problem(503, "STORE_UNAVAILABLE", "The store does not answer now; nothing was changed, try again."),
            _ => Refusal.Problem(500, "INTERNAL_ERROR", "Something went wrong on our side. Give the trace id when you report it."),
        }).ExecuteAsync(http);
    }

    // The serializer's messages are meant for programmers, with .NET members and types; the caller knows fields and values.
    private static string JsonSentence(JsonException e) => e.Message switch
    {
        var m when Match(m, "property '([^']*)' could not be mapped") is { } unknown => $"There is no field '{unknown}' here.",
        var m when Match(m, "[Dd]uplicate property '([^']*)'") is { } twice => $"The field '{twice}' occurs twice.",
        var m when Match(m, "missing required properties[^:]*: (.*?)\\.?( Path:|$)") is { } missing => $"Missing: {missing}.",
        var m when Match(m, "could not be converted to (\\S*)") is { } type => type switch
        {
            var t when t.Contains("Int", StringComparison.Ordinal) => "Must be a whole number, not text.",
            var t when t.Contains("Guid", StringComparison.Ordinal) => "Must be an id such as 01a202f2-91cc-7363-8ce3-b1ec22e9d03a.",
            var t when t.Contains("Date", StringComparison.Ordinal) => "Must be a date such as 2026-11-22.",
            var t when t.Contains("Boolean", StringComparison.Ordinal) => "Must be true or false.",
            var t when t.Contains("String", StringComparison.Ordinal) => "Must be text.",
            _ => "Unsupported value; the interface document lists the supported ones.",
        },
        var m => m.Split(" Path:")[0],
    };

    private static string? Match(string text, string pattern) => Regex.Match(text, pattern) is { Success: true } match ? match.Groups[1].Value : null;
}
