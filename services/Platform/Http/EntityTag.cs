using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExportConsortia.Platform.Http;

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
            "Send If-Match with the ETag of the version you read, so that you don't overwrite somebody else's change."),
        var tag when tag == $"\"{version}\"" => null,
        _ => Refusal.Problem(StatusCodes.Status412PreconditionFailed, "STALE_VERSION",
            "This was changed since you read it. Read it again and repeat your change."),
    };
}
