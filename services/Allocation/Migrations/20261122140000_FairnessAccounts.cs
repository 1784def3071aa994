using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>The fairness accounts: what each firm was entitled to and received, and the running sums of it by year.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261122140000_FairnessAccounts")]
internal sealed class FairnessAccounts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex("IX_MemberOffers_ConsortiumId_Family_AnsweredAt", "MemberOffers");
        migrationBuilder.CreateTable(
            "FairnessEntries",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Family = t.Column<string>(nullable: false),
                Year = t.Column<int>(nullable: false),
                OrderId = t.Column<Guid>(nullable: false),
                LineId = t.Column<string>(nullable: false),
                RunId = t.Column<Guid>(nullable: true),
                OfferId = t.Column<Guid>(nullable: true),
                Reason = t.Column<string>(maxLength: 20, nullable: false),
                Entitled = t.Column<long>(nullable: false),
                Received = t.Column<long>(nullable: false),
                PostedAt = t.Column<DateTime>(nullable: false),
                Told = t.Column<bool>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FairnessEntries", x => x.Id));
        migrationBuilder.CreateIndex("IX_FairnessEntries_OrderId_LineId", "FairnessEntries", ["OrderId", "LineId"]);
        migrationBuilder.CreateIndex(
            "IX_FairnessEntries_ConsortiumId_MemberId_PostedAt", "FairnessEntries", ["ConsortiumId", "MemberId", "PostedAt"]);
        migrationBuilder.CreateTable(
            "FairnessBalances",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Family = t.Column<string>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Year = t.Column<int>(nullable: false),
                Carried = t.Column<long>(nullable: false),
                Entitled = t.Column<long>(nullable: false),
                Received = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FairnessBalances", x => new { x.ConsortiumId, x.Family, x.MemberId, x.Year }));
    }
}
