using System.Data;
using System.Diagnostics;
using System.Text.Json;
using ExportConsortia.Platform.Http;
using ExportConsortia.Platform.Messaging;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Npgsql;

namespace ExportConsortia.Platform.Storage;

/// <summary>
/// A service's database. One save writes the state, the messages to send, the inbox row of the message being handled and the answer kept for an
/// idempotency key together: all or nothing (F-E1).
/// </summary>
public abstract class ServiceDb(DbContextOptions options, ServiceDbScope scope) : DbContext(options)
{
    private readonly Dictionary<string, Gates.Pass> _turns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _left = new(StringComparer.Ordinal);
    private (bool Prompt, bool Bulk) _newMessages;
    private bool _withKey;
    private bool _beginsWithFirstWrite;
    private IDisposable? _gateSinceFirstWrite;

    /// <summary>Messages not yet delivered.</summary>
    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    /// <summary>Messages already handled.</summary>
    public DbSet<InboxMessage> Inbox => Set<InboxMessage>();

    /// <summary>Answers already given to idempotency keys.</summary>
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    /// <summary>Sessions whose access tokens are refused although they have not expired.</summary>
    public DbSet<EndedSession> EndedSessions => Set<EndedSession>();

    /// <summary>Who did or tried what: written with <see cref="Record"/>.</summary>
    public DbSet<Trace> Traces => Set<Trace>();

    /// <summary>The epochs of this store; the last one counts.</summary>
    public DbSet<Epoch> Epochs => Set<Epoch>();

    /// <summary>Who calls; for the query filters.</summary>
    protected Caller Caller => scope.Caller;

    /// <summary>The service's clock.</summary>
    protected TimeProvider Clock => scope.Clock;

    /// <summary>Publishes a message with the next save, after all earlier messages of the same aggregate.</summary>
    /// <param name="aggregateId">The aggregate.</param>
    /// <param name="message">The message.</param>
    /// <param name="bulk">
    /// True: it is long, or one person can cause many of them. Such messages have a lane of their own, and other messages overtake them, also those
    /// of the same aggregate.
    /// </param>
    public void Publish(Guid aggregateId, object message, bool bulk = false)
    {
        var type = message.GetType();
        Outbox.Add(new OutboxMessage
        {
            MessageId = Guid.CreateVersion7(),
            AggregateId = aggregateId,
            Type = $"{type.FullName}, {type.Assembly.GetName().Name}",
            Body = JsonSerializer.Serialize(message, type),
            TraceParent = Activity.Current?.Id,
            Bulk = bulk,
            CreatedAt = scope.Clock.GetUtcNow().UtcDateTime,
        });
    }

    /// <summary>
    /// Records with the next save that the caller did something, for the clean team, the auditor and the firm that it concerns to read.
    /// </summary>
    /// <param name="what">What, such as <c>ACCOUNT_LOCKED</c>.</param>
    /// <param name="about">Whom or what it was done to.</param>
    /// <param name="reason">Why, in the author's words; at most <see cref="Trace.LongestReason"/> characters.</param>
    /// <param name="consortium">The consortium that it concerns, if not the caller's own.</param>
    /// <param name="author">Who did it, if not the caller.</param>
    /// <param name="firm">The member firm that it concerns, whose people read it too.</param>
    public void Record(
        string what, Guid? about = null, string? reason = null, Guid? consortium = null, Guid? author = null, Guid? firm = null) => Traces.Add(new()
    {
        Id = Guid.CreateVersion7(),
        ConsortiumId = consortium ?? (Caller.ConsortiumId == Guid.Empty ? (Guid?)null : Caller.ConsortiumId),
        MemberId = firm,
        AuthorId = author ?? Caller.UserId,
        What = what,
        AboutId = about,
        Reason = reason,
        At = scope.Clock.GetUtcNow().UtcDateTime,
    });

    /// <summary>The member firms that the service knows to have left their consortium.</summary>
    public virtual Task<List<Guid>> FirmsThatLeftAsync() => Task.FromResult<List<Guid>>([]);

    /// <summary>With the next save these sessions have ended: their access tokens are refused.</summary>
    public async Task EndSessionsAsync(IReadOnlyList<Guid> sessions, CancellationToken ct)
    {
        var now = scope.Clock.GetUtcNow().UtcDateTime;
        var known = await EndedSessions.Where(s => sessions.Contains(s.SessionId)).Select(s => s.SessionId).ToListAsync(ct);
        EndedSessions.AddRange(sessions.Except(known).Select(session => new EndedSession { SessionId = session, EndedAt = now }));
    }

