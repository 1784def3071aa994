using ExportConsortia.TradeFairs.Calendar;
using ExportConsortia.TradeFairs.Checklist;
using ExportConsortia.TradeFairs.Participation;
using ExportConsortia.TradeFairs.Stand;

namespace ExportConsortia.TradeFairs;

/// <content>Exceptions, the stand and its plan, the organiser's checklist, calendars.</content>
internal sealed partial class TradeFairsDb
{
    public DbSet<LateChange> LateChanges => Set<LateChange>();

    public DbSet<StandAllotment> Allotments => Set<StandAllotment>();

    public DbSet<AreaGift> AreaGifts => Set<AreaGift>();

    public DbSet<FloorPlan> Plans => Set<FloorPlan>();

    public DbSet<PlanPicture> PlanPictures => Set<PlanPicture>();

    public DbSet<FirmTask> Tasks => Set<FirmTask>();

    public DbSet<CoExhibitorDeclaration> Declarations => Set<CoExhibitorDeclaration>();

    public DbSet<CalendarSubscription> CalendarSubscriptions => Set<CalendarSubscription>();

    partial void ConfigureStand(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<LateChange>(late =>
        {
            late.ToTable("LateChanges").HasKey(l => l.Id);
            late.Property(l => l.Id).ValueGeneratedNever();
            late.Property(l => l.State).HasConversion<string>().HasMaxLength(20);
            late.Property(l => l.Version).IsConcurrencyToken();
            late.HasIndex(l => new { l.EditionId, l.MemberId });
            late.HasQueryFilter(Filter.Consortium, l => Caller.IsPlatform || l.ConsortiumId == Caller.ConsortiumId);
            late.HasQueryFilter(Filter.Member, l => Caller.IsPlatform || Caller.IsCleanTeam || l.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<StandAllotment>(allotment =>
        {
            allotment.ToTable("Allotments").HasKey(a => a.EditionId);
            allotment.Property(a => a.EditionId).ValueGeneratedNever();
            allotment.Property(a => a.Requests).AsJson();
            allotment.Property(a => a.Parts).AsJson();
            allotment.HasQueryFilter(Filter.Consortium, a => Caller.IsPlatform || a.ConsortiumId == Caller.ConsortiumId);
            allotment.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<AreaGift>(gift =>
        {
            gift.ToTable("AreaGifts").HasKey(g => g.Id);
            gift.Property(g => g.Id).ValueGeneratedNever();
            gift.HasIndex(g => g.EditionId);
            gift.HasQueryFilter(Filter.Consortium, g => Caller.IsPlatform || g.ConsortiumId == Caller.ConsortiumId);
            gift.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<FloorPlan>(plan =>
        {
            plan.ToTable("FloorPlans").HasKey(p => p.Id);
            plan.Property(p => p.Id).ValueGeneratedNever();
            plan.Property(p => p.Booths).AsJson();
            plan.HasIndex(p => new { p.EditionId, p.Number }).IsUnique();
            plan.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<PlanPicture>(picture =>
        {
            picture.ToTable("PlanPictures").HasKey(p => p.EditionId);
            picture.Property(p => p.EditionId).ValueGeneratedNever();
            picture.Property(p => p.ContentType).HasMaxLength(50);
            picture.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<FirmTask>(task =>
        {
            task.ToTable("FirmTasks").HasKey(t => new { t.EditionId, t.MemberId, t.Number });
            task.Property(t => t.State).HasConversion<string>().HasMaxLength(20);
            task.Property(t => t.Owner).HasMaxLength(FirmTask.LongestOwner);
            task.Property(t => t.Version).IsConcurrencyToken();
            task.HasQueryFilter(Filter.Consortium, t => Caller.IsPlatform || t.ConsortiumId == Caller.ConsortiumId);
            task.HasQueryFilter(Filter.Member, t => Caller.IsPlatform || Caller.IsCleanTeam || t.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<CoExhibitorDeclaration>(declaration =>
        {
            declaration.ToTable("Declarations").HasKey(d => new { d.EditionId, d.MemberId });
            declaration.Property(d => d.State).HasConversion<string>().HasMaxLength(20);
            declaration.Property(d => d.LegalName).HasMaxLength(CoExhibitorDeclaration.LongestText);
            declaration.Property(d => d.Address).HasMaxLength(CoExhibitorDeclaration.LongestText);
            declaration.Property(d => d.Country).HasMaxLength(2);
            declaration.Property(d => d.ContactName).HasMaxLength(CoExhibitorDeclaration.LongestText);
            declaration.Property(d => d.ContactEmail).HasMaxLength(CoExhibitorDeclaration.LongestText);
            declaration.Property(d => d.Version).IsConcurrencyToken();
            declaration.HasQueryFilter(Filter.Consortium, d => Caller.IsPlatform || d.ConsortiumId == Caller.ConsortiumId);
            declaration.HasQueryFilter(Filter.Member, d => Caller.IsPlatform || Caller.IsCleanTeam || d.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<CalendarSubscription>(subscription =>
        {
            subscription.ToTable("CalendarSubscriptions").HasKey(s => s.OwnerId);
            subscription.Property(s => s.OwnerId).ValueGeneratedNever();
            subscription.Property(s => s.TokenHash).HasMaxLength(LinkToken.HashLength);
            subscription.Property(s => s.Version).IsConcurrencyToken();
            subscription.HasIndex(s => s.TokenHash).IsUnique();
            subscription.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            subscription.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || s.MemberId == Caller.MemberId);
        });
    }
}
