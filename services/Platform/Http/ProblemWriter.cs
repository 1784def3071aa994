using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace ExportConsortia.Platform.Http;

/// <summary>
/// Writes every error in the same form: with code and trace id, and as JSON even to a caller who asked for something else, such as XML, and would
/// otherwise get plain text. Only a person who asked for a page gets one, if the process has pages.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (ErrorPages.For(context.HttpContext) is { } page)
        {
            await page.WriteAsync(context.HttpContext, problem.Status ?? context.HttpContext.Response.StatusCode);
            return;
        }

        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
        problem.Extensions.TryAdd("code", Code(problem.Status ?? context.HttpContext.Response.StatusCode));
        await context.HttpContext.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json");
    }

    /// <summary>The code of an error that has no specific one.</summary>
    internal static string Code(int status) => status switch
    {
        400 => "INVALID_INPUT", 401 => "NOT_SIGNED_IN", 403 => "NOT_ALLOWED", 404 => "NOT_FOUND", 405 => "METHOD_NOT_ALLOWED",
        413 => "TOO_LARGE", 415 => "UNSUPPORTED_MEDIA_TYPE", 429 => "TOO_MANY_REQUESTS", 502 or 503 or 504 => "UNAVAILABLE", _ => "ERROR",
    };
}
