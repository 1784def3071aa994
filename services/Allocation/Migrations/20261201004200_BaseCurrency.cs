using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>The currency of a consortium's books; of older ones it is known once Membership publishes them again.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261201004200_BaseCurrency")]
internal sealed class BaseCurrency : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<string>("BaseCurrency", "Consortia", maxLength: 3, nullable: true);
}
