using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>Which account answered a request for a price; of older answers nobody knows.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261203000000_WhoAnswered")]
internal sealed class WhoAnswered : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<Guid>("AnsweredBy", "QuotationPrices", nullable: true);
}
