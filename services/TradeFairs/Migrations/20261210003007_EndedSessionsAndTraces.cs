using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.TradeFairs.Migrations;

/// <summary>Sessions whose access tokens are refused although they have not expired, and who did or tried what.</summary>
[DbContext(typeof(TradeFairsDb))]
[Migration("20261210003007_EndedSessionsAndTraces")]
internal sealed class EndedSessionsAndTraces : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTraceTables();
}
