using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>Runs that take long, and runs that plan several orders together.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261122160000_LongRuns")]
internal sealed class LongRuns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<Guid>("PlannedWith", "AllocationRuns", nullable: true);
        migrationBuilder.CreateTable(
            "LongRuns",
            t => new
            {
                RunId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Orders = t.Column<string>(nullable: false),
                StartedAt = t.Column<DateTime>(nullable: false),
                Percent = t.Column<int>(nullable: false),
                ClaimedBy = t.Column<Guid>(nullable: true),
                SeenAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_LongRuns", x => x.RunId));
    }
}
