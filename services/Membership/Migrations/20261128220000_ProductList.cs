using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Membership.Migrations;

/// <summary>
/// The consortium's own list of products. It begins as orders were read until now: of what the firms said of a code, the first family counts, then
/// the first name, in pieces. What other firms said of it is kept as a contradiction, for the manager to settle.
/// </summary>
[DbContext(typeof(MembershipDb))]
[Migration("20261128220000_ProductList")]
internal sealed class ProductList : Migration
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
                Contradictions = t.Column<string>(nullable: true),
                Version = t.Column<long>(nullable: false),
                ChangedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Products", x => new { x.ConsortiumId, x.Code }));
        migrationBuilder.CreateIndex("IX_Products_ConsortiumId_Family", "Products", ["ConsortiumId", "Family"]);
        migrationBuilder.AddColumn<string>("Unit", "CapacityDeclarations", maxLength: 3, nullable: true);

        var postgres = migrationBuilder.ActiveProvider?.EndsWith("PostgreSQL", StringComparison.Ordinal) == true;
        var (each, ordinal, no) = postgres
            ? ("json_array_elements(m.\"Capabilities\"::json) AS c(value)", "COLLATE \"C\"", "false")
            : ("json_each(m.\"Capabilities\") AS c", "COLLATE BINARY", "0");
        var contradictions = postgres
            ? """json_agg(json_build_object('MemberId', s."MemberId", 'ProductName', s."Name", 'ProductFamily', s."Family"))::text"""
            : """json_group_array(json_object('MemberId', s."MemberId", 'ProductName', s."Name", 'ProductFamily', s."Family"))""";
        migrationBuilder.Sql(
            $"""
            WITH said AS (
                SELECT m."ConsortiumId", m."Id" AS "MemberId", coalesce(m."CapabilitiesSince", m."StandingSince") AS "Since",
                    c.value ->> 'ProductCode' AS "Code", c.value ->> 'ProductName' AS "Name", c.value ->> 'ProductFamily' AS "Family"
                FROM "Members" m, {each}
                WHERE m."Standing" <> 'Left'),
            ranked AS (
                SELECT said.*, row_number() OVER (PARTITION BY "ConsortiumId", "Code" ORDER BY "Family" {ordinal}, "Name" {ordinal}) AS place
                FROM said)
            INSERT INTO "Products"
                ("ConsortiumId", "Code", "Name", "Family", "Unit", "Conversions", "Retired", "Contradictions", "Version", "ChangedAt")
            SELECT l."ConsortiumId", l."Code", l."Name", l."Family", 'C62', '[]', {no},
                (SELECT {contradictions} FROM said s
                    WHERE s."ConsortiumId" = l."ConsortiumId" AND s."Code" = l."Code" AND (s."Name" <> l."Name" OR s."Family" <> l."Family")
                    HAVING count(*) > 0),
                1, l."Since"
            FROM ranked l WHERE l.place = 1
            """);
    }
}
