using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Membership.Migrations;

/// <summary>The party that a consortium trades as; older consortia have not stated theirs.</summary>
[DbContext(typeof(MembershipDb))]
[Migration("20261128200457_ConsortiumParty")]
internal sealed class ConsortiumParty : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Party", "Consortia", nullable: true);
        migrationBuilder.AddColumn<long>("PartyVersion", "Consortia", nullable: true);
        migrationBuilder.AddColumn<DateTime>("PartySince", "Consortia", nullable: true);
    }
}