    /// <summary>
    /// The first line of every consumer: true if this queue has handled the message before. If not, the next save records that it has.
    /// Of two duplicates at the same moment the inbox's key lets one save; the bus redelivers the other.
    /// </summary>
    public async Task<bool> AlreadyHandledAsync(ConsumeContext context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException("A message without an id can't be deduplicated.");
        var consumer = context.Queue;
        if (await Inbox.AnyAsync(m => m.MessageId == messageId && m.Consumer == consumer, context.CancellationToken))
        {
            return true;
        }

        Inbox.Add(new InboxMessage { MessageId = messageId, Consumer = consumer, HandledAt = scope.Clock.GetUtcNow().UtcDateTime });
        return false;
    }

    /// <summary>
    /// Locks rows until the transaction ends: others who change or lock them wait. All code locks the same rows in the same order, which prevents
    /// deadlocks. On SQLite there is nothing to lock: a transaction is the only writer.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="shared">Only writers wait: others may take shared locks at the same time.</param>
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

    /// <summary>Runs several statements in one transaction: all of it is kept, or, when the work throws or returns false, nothing.</summary>
    public async Task<bool> InOneTransactionAsync(Func<Task<bool>> work, CancellationToken ct)
    {
        // A save that fails in here rolls back the whole: it needs no savepoint of its own, which costs two statements.
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
    /// Waits for its turn at something, first come, first served, and then works on it: many who change the same at the same moment don't get in each
    /// other's way, and none has to start again. The turn lasts until the work is saved. Whoever changes it without a turn is still found out by its
    /// version. Nobody waits for a turn after a first write.
    /// </summary>
    /// <param name="what">Names it, for example kind and id.</param>
    /// <param name="work">Reads it, changes it and saves it; its result is returned.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<T> InTurnAsync<T>(string what, Func<Task<T>> work, CancellationToken ct)
    {
        // In this process one waits without a connection; on PostgreSQL the first of each process then waits for those of the others. A request that
        // is retried has its turn already.
        var comes = !_turns.ContainsKey(what);
        if (comes)
        {
            _turns.Add(what, await scope.Gates.EnterAsync($"{Database.GetConnectionString()} {what}", ct));
        }

        try
        {
            T result = default!;
            if (IsSqlite)
            {
                result = await work();
            }
            else
            {
                await InOneTransactionAsync(
                    async () =>
                    {
                        await Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({what}, 1))", ct);
                        result = await work();
                        return true;
                    },
                    ct);
            }

            return result;
        }
        catch
        {
            _left.Remove(what);
            throw;
        }
        finally
        {
            // With a key the work is saved only with its answer.
            if (comes && !_withKey)
            {
                LeaveTurns(saved: Database.CurrentTransaction is null);
            }
        }
    }

    /// <summary>
    /// Within <see cref="InTurnAsync"/>: what the last one has left for whoever was waiting, so that it need not be read again. It may be outdated:
    /// others change it without a turn, or in another process. Asked again, there is nothing.
    /// </summary>
    protected object? TakeLeft(string what)
    {
        var pass = _turns[what];
        (var left, pass.Left) = (pass.Left, null);
        return left;
    }

    /// <summary>Within <see cref="InTurnAsync"/>: leaves this for the next, if all is saved by then.</summary>
    protected void LeaveForNext(string what, object left) => _left[what] = left;

    /// <summary>The epoch that this store is in; 0: it has begun none.</summary>
    public async Task<long> EpochAsync(CancellationToken ct) => await Epochs.MaxAsync(e => (long?)e.Number, ct) ?? 0;

    /// <summary>
    /// Begins a new epoch and saves it at once. What is read afterwards and sent as a snapshot of this epoch contains all that was ever sent with an
    /// older one: later changes are sent with the new one.
    /// </summary>
    public async Task<long> BeginEpochAsync(CancellationToken ct)
    {
        var epoch = Epochs.Add(Epoch.After(await EpochAsync(ct), Clock.GetUtcNow().UtcDateTime)).Entity;
        await SaveChangesAsync(ct);
        return epoch.Number;
    }

    /// <summary>
    /// Runs a request in one transaction with the answer that is kept for its key; the second of two requests with the same key waits for the first.
    /// On SQLite, which has one writer, the transaction begins with the first write: while a request still reads and computes, others can write.
    /// </summary>
    internal async Task<bool> AnswerInOneTransactionAsync(string key, Func<Task<bool>> work, CancellationToken ct)
    {
        if (!IsSqlite)
        {
            // These hold a connection while they wait for a turn, and whoever has the turn may need another one: half of all are left to the others.
            var most = Math.Max(1, new NpgsqlConnectionStringBuilder(Database.GetConnectionString()).MaxPoolSize / 2);
            using var place = await scope.Gates.EnterAsync($"{Database.GetConnectionString()} with keys", ct, most);
            var kept = false;
            _withKey = true;
            try
            {
                return kept = await InOneTransactionAsync(
                    async () =>
                    {
                        await Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({key}, 0))", ct);
                        Database.AutoSavepointsEnabled = true;   // a use case that meets a conflict retries in this same transaction
                        return await work();
                    },
                    ct);
            }
            finally
            {
                _withKey = false;
                LeaveTurns(kept);
            }
        }

