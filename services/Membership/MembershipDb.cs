using ExportConsortia.Platform;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Membership;

/// <summary>
/// The tables of Membership. Every read of a consortium's data passes a filter made from the caller (F-C1): a consortium sees itself only,
/// a member firm's user its firm only, and the operator of the installation no member data at all.
/// </summary>
internal sealed class MembershipDb(DbContextOptions<MembershipDb> options, ServiceDbScope scope) : ServiceDb(options, scope)
{
    public DbSet<Consortium> Consortia => Set<Consortium>();

    public DbSet<RulebookVersion> RulebookVersions => Set<RulebookVersion>();

    public DbSet<MemberFirm> Members => Set<MemberFirm>();

    public DbSet<CapacityDeclaration> CapacityDeclarations => Set<CapacityDeclaration>();

    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    private bool SeesAll => Caller.IsPlatform;

    private bool IsOperator => Caller.Is(Role.Operator);

    private Guid ConsortiumId => Caller.ConsortiumId;

    private Guid? MemberId => Caller.MemberId;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Consortium>(consortium =>
        {
            consortium.ToTable("Consortia").HasIndex(c => c.Code).IsUnique();
            consortium.Property(c => c.Code).HasMaxLength(20);
            consortium.HasQueryFilter(c => SeesAll || IsOperator || c.Id == ConsortiumId);
        });
        modelBuilder.Entity<RulebookVersion>(rulebook =>
        {
            rulebook.ToTable("RulebookVersions").HasKey(r => new { r.ConsortiumId, r.Version });
            rulebook.Property(r => r.Allocation).AsJson();
            rulebook.HasQueryFilter(r => SeesAll || r.ConsortiumId == ConsortiumId);
        });
        modelBuilder.Entity<MemberFirm>(member =>
        {
            member.ToTable("Members").HasIndex(m => new { m.ConsortiumId, m.Code }).IsUnique();
            member.Property(m => m.Code).HasMaxLength(20);
            member.Property(m => m.Standing).HasConversion<string>().HasMaxLength(20);
            member.Property(m => m.StandingBeforeSuspension).HasConversion<string>().HasMaxLength(20);
            member.Property(m => m.Version).IsConcurrencyToken();
            member.Property(m => m.CapabilitiesVersion).IsConcurrencyToken();
            member.Property(m => m.CapacityVersion).IsConcurrencyToken();
            member.Property(m => m.Capabilities).AsJson();
            member.HasQueryFilter(m => SeesAll || (m.ConsortiumId == ConsortiumId && (MemberId == null || m.Id == MemberId)));
        });
        modelBuilder.Entity<CapacityDeclaration>(capacity =>
        {
            capacity.ToTable("CapacityDeclarations").HasIndex(c => new { c.MemberId, c.ProductFamily, c.From, c.To }).IsUnique();
            capacity.HasIndex(c => c.ConsortiumId);
            capacity.Property(c => c.ProductFamily).HasMaxLength(100);
            capacity.Property(c => c.Version).IsConcurrencyToken();
            capacity.HasQueryFilter(c => SeesAll || (c.ConsortiumId == ConsortiumId && (MemberId == null || c.MemberId == MemberId)));
        });
        modelBuilder.Entity<Account>(account =>
        {
            account.ToTable("Accounts").HasIndex(a => a.NormalizedUserName).IsUnique();
            account.HasIndex(a => a.NormalizedEmail).IsUnique();
            account.HasIndex(a => a.ConsortiumId);
            account.Property(a => a.UserName).HasMaxLength(Account.LongestEmail);
            account.Property(a => a.NormalizedUserName).HasMaxLength(Account.LongestEmail);
            account.Property(a => a.Email).HasMaxLength(Account.LongestEmail);
            account.Property(a => a.NormalizedEmail).HasMaxLength(Account.LongestEmail);
            account.Property(a => a.ConcurrencyStamp).IsConcurrencyToken();
            account.Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed).Ignore(a => a.TwoFactorEnabled);
            account.HasQueryFilter(a => SeesAll
                || (IsOperator && (a.Role == Role.Operator || a.Role == Role.ConsortiumManager))
                || (a.ConsortiumId == ConsortiumId && (MemberId == null || a.MemberId == MemberId)));
        });
        modelBuilder.Entity<Session>(session =>
        {
            session.ToTable("Sessions").HasIndex(s => s.AccountId);
            session.Property(s => s.TokenHash).IsConcurrencyToken();
        });
        modelBuilder.Entity<SigningKey>(key =>
        {
            key.ToTable("SigningKeys").HasKey(k => k.Generation);
            key.Property(k => k.Generation).ValueGeneratedNever();
        });
    }
}
