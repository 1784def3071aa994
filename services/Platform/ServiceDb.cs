using System.Data;
using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ExportConsortia.Platform;

/// <summary>A message that was saved together with the change it tells of, and waits for <see cref="OutboxRelay{TDb}"/>.</summary>
public sealed class OutboxMessage
{
    /// <summary>Order of saving; the relay keeps it within one aggregate.</summary>
    public long Sequence { get; init; }

    /// <summary>Identity on the bus: the receivers' inboxes know it again.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The aggregate that the message is about.</summary>
    public required Guid AggregateId { get; init; }

    /// <summary>CLR name of the contract, without version.</summary>
    public required string Type { get; init; }

    /// <summary>The message as JSON.</summary>
    public required string Body { get; init; }

    /// <summary>W3C trace context of the work that saved it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>When it was saved, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>After a failed attempt: not sent again before this instant, UTC.</summary>
    public DateTime? DueAt { get; init; }

    /// <summary>Failed attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; init; }
}

/// <summary>Remembers that a consumer has handled a message, so that the same message twice has one effect.</summary>
public sealed class InboxMessage
{
    /// <summary>The message.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The queue of the consumer that handled it.</summary>
    public required string Consumer { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime HandledAt { get; init; }
}

/// <summary>The answer once given to a caller's <c>Idempotency-Key</c> (F-E4), kept for 7 days.</summary>
public sealed class IdempotencyKey
{
    /// <summary>The account that sent the key: keys of others never collide with it.</summary>
    public required Guid CallerId { get; init; }

    /// <summary>The key as sent, at most 200 characters.</summary>
    public required string Key { get; init; }

    /// <summary>What was asked, as a hash under <see cref="AnswerSecret"/>: who reads the database can't try which request it fits.</summary>
    public required string RequestHash { get; init; }

    /// <summary>The answer's status code.</summary>
    public required int Status { get; init; }

    /// <summary>The answer's headers that matter, as JSON.</summary>
    public required string Headers { get; init; }

    /// <summary>The answer's body, sealed by <see cref="AnswerSecret"/>.</summary>
    public required byte[] Body { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime CreatedAt { get; init; }
}

/// <summary>
/// Names of the query filters that every query on owned data passes. Each lets the platform through; code of a caller's request that must look across
/// member firms drops the filter of the member firms alone, never that of the consortium. A test lists every such place.
/// </summary>
public static class Filter
{
    /// <summary>Of all consortia the caller's own only.</summary>
    public const string Consortium = nameof(Consortium);

    /// <summary>In a consortium a member firm sees its own rows, or none where they are for the clean team.</summary>
    public const string Member = nameof(Member);

    /// <summary>Also the rows of the other member firms of the caller's consortium, in this query.</summary>
    public static IQueryable<T> AcrossMembers<T>(this IQueryable<T> rows)
        where T : class => rows.IgnoreQueryFilters([Member]);
}

/// <summary>What every service's database needs from its surroundings.</summary>
public sealed record ServiceDbScope(Caller Caller, TimeProvider Clock, OutboxSignal Signal, Gates Gates);

/// <summary>
/// A service's database. One save writes the state, the messages to send, the message just handled and the answer to
/// an idempotency key together: all of it or nothing (F-E1).
/// </summary>
public abstract class ServiceDb(DbContextOptions options, ServiceDbScope scope) : DbContext(options)
{
    private bool _hasNewMessages;
    private bool _beginsWithFirstWrite;
    private IDisposable? _gateSinceFirstWrite;

    /// <summary>Messages not yet delivered.</summary>
    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    /// <summary>Messages already handled.</summary>
    public DbSet<InboxMessage> Inbox => Set<InboxMessage>();

    /// <summary>Answers already given.</summary>
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    /// <summary>Who calls; for the query filters.</summary>
    protected Caller Caller => scope.Caller;

    /// <summary>The service's time.</summary>
    protected TimeProvider Clock => scope.Clock;

    /// <summary>Sends a message with the next save, after all earlier messages of the same aggregate.</summary>
    public void Publish(Guid aggregateId, object message)
    {
        var type = message.GetType();
        Outbox.Add(new OutboxMessage
        {
            MessageId = Guid.CreateVersion7(),
            AggregateId = aggregateId,
            Type = $"{type.FullName}, {type.Assembly.GetName().Name}",
            Body = JsonSerializer.Serialize(message, type),
            TraceParent = Activity.Current?.Id,
            CreatedAt = scope.Clock.GetUtcNow().UtcDateTime,
        });
    }

    /// <summary>
    /// The first line of every consumer: true if this queue has handled the message before. If not, the next save says it has.
    /// Two duplicates at the same moment: the inbox's key lets one save, the bus brings the other again.
    /// </summary>
    public async Task<bool> AlreadyHandledAsync(ConsumeContext context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException("A message without an id can't be handled once.");
        var consumer = context.Queue;
        if (await Inbox.AnyAsync(m => m.MessageId == messageId && m.Consumer == consumer, context.CancellationToken))
        {
            return true;
        }

        Inbox.Add(new InboxMessage { MessageId = messageId, Consumer = consumer, HandledAt = scope.Clock.GetUtcNow().UtcDateTime });
        return false;
    }

    /// <summary>
    /// Locks rows, as part of a transaction: who wants to change them or to lock them too waits until it ends. Rows that others lock too are locked in one
    /// order, so that two never wait for each other. On SQLite there is nothing to lock: a transaction is the only writer.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="shared">Only who wants to change them waits: others may lock them shared at the same time.</param>
    /// <returns>How many rows there are.</returns>
    public async Task<int> LockAsync<T>(IOrderedQueryable<T> rows, CancellationToken ct, bool shared = false)
    {
        if (!Database.IsNpgsql())
        {
            return await rows.CountAsync(ct);
        }

        await using var command = rows.CreateDbCommand();
        command.CommandText += shared ? "\nFOR SHARE" : "\nFOR UPDATE";
        command.Transaction = Database.CurrentTransaction!.GetDbTransaction();
        await using var locked = await command.ExecuteReaderAsync(ct);
        var count = 0;
        while (await locked.ReadAsync(ct))
        {
            count++;
        }

        return count;
    }

