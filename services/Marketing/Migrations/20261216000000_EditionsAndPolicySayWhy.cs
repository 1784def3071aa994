using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>Which approved sheets an edition leaves out, and why firms are named or hidden in public; of what was before nobody knows.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261216000000_EditionsAndPolicySayWhy")]
internal sealed class EditionsAndPolicySayWhy : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("LeftOut", "CatalogueEditions", nullable: true);
        migrationBuilder.AddColumn<string>("LeftOutBecause", "CatalogueEditions", nullable: true);
        migrationBuilder.AddColumn<Guid>("DecidedBy", "CatalogueSettings", nullable: true);
        migrationBuilder.AddColumn<DateTime>("DecidedAt", "CatalogueSettings", nullable: true);
        migrationBuilder.AddColumn<string>("DecidedBecause", "CatalogueSettings", nullable: true);
    }
}
