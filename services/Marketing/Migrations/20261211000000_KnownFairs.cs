using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>The fairs that a lead can come from.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261211000000_KnownFairs")]
internal sealed class KnownFairs : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "KnownFairs",
        t => new
        {
            ConsortiumId = t.Column<Guid>(nullable: false),
            EditionId = t.Column<Guid>(nullable: false),
        },
        constraints: t => t.PrimaryKey("PK_KnownFairs", x => new { x.ConsortiumId, x.EditionId }));
}
