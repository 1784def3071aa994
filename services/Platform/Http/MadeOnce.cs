using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Primitives;

namespace ExportConsortia.Platform.Http;

/// <summary>
/// An answer that is the same for everybody for as long as the process lives: the first who asks has it made, whoever asks meanwhile waits for it,
/// and neither a query nor a token has it made again.
/// </summary>
internal sealed class MadeOnce : IOutputCachePolicy
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        context.EnableOutputCaching = true;
        context.AllowCacheLookup = true;
        context.AllowCacheStorage = true;
        context.AllowLocking = true;
        context.CacheVaryByRules.QueryKeys = StringValues.Empty;
        context.CacheVaryByRules.VaryByHost = false;
        context.ResponseExpirationTimeSpan = Kept;
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        context.AllowCacheStorage = context.HttpContext.Response.StatusCode == StatusCodes.Status200OK;
        return ValueTask.CompletedTask;
    }
}
