using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.TradeFairs.Migrations;

/// <summary>What two people decide about costs, and who did what one may do alone.</summary>
[DbContext(typeof(TradeFairsDb))]
[Migration("20261213000000_SecondPeople")]
internal sealed class SecondPeople : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "CostProposals",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                Kind = t.Column<string>(maxLength: 20, nullable: false),
                Reason = t.Column<string>(maxLength: 1000, nullable: true),
                Vote = t.Column<string>(nullable: true),
                ItemId = t.Column<Guid>(nullable: true),
                ActualMinor = t.Column<long>(nullable: true),
                Parts = t.Column<string>(nullable: true),
                By = t.Column<Guid>(nullable: false),
                Controllers = t.Column<string>(nullable: true),
                At = t.Column<DateTime>(nullable: false),
                Fingerprint = t.Column<long>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                DecidedBy = t.Column<Guid>(nullable: true),
                DecidedByControllers = t.Column<string>(nullable: true),
                DecidedAt = t.Column<DateTime>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_CostProposals", x => x.Id));
        migrationBuilder.CreateIndex("IX_CostProposals_EditionId", "CostProposals", "EditionId");
        migrationBuilder.AddColumn<Guid>("CancelledBy", "Editions", nullable: true);
        migrationBuilder.AddColumn<string>("CancelReason", "Editions", maxLength: 1000, nullable: true);
        migrationBuilder.AddColumn<Guid>("MeasuredBy", "Commitments", nullable: true);
        migrationBuilder.AddColumn<Guid>("RecordedBy", "Aid", nullable: true);
        migrationBuilder.AddColumn<Guid>("CreatedBy", "CalendarSubscriptions", nullable: true);
    }
}
