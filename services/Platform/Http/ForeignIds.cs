using ExportConsortia.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Http;

/// <summary>Whoever tries ids that aren't theirs leaves a trace; the answer is the same as for an id that nobody has (F-C6).</summary>
internal static class ForeignIds
{
    /// <summary>Around every use case: notes a request for something that isn't there for the caller.</summary>
    public static async ValueTask<object?> WatchAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        var result = answer;
        while (result is INestedHttpResult nested)
        {
            result = nested.Result;
        }

        if (result is IStatusCodeHttpResult { StatusCode: StatusCodes.Status404NotFound } && context.HttpContext.Request.RouteValues.Count > 0)
        {
            Note(context.HttpContext);
        }

        return answer;
    }

    /// <summary>Notes that the caller of a request asked for something that isn't there for them.</summary>
    public static void Note(HttpContext http)
    {
        var caller = http.RequestServices.GetRequiredService<Caller>();
        if (caller.UserId != Guid.Empty && http.GetEndpoint()?.Metadata.GetMetadata<RouteOfService>() is { Service: var service })
        {
            http.RequestServices.GetService<RepeatedTraces>()?.Note(
                service, Trace.ForeignId, caller.UserId, caller.ConsortiumId == Guid.Empty ? (Guid?)null : caller.ConsortiumId);
        }
    }
}
