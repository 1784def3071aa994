using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>How firms did, for the policy by score; and what a family's accounts were given lately, which firms aren't told yet.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261122170000_Ratings")]
internal sealed class Ratings : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Ratings",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Family = t.Column<string>(nullable: false),
                Kind = t.Column<string>(maxLength: 20, nullable: false),
                Score = t.Column<int>(nullable: false),
                Evidence = t.Column<string>(nullable: false),
                On = t.Column<DateOnly>(nullable: false),
                OrderId = t.Column<Guid>(nullable: true),
                RatedBy = t.Column<Guid>(nullable: false),
                RatedAt = t.Column<DateTime>(nullable: false),
                WithdrawnBy = t.Column<Guid>(nullable: true),
                WithdrawnAt = t.Column<DateTime>(nullable: true),
                WithdrawReason = t.Column<string>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_Ratings", x => x.Id));
        migrationBuilder.CreateIndex("IX_Ratings_ConsortiumId_Family_On", "Ratings", ["ConsortiumId", "Family", "On"]);
        migrationBuilder.CreateIndex("IX_Ratings_ConsortiumId_MemberId_RatedAt", "Ratings", ["ConsortiumId", "MemberId", "RatedAt"]);
        migrationBuilder.CreateIndex("IX_FairnessEntries_ConsortiumId_Family_PostedAt", "FairnessEntries", ["ConsortiumId", "Family", "PostedAt"]);
    }
}
