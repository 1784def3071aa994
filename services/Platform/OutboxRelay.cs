using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ExportConsortia.Platform;

/// <summary>Wakes the relay of a database at once when this process has saved something to send.</summary>
public sealed class OutboxSignal
{
    private readonly ConcurrentDictionary<Type, Channel<bool>> _channels = new();

    /// <summary>There is something to send.</summary>
    public void Raise(Type db) => Of(db).Writer.TryWrite(true);

    /// <summary>Waits until there is something to send, or until the time is up.</summary>
    internal async Task WaitAsync(Type db, TimeSpan atMost, TimeProvider clock, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            await Of(db).Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The safety net: look even though nobody called.
        }
    }

    private Channel<bool> Of(Type db) => _channels.GetOrAdd(db, _ =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }));
}

/// <summary>
/// Carries saved messages of one database to the bus: in batches, in order within an aggregate, at least once.
/// A row is removed once it is delivered: distributed, when the broker confirmed it; embedded, when every consumer has handled it.
/// Several relays share a PostgreSQL database: each locks the first message of an aggregate, and with it the aggregate (SKIP LOCKED).
/// </summary>
public sealed class OutboxRelay<TDb>(
    IServiceScopeFactory scopes, IBusControl bus, OutboxSignal signal, TimeProvider clock, ILogger<OutboxRelay<TDb>> log, Deliveries? deliveries = null)
    : BackgroundService
    where TDb : ServiceDb
{
    // Distributed, a batch is the first few messages of many aggregates. Embedded, it is under way until its consumers have handled it:
    // a small one keeps the next from waiting long.
    private const int Aggregates = 250;
    private const int MessagesOfEach = 16;
    private const int EmbeddedBatch = 100;
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Memory = TimeSpan.FromDays(7);
    private static readonly ConcurrentDictionary<string, Type> Contracts = new(StringComparer.Ordinal);

    // Many threads that begin to send at once stand in each other's way at the client's locks: one begins after the other, the waiting is shared.
    private static readonly TaskScheduler OneAtATime = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

    private readonly string _name = typeof(TDb).Name.Replace("Db", "", StringComparison.Ordinal).ToLowerInvariant();
    private DateTime _forgottenAt;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Distributed, one sender reads and removes rows while the others wait for the broker; they share the work as replicas do.
        // One of them looks from time to time even though nobody called, which is the safety net; the others only come when called.
        Task[] helpers = deliveries is null ? [SendAllAsync(Timeout.InfiniteTimeSpan, stoppingToken), SendAllAsync(Timeout.InfiniteTimeSpan, stoppingToken)] : [];
        Task[] work = [ListenAsync(stoppingToken), SendAllAsync(SafetyNet, stoppingToken), .. helpers];
        await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendAllAsync(TimeSpan restAtMost, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await BusReadyAsync(ct);
                var sent = await SendBatchAsync(ct);
                if (sent >= Aggregates)
                {
                    signal.Raise(typeof(TDb));   // there is more: another sender helps
                }
                else if (sent == 0)
                {
                    await TellOldestAsync(ct);
                    await ForgetOldAsync(ct);
                    await signal.WaitAsync(typeof(TDb), restAtMost, clock, ct);
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                log.LogWarning(e, "The outbox of {Service} can't be sent now; trying again in a second", _name);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // A message that is sent before the process's own queues are bound would reach nobody, and still count as delivered.
    private async Task BusReadyAsync(CancellationToken ct)
    {
        while (bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            await TellOldestAsync(ct);
            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, ct);
        }
    }

    private async Task<int> SendBatchAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        var now = clock.GetUtcNow().UtcDateTime;
        if (!db.Database.IsNpgsql())
        {
            var rows = await db.Outbox.AsNoTracking()
                .Where(m => !db.Outbox.Any(p => p.AggregateId == m.AggregateId && p.Sequence <= m.Sequence && p.DueAt > now))
                .OrderBy(m => m.Sequence).Take(EmbeddedBatch).ToListAsync(ct);
            await SettleAsync(db, rows, await DeliverAsync(rows, ct), ct);
            return rows.Count;
        }

        var start = clock.GetTimestamp();
        List<OutboxMessage> taken;
        Outcome outcome;
        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            taken = await TakeAsync(db, now, ct);
            Told("take", taken, start);
            outcome = await DeliverAsync(taken, ct);
            if (outcome.Delivered.Length == taken.Count)
            {
                start = clock.GetTimestamp();
                await transaction.CommitAsync(CancellationToken.None);
                Told("commit", taken, start);
                Telemetry.Relayed(_name, taken.Count);
                return taken.Count;
            }
        }

        // All come back; then those that were delivered go.
        await SettleAsync(db, taken, outcome, ct);
        return taken.Count;
    }

    /// <summary>
    /// Locks the first message of each of some aggregates, and takes the first few of each away; undone unless the transaction commits.
    /// The commit isn't waited for on disk: a message that a crash brings back is sent again, and its receivers know it.
    /// </summary>
    private static async Task<List<OutboxMessage>> TakeAsync(TDb db, DateTime now, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"SET LOCAL synchronous_commit = off", ct);
        var taken = await db.Outbox.FromSql(
            $"""
            WITH heads AS (
                SELECT h."AggregateId" FROM "Outbox" h
                WHERE (h."DueAt" IS NULL OR h."DueAt" <= {now})
                  AND NOT EXISTS (SELECT 1 FROM "Outbox" p WHERE p."AggregateId" = h."AggregateId" AND p."Sequence" < h."Sequence")
                ORDER BY h."Sequence" LIMIT {Aggregates} FOR UPDATE OF h SKIP LOCKED)
            DELETE FROM "Outbox" d WHERE d.ctid = ANY(ARRAY(
                SELECT few.ctid FROM heads CROSS JOIN LATERAL (
                    SELECT r.ctid FROM "Outbox" r WHERE r."AggregateId" = heads."AggregateId" ORDER BY r."Sequence" LIMIT {MessagesOfEach}) few))
            RETURNING d.*
            """).AsNoTracking().ToListAsync(ct);
        return [.. taken.OrderBy(m => m.Sequence)];
    }

    private async Task<Outcome> DeliverAsync(List<OutboxMessage> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
        {
            return new([], []);
        }

        var start = clock.GetTimestamp();
        // One patience for the batch: a timer for each message costs as much as the message.
        using var patience = new CancellationTokenSource(Patience, clock);
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        var delivered = new ConcurrentBag<long>();
        var failed = new ConcurrentBag<(OutboxMessage Row, Exception Error)>();
        var sends = Task.Factory.StartNew(() => Task.WhenAll(rows.GroupBy(m => m.AggregateId).Select(async aggregate =>
        {
            foreach (var row in aggregate)
            {
                try
                {
                    await SendAsync(row, sending.Token);
                    delivered.Add(row.Sequence);
                }
                catch (OperationCanceledException) when (sending.IsCancellationRequested)
                {
                    return;   // stopping, or out of patience
                }
                catch (Exception e)
                {
                    // The aggregate's later messages wait behind this one; the others go on.
                    failed.Add((row, e));
                    return;
                }
            }
        })), CancellationToken.None, TaskCreationOptions.None, OneAtATime).Unwrap();
        // Not every send over a dead channel heeds its token.
        await sends.WaitAsync(sending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        long[] done = [.. delivered];
        var failures = failed.ToList();
        if (patience.IsCancellationRequested)
        {
            var silence = new TimeoutException($"Not delivered in {Patience.TotalSeconds} s.");
            failures.AddRange(rows.ExceptBy(done, m => m.Sequence).DistinctBy(m => m.AggregateId)
                .ExceptBy(failures.Select(f => f.Row.Sequence), m => m.Sequence).Select(head => (head, (Exception)silence)));
        }

        Told("send", rows, start);
        return new(done, failures);
    }

    private async Task SettleAsync(TDb db, List<OutboxMessage> rows, Outcome outcome, CancellationToken ct)
    {
        var (done, failures) = outcome;
        if (done.Length + failures.Count == 0)
        {
            return;
        }

        var start = clock.GetTimestamp();
        // Also when stopping: what is delivered isn't to be sent again.
        await db.InOneTransactionAsync(async () =>
        {
            await db.Outbox.Where(m => done.Contains(m.Sequence)).ExecuteDeleteAsync(CancellationToken.None);
            foreach (var (row, error) in failures)
            {
                DateTime? due = clock.GetUtcNow().UtcDateTime + PauseAfter(row);
                await db.Outbox.Where(m => m.Sequence == row.Sequence).ExecuteUpdateAsync(
                    set => set.SetProperty(m => m.DueAt, due).SetProperty(m => m.Attempts, row.Attempts + 1).SetProperty(m => m.LastError, error.Message),
                    CancellationToken.None);
            }

            return true;
        }, CancellationToken.None);
        Told("remove", rows, start);
        Telemetry.Relayed(_name, done.Length);
        if (failures.Count > 0)
        {
            var (first, why) = failures.MinBy(f => f.Row.Sequence);
            log.LogWarning(
                why, "{Count} messages of {Service} were not delivered and come again, the first is {Message} {MessageId}",
                failures.Count, _name, first.Type, first.MessageId);
            Telemetry.Failed($"{_name}-outbox", failures.Count(f => f.Row.Attempts == 0));
            // A failed message comes again after its pause, not only when the next one is saved.
            _ = WakeAfterAsync(failures.Min(f => PauseAfter(f.Row)), ct);
        }
    }

    private sealed record Outcome(long[] Delivered, List<(OutboxMessage Row, Exception Error)> Failures);

    private void Told(string step, List<OutboxMessage> batch, long start)
    {
        if (batch.Count > 0)
        {
            Telemetry.RelayStep(_name, step, clock.GetElapsedTime(start));
        }
    }

    private static TimeSpan PauseAfter(OutboxMessage row) => TimeSpan.FromMilliseconds(Math.Min(200L << Math.Min(row.Attempts, 10), 30_000));

    private async Task WakeAfterAsync(TimeSpan pause, CancellationToken ct)
    {
        await Task.Delay(pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        signal.Raise(typeof(TDb));
    }

    private async Task TellOldestAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        var oldest = await db.Outbox.OrderBy(m => m.Sequence).Select(m => (DateTime?)m.CreatedAt).FirstOrDefaultAsync(ct);
        Telemetry.OldestUnsent(_name, oldest is { } then ? clock.GetUtcNow().UtcDateTime - then : TimeSpan.Zero);
    }

    private async Task SendAsync(OutboxMessage row, CancellationToken ct)
    {
        var type = Contracts.GetOrAdd(row.Type, name => Type.GetType(name, throwOnError: true)!);
        var message = JsonSerializer.Deserialize(row.Body, type)!;
        using var activity = Telemetry.Source.StartActivity($"outbox {type.Name}", ActivityKind.Internal, row.TraceParent);
        var publish = () => bus.Publish(message, type, Pipe.Execute<PublishContext>(context => context.MessageId = row.MessageId), ct);
        await (deliveries is null ? publish() : deliveries.HandledAsync(row.MessageId, type, publish, ct));
    }

    // Other replicas' saves: a trigger on the table notifies at commit.
    private async Task ListenAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreatePlatformScope();
                var database = scope.ServiceProvider.GetRequiredService<TDb>().Database;
                if (!database.IsNpgsql())
                {
                    return;
                }

                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.GetConnectionString()) { KeepAlive = 10 }.ConnectionString);
                connection.Notification += (_, _) => signal.Raise(typeof(TDb));
                await connection.OpenAsync(ct);
                await using (var listen = new NpgsqlCommand("LISTEN outbox", connection))
                {
                    await listen.ExecuteNonQueryAsync(ct);
                }

                signal.Raise(typeof(TDb));   // what was saved while nobody listened

                while (!ct.IsCancellationRequested)
                {
                    await connection.WaitAsync(ct);
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                log.LogWarning(e, "Not listening to the outbox of {Service}; the poll goes on", _name);
                await Task.Delay(SafetyNet, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ForgetOldAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (now - _forgottenAt < TimeSpan.FromHours(1))
        {
            return;
        }

        _forgottenAt = now;
        var horizon = now - Memory;
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        await db.InOneTransactionAsync(async () =>
        {
            await db.Inbox.Where(m => m.HandledAt < horizon).ExecuteDeleteAsync(ct);
            await db.IdempotencyKeys.Where(k => k.CreatedAt < horizon).ExecuteDeleteAsync(ct);
            return true;
        }, ct);
    }
}

