using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform;

/// <summary>Marks work that no request asked for, of timers, messages and starts, as the platform's own.</summary>
public static class PlatformScope
{
    /// <summary>A scope in which the platform works and sees the data of all consortia.</summary>
    public static AsyncServiceScope CreatePlatformScope(this IServiceScopeFactory scopes)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.BePlatform();
        return scope;
    }

    /// <summary>From now on the platform works in this scope.</summary>
    internal static void BePlatform(this IServiceProvider scope) => scope.GetRequiredService<ScopeCaller>().BePlatform();
}
