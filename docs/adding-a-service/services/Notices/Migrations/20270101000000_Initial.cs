using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Notices.Migrations;

[DbContext(typeof(NoticesDb))]
[Migration("20270101000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateServiceTables();
        migrationBuilder.CreateTraceTables();
        migrationBuilder.AddLanesAndEpochs();
        migrationBuilder.CreateRosterTables();
        migrationBuilder.AddCopies();
        migrationBuilder.CreateTable(
            "Notices",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Text = t.Column<string>(nullable: false),
                PostedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Notices", x => x.Id));
        migrationBuilder.CreateIndex("IX_Notices_ConsortiumId_PostedAt", "Notices", ["ConsortiumId", "PostedAt"]);
    }
}
