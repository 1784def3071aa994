using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>Splits by hand, with who set and who approved them.</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261122161000_ProposedSplits")]
internal sealed class ProposedSplits : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "ProposedSplits",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                OrderId = t.Column<Guid>(nullable: false),
                LineId = t.Column<string>(nullable: false),
                Product = t.Column<string>(nullable: false),
                Family = t.Column<string>(nullable: false),
                Open = t.Column<long>(nullable: false),
                Parts = t.Column<string>(nullable: false),
                Reason = t.Column<string>(nullable: false),
                RulebookVersion = t.Column<int>(nullable: false),
                SetBy = t.Column<Guid>(nullable: false),
                SetFor = t.Column<Guid>(nullable: false),
                SetAt = t.Column<DateTime>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                DecidedBy = t.Column<Guid>(nullable: true),
                DecidedFor = t.Column<Guid>(nullable: true),
                DecidedAt = t.Column<DateTime>(nullable: true),
                Note = t.Column<string>(nullable: true),
                RunId = t.Column<Guid>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_ProposedSplits", x => x.Id));
        migrationBuilder.CreateIndex("IX_ProposedSplits_OrderId", "ProposedSplits", "OrderId");
        migrationBuilder.CreateIndex("IX_ProposedSplits_ConsortiumId_SetAt", "ProposedSplits", ["ConsortiumId", "SetAt"]);
    }
}