/// <summary>
/// The embedded bus keeps messages in memory only, so there a message counts as delivered when every queue that takes it has handled it;
/// until then its row stays and is sent again, after a restart too.
/// </summary>
public sealed class Deliveries(IEnumerable<Subscription> queues) : IConsumeObserver
{
    private readonly ConcurrentDictionary<Guid, Delivery> _awaited = new();
    private readonly ILookup<Type, string> _queues = queues.SelectMany(q => q.MessageTypes.Select(t => (Type: t, q.Name))).ToLookup(x => x.Type, x => x.Name);

    /// <summary>Sends; ends when all consumers have handled the message, or throws what one of them threw.</summary>
    internal async Task HandledAsync(Guid messageId, Type type, Func<Task> send, CancellationToken ct)
    {
        var delivery = new Delivery([.. _queues[type]]);
        _awaited[messageId] = delivery;
        try
        {
            await send();
            await delivery.Task.WaitAsync(ct);
        }
        finally
        {
            _awaited.TryRemove(messageId, out _);
        }
    }

    /// <inheritdoc/>
    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    /// <inheritdoc/>
    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        Of(context)?.HandledBy(context.Queue);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class
    {
        Of(context)?.Failed(exception);
        return Task.CompletedTask;
    }

    private Delivery? Of(ConsumeContext context) => _awaited.GetValueOrDefault(context.MessageId ?? Guid.Empty);

    // By name, not by number: what one queue handles twice, late and once more, doesn't stand for another queue.
    private sealed class Delivery
    {
        private readonly HashSet<string> _open;
        private readonly TaskCompletionSource _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Delivery(HashSet<string> open)
        {
            _open = open;
            if (open.Count == 0)
            {
                _handled.SetResult();
            }
        }

        public Task Task => _handled.Task;

        public void HandledBy(string queue)
        {
            lock (_open)
            {
                if (_open.Remove(queue) && _open.Count == 0)
                {
                    _handled.TrySetResult();
                }
            }
        }

        public void Failed(Exception exception) => _handled.TrySetException(exception);
    }
}
