using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace ExportConsortia.Platform.Storage;

/// <summary>
/// The tables of <see cref="ServiceDb"/>. The class of a migration is named after what it adds; its id is <c>yyyyMMddHHmmss_ClassName</c>, later than
/// all others of the service. The id of a released migration never changes.
/// </summary>
public static class ServiceTables
{
    /// <summary>Creates them: the first step of a service's first migration.</summary>
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

    /// <summary>Creates those for ended sessions and for traces, which older services get in a migration of their own.</summary>
    public static void CreateTraceTables(this MigrationBuilder migration)
    {
        migration.CreateTable(
            "EndedSessions",
            t => new { SessionId = t.Column<Guid>(nullable: false), EndedAt = t.Column<DateTime>(nullable: false) },
            constraints: t => t.PrimaryKey("PK_EndedSessions", x => x.SessionId));
        migration.CreateIndex("IX_EndedSessions_EndedAt", "EndedSessions", "EndedAt");
        migration.CreateTable(
            "Traces",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: true),
                MemberId = t.Column<Guid>(nullable: true),
                AuthorId = t.Column<Guid>(nullable: false),
                What = t.Column<string>(maxLength: Trace.LongestWhat, nullable: false),
                AboutId = t.Column<Guid>(nullable: true),
                Reason = t.Column<string>(maxLength: Trace.LongestReason, nullable: true),
                At = t.Column<DateTime>(nullable: false),
                Count = t.Column<int>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Traces", x => x.Id));
        migration.CreateIndex("IX_Traces_ConsortiumId_At", "Traces", ["ConsortiumId", "At"]);
    }

    /// <summary>Adds the lane of bulk messages and the store's epochs: a service's next migration, after <see cref="CreateServiceTables"/>.</summary>
    public static void AddLanesAndEpochs(this MigrationBuilder migration)
    {
        migration.AddColumn<bool>("Bulk", "Outbox", nullable: false, defaultValue: false);
        migration.CreateIndex("IX_Outbox_Bulk", "Outbox", "Sequence", filter: "\"Bulk\"");
        migration.CreateTable(
            "Epochs",
            t => new { Number = t.Column<long>(nullable: false), BegunAt = t.Column<DateTime>(nullable: false) },
            constraints: t => t.PrimaryKey("PK_Epochs", x => x.Number));
    }
}
