using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.TradeFairs.Migrations;

/// <summary>Cost items, grants and aid, planned and settled shares, withdrawals.</summary>
[DbContext(typeof(TradeFairsDb))]
[Migration("20261210001000_Costs")]
internal sealed class Costs : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Plan(migrationBuilder);
        Shares(migrationBuilder);
        Aid(migrationBuilder);
    }

    private static void Plan(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Costs",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Rules = t.Column<string>(nullable: false),
                LastStep = t.Column<int>(nullable: false),
                ApprovedAt = t.Column<DateTime>(nullable: true),
                ApprovedBy = t.Column<Guid>(nullable: true),
                PenaltiesCountTo = t.Column<DateOnly>(nullable: true),
                PlanVote = t.Column<string>(nullable: true),
                BalancesAskedAt = t.Column<DateTime>(nullable: true),
                OverrunVote = t.Column<string>(nullable: true),
                SettledAt = t.Column<DateTime>(nullable: true),
                SettledBy = t.Column<Guid>(nullable: true),
                Settled = t.Column<string>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Costs", x => x.EditionId));
        migrationBuilder.CreateTable(
            "CostItems",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                Name = t.Column<string>(maxLength: 120, nullable: false),
                Key = t.Column<string>(maxLength: 20, nullable: false),
                PlannedMinor = t.Column<long>(nullable: false),
                PlannedParts = t.Column<string>(nullable: false),
                ActualMinor = t.Column<long>(nullable: true),
                ActualParts = t.Column<string>(nullable: false),
                GrantId = t.Column<Guid>(nullable: true),
                CreatedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CostItems", x => x.Id));
        migrationBuilder.CreateIndex("IX_CostItems_EditionId", "CostItems", "EditionId");
        migrationBuilder.CreateTable(
            "FairGrants",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                EditionId = t.Column<Guid>(nullable: false),
                Name = t.Column<string>(maxLength: 120, nullable: false),
                State = t.Column<string>(maxLength: 2, nullable: false),
                RatePercent = t.Column<int>(nullable: false),
                CapMinor = t.Column<long>(nullable: false),
                CeilingMinor = t.Column<long>(nullable: false),
                TenThousandEuroMinor = t.Column<long>(nullable: false),
                GrantedOn = t.Column<DateOnly>(nullable: false),
                Overflow = t.Column<string>(maxLength: 20, nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FairGrants", x => x.Id));
        migrationBuilder.CreateIndex("IX_FairGrants_EditionId", "FairGrants", "EditionId");
        migrationBuilder.CreateTable(
            "CostWeights",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                TurnoverMinor = t.Column<long>(nullable: false),
                Votes = t.Column<int>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CostWeights", x => new { x.EditionId, x.MemberId }));
    }

    private static void Shares(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "FrozenShares",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Number = t.Column<int>(nullable: false),
                GrossMinor = t.Column<long>(nullable: false),
                AreaDm2 = t.Column<long>(nullable: false),
                At = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FrozenShares", x => new { x.EditionId, x.MemberId, x.Number }));
        migrationBuilder.CreateTable(
            "CostSteps",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                Number = t.Column<int>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Cause = t.Column<string>(maxLength: 20, nullable: false),
                MemberId = t.Column<Guid>(nullable: true),
                At = t.Column<DateTime>(nullable: false),
                Before = t.Column<string>(nullable: true),
                After = t.Column<string>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CostSteps", x => new { x.EditionId, x.Number }));
        migrationBuilder.CreateTable(
            "Withdrawals",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                RequestedAt = t.Column<DateTime>(nullable: false),
                RequestedBy = t.Column<Guid>(nullable: false),
                Proposal = t.Column<string>(nullable: true),
                On = t.Column<DateOnly>(nullable: false),
                DaysToOpening = t.Column<int>(nullable: false),
                Percent = t.Column<int>(nullable: false),
                PlannedShareMinor = t.Column<long>(nullable: false),
                PenaltyMinor = t.Column<long>(nullable: false),
                FreedAreaDm2 = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Withdrawals", x => new { x.EditionId, x.MemberId }));
        migrationBuilder.CreateTable(
            "SettledShares",
            t => new
            {
                EditionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                ItemsMinor = t.Column<long>(nullable: false),
                PoolMinor = t.Column<long>(nullable: false),
                PenaltyMinor = t.Column<long>(nullable: false),
                GrantMinor = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_SettledShares", x => new { x.EditionId, x.MemberId }));
    }

    private static void Aid(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Aid",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                State = t.Column<string>(maxLength: 2, nullable: false),
                GrantedOn = t.Column<DateOnly>(nullable: false),
                AmountMinor = t.Column<long>(nullable: false),
                Note = t.Column<string>(nullable: true),
                GrantId = t.Column<Guid>(nullable: true),
                RecordedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Aid", x => x.Id));
        migrationBuilder.CreateIndex("IX_Aid_ConsortiumId_MemberId", "Aid", ["ConsortiumId", "MemberId"]);
        migrationBuilder.CreateIndex("IX_Aid_GrantId", "Aid", "GrantId");
        migrationBuilder.CreateTable(
            "Undertakings",
            t => new
            {
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Code = t.Column<string>(maxLength: 60, nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Undertakings", x => x.MemberId));
        migrationBuilder.CreateIndex("IX_Undertakings_ConsortiumId", "Undertakings", "ConsortiumId");
    }
}
