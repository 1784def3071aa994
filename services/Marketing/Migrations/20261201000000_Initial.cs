using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

[DbContext(typeof(MarketingDb))]
[Migration("20261201000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateServiceTables();
        migrationBuilder.CreateRosterTables();
        migrationBuilder.CreateTable(
            "Products",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Code = t.Column<string>(maxLength: 50, nullable: false),
                Name = t.Column<string>(nullable: false),
                Family = t.Column<string>(nullable: false),
                Unit = t.Column<string>(maxLength: 3, nullable: false),
                Retired = t.Column<bool>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Products", x => new { x.ConsortiumId, x.Code }));
    }
}
