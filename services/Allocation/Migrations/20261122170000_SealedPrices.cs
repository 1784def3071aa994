using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>Price rounds of orders, and each firm's invitation with its price, sealed until it is opened .</summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261122170000_SealedPrices")]
internal sealed class SealedPrices : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("PriceRounds", "Orders", nullable: true);
        migrationBuilder.CreateTable(
            "PriceInvitations",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                RoundId = t.Column<Guid>(nullable: false),
                OrderId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                LineId = t.Column<string>(nullable: false),
                Family = t.Column<string>(nullable: false),
                AskedAt = t.Column<DateTime>(nullable: false),
                ClosesAt = t.Column<DateTime>(nullable: false),
                Terms = t.Column<string>(nullable: false),
                Round = t.Column<string>(maxLength: 20, nullable: false),
                AnsweredAt = t.Column<DateTime>(nullable: true),
                Box = t.Column<byte[]>(nullable: true),
                Commitment = t.Column<string>(nullable: true),
                UnitPriceMinor = t.Column<long>(nullable: true),
                Salt = t.Column<string>(nullable: true),
                OpenedAt = t.Column<DateTime>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_PriceInvitations", x => x.Id));
        migrationBuilder.CreateIndex("IX_PriceInvitations_OrderId", "PriceInvitations", "OrderId");
        migrationBuilder.CreateIndex("IX_PriceInvitations_RoundId", "PriceInvitations", "RoundId");
        migrationBuilder.CreateIndex(
            "IX_PriceInvitations_ConsortiumId_MemberId_AskedAt", "PriceInvitations", ["ConsortiumId", "MemberId", "AskedAt"]);
        migrationBuilder.CreateIndex("IX_PriceInvitations_ConsortiumId_Family_OpenedAt", "PriceInvitations", ["ConsortiumId", "Family", "OpenedAt"]);
    }
}
