using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Membership.Migrations;

/// <summary>A firm leaves only when two agree: who proposed it, and why.</summary>
[DbContext(typeof(MembershipDb))]
[Migration("20261203000000_Departures")]
internal sealed class Departures : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<string>("DepartureProposal", "Members", nullable: true);
}
