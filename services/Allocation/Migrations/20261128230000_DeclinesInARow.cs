using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>Declines in a row are counted from now on .</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261128230000_DeclinesInARow")]
internal sealed class DeclinesInARow : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<int>("DeclinesInARow", "RotationTurns", nullable: false, defaultValue: 0);
}
