using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>The register of buyers, leads with their decisions and claims, and the collective brand.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261201003000_BuyersLeadsBrand")]
internal sealed class BuyersLeadsBrand : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Buyers(migrationBuilder);
        Leads(migrationBuilder);
        Protection(migrationBuilder);
        Brand(migrationBuilder);
    }

    private static void Buyers(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Buyers",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Name = t.Column<string>(maxLength: 200, nullable: false),
                MatchName = t.Column<string>(maxLength: 400, nullable: false),
                Domain = t.Column<string>(maxLength: 253, nullable: true),
                TaxId = t.Column<string>(maxLength: 50, nullable: true),
                Country = t.Column<string>(maxLength: 2, nullable: true),
                Contacts = t.Column<string>(nullable: false),
                MergedInto = t.Column<Guid>(nullable: true),
                CreatedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Buyers", x => x.Id));
        migrationBuilder.CreateIndex(
            "IX_Buyers_ConsortiumId_MatchName", "Buyers", ["ConsortiumId", "MatchName"], unique: true, filter: "\"MergedInto\" IS NULL");
        migrationBuilder.CreateIndex("IX_Buyers_ConsortiumId_Domain", "Buyers", ["ConsortiumId", "Domain"]);
        migrationBuilder.CreateIndex("IX_Buyers_ConsortiumId_TaxId", "Buyers", ["ConsortiumId", "TaxId"]);
        migrationBuilder.CreateIndex("IX_Buyers_MergedInto", "Buyers", "MergedInto");
        migrationBuilder.CreateTable(
            "BuyerMerges",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                FromId = t.Column<Guid>(nullable: false),
                IntoId = t.Column<Guid>(nullable: false),
                MergedAt = t.Column<DateTime>(nullable: false),
                MergedBy = t.Column<Guid>(nullable: false),
                Leads = t.Column<string>(nullable: false),
                Contacts = t.Column<string>(nullable: false),
                UndoneAt = t.Column<DateTime>(nullable: true),
                UndoneBy = t.Column<Guid>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_BuyerMerges", x => x.Id));
        migrationBuilder.CreateIndex("IX_BuyerMerges_IntoId", "BuyerMerges", "IntoId");
        migrationBuilder.CreateIndex("IX_BuyerMerges_FromId", "BuyerMerges", "FromId");
        migrationBuilder.CreateTable(
            "BuyerLinks",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                BuyerId = t.Column<Guid>(nullable: false),
                TokenHash = t.Column<string>(maxLength: 64, nullable: false),
                Label = t.Column<string>(nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
                ExpiresAt = t.Column<DateTime>(nullable: false),
                RevokedAt = t.Column<DateTime>(nullable: true),
                Views = t.Column<long>(nullable: false),
                LastViewedAt = t.Column<DateTime>(nullable: true),
                Items = t.Column<string>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_BuyerLinks", x => x.Id));
        migrationBuilder.CreateIndex("IX_BuyerLinks_TokenHash", "BuyerLinks", "TokenHash", unique: true);
        migrationBuilder.CreateIndex("IX_BuyerLinks_BuyerId", "BuyerLinks", "BuyerId");
    }

    private static void Leads(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Leads",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                BuyerId = t.Column<Guid>(nullable: false),
                ContactId = t.Column<Guid>(nullable: true),
                Source = t.Column<string>(maxLength: 20, nullable: false),
                ProductCodes = t.Column<string>(nullable: false),
                Message = t.Column<string>(nullable: true),
                Country = t.Column<string>(maxLength: 2, nullable: true),
                ValueMinor = t.Column<long>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                MemberId = t.Column<Guid>(nullable: true),
                AssignedAt = t.Column<DateTime>(nullable: true),
                ContactedAt = t.Column<DateTime>(nullable: true),
                ArrivedAt = t.Column<DateTime>(nullable: false),
                FoundBy = t.Column<Guid>(nullable: true),
                DueAt = t.Column<DateTime>(nullable: true),
                ReturnAt = t.Column<DateTime>(nullable: true),
                WonMinor = t.Column<long>(nullable: true),
                WonCurrency = t.Column<string>(maxLength: 3, nullable: true),
                Captures = t.Column<string>(nullable: false),
                Notes = t.Column<string>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Leads", x => x.Id));
        migrationBuilder.CreateIndex("IX_Leads_ConsortiumId_State", "Leads", ["ConsortiumId", "State"]);
        migrationBuilder.CreateIndex("IX_Leads_ConsortiumId_ArrivedAt", "Leads", ["ConsortiumId", "ArrivedAt"]);
        migrationBuilder.CreateIndex("IX_Leads_BuyerId", "Leads", "BuyerId");
        migrationBuilder.CreateIndex("IX_Leads_MemberId", "Leads", "MemberId");
        migrationBuilder.CreateIndex("IX_Leads_ReturnAt", "Leads", "ReturnAt");
        migrationBuilder.CreateTable(
            "LeadDecisions",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                LeadId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Rule = t.Column<string>(maxLength: 20, nullable: false),
                ValueMinor = t.Column<long>(nullable: false),
                DecidedAt = t.Column<DateTime>(nullable: false),
                DecidedBy = t.Column<Guid>(nullable: false),
                Reason = t.Column<string>(nullable: true),
                Considered = t.Column<string>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_LeadDecisions", x => x.Id));
        migrationBuilder.CreateIndex("IX_LeadDecisions_LeadId", "LeadDecisions", "LeadId");
        migrationBuilder.CreateIndex("IX_LeadDecisions_ConsortiumId_DecidedAt", "LeadDecisions", ["ConsortiumId", "DecidedAt"]);
        migrationBuilder.CreateTable(
            "WorkingDays",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Weekend = t.Column<string>(nullable: false),
                Holidays = t.Column<string>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_WorkingDays", x => x.ConsortiumId));
    }

    private static void Protection(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "LeadClaims",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                LeadId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Basis = t.Column<string>(maxLength: 20, nullable: false),
                BuyerName = t.Column<string>(nullable: false),
                InvoiceNumber = t.Column<string>(nullable: true),
                InvoiceDate = t.Column<DateOnly>(nullable: true),
                RegisteredAt = t.Column<DateTime>(nullable: true),
                MadeAt = t.Column<DateTime>(nullable: false),
                Asked = t.Column<bool>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                Reason = t.Column<string>(nullable: true),
                DecidedAt = t.Column<DateTime>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_LeadClaims", x => x.Id));
        migrationBuilder.CreateIndex("IX_LeadClaims_LeadId_MemberId", "LeadClaims", ["LeadId", "MemberId"], unique: true);
        migrationBuilder.CreateIndex("IX_LeadClaims_ConsortiumId_MemberId", "LeadClaims", ["ConsortiumId", "MemberId"]);
        migrationBuilder.CreateTable(
            "PriorCustomers",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                Name = t.Column<string>(nullable: false),
                MatchName = t.Column<string>(maxLength: 400, nullable: false),
                Domain = t.Column<string>(maxLength: 253, nullable: true),
                RegisteredAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_PriorCustomers", x => x.Id));
        migrationBuilder.CreateIndex("IX_PriorCustomers_MemberId_MatchName", "PriorCustomers", ["MemberId", "MatchName"], unique: true);
        migrationBuilder.CreateIndex("IX_PriorCustomers_ConsortiumId_MatchName", "PriorCustomers", ["ConsortiumId", "MatchName"]);
        migrationBuilder.CreateIndex("IX_PriorCustomers_ConsortiumId_Domain", "PriorCustomers", ["ConsortiumId", "Domain"]);
        migrationBuilder.CreateTable(
            "DirectSales",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                BuyerName = t.Column<string>(nullable: false),
                SoldOn = t.Column<DateOnly>(nullable: false),
                ValueMinor = t.Column<long>(nullable: false),
                InvoiceNumber = t.Column<string>(maxLength: 50, nullable: false),
                DeclaredAt = t.Column<DateTime>(nullable: false),
                InTime = t.Column<bool>(nullable: false),
                LeadId = t.Column<Guid>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_DirectSales", x => x.Id));
        migrationBuilder.CreateIndex("IX_DirectSales_MemberId_InvoiceNumber", "DirectSales", ["MemberId", "InvoiceNumber"], unique: true);
        migrationBuilder.CreateIndex("IX_DirectSales_ConsortiumId_DeclaredAt", "DirectSales", ["ConsortiumId", "DeclaredAt"]);
    }

    private static void Brand(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "BrandRegulations",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Version = t.Column<int>(nullable: false),
                Text = t.Column<string>(nullable: false),
                EffectiveOn = t.Column<DateOnly>(nullable: false),
                PublishedAt = t.Column<DateTime>(nullable: false),
                PublishedBy = t.Column<Guid>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_BrandRegulations", x => new { x.ConsortiumId, x.Version }));
        migrationBuilder.CreateTable(
            "BrandLicences",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ProductCode = t.Column<string>(maxLength: 50, nullable: true),
                RegulationVersion = t.Column<int>(nullable: false),
                From = t.Column<DateOnly>(nullable: false),
                Until = t.Column<DateOnly>(nullable: true),
                State = t.Column<string>(maxLength: 20, nullable: false),
                SuspendedUntil = t.Column<DateOnly>(nullable: true),
                ResumesAt = t.Column<DateTime>(nullable: true),
                Sanctions = t.Column<string>(nullable: false),
                ChangedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_BrandLicences", x => x.Id));
        migrationBuilder.CreateIndex("IX_BrandLicences_ConsortiumId_MemberId", "BrandLicences", ["ConsortiumId", "MemberId"]);
        migrationBuilder.CreateIndex("IX_BrandLicences_ResumesAt", "BrandLicences", "ResumesAt");
    }
}
