using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>
/// Who did what the manager may do by discretion, why, and what waits for a second person; of what was done before nobody knows. Leads from fairs
/// know the firm that captured them first.
/// </summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261213000000_ReasonsAndSecondPeople")]
internal sealed class ReasonsAndSecondPeople : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<Guid>("CapturedFor", "Leads", nullable: true);
        migrationBuilder.CreateIndex("IX_Leads_CapturedFor_State", "Leads", ["CapturedFor", "State"]);
        migrationBuilder.AddColumn<string>("Changes", "BrandLicences", nullable: true);
        migrationBuilder.AddColumn<string>("Proposal", "BrandLicences", nullable: true);
        migrationBuilder.AddColumn<Guid>("ConfirmedBy", "Certificates", nullable: true);
        migrationBuilder.AddColumn<Guid>("UnconfirmedBy", "Certificates", nullable: true);
        migrationBuilder.AddColumn<string>("UnconfirmedBecause", "Certificates", nullable: true);
        migrationBuilder.AddColumn<string>("Statements", "HomeMarkets", nullable: true);
        migrationBuilder.AddColumn<string>("Proposal", "HomeMarkets", nullable: true);
        migrationBuilder.AddColumn<string>("Budget", "Campaigns", nullable: true);
        migrationBuilder.AddColumn<Guid>("StartedBy", "Campaigns", nullable: true);
        migrationBuilder.AddColumn<Guid>("DecidedBy", "MissionFirms", nullable: true);
        migrationBuilder.AddColumn<string>("DecidedBecause", "MissionFirms", nullable: true);
    }
}
