using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>A firm pages through the runs that passed it over, the latest first.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261128231000_RunsByTime")]
internal sealed class RunsByTime : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.CreateIndex("IX_AllocationRuns_ConsortiumId_CompletedAt", "AllocationRuns", ["ConsortiumId", "CompletedAt"]);
}
