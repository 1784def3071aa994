using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>The party that a consortium trades as, copied from Membership; null until it has stated one.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261128200457_ConsortiumParty")]
internal sealed class ConsortiumParty : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Party", "Consortia", nullable: true);
        migrationBuilder.AddColumn<long>("PartyVersion", "Consortia", nullable: true);
    }
}
