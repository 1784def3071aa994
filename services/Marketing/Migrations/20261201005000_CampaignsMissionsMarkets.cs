using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Marketing.Migrations;

/// <summary>Campaigns with shares and recipients, missions with their meetings, target markets with studies; which campaign brought a lead.</summary>
[DbContext(typeof(MarketingDb))]
[Migration("20261201005000_CampaignsMissionsMarkets")]
internal sealed class CampaignsMissionsMarkets : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<Guid>("CampaignId", "Leads", nullable: true);
        migrationBuilder.CreateIndex("IX_Leads_CampaignId", "Leads", "CampaignId");
        Campaigns(migrationBuilder);
        Missions(migrationBuilder);
        Markets(migrationBuilder);
    }

    private static void Campaigns(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Campaigns",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Name = t.Column<string>(maxLength: 120, nullable: false),
                Subject = t.Column<string>(maxLength: 120, nullable: false),
                Text = t.Column<string>(nullable: false),
                Countries = t.Column<string>(nullable: false),
                Language = t.Column<string>(maxLength: 8, nullable: true),
                State = t.Column<string>(maxLength: 20, nullable: false),
                BudgetMinor = t.Column<long>(nullable: false),
                Key = t.Column<string>(maxLength: 20, nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
                StartedAt = t.Column<DateTime>(nullable: true),
                FinishedAt = t.Column<DateTime>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Campaigns", x => x.Id));
        migrationBuilder.CreateIndex("IX_Campaigns_ConsortiumId_CreatedAt", "Campaigns", ["ConsortiumId", "CreatedAt"]);
        migrationBuilder.CreateIndex("IX_Campaigns_State_StartedAt", "Campaigns", ["State", "StartedAt"]);
        migrationBuilder.CreateTable(
            "CampaignShares",
            t => new
            {
                CampaignId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Weight = t.Column<long>(nullable: false),
                AmountMinor = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CampaignShares", x => new { x.CampaignId, x.MemberId }));
        migrationBuilder.CreateIndex("IX_CampaignShares_MemberId", "CampaignShares", "MemberId");
        migrationBuilder.CreateTable(
            "CampaignRecipients",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                CampaignId = t.Column<Guid>(nullable: false),
                BuyerId = t.Column<Guid>(nullable: false),
                ContactId = t.Column<Guid>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                Failure = t.Column<string>(maxLength: 20, nullable: true),
                TokenHash = t.Column<string>(maxLength: 64, nullable: true),
                Attempts = t.Column<int>(nullable: false),
                QueuedAt = t.Column<DateTime>(nullable: false),
                DueAt = t.Column<DateTime>(nullable: true),
                SentAt = t.Column<DateTime>(nullable: true),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CampaignRecipients", x => x.Id));
        migrationBuilder.CreateIndex(
            "IX_CampaignRecipients_CampaignId_ContactId", "CampaignRecipients", ["CampaignId", "ContactId"], unique: true);
        migrationBuilder.CreateIndex("IX_CampaignRecipients_TokenHash", "CampaignRecipients", "TokenHash", unique: true);
        migrationBuilder.CreateIndex(
            "IX_CampaignRecipients_CampaignId_State_DueAt", "CampaignRecipients", ["CampaignId", "State", "DueAt"]);
        migrationBuilder.CreateIndex("IX_CampaignRecipients_State_DueAt", "CampaignRecipients", ["State", "DueAt"]);
    }

    private static void Missions(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Missions",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Direction = t.Column<string>(maxLength: 20, nullable: false),
                Title = t.Column<string>(maxLength: 120, nullable: false),
                Country = t.Column<string>(maxLength: 2, nullable: false),
                Place = t.Column<string>(maxLength: 120, nullable: false),
                Text = t.Column<string>(nullable: true),
                StartsOn = t.Column<DateOnly>(nullable: false),
                EndsOn = t.Column<DateOnly>(nullable: false),
                RegisterUntil = t.Column<DateOnly>(nullable: false),
                Places = t.Column<int>(nullable: false),
                Slots = t.Column<string>(nullable: false),
                CancelledAt = t.Column<DateTime>(nullable: true),
                CreatedAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Missions", x => x.Id));
        migrationBuilder.CreateIndex("IX_Missions_ConsortiumId_CreatedAt", "Missions", ["ConsortiumId", "CreatedAt"]);
        migrationBuilder.CreateTable(
            "MissionFirms",
            t => new
            {
                MissionId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                State = t.Column<string>(maxLength: 20, nullable: false),
                Note = t.Column<string>(nullable: true),
                RegisteredAt = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_MissionFirms", x => new { x.MissionId, x.MemberId }));
        migrationBuilder.CreateTable(
            "MissionBuyers",
            t => new
            {
                MissionId = t.Column<Guid>(nullable: false),
                BuyerId = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_MissionBuyers", x => new { x.MissionId, x.BuyerId }));
        migrationBuilder.CreateTable(
            "MissionMeetings",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MissionId = t.Column<Guid>(nullable: false),
                Slot = t.Column<int>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                BuyerId = t.Column<Guid>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_MissionMeetings", x => x.Id));
        migrationBuilder.CreateIndex(
            "IX_MissionMeetings_MissionId_Slot_MemberId", "MissionMeetings", ["MissionId", "Slot", "MemberId"], unique: true);
        migrationBuilder.CreateIndex(
            "IX_MissionMeetings_MissionId_Slot_BuyerId", "MissionMeetings", ["MissionId", "Slot", "BuyerId"], unique: true);
    }

    private static void Markets(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "TargetMarkets",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Country = t.Column<string>(maxLength: 2, nullable: false),
                Note = t.Column<string>(nullable: true),
                Wanted = t.Column<string>(nullable: false),
                Version = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_TargetMarkets", x => x.Id));
        migrationBuilder.CreateIndex("IX_TargetMarkets_ConsortiumId_Country", "TargetMarkets", ["ConsortiumId", "Country"], unique: true);
        migrationBuilder.CreateTable(
            "MarketStudies",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MarketId = t.Column<Guid>(nullable: false),
                Title = t.Column<string>(maxLength: 120, nullable: false),
                Text = t.Column<string>(nullable: false),
                Link = t.Column<string>(maxLength: 500, nullable: true),
                PublishedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_MarketStudies", x => x.Id));
        migrationBuilder.CreateIndex("IX_MarketStudies_MarketId_PublishedAt", "MarketStudies", ["MarketId", "PublishedAt"]);
    }
}
