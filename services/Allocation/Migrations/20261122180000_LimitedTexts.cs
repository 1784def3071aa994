using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>
/// No index is on text of any length: line ids leave theirs, where the order's id is enough, and product families have the limit that Membership
/// gives them.
/// </summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261122180000_LimitedTexts")]
internal sealed class LimitedTexts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex("IX_FairnessEntries_OrderId_LineId", "FairnessEntries");
        migrationBuilder.CreateIndex("IX_FairnessEntries_OrderId", "FairnessEntries", "OrderId");

        // SQLite's text has no length.
        if (migrationBuilder.ActiveProvider?.EndsWith("PostgreSQL", StringComparison.Ordinal) == true)
        {
            foreach (var table in (string[])["Capacity", "RotationTurns", "Ratings", "FairnessEntries", "FairnessBalances", "PriceInvitations"])
            {
                migrationBuilder.AlterColumn<string>("Family", table, maxLength: 100, nullable: false, oldNullable: false);
            }
        }
    }
}
