using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.TradeFairs.Migrations;

/// <summary>Exceptions, the stand and its plan, the organiser's checklist, calendars.</summary>
[DbContext(typeof(TradeFairsDb))]
[Migration("20261210000500_Stand")]
internal sealed class Stand : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Areas(migrationBuilder);
        Checklist(migrationBuilder);
        migrationBuilder.CreateTable(
            "CalendarSubscriptions",
            t => new
            {
                OwnerId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: true),
                TokenHash = t.Column<string>(maxLength: 64, nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CalendarSubscriptions", x => x.OwnerId));
        migrationBuilder.CreateIndex("IX_CalendarSubscriptions_TokenHash", "CalendarSubscriptions", "TokenHash", unique: true);
    }

    private static void Areas(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "LateChanges",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                Reason = t.Column<string>(nullable: false),
                AskedAt = t.Column<DateTime>(nullable: false),
                DecidedBy = t.Column<Guid>(nullable: true),
                DecidedAt = t.Column<DateTime>(nullable: true),
                Answer = t.Column<string>(nullable: true),
                Until = t.Column<DateTime>(nullable: true),
                UsedAt = t.Column<DateTime>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_LateChanges", x => x.Id));
        migrationBuilder.CreateIndex("IX_LateChanges_EditionId_MemberId", "LateChanges", ["EditionId", "MemberId"]);
        migrationBuilder.CreateTable(
            "Allotments",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                AvailableDm2 = t.Column<long>(nullable: false),
                Requests = t.Column<string>(nullable: false),
                Parts = t.Column<string>(nullable: false),
                DecidedBy = t.Column<Guid>(nullable: false),
                DecidedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Allotments", x => x.EditionId));
        migrationBuilder.CreateTable(
            "AreaGifts",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                AreaDm2 = t.Column<long>(nullable: false),
                Reason = t.Column<string>(nullable: true),
                GivenBy = t.Column<Guid>(nullable: false),
                GivenAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_AreaGifts", x => x.Id));
        migrationBuilder.CreateIndex("IX_AreaGifts_EditionId", "AreaGifts", "EditionId");
        migrationBuilder.CreateTable(
            "FloorPlans",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                Number = t.Column<int>(nullable: false),
                WidthCm = t.Column<int>(nullable: false),
                DepthCm = t.Column<int>(nullable: false),
                Booths = t.Column<string>(nullable: false),
                Note = t.Column<string>(nullable: true),
                DrawnBy = t.Column<Guid>(nullable: false),
                DrawnAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FloorPlans", x => x.Id));
        migrationBuilder.CreateIndex("IX_FloorPlans_EditionId_Number", "FloorPlans", ["EditionId", "Number"], unique: true);
        migrationBuilder.CreateTable(
            "PlanPictures",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Id = t.Column<Guid>(nullable: false),
                ContentType = t.Column<string>(maxLength: 50, nullable: false),
                Bytes = t.Column<byte[]>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_PlanPictures", x => x.EditionId));
    }

    private static void Checklist(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "FirmTasks",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Number = t.Column<int>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                Owner = t.Column<string>(maxLength: 120, nullable: true),
                Note = t.Column<string>(nullable: true),
                DoneAt = t.Column<DateTime>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FirmTasks", x => new { x.EditionId, x.MemberId, x.Number }));
        migrationBuilder.CreateTable(
            "Declarations",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                LegalName = t.Column<string>(maxLength: 200, nullable: false),
                Address = t.Column<string>(maxLength: 200, nullable: false),
                Country = t.Column<string>(maxLength: 2, nullable: false),
                ContactName = t.Column<string>(maxLength: 200, nullable: false),
                ContactEmail = t.Column<string>(maxLength: 200, nullable: false),
                Products = t.Column<string>(nullable: false),
                DeclaredAt = t.Column<DateTime>(nullable: false),
                RegisteredAt = t.Column<DateTime>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Declarations", x => new { x.EditionId, x.MemberId }));
    }
}
