using ExportConsortia.Marketing.Campaigns;
using ExportConsortia.Marketing.Markets;
using ExportConsortia.Marketing.Missions;

namespace ExportConsortia.Marketing;

/// <content>Campaigns, missions and target markets.</content>
internal sealed partial class MarketingDb
{
    public DbSet<Campaign> Campaigns => Set<Campaign>();

    public DbSet<CampaignShare> CampaignShares => Set<CampaignShare>();

    public DbSet<CampaignRecipient> CampaignRecipients => Set<CampaignRecipient>();

    public DbSet<Mission> Missions => Set<Mission>();

    public DbSet<MissionFirm> MissionFirms => Set<MissionFirm>();

    public DbSet<MissionBuyer> MissionBuyers => Set<MissionBuyer>();

    public DbSet<MissionMeeting> MissionMeetings => Set<MissionMeeting>();

    public DbSet<TargetMarket> Markets => Set<TargetMarket>();

    public DbSet<MarketStudy> MarketStudies => Set<MarketStudy>();

    private void ConfigureCampaignsMissionsMarkets(ModelBuilder modelBuilder)
    {
        ConfigureCampaigns(modelBuilder);
        ConfigureMissions(modelBuilder);
        ConfigureMarkets(modelBuilder);
    }

    private void ConfigureCampaigns(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Campaign>(campaign =>
        {
            campaign.ToTable("Campaigns").HasKey(c => c.Id);
            campaign.Property(c => c.Id).ValueGeneratedNever();
            campaign.Property(c => c.Name).HasMaxLength(Campaign.LongestName);
            campaign.Property(c => c.Subject).HasMaxLength(Campaign.LongestName);
            campaign.Property(c => c.Language).HasMaxLength(8);
            campaign.Property(c => c.Countries).AsJson();
            campaign.Property(c => c.Budget).AsJson().IsRequired(false);
            campaign.Property(c => c.State).HasConversion<string>().HasMaxLength(20);
            campaign.Property(c => c.Key).HasConversion<string>().HasMaxLength(20);
            campaign.Property(c => c.Version).IsConcurrencyToken();
            campaign.HasIndex(c => new { c.ConsortiumId, c.CreatedAt });
            campaign.HasIndex(c => new { c.State, c.StartedAt });
            campaign.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || c.ConsortiumId == Caller.ConsortiumId);
            campaign.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<CampaignShare>(share =>
        {
            share.ToTable("CampaignShares").HasKey(s => new { s.CampaignId, s.MemberId });
            share.HasIndex(s => s.MemberId);
            share.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            share.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || s.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<CampaignRecipient>(recipient =>
        {
            recipient.ToTable("CampaignRecipients").HasKey(r => r.Id);
            recipient.Property(r => r.Id).ValueGeneratedNever();
            recipient.Property(r => r.State).HasConversion<string>().HasMaxLength(20);
            recipient.Property(r => r.Failure).HasConversion<string>().HasMaxLength(20);
            recipient.Property(r => r.TokenHash).HasMaxLength(LinkToken.HashLength);
            recipient.Property(r => r.Version).IsConcurrencyToken();
            recipient.HasIndex(r => new { r.CampaignId, r.ContactId }).IsUnique();
            recipient.HasIndex(r => r.TokenHash).IsUnique();
            recipient.HasIndex(r => new { r.CampaignId, r.State, r.DueAt });
            recipient.HasIndex(r => new { r.State, r.DueAt });
            recipient.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
            recipient.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
    }

    private void ConfigureMissions(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Mission>(mission =>
        {
            mission.ToTable("Missions").HasKey(m => m.Id);
            mission.Property(m => m.Id).ValueGeneratedNever();
            mission.Property(m => m.Direction).HasConversion<string>().HasMaxLength(20);
            mission.Property(m => m.Title).HasMaxLength(Mission.LongestTitle);
            mission.Property(m => m.Place).HasMaxLength(Mission.LongestTitle);
            mission.Property(m => m.Country).HasMaxLength(2);
            mission.Property(m => m.Slots).AsJson();
            mission.Property(m => m.Version).IsConcurrencyToken();
            mission.HasIndex(m => new { m.ConsortiumId, m.CreatedAt });
            mission.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<MissionFirm>(firm =>
        {
            firm.ToTable("MissionFirms").HasKey(f => new { f.MissionId, f.MemberId });
            firm.Property(f => f.State).HasConversion<string>().HasMaxLength(20);
            firm.Property(f => f.Version).IsConcurrencyToken();
            firm.HasQueryFilter(Filter.Consortium, f => Caller.IsPlatform || f.ConsortiumId == Caller.ConsortiumId);
            firm.HasQueryFilter(Filter.Member, f => Caller.IsPlatform || Caller.IsCleanTeam || f.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<MissionBuyer>(buyer =>
        {
            buyer.ToTable("MissionBuyers").HasKey(b => new { b.MissionId, b.BuyerId });
            buyer.HasQueryFilter(Filter.Consortium, b => Caller.IsPlatform || b.ConsortiumId == Caller.ConsortiumId);
            buyer.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<MissionMeeting>(meeting =>
        {
            meeting.ToTable("MissionMeetings").HasKey(m => m.Id);
            meeting.Property(m => m.Id).ValueGeneratedNever();
            // Nobody is in two meetings at once, whoever books them.
            meeting.HasIndex(m => new { m.MissionId, m.Slot, m.MemberId }).IsUnique();
            meeting.HasIndex(m => new { m.MissionId, m.Slot, m.BuyerId }).IsUnique();
            meeting.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
            meeting.HasQueryFilter(Filter.Member, m => Caller.IsPlatform || Caller.IsCleanTeam || m.MemberId == Caller.MemberId);
        });
    }

    private void ConfigureMarkets(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<TargetMarket>(market =>
        {
            market.ToTable("TargetMarkets").HasKey(m => m.Id);
            market.Property(m => m.Id).ValueGeneratedNever();
            market.Property(m => m.Country).HasMaxLength(2);
            market.Property(m => m.Wanted).AsJson();
            market.Property(m => m.Version).IsConcurrencyToken();
            market.HasIndex(m => new { m.ConsortiumId, m.Country }).IsUnique();
            market.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<MarketStudy>(study =>
        {
            study.ToTable("MarketStudies").HasKey(s => s.Id);
            study.Property(s => s.Id).ValueGeneratedNever();
            study.Property(s => s.Title).HasMaxLength(MarketStudy.LongestTitle);
            study.Property(s => s.Link).HasMaxLength(MarketStudy.LongestLink);
            study.HasIndex(s => new { s.MarketId, s.PublishedAt });
            study.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
        });
    }
}
