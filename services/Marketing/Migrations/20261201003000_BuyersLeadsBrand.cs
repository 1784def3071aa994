using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>Buyers and leads.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261201003000_BuyersLeadsBrand")]
internal sealed class BuyersLeadsBrand : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Buyers",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Name = t.Column<string>(nullable: false),
                MatchName = t.Column<string>(nullable: false),
                Domain = t.Column<string>(nullable: true),
                TaxId = t.Column<string>(nullable: true),
                Country = t.Column<string>(nullable: true),
                Contacts = t.Column<string>(nullable: false),
                MergedInto = t.Column<Guid>(nullable: true),
                CreatedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Buyers", x => x.Id));
        migrationBuilder.CreateTable(
            "Leads",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                BuyerId = t.Column<Guid>(nullable: false),
                ContactId = t.Column<Guid>(nullable: true),
                Source = t.Column<string>(nullable: false),
                ProductCodes = t.Column<string>(nullable: false),
                Message = t.Column<string>(nullable: true),
                Country = t.Column<string>(nullable: true),
                ValueMinor = t.Column<long>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                MemberId = t.Column<Guid>(nullable: true),
                AssignedAt = t.Column<DateTime>(nullable: true),
                ContactedAt = t.Column<DateTime>(nullable: true),
                ArrivedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Leads", x => x.Id));
    }
}
