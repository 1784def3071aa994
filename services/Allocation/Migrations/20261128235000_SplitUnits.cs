using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>A split by hand keeps the unit of its parts; those from before count pieces.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261128235000_SplitUnits")]
internal sealed class SplitUnits : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<string>("Unit", "ProposedSplits", maxLength: 3, nullable: true);
}