    /// <summary>Runs work with several statements as one: all of it is kept, or, when it throws or returns false, nothing.</summary>
    public async Task<bool> InOneTransactionAsync(Func<Task<bool>> work, CancellationToken ct)
    {
        // A save that fails in here undoes the whole: it needs no savepoint of its own, which costs two statements.
        var savepoints = Database.AutoSavepointsEnabled;
        try
        {
            Database.AutoSavepointsEnabled = false;
            return await AsOneAsync(work, ct);
        }
        finally
        {
            Database.AutoSavepointsEnabled = savepoints;
        }
    }

    /// <summary>
    /// Runs a request in one transaction with the answer that is kept of it; of two with the same key the second waits for the first. On SQLite, which has one
    /// writer, the transaction begins with the first write: while a request reads and computes before it, others write.
    /// </summary>
    internal async Task<bool> AnswerInOneTransactionAsync(string key, Func<Task<bool>> work, CancellationToken ct)
    {
        if (!IsSqlite)
        {
            return await InOneTransactionAsync(
                async () =>
                {
                    await Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({key}, 0))", ct);
                    Database.AutoSavepointsEnabled = true;   // a use case that meets a conflict tries again, in this same transaction
                    return await work();
                },
                ct);
        }

        using var twins = await scope.Gates.EnterAsync($"{Database.GetConnectionString()} {key}", ct);
        _beginsWithFirstWrite = true;
        try
        {
            if (!await work())
            {
                return false;
            }

            if (Database.CurrentTransaction is { } transaction)
            {
                await transaction.CommitAsync(ct);
                WakeRelay();
            }

            return true;
        }
        finally
        {
            _beginsWithFirstWrite = false;
            if (Database.CurrentTransaction is { } unfinished)
            {
                await unfinished.DisposeAsync();
            }

            _gateSinceFirstWrite?.Dispose();
            _gateSinceFirstWrite = null;
        }
    }

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        _hasNewMessages |= ChangeTracker.Entries<OutboxMessage>().Any(e => e.State == EntityState.Added);
        await BeginIfFirstWriteAsync(cancellationToken);
        if (Database.CurrentTransaction is not null)
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        using var gate = await EnterWriteGateAsync(cancellationToken);
        var written = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        WakeRelay();
        return written;
    }

    /// <inheritdoc/>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Save asynchronously.");

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OutboxMessage>(outbox =>
        {
            outbox.ToTable("Outbox").HasKey(m => m.Sequence);
            outbox.HasIndex(m => new { m.AggregateId, m.Sequence });
        });
        modelBuilder.Entity<InboxMessage>(inbox =>
        {
            inbox.ToTable("Inbox").HasKey(m => new { m.MessageId, m.Consumer });
            inbox.Property(m => m.Consumer).HasMaxLength(100);
            inbox.HasIndex(m => m.HandledAt);
        });
        modelBuilder.Entity<IdempotencyKey>(keys =>
        {
            keys.ToTable("IdempotencyKeys").HasKey(k => new { k.CallerId, k.Key });
            keys.Property(k => k.Key).HasMaxLength(200);
            keys.HasIndex(k => k.CreatedAt);
        });
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();

    private async Task<bool> AsOneAsync(Func<Task<bool>> work, CancellationToken ct)
    {
        await BeginIfFirstWriteAsync(ct);
        if (Database.CurrentTransaction is { } outer)
        {
            // Part of a larger whole: what this part has done is undone alone, so that it can be tried again.
            var savepoint = $"s{Guid.CreateVersion7():N}";
            await outer.CreateSavepointAsync(savepoint, ct);
            bool kept;
            try
            {
                kept = await work();
            }
            catch when (Database.GetDbConnection().State == ConnectionState.Open)   // with a lost connection the whole is undone
            {
                await outer.RollbackToSavepointAsync(savepoint, CancellationToken.None);
                throw;
            }

            if (!kept)
            {
                await outer.RollbackToSavepointAsync(savepoint, CancellationToken.None);
            }

            return kept;
        }

        using var gate = await EnterWriteGateAsync(ct);
        await using var transaction = await Database.BeginTransactionAsync(ct);
        _hasNewMessages = false;
        if (!await work())
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        WakeRelay();
        return true;
    }

    // Only a save with something to send: a relay that is woken by its own work never rests.
    private void WakeRelay()
    {
        if (_hasNewMessages)
        {
            scope.Signal.Raise(GetType());
            _hasNewMessages = false;
        }
    }

    private bool IsSqlite => Database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal);

    private async Task BeginIfFirstWriteAsync(CancellationToken ct)
    {
        if (_beginsWithFirstWrite && Database.CurrentTransaction is null)
        {
            _gateSinceFirstWrite ??= await EnterWriteGateAsync(ct);
            await Database.BeginTransactionAsync(ct);
        }
    }

    // SQLite has one writer a file: waiting here is fair and asynchronous, waiting in SQLite blocks a thread.
    private async Task<IDisposable?> EnterWriteGateAsync(CancellationToken ct) =>
        IsSqlite ? await scope.Gates.EnterAsync(Database.GetConnectionString()!, ct) : null;

    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        v => v.Kind == DateTimeKind.Utc ? v : DateTime.SpecifyKind(v, DateTimeKind.Utc),
        v => DateTime.SpecifyKind(v, DateTimeKind.Utc));
}
