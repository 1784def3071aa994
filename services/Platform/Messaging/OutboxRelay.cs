using ExportConsortia.Platform.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Platform.Messaging;

/// <summary>
/// Moves messages from a database's outbox to the bus: in batches, in order within an aggregate, at least once.
/// A row is deleted once its message is delivered: in the distributed shape when the broker has confirmed it, in the embedded one when every consumer
/// has handled it. Several relays share a PostgreSQL database: each locks the first message of an aggregate, and with it the aggregate (SKIP LOCKED).
/// Bulk messages are sent beside the others: however many there are, nothing else waits for them.
/// </summary>
public sealed class OutboxRelay<TDb>(
    string service, IServiceScopeFactory scopes, IBusControl bus, OutboxSignal signal, TimeProvider clock, ILogger<OutboxRelay<TDb>> log,
    RepeatedTraces traces, Deliveries? deliveries = null)
    : BackgroundService
    where TDb : ServiceDb
{
    // Distributed, a batch is the first messages of many aggregates: few of each, or more where there are few aggregates, since finding the heads of
    // a long outbox takes long. Embedded, it takes as long as its consumers, so it is small: the next one doesn't wait long.
    private const int AggregatesPerBatch = 250;
    private const int MessagesPerBatch = 4000;
    private const int MessagesPerAggregate = 256;
    private const int EmbeddedBatch = 100;
    private const int BulkBatch = 8;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    private readonly PublishBatch _publisher = new(bus, clock, deliveries);
    private readonly Retention<TDb> _retention = new(scopes, clock);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Distributed, one sender reads and deletes rows while the others wait for the broker; they share the work as replicas do.
        // Only one of them polls; the others, and the one for bulk messages, run when signalled.
        TimeSpan[] senders = deliveries is null ? [PollInterval, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan] : [PollInterval];
        await Task.WhenAll(
            senders.Select(pollInterval => SendAllAsync(bulk: false, pollInterval, stoppingToken))
                .Append(SendAllAsync(bulk: true, Timeout.InfiniteTimeSpan, stoppingToken)))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendAllAsync(bool bulk, TimeSpan pollInterval, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await BusReadyAsync(ct);
                var aggregates = await SendOrLookAsync(bulk, ct);
                if (aggregates >= AggregatesPerBatch)
                {
                    signal.Raise(typeof(TDb), bulk);   // there is more: another sender helps
                }
                else if (aggregates == 0)
                {
                    await signal.WaitAsync(typeof(TDb), bulk, pollInterval, clock, ct);
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                log.LogWarning(e, "Could not send the outbox of {Service}; retrying in a second", service);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Of how many aggregates it sent messages. Where there is nothing to send it is time for the rest.
    private async Task<int> SendOrLookAsync(bool bulk, CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        var sent = await SendBatchAsync(db, bulk, ct);
        if (sent.Count > 0 || bulk)
        {
            return sent.DistinctBy(m => m.AggregateId).Count();
        }

        if (await ReportOldestAsync(db, ct))
        {
            signal.Raise(typeof(TDb), bulk: true);   // that lane doesn't poll by itself
        }

        await _retention.DeleteOldAsync(ct);
        if (traces.Any)
        {
            await traces.SaveAsync(db, service, ct);
        }

        return 0;
    }

    // A message published before the process has bound its own queues would reach nobody, and still count as delivered.
    private async Task BusReadyAsync(CancellationToken ct)
    {
        while (bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            await using (var scope = scopes.CreatePlatformScope())
            {
                await ReportOldestAsync(scope.ServiceProvider.GetRequiredService<TDb>(), ct);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, ct);
        }
    }

    private async Task<List<OutboxMessage>> SendBatchAsync(TDb db, bool bulk, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (!db.Database.IsNpgsql())
        {
            var lane = bulk ? db.Outbox.Where(m => m.Bulk) : db.Outbox.Where(m => !m.Bulk);
            var rows = await lane.AsNoTracking()
                .Where(m => !lane.Any(p => p.AggregateId == m.AggregateId && p.Sequence <= m.Sequence && p.DueAt > now))
                .OrderBy(m => m.Sequence).Take(bulk ? BulkBatch : EmbeddedBatch).ToListAsync(ct);
            await SettleAsync(db, rows, await PublishAsync(db, rows, ct), ct);
            return rows;
        }

        var start = clock.GetTimestamp();
        List<OutboxMessage> taken;
        PublishBatch.Outcome outcome;
        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            taken = await TakeAsync(db, bulk, now, ct);
            Measure("take", taken, start);
            outcome = await PublishAsync(db, taken, ct);
            if (outcome.Delivered.Length == taken.Count)
            {
                start = clock.GetTimestamp();
                await transaction.CommitAsync(CancellationToken.None);
                Measure("commit", taken, start);
                Telemetry.Relayed(service, taken.Count);
                return taken;
            }
        }

        // The rollback has restored all rows; now the delivered ones are deleted.
        await SettleAsync(db, taken, outcome, ct);
        return taken;
    }

    /// <summary>
    /// Locks the first message of some aggregates and deletes the first messages of each; the deletion counts when the transaction commits.
    /// The commit doesn't wait for the disk: after a crash a message may be sent again, and its receivers recognise it.
    /// </summary>
    private static async Task<List<OutboxMessage>> TakeAsync(TDb db, bool bulk, DateTime now, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"SET LOCAL synchronous_commit = off", ct);
        var (lane, most, ofEach, ofAll) = bulk
            ? ("", BulkBatch, 1, BulkBatch)
            : ("NOT ", AggregatesPerBatch, MessagesPerAggregate, MessagesPerBatch);
        var sql =
            $$"""
            WITH heads AS (
                SELECT h."AggregateId" FROM "Outbox" h
                WHERE {{lane}}h."Bulk" AND (h."DueAt" IS NULL OR h."DueAt" <= {0})
                  AND NOT EXISTS (
                    SELECT 1 FROM "Outbox" p WHERE {{lane}}p."Bulk" AND p."AggregateId" = h."AggregateId" AND p."Sequence" < h."Sequence")
                ORDER BY h."Sequence" LIMIT {1} FOR UPDATE OF h SKIP LOCKED)
            DELETE FROM "Outbox" d WHERE d.ctid = ANY(ARRAY(
                SELECT few.ctid FROM heads CROSS JOIN LATERAL (
                    SELECT r.ctid FROM "Outbox" r WHERE {{lane}}r."Bulk" AND r."AggregateId" = heads."AggregateId"
                    ORDER BY r."Sequence" LIMIT (SELECT LEAST({2}, {3} / GREATEST(count(*), 1)) FROM heads)) few))
            RETURNING d.*
            """;
        var taken = await db.Outbox.FromSqlRaw(sql, now, most, ofEach, ofAll).AsNoTracking().ToListAsync(ct);
        return [.. taken.OrderBy(m => m.Sequence)];
    }

    private async Task<PublishBatch.Outcome> PublishAsync(TDb db, List<OutboxMessage> rows, CancellationToken ct)
    {
        var start = clock.GetTimestamp();
        // Read after the messages: a change that a new epoch's snapshot has not seen is sent with the new epoch.
        var epoch = rows.Count == 0 ? 0 : await db.EpochAsync(ct);
        var outcome = await _publisher.PublishAsync(rows, epoch, ct);
        Measure("send", rows, start);
        return outcome;
    }

    // Deletes what was delivered, and says when what failed is due again.
    private async Task SettleAsync(TDb db, List<OutboxMessage> rows, PublishBatch.Outcome outcome, CancellationToken ct)
    {
        var (delivered, failures) = outcome;
        if (delivered.Length + failures.Count == 0)
        {
            return;
        }

        var start = clock.GetTimestamp();
        // Also while stopping: what is delivered must not be sent again.
        await db.InOneTransactionAsync(async () =>
        {
            await db.Outbox.Where(m => delivered.Contains(m.Sequence)).ExecuteDeleteAsync(CancellationToken.None);
            foreach (var (row, error) in failures)
            {
                DateTime? due = clock.GetUtcNow().UtcDateTime + PauseAfter(row);
                await db.Outbox.Where(m => m.Sequence == row.Sequence).ExecuteUpdateAsync(
                    set => set
                        .SetProperty(m => m.DueAt, due)
                        .SetProperty(m => m.Attempts, row.Attempts + 1)
                        .SetProperty(m => m.LastError, error.Message),
                    CancellationToken.None);
            }

            return true;
        }, CancellationToken.None);
        Measure("remove", rows, start);
        Telemetry.Relayed(service, delivered.Length);
        if (failures.Count > 0)
        {
            var (first, error) = failures.MinBy(f => f.Row.Sequence)!;
            log.LogWarning(
                error, "{Count} messages of {Service} failed and will be retried; the first is {Message} {MessageId}",
                failures.Count, service, first.Type, first.MessageId);
            Telemetry.Failed($"{service}-outbox", failures.Count(f => f.Row.Attempts == 0));
            // A failed message is retried after its pause, not only when the next one is saved.
            _ = WakeAfterAsync(failures.Min(f => PauseAfter(f.Row)), ct);
        }
    }

    private static TimeSpan PauseAfter(OutboxMessage row) => TimeSpan.FromMilliseconds(Math.Min(200L << Math.Min(row.Attempts, 10), 30_000));

    private async Task WakeAfterAsync(TimeSpan pause, CancellationToken ct)
    {
        await Task.Delay(pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        signal.Raise(typeof(TDb));
    }

    private void Measure(string step, List<OutboxMessage> batch, long start)
    {
        if (batch.Count > 0)
        {
            Telemetry.RelayStep(service, step, clock.GetElapsedTime(start));
        }
    }

    // False: nothing waits in either lane.
    private async Task<bool> ReportOldestAsync(TDb db, CancellationToken ct)
    {
        var oldest = await db.Outbox.OrderBy(m => m.Sequence).Select(m => (DateTime?)m.CreatedAt).FirstOrDefaultAsync(ct);
        Telemetry.OldestUnsent(service, oldest is { } then ? clock.GetUtcNow().UtcDateTime - then : TimeSpan.Zero);
        return oldest is not null;
    }
}
