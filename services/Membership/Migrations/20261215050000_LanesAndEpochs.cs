using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Membership.Migrations;

/// <summary>Bulk messages have a lane of their own, and the store has epochs.</summary>
[DbContext(typeof(MembershipDb))]
[Migration("20261215050000_LanesAndEpochs")]
internal sealed class LanesAndEpochs : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddLanesAndEpochs();
}
