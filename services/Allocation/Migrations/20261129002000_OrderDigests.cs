using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>What lists say of an order, without opening it; orders that don't change any more have none.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261129002000_OrderDigests")]
internal sealed class OrderDigests : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Digest", "Orders", nullable: true);
        migrationBuilder.CreateIndex("IX_Orders_ConsortiumId_State", "Orders", ["ConsortiumId", "State"]);
    }
}
