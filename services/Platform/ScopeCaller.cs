using Microsoft.AspNetCore.Http;

namespace ExportConsortia.Platform;

/// <summary>
/// Who calls in a service scope: the platform, if the scope was marked so before anybody asked; else the request's caller, or nobody.
/// </summary>
internal sealed class ScopeCaller(IHttpContextAccessor accessor)
{
    private Caller? _caller;

    public Caller Caller => _caller ??= accessor.HttpContext is { } http ? Caller.From(http.User) : Caller.Nobody;

    public void BePlatform() => _caller = _caller is null or { IsPlatform: true }
        ? Caller.Platform
        : throw new InvalidOperationException("Another caller already works in this scope.");
}
