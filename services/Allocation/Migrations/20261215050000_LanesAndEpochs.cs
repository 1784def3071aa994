using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>Bulk messages have a lane of their own, the store has epochs, and copies know theirs.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261215050000_LanesAndEpochs")]
internal sealed class LanesAndEpochs : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddLanesAndEpochs();
        migrationBuilder.AddCopies();
    }
}
