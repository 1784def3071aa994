using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.TradeFairs.Migrations;

/// <summary>Leads, meetings, exhibits and people at the fair, and the motion after it.</summary>
[DbContext(typeof(TradeFairsDb))]
[Migration("20261210002000_AtTheFair")]
internal sealed class AtTheFair : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "FairLeads",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Id = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: true),
                CapturedBy = t.Column<Guid>(nullable: false),
                Company = t.Column<string>(maxLength: 200, nullable: false),
                Site = t.Column<string>(maxLength: 120, nullable: true),
                Country = t.Column<string>(maxLength: 2, nullable: true),
                Person = t.Column<string>(nullable: true),
                ProductCodes = t.Column<string>(nullable: false),
                Note = t.Column<string>(maxLength: 1000, nullable: true),
                CapturedAt = t.Column<DateTime>(nullable: false),
                ReceivedAt = t.Column<DateTime>(nullable: false),
                ConsentTextVersion = t.Column<string>(maxLength: 50, nullable: true),
                ConsentWithdrawnAt = t.Column<DateTime>(nullable: true),
                ContentHash = t.Column<string>(maxLength: 44, nullable: false),
                LeadId = t.Column<Guid>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FairLeads", x => new { x.ConsortiumId, x.Id }));
        migrationBuilder.CreateIndex("IX_FairLeads_EditionId_MemberId", "FairLeads", ["EditionId", "MemberId"]);
        migrationBuilder.CreateIndex("IX_FairLeads_EditionId_ReceivedAt", "FairLeads", ["EditionId", "ReceivedAt"]);
        migrationBuilder.CreateTable(
            "LeadTraces",
            t => new
            {
                LeadId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: true),
                CameAt = t.Column<DateTime>(nullable: true),
                MemberId = t.Column<Guid>(nullable: true),
                AssignedAt = t.Column<DateTime>(nullable: true),
                WonMinor = t.Column<long>(nullable: true),
                WonCurrency = t.Column<string>(maxLength: 3, nullable: true),
                WonAt = t.Column<DateTime>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_LeadTraces", x => x.LeadId));
        migrationBuilder.CreateIndex("IX_LeadTraces_EditionId", "LeadTraces", "EditionId");
        CreateMeetings(migrationBuilder);
        migrationBuilder.CreateTable(
            "Exhibits",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Description = t.Column<string>(maxLength: 200, nullable: false),
                ProductCode = t.Column<string>(maxLength: 50, nullable: true),
                Pieces = t.Column<int>(nullable: false),
                WeightGrams = t.Column<long>(nullable: false),
                ValueMinor = t.Column<long>(nullable: false),
                Origin = t.Column<string>(maxLength: 2, nullable: false),
                OnCarnet = t.Column<bool>(nullable: false),
                Returned = t.Column<int>(nullable: false),
                Stayed = t.Column<int>(nullable: false),
                Lost = t.Column<int>(nullable: false),
                ReconciledAt = t.Column<DateTime>(nullable: true),
                ReconciledByManager = t.Column<bool>(nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Exhibits", x => x.Id));
        migrationBuilder.CreateIndex("IX_Exhibits_EditionId_MemberId", "Exhibits", ["EditionId", "MemberId"]);
        migrationBuilder.CreateTable(
            "Staff",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: true),
                Name = t.Column<string>(maxLength: 120, nullable: false),
                Duty = t.Column<string>(maxLength: 120, nullable: true),
                NeedsBadge = t.Column<bool>(nullable: false),
                Shifts = t.Column<string>(nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Staff", x => x.Id));
        migrationBuilder.CreateIndex("IX_Staff_EditionId_MemberId", "Staff", ["EditionId", "MemberId"]);
        migrationBuilder.CreateTable(
            "RepeatMotions",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MotionId = t.Column<Guid>(nullable: false),
                Title = t.Column<string>(maxLength: 200, nullable: false),
                Text = t.Column<string>(maxLength: 4000, nullable: false),
                PreparedAt = t.Column<DateTime>(nullable: false),
                PreparedBy = t.Column<Guid>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_RepeatMotions", x => x.EditionId));
    }

    private static void CreateMeetings(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "MeetingSchedules",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Slots = t.Column<string>(nullable: false),
                Buyers = t.Column<string>(nullable: false),
                PlannedAt = t.Column<DateTime>(nullable: true),
                Value = t.Column<long>(nullable: false),
                Bound = t.Column<long>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_MeetingSchedules", x => x.EditionId));
        migrationBuilder.CreateTable(
            "MeetingWishes",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Away = t.Column<string>(nullable: false),
                Buyers = t.Column<string>(nullable: false),
                NotMet = t.Column<string>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_MeetingWishes", x => new { x.EditionId, x.MemberId }));
        migrationBuilder.CreateTable(
            "FairMeetings",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                Slot = t.Column<int>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Buyer = t.Column<int>(nullable: false),
                Priority = t.Column<int>(nullable: false),
                Rank = t.Column<int>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FairMeetings", x => x.Id));
        migrationBuilder.CreateIndex("IX_FairMeetings_EditionId_Slot_MemberId", "FairMeetings", ["EditionId", "Slot", "MemberId"], unique: true);
        migrationBuilder.CreateIndex("IX_FairMeetings_EditionId_Slot_Buyer", "FairMeetings", ["EditionId", "Slot", "Buyer"], unique: true);
    }
}
