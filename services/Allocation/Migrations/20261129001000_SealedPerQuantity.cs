using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>A sealed price may be for many of the product's unit; those from before are for one.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261129001000_SealedPerQuantity")]
internal sealed class SealedPerQuantity : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<long>("PerQuantity", "PriceInvitations", nullable: true);
}
