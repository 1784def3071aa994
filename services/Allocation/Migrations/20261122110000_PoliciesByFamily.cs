using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>What the policies by quota and by rotation count: pieces by family and year, and who was served last.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261122110000_PoliciesByFamily")]
internal sealed class PoliciesByFamily : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Family", "MemberOffers", nullable: true);
        migrationBuilder.CreateIndex("IX_MemberOffers_ConsortiumId_Family_AnsweredAt", "MemberOffers", ["ConsortiumId", "Family", "AnsweredAt"]);
        migrationBuilder.AddColumn<string>("TimeZone", "Consortia", nullable: true);
        migrationBuilder.CreateTable(
            "RotationTurns",
            t => new
            {
                MemberId = t.Column<Guid>(nullable: false),
                Family = t.Column<string>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                ServedAt = t.Column<DateTime>(nullable: true),
                ServedBefore = t.Column<DateTime>(nullable: true),
                OfferId = t.Column<Guid>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_RotationTurns", x => new { x.MemberId, x.Family }));
        migrationBuilder.CreateIndex("IX_RotationTurns_ConsortiumId_Family", "RotationTurns", ["ConsortiumId", "Family"]);
        migrationBuilder.CreateIndex("IX_RotationTurns_OfferId", "RotationTurns", "OfferId");
    }
}
