using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Membership.Migrations;

/// <summary>What a person chooses for the own account, and what tells its sessions apart; sessions until now are those of programs.</summary>
[DbContext(typeof(MembershipDb))]
[Migration("20261128235500_OwnAccount")]
internal sealed class OwnAccount : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Language", "Accounts", maxLength: 8, nullable: true);
        migrationBuilder.AddColumn<string>("TimeZone", "Accounts", nullable: true);
        migrationBuilder.AddColumn<string>("Kind", "Sessions", maxLength: 20, nullable: false, defaultValue: "Api");
        migrationBuilder.AddColumn<string>("UserAgent", "Sessions", maxLength: 200, nullable: true);
    }
}
