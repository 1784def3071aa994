using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>Sheets and certificates.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261201001000_Sheets")]
internal sealed class Sheets : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Sheets",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ProductCode = t.Column<string>(maxLength: 20, nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                Draft = t.Column<string>(nullable: false),
                Approved = t.Column<string>(nullable: true),
                ApprovedVersion = t.Column<int>(nullable: false),
                ReturnedBecause = t.Column<string>(nullable: true),
                ChangedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Sheets", x => x.Id));
        migrationBuilder.CreateIndex(
            "IX_Sheets_ConsortiumId_MemberId_ProductCode", "Sheets", ["ConsortiumId", "MemberId", "ProductCode"], unique: true);
        migrationBuilder.CreateTable(
            "Certificates",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Kind = t.Column<string>(nullable: false),
                Number = t.Column<string>(nullable: false),
                Issuer = t.Column<string>(nullable: false),
                ValidFrom = t.Column<DateOnly>(nullable: false),
                ValidUntil = t.Column<DateOnly>(nullable: false),
                ConfirmedAt = t.Column<DateTime>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Certificates", x => x.Id));
        migrationBuilder.CreateIndex("IX_Certificates_ConsortiumId_MemberId", "Certificates", ["ConsortiumId", "MemberId"]);
    }
}
