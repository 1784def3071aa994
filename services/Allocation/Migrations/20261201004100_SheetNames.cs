using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>The names of products in the joint catalogue.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261201004100_SheetNames")]
internal sealed class SheetNames : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("SheetNames", "Products", nullable: true);
        migrationBuilder.AddColumn<long>("SheetNamesVersion", "Products", nullable: true);
    }
}
