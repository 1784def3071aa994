using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExportConsortia.Platform.Http;

/// <summary>A business rule says no: 409 with a stable code and a sentence. <c>null</c> means yes.</summary>
/// <param name="Code">Stable upper-case code, for example <c>OFFER_EXPIRED</c>.</param>
/// <param name="Reason">One sentence for the person who asked.</param>
public sealed record Refusal(string Code, string Reason)
{
    /// <summary>The answer to send: RFC 9457 problem details, status 409.</summary>
    public ProblemHttpResult ToProblem() => Problem(StatusCodes.Status409Conflict, Code, Reason);

    /// <summary>Problem details with the platform's extension <c>code</c>, and others where a use case has more to say.</summary>
    public static ProblemHttpResult Problem(int status, string code, string detail, params KeyValuePair<string, object?>[] more) =>
        TypedResults.Problem(detail, statusCode: status, extensions: [new("code", code), .. more]);

    /// <summary>Invalid input: 400 with a sentence for each field path, such as <c>lines[2].quantity</c>.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors, string code = "INVALID_INPUT") =>
        TypedResults.Problem(
            "Some fields are invalid; nothing was changed.",
            statusCode: StatusCodes.Status400BadRequest,
            extensions: [new("code", code), new("errors", errors)]);

    /// <summary>The same for a single field.</summary>
    public static ProblemHttpResult Invalid(string field, string sentence) =>
        Invalid(new Dictionary<string, string[]> { [field] = [sentence] });

    /// <summary>It doesn't exist, or the caller may not know that it does: both look the same (F-C6).</summary>
    public static ProblemHttpResult NotFound() =>
        Problem(StatusCodes.Status404NotFound, "NOT_FOUND", "There is nothing here under this id.");
}
