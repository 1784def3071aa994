using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>Our copy of the firms' brand licences.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261201003100_BrandLicences")]
internal sealed class BrandLicences : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "BrandLicences",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ProductCode = t.Column<string>(maxLength: 50, nullable: true),
                State = t.Column<string>(maxLength: 20, nullable: false),
                From = t.Column<DateOnly>(nullable: false),
                Until = t.Column<DateOnly>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_BrandLicences", x => x.Id));
        migrationBuilder.CreateIndex("IX_BrandLicences_ConsortiumId", "BrandLicences", "ConsortiumId");
    }
}
