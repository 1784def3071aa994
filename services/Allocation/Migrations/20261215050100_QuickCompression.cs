using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>
/// Long orders are rewritten with each answer: most of that time went into compressing them. PostgreSQL servers without lz4 keep what they have.
/// </summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261215050100_QuickCompression")]
internal sealed class QuickCompression : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        if (migrationBuilder.ActiveProvider?.EndsWith("PostgreSQL", StringComparison.Ordinal) == true)
        {
            migrationBuilder.Sql(
                """
                DO $do$ BEGIN
                    EXECUTE 'ALTER TABLE "Orders" ALTER COLUMN "Offers" SET COMPRESSION lz4, ALTER COLUMN "Lines" SET COMPRESSION lz4';
                EXCEPTION WHEN OTHERS THEN NULL;
                END $do$
                """);
        }
    }
}
