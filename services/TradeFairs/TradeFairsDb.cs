using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs;

/// <summary>
/// The tables of the trade-fairs service; each part of it has a file of this class. Every query is filtered by the caller: the clean team sees its
/// consortium's rows, a member firm only its own (F-C1).
/// </summary>
internal sealed partial class TradeFairsDb(DbContextOptions<TradeFairsDb> options, ServiceDbScope scope) : RosterDb(options, scope)
{
    public DbSet<TradeFair> Fairs => Set<TradeFair>();

    public DbSet<FairEdition> Editions => Set<FairEdition>();

    public DbSet<FairCommitment> Commitments => Set<FairCommitment>();

    public DbSet<FairCharge> Charges => Set<FairCharge>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<TradeFair>(fair =>
        {
            fair.ToTable("Fairs").HasKey(f => f.Id);
            fair.Property(f => f.Id).ValueGeneratedNever();
            fair.Property(f => f.Name).HasMaxLength(TradeFair.LongestName);
            fair.Property(f => f.Organiser).HasMaxLength(TradeFair.LongestName);
            fair.Property(f => f.Place).HasMaxLength(TradeFair.LongestName);
            fair.Property(f => f.Country).HasMaxLength(2);
            fair.Property(f => f.TimeZone).HasMaxLength(TradeFair.LongestTimeZone);
            fair.Property(f => f.Version).IsConcurrencyToken();
            fair.HasIndex(f => new { f.ConsortiumId, f.CreatedAt });
            fair.HasQueryFilter(Filter.Consortium, f => Caller.IsPlatform || f.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<FairEdition>(edition =>
        {
            edition.ToTable("Editions").HasKey(e => e.Id);
            edition.Property(e => e.Id).ValueGeneratedNever();
            edition.Property(e => e.Name).HasMaxLength(TradeFair.LongestName);
            edition.Property(e => e.TimeZone).HasMaxLength(TradeFair.LongestTimeZone);
            edition.Property(e => e.Currency).HasMaxLength(3);
            edition.Property(e => e.State).HasConversion<string>().HasMaxLength(20);
            edition.Property(e => e.Deadlines).AsJson();
            edition.Property(e => e.Version).IsConcurrencyToken();
            edition.HasIndex(e => e.FairId);
            edition.HasIndex(e => new { e.ConsortiumId, e.CreatedAt });
            edition.HasQueryFilter(Filter.Consortium, e => Caller.IsPlatform || e.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<FairCommitment>(commitment =>
        {
            commitment.ToTable("Commitments").HasKey(c => c.Id);
            commitment.Property(c => c.Id).ValueGeneratedNever();
            commitment.Property(c => c.State).HasConversion<string>().HasMaxLength(20);
            commitment.Property(c => c.MeasuredFrom).HasMaxLength(FairCommitment.LongestSource);
            commitment.Property(c => c.Proposal).AsJson();
            commitment.Property(c => c.Version).IsConcurrencyToken();
            commitment.HasIndex(c => new { c.EditionId, c.MemberId }).IsUnique();
            commitment.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || c.ConsortiumId == Caller.ConsortiumId);
            commitment.HasQueryFilter(Filter.Member, c => Caller.IsPlatform || Caller.IsCleanTeam || c.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<FairCharge>(charge =>
        {
            charge.ToTable("Charges").HasKey(c => c.Id);
            charge.Property(c => c.Id).ValueGeneratedNever();
            charge.Property(c => c.Kind).HasConversion<string>().HasMaxLength(20);
            charge.Property(c => c.Currency).HasMaxLength(3);
            charge.HasIndex(c => new { c.EditionId, c.MemberId });
            charge.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || c.ConsortiumId == Caller.ConsortiumId);
            charge.HasQueryFilter(Filter.Member, c => Caller.IsPlatform || Caller.IsCleanTeam || c.MemberId == Caller.MemberId);
        });
        ConfigureStand(modelBuilder);
        ConfigureCosts(modelBuilder);
        ConfigureAtTheFair(modelBuilder);
    }

    // Each part configures its tables in its own file of this class, as "partial void".
    partial void ConfigureStand(ModelBuilder modelBuilder);

    partial void ConfigureCosts(ModelBuilder modelBuilder);

    partial void ConfigureAtTheFair(ModelBuilder modelBuilder);
}
