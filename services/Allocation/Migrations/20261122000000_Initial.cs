using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>The first tables. Without column types: the same for PostgreSQL and SQLite.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261122000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateServiceTables();
        migrationBuilder.CreateTable(
            "Orders",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                BuyerName = t.Column<string>(nullable: false),
                BuyerReference = t.Column<string>(nullable: false),
                Currency = t.Column<string>(nullable: false),
                ReceivedAt = t.Column<DateTime>(nullable: false),
                Urgent = t.Column<bool>(nullable: false),
                Version = t.Column<long>(nullable: false),
                NextDeadline = t.Column<DateTime>(nullable: true),
                Round = t.Column<int>(nullable: false),
                MaxRounds = t.Column<int>(nullable: false),
                Run = t.Column<string>(nullable: true),
                Screening = t.Column<string>(nullable: false),
                Lines = t.Column<string>(nullable: false),
                Offers = t.Column<string>(nullable: false),
                Calls = t.Column<string>(nullable: false),
                CancelReason = t.Column<string>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_Orders", x => x.Id));
        migrationBuilder.CreateIndex("IX_Orders_NextDeadline", "Orders", "NextDeadline");
        migrationBuilder.CreateIndex("IX_Orders_ConsortiumId_ReceivedAt", "Orders", ["ConsortiumId", "ReceivedAt"]);
        migrationBuilder.CreateTable(
            "OrderPapers",
            t => new
            {
                OrderId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Json = t.Column<string>(nullable: false),
                File = t.Column<byte[]>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_OrderPapers", x => x.OrderId));
        migrationBuilder.CreateTable(
            "MemberOffers",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                OrderId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Kind = t.Column<string>(maxLength: 20, nullable: false),
                Quantity = t.Column<long>(nullable: false),
                IssuedAt = t.Column<DateTime>(nullable: false),
                ExpiresAt = t.Column<DateTime>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                Accepted = t.Column<long>(nullable: false),
                AnsweredAt = t.Column<DateTime>(nullable: true),
                Reason = t.Column<string>(maxLength: 20, nullable: true),
                Note = t.Column<string>(nullable: true),
                Terms = t.Column<string>(nullable: false),
                Explanation = t.Column<string>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_MemberOffers", x => x.Id));
        migrationBuilder.CreateIndex("IX_MemberOffers_OrderId", "MemberOffers", "OrderId");
        migrationBuilder.CreateIndex("IX_MemberOffers_ConsortiumId_MemberId_IssuedAt", "MemberOffers", ["ConsortiumId", "MemberId", "IssuedAt"]);
        migrationBuilder.CreateIndex("IX_MemberOffers_State_MemberId", "MemberOffers", ["State", "MemberId"]);
        migrationBuilder.CreateTable(
            "AllocationRuns",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                OrderId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Round = t.Column<int>(nullable: false),
                Stage = t.Column<string>(maxLength: 20, nullable: false),
                RulebookVersion = t.Column<int>(nullable: false),
                StartedAt = t.Column<DateTime>(nullable: false),
                CompletedAt = t.Column<DateTime>(nullable: false),
                Snapshot = t.Column<byte[]>(nullable: false),
                Plan = t.Column<byte[]>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_AllocationRuns", x => x.Id));
        migrationBuilder.CreateIndex("IX_AllocationRuns_OrderId", "AllocationRuns", "OrderId");
        migrationBuilder.CreateTable(
            "Members",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Code = t.Column<string>(nullable: false),
                Name = t.Column<string>(nullable: false),
                Standing = t.Column<string>(maxLength: 20, nullable: false),
                StandingVersion = t.Column<long>(nullable: false),
                Capabilities = t.Column<string>(nullable: false),
                CapabilitiesVersion = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Members", x => x.Id));
        migrationBuilder.CreateIndex("IX_Members_ConsortiumId", "Members", "ConsortiumId");
        migrationBuilder.CreateTable(
            "Capacity",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Family = t.Column<string>(nullable: false),
                From = t.Column<DateOnly>(nullable: false),
                To = t.Column<DateOnly>(nullable: false),
                Declared = t.Column<long>(nullable: false),
                Reserved = t.Column<long>(nullable: false),
                DeclaredAt = t.Column<DateTime>(nullable: false),
                DeclarationVersion = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Capacity", x => x.Id));
        migrationBuilder.CreateIndex("IX_Capacity_ConsortiumId_Family", "Capacity", ["ConsortiumId", "Family"]);
        migrationBuilder.CreateTable(
            "Strikes",
            t => new
            {
                OfferId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                At = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Strikes", x => x.OfferId));
        migrationBuilder.CreateIndex("IX_Strikes_ConsortiumId_MemberId", "Strikes", ["ConsortiumId", "MemberId"]);
        migrationBuilder.CreateTable(
            "CallInvitations",
            t => new
            {
                CallId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                OrderId = t.Column<Guid>(nullable: false),
                ExpiresAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CallInvitations", x => new { x.CallId, x.MemberId }));
        migrationBuilder.CreateTable(
            "Consortia",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                Code = t.Column<string>(nullable: false),
                Name = t.Column<string>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Consortia", x => x.Id));
        migrationBuilder.CreateTable(
            "Rulebooks",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Version = t.Column<int>(nullable: false),
                Rules = t.Column<string>(nullable: false),
                ActiveFrom = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Rulebooks", x => new { x.ConsortiumId, x.Version }));
    }
}
