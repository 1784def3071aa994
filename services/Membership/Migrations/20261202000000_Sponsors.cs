using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Membership.Migrations;

/// <summary>
/// Who invited whom. Nobody knows who opened the accounts until now: they may all be one person's, and have the empty id in common. Only with others
/// can they form two people.
/// </summary>
[DbContext(typeof(MembershipDb))]
[Migration("20261202000000_Sponsors")]
internal sealed class Sponsors : Migration
{
    private const string Unknown = """["00000000-0000-0000-0000-000000000000"]""";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<Guid>("InvitedBy", "Accounts", nullable: true);
        migrationBuilder.AddColumn<Guid>("ConfirmedBy", "Accounts", nullable: true);
        migrationBuilder.AddColumn<string>("Controllers", "Accounts", nullable: false, defaultValue: Unknown);
    }
}
