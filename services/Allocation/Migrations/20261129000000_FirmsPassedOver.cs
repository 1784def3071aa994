using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>Each firm has its own copy of the reasons why runs from now on pass it over; nobody pages through all runs any more.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261129000000_FirmsPassedOver")]
internal sealed class FirmsPassedOver : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "FirmsPassedOver",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                OrderId = t.Column<Guid>(nullable: false),
                RunId = t.Column<Guid>(nullable: false),
                At = t.Column<DateTime>(nullable: false),
                Reasons = t.Column<string>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FirmsPassedOver", x => x.Id));
        migrationBuilder.CreateIndex("IX_FirmsPassedOver_ConsortiumId_MemberId_At", "FirmsPassedOver", ["ConsortiumId", "MemberId", "At"]);
        migrationBuilder.DropIndex("IX_AllocationRuns_ConsortiumId_CompletedAt", "AllocationRuns");
    }
}
