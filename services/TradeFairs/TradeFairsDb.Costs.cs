using ExportConsortia.TradeFairs.Costs;

namespace ExportConsortia.TradeFairs;

/// <content>Costs, grants, withdrawals and settlement.</content>
internal sealed partial class TradeFairsDb
{
    private const int LongestUndertaking = 60;

    public DbSet<FairCosts> Costs => Set<FairCosts>();

    public DbSet<CostItem> CostItems => Set<CostItem>();

    public DbSet<FairGrant> Grants => Set<FairGrant>();

    public DbSet<CostWeight> CostWeights => Set<CostWeight>();

    public DbSet<FrozenShare> FrozenShares => Set<FrozenShare>();

    public DbSet<CostStepRow> CostSteps => Set<CostStepRow>();

    public DbSet<FairWithdrawal> Withdrawals => Set<FairWithdrawal>();

    public DbSet<AidRecord> Aid => Set<AidRecord>();

    public DbSet<SingleUndertaking> Undertakings => Set<SingleUndertaking>();

    public DbSet<SettledShare> SettledShares => Set<SettledShare>();

    internal DateTime Now => Clock.GetUtcNow().UtcDateTime;

    partial void ConfigureCosts(ModelBuilder modelBuilder)
    {
        ConfigurePlan(modelBuilder);
        ConfigureShares(modelBuilder);
        ConfigureAid(modelBuilder);
    }

    private void ConfigurePlan(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<FairCosts>(costs =>
        {
            costs.ToTable("Costs").HasKey(c => c.EditionId);
            costs.Property(c => c.EditionId).ValueGeneratedNever();
            costs.Property(c => c.Rules).AsJson();
            costs.Property(c => c.PlanVote).AsJson();
            costs.Property(c => c.OverrunVote).AsJson();
            costs.Property(c => c.Settled).AsJson();
            costs.Property(c => c.Version).IsConcurrencyToken();
            costs.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || c.ConsortiumId == Caller.ConsortiumId);
            costs.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<CostItem>(item =>
        {
            item.ToTable("CostItems").HasKey(i => i.Id);
            item.Property(i => i.Id).ValueGeneratedNever();
            item.Property(i => i.Name).HasMaxLength(CostItem.LongestName);
            item.Property(i => i.Key).HasConversion<string>().HasMaxLength(20);
            item.Property(i => i.PlannedParts).AsJson();
            item.Property(i => i.ActualParts).AsJson();
            item.HasIndex(i => i.EditionId);
            item.HasQueryFilter(Filter.Consortium, i => Caller.IsPlatform || i.ConsortiumId == Caller.ConsortiumId);
            item.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<FairGrant>(grant =>
        {
            grant.ToTable("FairGrants").HasKey(g => g.Id);
            grant.Property(g => g.Id).ValueGeneratedNever();
            grant.Property(g => g.Name).HasMaxLength(CostItem.LongestName);
            grant.Property(g => g.State).HasMaxLength(2);
            grant.Property(g => g.Overflow).HasConversion<string>().HasMaxLength(20);
            grant.HasIndex(g => g.EditionId);
            grant.HasQueryFilter(Filter.Consortium, g => Caller.IsPlatform || g.ConsortiumId == Caller.ConsortiumId);
            grant.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<CostWeight>(weight =>
        {
            weight.ToTable("CostWeights").HasKey(w => new { w.EditionId, w.MemberId });
            weight.HasQueryFilter(Filter.Consortium, w => Caller.IsPlatform || w.ConsortiumId == Caller.ConsortiumId);
            weight.HasQueryFilter(Filter.Member, w => Caller.IsPlatform || Caller.IsCleanTeam || w.MemberId == Caller.MemberId);
        });
    }

    private void ConfigureShares(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<FrozenShare>(share =>
        {
            share.ToTable("FrozenShares").HasKey(s => new { s.EditionId, s.MemberId, s.Number });
            share.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            share.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || s.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<CostStepRow>(step =>
        {
            step.ToTable("CostSteps").HasKey(s => new { s.EditionId, s.Number });
            step.Property(s => s.Cause).HasConversion<string>().HasMaxLength(20);
            step.Property(s => s.Before).AsJson();
            step.Property(s => s.After).AsJson();
            step.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            step.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<FairWithdrawal>(withdrawal =>
        {
            withdrawal.ToTable("Withdrawals").HasKey(w => new { w.EditionId, w.MemberId });
            withdrawal.Property(w => w.Proposal).AsJson();
            withdrawal.HasQueryFilter(Filter.Consortium, w => Caller.IsPlatform || w.ConsortiumId == Caller.ConsortiumId);
            withdrawal.HasQueryFilter(Filter.Member, w => Caller.IsPlatform || Caller.IsCleanTeam || w.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<SettledShare>(share =>
        {
            share.ToTable("SettledShares").HasKey(s => new { s.EditionId, s.MemberId });
            share.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            share.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || s.MemberId == Caller.MemberId);
        });
    }

    private void ConfigureAid(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AidRecord>(aid =>
        {
            aid.ToTable("Aid").HasKey(a => a.Id);
            aid.Property(a => a.Id).ValueGeneratedNever();
            aid.Property(a => a.State).HasMaxLength(2);
            aid.HasIndex(a => new { a.ConsortiumId, a.MemberId });
            aid.HasIndex(a => a.GrantId);
            aid.HasQueryFilter(Filter.Consortium, a => Caller.IsPlatform || a.ConsortiumId == Caller.ConsortiumId);
            aid.HasQueryFilter(Filter.Member, a => Caller.IsPlatform || Caller.IsCleanTeam || a.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<SingleUndertaking>(undertaking =>
        {
            undertaking.ToTable("Undertakings").HasKey(u => u.MemberId);
            undertaking.Property(u => u.MemberId).ValueGeneratedNever();
            undertaking.Property(u => u.Code).HasMaxLength(LongestUndertaking);
            undertaking.HasIndex(u => u.ConsortiumId);
            undertaking.HasQueryFilter(Filter.Consortium, u => Caller.IsPlatform || u.ConsortiumId == Caller.ConsortiumId);
            undertaking.HasQueryFilter(Filter.Member, u => Caller.IsPlatform || Caller.IsCleanTeam || u.MemberId == Caller.MemberId);
        });
    }
}
