using ExportConsortia.Contracts;
using ExportConsortia.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Platform.Roster;

/// <summary>
/// The database of a service that keeps its own copy of the consortia, their member firms and their rulebooks. <see cref="KeepRoster{TDb}"/> fills it
/// from Membership's events; its tables are those of <see cref="RosterTables"/>.
/// </summary>
public abstract class RosterDb(DbContextOptions options, ServiceDbScope scope) : ServiceDb(options, scope)
{
    /// <summary>The consortia.</summary>
    public DbSet<Consortium> Consortia => Set<Consortium>();

    /// <summary>Their member firms.</summary>
    public DbSet<MemberFirm> Members => Set<MemberFirm>();

    /// <summary>All versions of their rulebooks.</summary>
    public DbSet<Rulebook> Rulebooks => Set<Rulebook>();

    /// <summary>Where our copies of Membership's data stand.</summary>
    public DbSet<Copy> Copies => Set<Copy>();

    /// <summary>A consortium by its id; an unknown one has no name and counts in UTC.</summary>
    public async Task<Consortium> ConsortiumAsync(Guid id, CancellationToken ct) =>
        await Consortia.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? new(id, "", "");

    /// <summary>Every member firm of a consortium.</summary>
    public Task<List<MemberFirm>> FirmsAsync(Guid consortiumId, CancellationToken ct) =>
        Members.AcrossMembers().AsNoTracking().Where(m => m.ConsortiumId == consortiumId).ToListAsync(ct);

    /// <inheritdoc/>
    public override Task<List<Guid>> FirmsThatLeftAsync() =>
        Members.Where(m => m.Standing == MemberStanding.Left).Select(m => m.Id).ToListAsync();

    /// <summary>The rulebook in force at an instant; a later version is not retroactive (F-G4).</summary>
    public async Task<Rulebook> RulebookAsync(Guid consortiumId, DateTime at, CancellationToken ct) =>
        await Rulebooks.AsNoTracking().Where(r => r.ConsortiumId == consortiumId && r.ActiveFrom <= at)
            .OrderByDescending(r => r.Version).FirstOrDefaultAsync(ct)
        ?? new Rulebook { ConsortiumId = consortiumId, Version = 0, Rules = [], ActiveFrom = at };

    private bool IsOperator => Caller.Is(Role.Operator);

    internal DateTime Now => Clock.GetUtcNow().UtcDateTime;

    /// <summary>What the service does, in the same transaction, when a firm is suspended or has left.</summary>
    protected internal virtual Task OnStandingLostAsync(MemberFirm firm, CancellationToken ct) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Copy>(copy =>
        {
            copy.ToTable("Copies").HasKey(c => new { c.ConsortiumId, c.Kind });
            copy.Property(c => c.Kind).HasMaxLength(20);
            copy.Property(c => c.PartsSeen).IsConcurrencyToken();
            copy.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || IsOperator);
        });
        modelBuilder.Entity<Consortium>(consortium =>
        {
            consortium.ToTable("Consortia").HasKey(c => c.Id);
            consortium.Property(c => c.Id).ValueGeneratedNever();
            consortium.Property(c => c.BaseCurrency).HasMaxLength(3);
            consortium.Property(c => c.Party).AsJson();
            consortium.Property(c => c.PartyVersion).IsConcurrencyToken();
            consortium.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || c.Id == Caller.ConsortiumId);
        });
        modelBuilder.Entity<MemberFirm>(member =>
        {
            member.ToTable("Members").HasKey(m => m.Id);
            member.Property(m => m.Id).ValueGeneratedNever();
            member.Property(m => m.Standing).HasConversion<string>().HasMaxLength(20);
            member.Property(m => m.StandingVersion).IsConcurrencyToken();
            member.Property(m => m.CapabilitiesVersion).IsConcurrencyToken();
            member.Property(m => m.Capabilities).AsJson();
            member.HasIndex(m => m.ConsortiumId);
            member.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
            member.HasQueryFilter(Filter.Member, m => Caller.IsPlatform || Caller.IsCleanTeam || m.Id == Caller.MemberId);
        });
        modelBuilder.Entity<Rulebook>(rulebook =>
        {
            rulebook.ToTable("Rulebooks").HasKey(r => new { r.ConsortiumId, r.Version });
            rulebook.Property(r => r.Rules).AsJson();
            rulebook.Property(r => r.Epoch).HasDefaultValue(0L);
            rulebook.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
        });
    }
}
