using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace ExportConsortia.Platform;

/// <summary>PostgreSQL or a SQLite file: the same model, the same migrations.</summary>
public static class StorageExtensions
{
    // Values of a list are stored by their names; rows from before have numbers there, which are read as well.
    private static readonly JsonSerializerOptions Stored = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>
    /// Registers the service's database: PostgreSQL where <c>ConnectionStrings:{service}</c> is set, else <c>{Data:Folder}/{service}.db</c>;
    /// migrated at start, its messages relayed, its health part of <c>/health/ready</c>.
    /// </summary>
    public static IHostApplicationBuilder AddServiceDb<TDb>(this IHostApplicationBuilder builder, string service)
        where TDb : ServiceDb
    {
        var postgres = builder.Configuration.GetConnectionString(service);
        if (postgres is null && builder.Configuration.GetConnectionString("rabbitmq") is not null)
        {
            throw new WrongSettingException(
                $"ConnectionStrings:{service} is missing: set it to a PostgreSQL database, or remove ConnectionStrings:rabbitmq to run embedded.");
        }

        var folder = builder.Configuration["Data:Folder"] ?? "data";
        builder.Services.AddDbContext<TDb>(options =>
        {
            // The schema test compares the migrations with the model on both stores; EF's own guard knows one store only.
            options.ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
            if (postgres is not null)
            {
                options.UseNpgsql(postgres);
            }
            else
            {
                options.UseSqlite($"Data Source={Path.Combine(folder, service + ".db")}");
            }
        }, optionsLifetime: ServiceLifetime.Singleton);
        builder.Services.TryAddSingleton<Gates>();
        builder.Services.AddScoped<ServiceDbScope>();
        builder.Services.AddKeyedScoped<ServiceDb>(service, (services, _) => services.GetRequiredService<TDb>());
        builder.Services.AddHostedService<StoreStart<TDb>>();
        builder.Services.AddHostedService<OutboxRelay<TDb>>();
        builder.Services.AddHealthChecks().AddCheck<StoreCheck<TDb>>($"store-{service}", tags: ["ready"]);
        return builder;
    }

    /// <summary>
    /// Stores nested parts of an aggregate as one JSON text column: the aggregate stays a document. They are written when another object takes their place;
    /// who changes them in place says so (<see cref="NestedPartsChanged"/>). So they are serialised once, to be written, and never to be compared.
    /// </summary>
    public static PropertyBuilder<T> AsJson<T>(this PropertyBuilder<T> property)
        where T : class? =>
        property.HasConversion(
            v => JsonSerializer.Serialize(v, Stored),
            v => JsonSerializer.Deserialize<T>(v, Stored)!,
            new SameObject<T>());

    /// <summary>The next save writes all nested parts of this aggregate.</summary>
    public static void NestedPartsChanged(this EntityEntry aggregate)
    {
        foreach (var nested in aggregate.Properties.Where(p => p.Metadata.GetValueComparer() is ISameObject))
        {
            nested.IsModified = true;
        }
    }

