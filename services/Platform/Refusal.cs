using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExportConsortia.Platform;

/// <summary>A business rule's "no": 409 with a stable code and a sentence. <c>null</c> is yes.</summary>
/// <param name="Code">Stable upper-case code, for example <c>OFFER_EXPIRED</c>.</param>
/// <param name="Reason">One sentence for the person who asked.</param>
public sealed record Refusal(string Code, string Reason)
{
    /// <summary>The answer to send: RFC 9457 problem details, status 409.</summary>
    public ProblemHttpResult ToProblem() => Problem(StatusCodes.Status409Conflict, Code, Reason);

    /// <summary>Problem details with the platform's extension <c>code</c>, and others where a use case has more to say.</summary>
    public static ProblemHttpResult Problem(int status, string code, string detail, params KeyValuePair<string, object?>[] more) =>
        TypedResults.Problem(detail, statusCode: status, extensions: [new("code", code), .. more]);

    /// <summary>Input that can't be taken: 400 with a sentence for each field path, such as <c>lines[2].quantity</c>.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors, string code = "INVALID_INPUT") =>
        TypedResults.Problem(
            "Some fields can't be taken as they are; nothing was changed.",
            statusCode: StatusCodes.Status400BadRequest,
            extensions: [new("code", code), new("errors", errors)]);

    /// <summary>The same for a single field.</summary>
    public static ProblemHttpResult Invalid(string field, string sentence) =>
        Invalid(new Dictionary<string, string[]> { [field] = [sentence] });

    /// <summary>There is no such thing, or the caller may not know that there is: both look the same (F-C6).</summary>
    public static ProblemHttpResult NotFound() =>
        Problem(StatusCodes.Status404NotFound, "NOT_FOUND", "There is nothing here under this id.");
}

/// <summary>
/// Writes every error alike: with code and trace id, and as JSON also for a caller who asked for something else, such as XML, and would
/// else get a bare line of text.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
        problem.Extensions.TryAdd("code", Code(problem.Status ?? context.HttpContext.Response.StatusCode));
        await context.HttpContext.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json");
    }

    /// <summary>The code of an error that has no more special one.</summary>
    internal static string Code(int status) => status switch
    {
        400 => "INVALID_INPUT", 401 => "NOT_SIGNED_IN", 403 => "NOT_ALLOWED", 404 => "NOT_FOUND", 405 => "METHOD_NOT_ALLOWED",
        413 => "TOO_LARGE", 415 => "UNSUPPORTED_MEDIA_TYPE", 429 => "TOO_MANY_REQUESTS", 502 or 503 or 504 => "UNAVAILABLE", _ => "ERROR",
    };
}

/// <summary>The entity tag of an aggregate that people edit: its version number.</summary>
public static class EntityTag
{
    /// <summary>Writes the version as the answer's <c>ETag</c>.</summary>
    public static void Write(HttpResponse response, long version) => response.Headers.ETag = $"\"{version}\"";

    /// <summary>
    /// Compares the request's <c>If-Match</c> with the version: 428 when it is missing, 412 when it is stale, <c>null</c> when it matches.
    /// </summary>
    public static ProblemHttpResult? Check(HttpRequest request, long version) => request.Headers.IfMatch.ToString() switch
    {
        "" => Refusal.Problem(StatusCodes.Status428PreconditionRequired, "IF_MATCH_REQUIRED",
            "Send If-Match with the ETag of the version you read, so that nobody's change is overwritten unseen."),
        var tag when tag == $"\"{version}\"" => null,
        _ => Refusal.Problem(StatusCodes.Status412PreconditionFailed, "STALE_VERSION",
            "This was changed since you read it. Read it again and repeat your change."),
    };
}
