using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>The joint catalogue: its policy, its editions, and the items, filters and words that the public searches.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261201002000_Catalogue")]
internal sealed class Catalogue : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        // Words are compared by code points, as SQLite compares anyway.
        var inCodePoints = migrationBuilder.ActiveProvider!.EndsWith("PostgreSQL", StringComparison.Ordinal) ? "C" : null;
        migrationBuilder.CreateTable(
            "CatalogueSettings",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Languages = t.Column<string>(nullable: false),
                NamesFirms = t.Column<bool>(nullable: false),
                Contact = t.Column<string>(nullable: true),
                NeedsBrandLicence = t.Column<bool>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CatalogueSettings", x => x.ConsortiumId));
        migrationBuilder.CreateTable(
            "CatalogueEditions",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Number = t.Column<int>(nullable: false),
                PublishedAt = t.Column<DateTime>(nullable: false),
                PublishedBy = t.Column<Guid>(nullable: false),
                Items = t.Column<int>(nullable: false),
                Document = t.Column<byte[]>(nullable: false),
                Hash = t.Column<string>(nullable: false),
                ContentHash = t.Column<string>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CatalogueEditions", x => x.Id));
        migrationBuilder.CreateIndex(
            "IX_CatalogueEditions_ConsortiumId_Number", "CatalogueEditions", ["ConsortiumId", "Number"], unique: true);
        migrationBuilder.CreateTable(
            "PublishedItems",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                ItemId = t.Column<Guid>(nullable: false),
                Slug = t.Column<string>(maxLength: 120, nullable: false),
                SortName = t.Column<string>(maxLength: 120, nullable: false, collation: inCodePoints),
                Hash = t.Column<string>(nullable: false),
                ShownFrom = t.Column<DateTime>(nullable: true),
                ShownUntil = t.Column<DateTime>(nullable: true),
                Facets = t.Column<string>(nullable: false),
                Content = t.Column<string>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_PublishedItems", x => new { x.ConsortiumId, x.ItemId }));
        migrationBuilder.CreateIndex("IX_PublishedItems_ConsortiumId_Slug", "PublishedItems", ["ConsortiumId", "Slug"], unique: true);
        migrationBuilder.CreateTable(
            "PublishedWords",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Word = t.Column<string>(maxLength: 40, nullable: false, collation: inCodePoints),
                Language = t.Column<string>(maxLength: 10, nullable: false),
                ItemId = t.Column<Guid>(nullable: false),
                Weight = t.Column<int>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_PublishedWords", x => new { x.ConsortiumId, x.Word, x.Language, x.ItemId, x.Weight }));
        migrationBuilder.CreateIndex("IX_PublishedWords_ConsortiumId_ItemId", "PublishedWords", ["ConsortiumId", "ItemId"]);
    }
}
