using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>
/// Our copy of the consortium's product list. Until Membership publishes it, it is what the firms' statements meant until now: of what they said of a
/// code, the first family counts, then the first name, in pieces.
/// </summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261128221000_ListedProducts")]
internal sealed class ListedProducts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Products",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Code = t.Column<string>(maxLength: 50, nullable: false),
                Name = t.Column<string>(nullable: false),
                Family = t.Column<string>(maxLength: 100, nullable: false),
                Unit = t.Column<string>(maxLength: 3, nullable: false),
                Conversions = t.Column<string>(nullable: false),
                Retired = t.Column<bool>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Products", x => new { x.ConsortiumId, x.Code }));
        migrationBuilder.CreateIndex("IX_Products_ConsortiumId_Family", "Products", ["ConsortiumId", "Family"]);
        migrationBuilder.AddColumn<string>("Unit", "Capacity", maxLength: 3, nullable: true);

        var (each, ordinal, no) = migrationBuilder.ActiveProvider?.EndsWith("PostgreSQL", StringComparison.Ordinal) == true
            ? ("json_array_elements(m.\"Capabilities\"::json) AS c(value)", "COLLATE \"C\"", "false")
            : ("json_each(m.\"Capabilities\") AS c", "COLLATE BINARY", "0");
        migrationBuilder.Sql(
            $"""
            WITH said AS (
                SELECT m."ConsortiumId",
                    c.value ->> 'ProductCode' AS "Code", c.value ->> 'ProductName' AS "Name", c.value ->> 'ProductFamily' AS "Family"
                FROM "Members" m, {each}
                WHERE m."Standing" <> 'Left'),
            ranked AS (
                SELECT said.*, row_number() OVER (PARTITION BY "ConsortiumId", "Code" ORDER BY "Family" {ordinal}, "Name" {ordinal}) AS place
                FROM said)
            INSERT INTO "Products" ("ConsortiumId", "Code", "Name", "Family", "Unit", "Conversions", "Retired", "Version")
            SELECT "ConsortiumId", "Code", "Name", "Family", 'C62', '[]', {no}, 0 FROM ranked WHERE place = 1
            """);
    }
}
