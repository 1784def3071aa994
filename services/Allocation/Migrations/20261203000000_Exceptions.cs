using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Allocation.Migrations;

/// <summary>
/// Discretion leaves a record: every exception in one list, who stands behind who decided, who answered for a firm, and what the buyer is told beside
/// the reason that is for the clean team. Answers may wait for the screening.
/// </summary>
[DbContext(typeof(AllocationDb))]
[Migration("20261203000000_Exceptions")]
internal sealed class Exceptions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Kind", "ProposedSplits", maxLength: 20, nullable: false, defaultValue: "Split");
        migrationBuilder.AddColumn<string>("Call", "ProposedSplits", nullable: true);
        migrationBuilder.AddColumn<string>("SetByControllers", "ProposedSplits", nullable: true);
        migrationBuilder.AddColumn<string>("DecidedByControllers", "ProposedSplits", nullable: true);
        migrationBuilder.AddColumn<string>("Decisions", "Orders", nullable: true);
        migrationBuilder.AddColumn<string>("BuyerText", "Orders", nullable: true);
        migrationBuilder.AddColumn<Guid>("AnsweredBy", "MemberOffers", nullable: true);
        migrationBuilder.AddColumn<DateTime>("WaitingSince", "MemberOffers", nullable: true);
        migrationBuilder.AddColumn<long>("WaitingQuantity", "MemberOffers", nullable: true);
        migrationBuilder.AddColumn<Guid>("AnsweredBy", "PriceInvitations", nullable: true);
        migrationBuilder.CreateIndex("IX_FirmsPassedOver_OrderId", "FirmsPassedOver", "OrderId");
    }
}
