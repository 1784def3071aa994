using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.TradeFairs.Migrations;

/// <summary>Fairs, their editions, what firms commit themselves to, and the money asked for.</summary>
[DbContext(typeof(TradeFairsDb))]
[Migration("20261210000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateServiceTables();
        migrationBuilder.CreateRosterTables();
        migrationBuilder.CreateTable(
            "Fairs",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Name = t.Column<string>(maxLength: 120, nullable: false),
                Organiser = t.Column<string>(maxLength: 120, nullable: false),
                Place = t.Column<string>(maxLength: 120, nullable: false),
                Country = t.Column<string>(maxLength: 2, nullable: false),
                TimeZone = t.Column<string>(maxLength: 60, nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Fairs", x => x.Id));
        migrationBuilder.CreateIndex("IX_Fairs_ConsortiumId_CreatedAt", "Fairs", ["ConsortiumId", "CreatedAt"]);
        migrationBuilder.CreateTable(
            "Editions",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                FairId = t.Column<Guid>(nullable: false),
                Name = t.Column<string>(maxLength: 120, nullable: false),
                TimeZone = t.Column<string>(maxLength: 60, nullable: false),
                OpensOn = t.Column<DateOnly>(nullable: false),
                ClosesOn = t.Column<DateOnly>(nullable: false),
                Currency = t.Column<string>(maxLength: 3, nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                CommitUntil = t.Column<DateTime>(nullable: true),
                StandAreaDm2 = t.Column<long>(nullable: false),
                CommonAreaDm2 = t.Column<long>(nullable: false),
                Deadlines = t.Column<string>(nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Editions", x => x.Id));
        migrationBuilder.CreateIndex("IX_Editions_FairId", "Editions", "FairId");
        migrationBuilder.CreateIndex("IX_Editions_ConsortiumId_CreatedAt", "Editions", ["ConsortiumId", "CreatedAt"]);
        migrationBuilder.CreateTable(
            "Commitments",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                RequestedAreaDm2 = t.Column<long>(nullable: false),
                AllottedAreaDm2 = t.Column<long>(nullable: false),
                VolumeLitres = t.Column<long>(nullable: false),
                ExhibitCount = t.Column<int>(nullable: false),
                MeasuredLitres = t.Column<long>(nullable: true),
                MeasuredExhibits = t.Column<int>(nullable: true),
                MeasuredFrom = t.Column<string>(maxLength: 200, nullable: true),
                MeasuredAt = t.Column<DateTime>(nullable: true),
                IsMainExhibitor = t.Column<bool>(nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
                CommittedAt = t.Column<DateTime>(nullable: true),
                Proposal = t.Column<string>(nullable: true),
                WithdrawnAt = t.Column<DateTime>(nullable: true),
                WithdrawnOn = t.Column<DateOnly>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Commitments", x => x.Id));
        migrationBuilder.CreateIndex("IX_Commitments_EditionId_MemberId", "Commitments", ["EditionId", "MemberId"], unique: true);
        migrationBuilder.CreateTable(
            "Charges",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Kind = t.Column<string>(maxLength: 20, nullable: false),
                AmountMinor = t.Column<long>(nullable: false),
                Currency = t.Column<string>(maxLength: 3, nullable: false),
                DueOn = t.Column<DateOnly>(nullable: false),
                AskedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Charges", x => x.Id));
        migrationBuilder.CreateIndex("IX_Charges_EditionId_MemberId", "Charges", ["EditionId", "MemberId"]);
    }
}