    /// <summary>The tables that every service has: call it first in a service's first migration.</summary>
    public static void CreateServiceTables(this MigrationBuilder migration)
    {
        migration.CreateTable(
            "Outbox",
            t => new
            {
                Sequence = t.Column<long>(nullable: false)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn)
                    .Annotation("Sqlite:Autoincrement", true),
                MessageId = t.Column<Guid>(nullable: false),
                AggregateId = t.Column<Guid>(nullable: false),
                Type = t.Column<string>(nullable: false),
                Body = t.Column<string>(nullable: false),
                TraceParent = t.Column<string>(nullable: true),
                CreatedAt = t.Column<DateTime>(nullable: false),
                DueAt = t.Column<DateTime>(nullable: true),
                Attempts = t.Column<int>(nullable: false),
                LastError = t.Column<string>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_Outbox", x => x.Sequence));
        migration.CreateIndex("IX_Outbox_AggregateId_Sequence", "Outbox", ["AggregateId", "Sequence"]);
        migration.CreateTable(
            "Inbox",
            t => new
            {
                MessageId = t.Column<Guid>(nullable: false),
                Consumer = t.Column<string>(maxLength: 100, nullable: false),
                HandledAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Inbox", x => new { x.MessageId, x.Consumer }));
        migration.CreateIndex("IX_Inbox_HandledAt", "Inbox", "HandledAt");
        migration.CreateTable(
            "IdempotencyKeys",
            t => new
            {
                CallerId = t.Column<Guid>(nullable: false),
                Key = t.Column<string>(maxLength: 200, nullable: false),
                RequestHash = t.Column<string>(nullable: false),
                Status = t.Column<int>(nullable: false),
                Headers = t.Column<string>(nullable: false),
                Body = t.Column<byte[]>(nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_IdempotencyKeys", x => new { x.CallerId, x.Key }));
        migration.CreateIndex("IX_IdempotencyKeys_CreatedAt", "IdempotencyKeys", "CreatedAt");
        if (migration.ActiveProvider?.EndsWith("PostgreSQL", StringComparison.Ordinal) == true)
        {
            migration.Sql(
                """
                CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NOTIFY outbox; RETURN NULL; END';
                CREATE TRIGGER outbox_saved AFTER INSERT ON "Outbox" FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox();
                """);
        }
    }

    private interface ISameObject;

    private sealed class SameObject<T>() : ValueComparer<T>((a, b) => ReferenceEquals(a, b), v => RuntimeHelpers.GetHashCode(v), v => v), ISameObject
        where T : class?;

    /// <summary>True where somebody else changed the same thing, or made it, at the same moment: decided again on what is there now, it may pass.</summary>
    internal static bool IsConflict(this Exception e) => e is DbUpdateConcurrencyException || (e is DbUpdateException save && save.IsDuplicate());

    /// <summary>True where a unique key is taken: somebody else was a moment faster.</summary>
    internal static bool IsDuplicate(this DbUpdateException e) =>
        e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or SqliteException { SqliteExtendedErrorCode: 1555 or 2067 };

    /// <summary>True where the exception means that the store can't be reached now, not that the request was wrong.</summary>
    public static bool IsStoreAway(this Exception e) =>
        e is NpgsqlException { IsTransient: true } or TimeoutException or DbException { IsTransient: true }
        || (e is PostgresException p && (p.SqlState.StartsWith("57P", StringComparison.Ordinal) || p.SqlState.StartsWith("08", StringComparison.Ordinal)))
        || e is InvalidOperationException { Source: "Npgsql" }   // what the driver says of a connection that broke between two statements
        || (e.InnerException?.IsStoreAway() ?? false);
}

/// <summary>Brings the schema up to date before anything else starts; waits a minute for a store that is still starting.</summary>
internal sealed class StoreStart<TDb>(IServiceScopeFactory scopes, TimeProvider clock, ILogger<StoreStart<TDb>> log) : IHostedLifecycleService
    where TDb : ServiceDb
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var scope = scopes.CreatePlatformScope();
                var db = scope.ServiceProvider.GetRequiredService<TDb>();
                if (db.Database.IsSqlite())
                {
                    PrivateFile.Prepare(db.Database.GetDbConnection().DataSource);
                }

                await db.Database.MigrateAsync(cancellationToken);
                if (!db.Database.IsNpgsql())
                {
                    await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
                }

                if (clock is StoreClock storeClock && db.Database.IsNpgsql())
                {
                    await storeClock.FollowAsync(db.Database.GetConnectionString()!, cancellationToken);
                }

                return;
            }
            catch (Exception e) when (e.IsStoreAway() && attempt < 60)
            {
                log.LogWarning("{Store} is not there yet ({Reason}); trying again in a second", typeof(TDb).Name, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
            }
            catch (Exception e) when (e.IsStoreAway())
            {
                throw new WrongSettingException($"The database of {typeof(TDb).Name} can't be reached: {e.Message}");
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal sealed class StoreCheck<TDb>(TDb db) : IHealthCheck
    where TDb : ServiceDb
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await db.Database.ExecuteSqlRawAsync("SELECT 1", cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (DbException e)
        {
            return HealthCheckResult.Unhealthy("The store does not answer.", e);
        }
    }
}

/// <summary>
/// The time of the database: replicas on machines whose clocks differ judge a deadline alike (F-T1). Measured at start and every
/// half minute; until measured, and embedded, it is the machine's own time.
/// </summary>
public sealed class StoreClock : TimeProvider, IDisposable
{
    private long _offsetTicks;
    private ITimer? _timer;

    /// <summary>The instant, in whole microseconds: PostgreSQL keeps no finer ones, and what is stored must equal what was said.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        var now = base.GetUtcNow().AddTicks(Interlocked.Read(ref _offsetTicks));
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    internal async Task FollowAsync(string postgres, CancellationToken ct)
    {
        await MeasureAsync(postgres, ct);
        _timer ??= CreateTimer(_ => _ = MeasureAsync(postgres, CancellationToken.None), null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
    }

    private async Task MeasureAsync(string postgres, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(postgres);
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
            var before = base.GetUtcNow();
            var there = DateTime.SpecifyKind((DateTime)(await command.ExecuteScalarAsync(ct))!, DateTimeKind.Utc);
            var here = before + ((base.GetUtcNow() - before) / 2);
            Interlocked.Exchange(ref _offsetTicks, (there - here.UtcDateTime).Ticks);
        }
        catch (NpgsqlException)
        {
            // The store is away: the last measure holds, and readiness tells of it.
        }
    }
}
