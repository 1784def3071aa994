using ExportConsortia.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Messaging;

/// <summary>Deletes inbox rows, idempotency keys and ended sessions once they are past their retention, at most once an hour.</summary>
internal sealed class Retention<TDb>(IServiceScopeFactory scopes, TimeProvider clock)
    where TDb : ServiceDb
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(7);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private DateTime _lastRun;

    /// <summary>Deletes what is too old, if it is time to look again.</summary>
    public async Task DeleteOldAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (now - _lastRun < Interval)
        {
            return;
        }

        _lastRun = now;
        var (oldest, over) = (now - Period, now - EndedSession.Kept);
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        await db.InOneTransactionAsync(async () =>
        {
            await db.Inbox.Where(m => m.HandledAt < oldest).ExecuteDeleteAsync(ct);
            await db.IdempotencyKeys.Where(k => k.CreatedAt < oldest).ExecuteDeleteAsync(ct);
            await db.EndedSessions.Where(s => s.EndedAt < over).ExecuteDeleteAsync(ct);
            return true;
        }, ct);
    }
}
