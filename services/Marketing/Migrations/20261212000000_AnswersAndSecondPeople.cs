using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>
/// Which account answered a request for a price; of older answers nobody knows. A proposal to throw opened prices away waits for a second person.
/// </summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261212000000_AnswersAndSecondPeople")]
internal sealed class AnswersAndSecondPeople : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<Guid>("AnsweredBy", "QuotationPrices", nullable: true);
        migrationBuilder.AddColumn<string>("Proposal", "Quotations", nullable: true);
    }
}
