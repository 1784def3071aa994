using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>What the manager must decide before an order is accepted; older orders have no questions.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261128200341_OrderQuestions")]
internal sealed class OrderQuestions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddColumn<string>("Questions", "Orders", nullable: true);
}
