using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>Quotations with their versions, each firm's price for them, sealed until it is opened, and the links for buyers.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261201004000_Quotations")]
internal sealed class Quotations : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "HomeMarkets",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Countries = t.Column<string>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_HomeMarkets", x => x.ConsortiumId));
        migrationBuilder.CreateTable(
            "Quotations",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Number = t.Column<string>(maxLength: 20, nullable: false),
                BuyerId = t.Column<Guid>(nullable: false),
                LeadId = t.Column<Guid>(nullable: true),
                BuyerName = t.Column<string>(nullable: false),
                BuyerCountry = t.Column<string>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                Currency = t.Column<string>(nullable: false),
                Incoterm = t.Column<string>(nullable: true),
                NamedPlace = t.Column<string>(nullable: true),
                DeliverFrom = t.Column<DateOnly>(nullable: true),
                DeliverUntil = t.Column<DateOnly>(nullable: true),
                Lines = t.Column<string>(nullable: false),
                Rounds = t.Column<string>(nullable: false),
                Versions = t.Column<string>(nullable: false),
                NextDeadline = t.Column<DateTime>(nullable: true),
                CreatedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Quotations", x => x.Id));
        migrationBuilder.CreateIndex("IX_Quotations_NextDeadline", "Quotations", "NextDeadline");
        migrationBuilder.CreateIndex("IX_Quotations_ConsortiumId_Number", "Quotations", ["ConsortiumId", "Number"], unique: true);
        migrationBuilder.CreateIndex("IX_Quotations_ConsortiumId_CreatedAt", "Quotations", ["ConsortiumId", "CreatedAt"]);
        migrationBuilder.CreateTable(
            "QuotationNumbers",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Year = t.Column<int>(nullable: false),
                Last = t.Column<int>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_QuotationNumbers", x => new { x.ConsortiumId, x.Year }));
        migrationBuilder.CreateTable(
            "QuotationPrices",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                QuotationId = t.Column<Guid>(nullable: false),
                RoundId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                AskedAt = t.Column<DateTime>(nullable: false),
                ClosesAt = t.Column<DateTime>(nullable: false),
                Terms = t.Column<string>(nullable: false),
                Round = t.Column<string>(maxLength: 20, nullable: false),
                AnsweredAt = t.Column<DateTime>(nullable: true),
                Box = t.Column<byte[]>(nullable: true),
                Commitment = t.Column<string>(nullable: true),
                UnitPriceMinor = t.Column<long>(nullable: true),
                PerQuantity = t.Column<long>(nullable: true),
                Salt = t.Column<string>(nullable: true),
                OpenedAt = t.Column<DateTime>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_QuotationPrices", x => x.Id));
        migrationBuilder.CreateIndex("IX_QuotationPrices_RoundId", "QuotationPrices", "RoundId");
        migrationBuilder.CreateIndex("IX_QuotationPrices_QuotationId", "QuotationPrices", "QuotationId");
        migrationBuilder.CreateIndex(
            "IX_QuotationPrices_ConsortiumId_MemberId_AskedAt", "QuotationPrices", ["ConsortiumId", "MemberId", "AskedAt"]);
        migrationBuilder.CreateTable(
            "QuotationLinks",
            t => new
            {
                TokenHash = t.Column<string>(maxLength: 64, nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                QuotationId = t.Column<Guid>(nullable: false),
                Version = t.Column<int>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_QuotationLinks", x => x.TokenHash));
        migrationBuilder.CreateIndex("IX_QuotationLinks_QuotationId", "QuotationLinks", "QuotationId");
    }
}
