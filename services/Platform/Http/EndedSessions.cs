using System.Collections.Concurrent;
using ExportConsortia.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Http;

/// <summary>
/// The sessions whose access tokens are refused although they have not expired, and the firms that have left, whoever gives their people tokens: as
/// each service's tables have them, read every 5 seconds.
/// </summary>
public sealed class EndedSessions(IServiceScopeFactory scopes, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Known> _known = new();

    private sealed record Known(HashSet<Guid> Sessions, HashSet<Guid> Left, long ReadAt);

    /// <summary>True if a service knows that the session has ended.</summary>
    public async Task<bool> ContainAsync(string service, Guid session) => (await KnownAsync(service)).Sessions.Contains(session);

    /// <summary>True if a service knows that the firm has left its consortium.</summary>
    public async Task<bool> HasLeftAsync(string service, Guid firm) => (await KnownAsync(service)).Left.Contains(firm);

    private async Task<Known> KnownAsync(string service)
    {
        var known = _known.GetValueOrDefault(service);
        if (known is null)
        {
            known = _known[service] = await ReadAsync(service) ?? new([], [], clock.GetTimestamp());
        }
        else if (clock.GetElapsedTime(known.ReadAt) >= Fresh
            && _known.TryUpdate(service, known with { ReadAt = clock.GetTimestamp() }, known)   // one reads, the others go on
            && await ReadAsync(service) is { } read)
        {
            known = _known[service] = read;
        }

        return known;
    }

    // A store that is away ends no session and opens none: whoever needs it is told so.
    private async Task<Known?> ReadAsync(string service)
    {
        await using var scope = scopes.CreatePlatformScope();
        if (scope.ServiceProvider.GetKeyedService<ServiceDb>(service) is not { } db)
        {
            return null;
        }

        try
        {
            var readAt = clock.GetTimestamp();
            var since = clock.GetUtcNow().UtcDateTime - EndedSession.Kept;
            var sessions = await db.EndedSessions.Where(s => s.EndedAt > since).Select(s => s.SessionId).ToListAsync();
            return new([.. sessions], [.. await db.FirmsThatLeftAsync()], readAt);
        }
        catch (Exception e) when (e.IsStoreAway())
        {
            return null;
        }
    }
}