        using var sameKey = await scope.Gates.EnterAsync($"{Database.GetConnectionString()} {key}", ct);
        var saved = false;
        (_withKey, _beginsWithFirstWrite) = (true, true);
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

            return saved = true;
        }
        finally
        {
            (_withKey, _beginsWithFirstWrite) = (false, false);
            if (Database.CurrentTransaction is { } unfinished)
            {
                await unfinished.DisposeAsync();
            }

            _gateSinceFirstWrite?.Dispose();
            _gateSinceFirstWrite = null;
            LeaveTurns(saved);
        }
    }

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var message in ChangeTracker.Entries<OutboxMessage>().Where(e => e.State == EntityState.Added))
        {
            _newMessages = message.Entity.Bulk ? (_newMessages.Prompt, true) : (true, _newMessages.Bulk);
        }

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
        throw new NotSupportedException("Use SaveChangesAsync.");

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OutboxMessage>(outbox =>
        {
            outbox.ToTable("Outbox").HasKey(m => m.Sequence);
            outbox.HasIndex(m => new { m.AggregateId, m.Sequence });
            outbox.HasIndex(m => m.Sequence, "IX_Outbox_Bulk").HasFilter("\"Bulk\"");
            outbox.Property(m => m.Bulk).HasDefaultValue(false);
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
        modelBuilder.Entity<Epoch>(epochs =>
        {
            epochs.ToTable("Epochs").HasKey(e => e.Number);
            epochs.Property(e => e.Number).ValueGeneratedNever();
        });
        modelBuilder.Entity<EndedSession>(session =>
        {
            session.ToTable("EndedSessions").HasKey(s => s.SessionId);
            session.Property(s => s.SessionId).ValueGeneratedNever();
            session.HasIndex(s => s.EndedAt);
        });
        modelBuilder.Entity<Trace>(trace =>
        {
            trace.ToTable("Traces").HasIndex(t => new { t.ConsortiumId, t.At });
            trace.Property(t => t.Id).ValueGeneratedNever();
            trace.Property(t => t.What).HasMaxLength(Trace.LongestWhat);
            trace.Property(t => t.Reason).HasMaxLength(Trace.LongestReason);
            // What concerns no consortium concerns the installation, and so all of them: an operator did or tried it.
            trace.HasQueryFilter(Filter.Consortium, t => Caller.IsPlatform || t.ConsortiumId == null || t.ConsortiumId == Caller.ConsortiumId);
            trace.HasQueryFilter(
                Filter.Member, t => Caller.IsPlatform || Caller.IsCleanTeam || (t.MemberId != null && t.MemberId == Caller.MemberId)
                    || (IsOperator && t.ConsortiumId == null));
        });
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();

    private bool IsOperator => Caller.Is(Contracts.Role.Operator);

    private async Task<bool> AsOneAsync(Func<Task<bool>> work, CancellationToken ct)
    {
        await BeginIfFirstWriteAsync(ct);
        if (Database.CurrentTransaction is { } outer)
        {
            // Part of a larger transaction: only this part is rolled back, so that it can be retried.
            var savepoint = $"s{Guid.CreateVersion7():N}";
            await outer.CreateSavepointAsync(savepoint, ct);
            bool kept;
            try
            {
                kept = await work();
            }
            catch when (Database.GetDbConnection().State == ConnectionState.Open)   // a lost connection rolls back the whole
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
        _newMessages = default;
        if (!await work())
        {
            return false;
        }

        await transaction.CommitAsync(ct);
        WakeRelay();
        return true;
    }

    // Only after a save with something to send: a relay woken by its own work would never rest.
    private void WakeRelay()
    {
        if (_newMessages.Prompt)
        {
            scope.Signal.Raise(GetType(), bulk: false);
        }

        if (_newMessages.Bulk)
        {
            scope.Signal.Raise(GetType(), bulk: true);
        }

        _newMessages = default;
    }

    // Only what is saved for good is left for the next.
    private void LeaveTurns(bool saved)
    {
        foreach (var (what, turn) in _turns)
        {
            turn.Left = saved ? _left.GetValueOrDefault(what) : null;
            turn.Dispose();
        }

        _turns.Clear();
        _left.Clear();
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

    // SQLite has one writer per file: waiting here is fair and asynchronous, waiting in SQLite blocks a thread.
    private async Task<IDisposable?> EnterWriteGateAsync(CancellationToken ct) =>
        IsSqlite ? await scope.Gates.EnterAsync(Database.GetConnectionString()!, ct) : null;

    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        v => v.Kind == DateTimeKind.Utc ? v : DateTime.SpecifyKind(v, DateTimeKind.Utc),
        v => DateTime.SpecifyKind(v, DateTimeKind.Utc));
}
