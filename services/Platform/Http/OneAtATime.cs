using ExportConsortia.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Http;

/// <summary>
/// Routes on which the requests of a firm, or of a person of the clean team, wait for each other before they wait for those of others: however many
/// one sends, the others don't wait behind them.
/// </summary>
public static class OneAtATime
{
    private static readonly object Mark = new Marked();

    private sealed record Marked;

    /// <summary>Lets in one request of a firm, or of a person who belongs to none, at a time.</summary>
    public static TBuilder OneAtATimeOfEach<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(Mark);

    internal static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var caller = http.RequestServices.GetRequiredService<Caller>();
        if (http.GetEndpoint()?.Metadata.GetMetadata<Marked>() is null || caller.UserId == Guid.Empty)
        {
            await next(http);
            return;
        }

        // Before a key's transaction: whoever waits here holds no connection.
        using var own = await http.RequestServices.GetRequiredService<Gates>()
            .EnterAsync($"one at a time of {caller.MemberId ?? caller.UserId}", http.RequestAborted);
        await next(http);
    }
}
