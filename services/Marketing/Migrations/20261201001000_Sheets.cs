using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>The firms' sheets with their certificates and images, and which sheet gives a product its name.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261201001000_Sheets")]
internal sealed class Sheets : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "ProductSheets",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ProductCode = t.Column<string>(maxLength: 50, nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                Draft = t.Column<string>(nullable: false),
                Approved = t.Column<string>(nullable: true),
                ApprovedVersion = t.Column<int>(nullable: false),
                ReturnedBecause = t.Column<string>(nullable: true),
                ChangedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_ProductSheets", x => x.Id));
        migrationBuilder.CreateIndex("IX_ProductSheets_MemberId_ProductCode", "ProductSheets", ["MemberId", "ProductCode"], unique: true);
        migrationBuilder.CreateIndex("IX_ProductSheets_ConsortiumId_ChangedAt", "ProductSheets", ["ConsortiumId", "ChangedAt"]);
        migrationBuilder.CreateIndex("IX_ProductSheets_ConsortiumId_ProductCode", "ProductSheets", ["ConsortiumId", "ProductCode"]);
        migrationBuilder.CreateTable(
            "ProductNames",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                ProductCode = t.Column<string>(maxLength: 50, nullable: false),
                SheetId = t.Column<Guid>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_ProductNames", x => new { x.ConsortiumId, x.ProductCode }));
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
        migrationBuilder.CreateTable(
            "Images",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ContentType = t.Column<string>(nullable: false),
                Width = t.Column<int>(nullable: false),
                Height = t.Column<int>(nullable: false),
                Bytes = t.Column<long>(nullable: false),
                AddedAt = t.Column<DateTime>(nullable: false),
                PublicSince = t.Column<DateTime>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Images", x => x.Id));
        migrationBuilder.CreateIndex("IX_Images_ConsortiumId_MemberId", "Images", ["ConsortiumId", "MemberId"]);
    }
}
