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

    /// <summary>Waits until there is something to send, or until the safety net's time is up.</summary>
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
    IServiceScopeFactory scopes, IBus bus, OutboxSignal signal, TimeProvider clock, ILogger<OutboxRelay<TDb>> log, Deliveries? deliveries = null)
    : BackgroundService
    where TDb : ServiceDb
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Memory = TimeSpan.FromDays(7);
    private static readonly ConcurrentDictionary<string, Type> Contracts = new(StringComparer.Ordinal);

    private readonly string _name = typeof(TDb).Name.Replace("Db", "", StringComparison.Ordinal).ToLowerInvariant();
    private DateTime _forgottenAt;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = ListenAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await SendBatchAsync(stoppingToken) < BatchSize)
                {
                    await ForgetOldAsync(stoppingToken);
                    await signal.WaitAsync(typeof(TDb), SafetyNet, clock, stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(e, "The outbox of {Service} can't be sent now; trying again in a second", _name);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<int> SendBatchAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        var now = clock.GetUtcNow().UtcDateTime;
        if (!db.Database.IsNpgsql())
        {
            var rows = await db.Outbox.AsNoTracking()
                .Where(m => m.DueAt <= now && !db.Outbox.Any(p => p.AggregateId == m.AggregateId && p.Sequence < m.Sequence && p.DueAt > now))
                .OrderBy(m => m.Sequence).Take(BatchSize).ToListAsync(ct);
            await DeliverAsync(db, rows, now, ct);
            return rows.Count;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var locked = await db.Outbox.FromSql(
            $"""
            WITH heads AS (
                SELECT h."AggregateId" FROM "Outbox" h
                WHERE h."DueAt" <= {now}
                  AND NOT EXISTS (SELECT 1 FROM "Outbox" p WHERE p."AggregateId" = h."AggregateId" AND p."Sequence" < h."Sequence")
                ORDER BY h."Sequence" LIMIT {BatchSize} FOR UPDATE OF h SKIP LOCKED)
            SELECT o.* FROM "Outbox" o JOIN heads ON heads."AggregateId" = o."AggregateId"
            WHERE o."DueAt" <= {now} ORDER BY o."Sequence" LIMIT {BatchSize}
            """).AsNoTracking().ToListAsync(ct);
        await DeliverAsync(db, locked, now, ct);
        await transaction.CommitAsync(ct);
        return locked.Count;
    }

    private async Task DeliverAsync(TDb db, List<OutboxMessage> rows, DateTime now, CancellationToken ct)
    {
        if (rows.Count == 0)
        {
            Telemetry.OldestUnsent(_name, TimeSpan.Zero);
            return;
        }

        Telemetry.OldestUnsent(_name, now - rows.Min(m => m.CreatedAt));
        var delivered = new ConcurrentBag<long>();
        var failed = new ConcurrentBag<(OutboxMessage Row, string Error)>();
        await Task.WhenAll(rows.GroupBy(m => m.AggregateId).Select(async aggregate =>
        {
            foreach (var row in aggregate)
            {
                try
                {
                    await SendAsync(row, ct);
                    delivered.Add(row.Sequence);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    // The aggregate's later messages wait behind this one; the others go on.
                    log.LogWarning(e, "{Message} {MessageId} of {Service} was not delivered", row.Type, row.MessageId, _name);
                    failed.Add((row, e.Message));
                    return;
                }
            }
        }));

        var done = delivered.ToList();
        Telemetry.Relayed(_name, done.Count);
        await db.InOneTransactionAsync(async () =>
        {
            await db.Outbox.Where(m => done.Contains(m.Sequence)).ExecuteDeleteAsync(ct);
            foreach (var (row, error) in failed)
            {
                var pause = TimeSpan.FromMilliseconds(Math.Min(200L << Math.Min(row.Attempts, 10), 30_000));
                var due = clock.GetUtcNow().UtcDateTime + pause;
                await db.Outbox.Where(m => m.Sequence == row.Sequence).ExecuteUpdateAsync(
                    set => set.SetProperty(m => m.DueAt, due).SetProperty(m => m.Attempts, row.Attempts + 1).SetProperty(m => m.LastError, error), ct);
            }

            return true;
        }, ct);
        if (!failed.IsEmpty)
        {
            // A failed message comes again after its pause, not only when the next one is saved.
            _ = WakeAfterAsync(failed.Min(f => TimeSpan.FromMilliseconds(Math.Min(200L << Math.Min(f.Row.Attempts, 10), 30_000))), ct);
        }
    }

    private async Task WakeAfterAsync(TimeSpan pause, CancellationToken ct)
    {
        await Task.Delay(pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        signal.Raise(typeof(TDb));
    }

    private async Task SendAsync(OutboxMessage row, CancellationToken ct)
    {
        var type = Contracts.GetOrAdd(row.Type, name => Type.GetType(name, throwOnError: true)!);
        var message = JsonSerializer.Deserialize(row.Body, type)!;
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        using var activity = Telemetry.Source.StartActivity($"outbox {type.Name}", ActivityKind.Internal, row.TraceParent);
        var handled = deliveries?.Expect(row.MessageId, type);
        await bus.Publish(message, type, Pipe.Execute<PublishContext>(context => context.MessageId = row.MessageId), either.Token);
        if (handled is not null)
        {
            await handled.WaitAsync(either.Token);
        }
    }

    // Other replicas' saves: a trigger on the table notifies at commit.
    private async Task ListenAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
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
        await using var scope = scopes.CreateAsyncScope();
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
/// The embedded bus keeps messages in memory only, so there a message counts as delivered when every consumer of it has handled it;
/// until then its row stays and is sent again, after a restart too.
/// </summary>
public sealed class Deliveries(IEnumerable<Subscription> queues) : IConsumeObserver
{
    private readonly ConcurrentDictionary<Guid, Delivery> _awaited = new();
    private readonly ILookup<Type, Subscription> _queues = queues
        .SelectMany(q => q.MessageTypes.Select(t => (Type: t, Queue: q))).ToLookup(x => x.Type, x => x.Queue);

    /// <summary>Call before sending; the task ends when all consumers have handled the message, or throws what one of them threw.</summary>
    internal Task Expect(Guid messageId, Type type)
    {
        var consumers = _queues[type].Count();
        if (consumers == 0)
        {
            return Task.CompletedTask;
        }

        var delivery = new Delivery(consumers);
        _awaited[messageId] = delivery;
        return delivery.Handled.Task;
    }

    /// <inheritdoc/>
    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    /// <inheritdoc/>
    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        if (context.MessageId is { } id && _awaited.TryGetValue(id, out var delivery) && delivery.CountDown())
        {
            _awaited.TryRemove(id, out _);
            delivery.Handled.TrySetResult();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class
    {
        if (context.MessageId is { } id && _awaited.TryRemove(id, out var delivery))
        {
            delivery.Handled.TrySetException(exception);
        }

        return Task.CompletedTask;
    }

    private sealed class Delivery(int consumers)
    {
        private int _left = consumers;

        public TaskCompletionSource Handled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool CountDown() => Interlocked.Decrement(ref _left) == 0;
    }
}
