using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Membership.Migrations;

/// <summary>Sessions whose access tokens are refused although they have not expired, and who did or tried what.</summary>
[DbContext(typeof(MembershipDb))]
[Migration("20261202000107_EndedSessionsAndTraces")]
internal sealed class EndedSessionsAndTraces : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTraceTables();
}
