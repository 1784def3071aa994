using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Capacity;
using ExportConsortia.Membership.Consortia;
using ExportConsortia.Membership.Invitations;
using ExportConsortia.Membership.Members;
using ExportConsortia.Membership.Products;
using ExportConsortia.Membership.Rulebook;
using ExportConsortia.Membership.Tokens;

namespace ExportConsortia.Membership;

/// <summary>
/// The tables of Membership. Query filters limit every read to what the caller may see (F-C1): its own consortium, for a member firm's user only
/// its own firm, for an operator no member data at all.
/// </summary>
internal sealed class MembershipDb(DbContextOptions<MembershipDb> options, ServiceDbScope scope) : ServiceDb(options, scope)
{
    /// <summary>
    /// Name of the filter that says who may read an account or an invitation. Identity's <see cref="AccountStore"/> drops it: an e-mail address is
    /// unique in the installation, and at sign-in the caller is not known yet. So do those who ask who somebody is, or whether a firm has people.
    /// </summary>
    public const string Readers = nameof(Readers);

    public DbSet<Consortium> Consortia => Set<Consortium>();

    public DbSet<RulebookVersion> RulebookVersions => Set<RulebookVersion>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<MemberFirm> Members => Set<MemberFirm>();

    public DbSet<CapacityDeclaration> CapacityDeclarations => Set<CapacityDeclaration>();

    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<FirmCode> FirmCodes => Set<FirmCode>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<Attempt> Attempts => Set<Attempt>();

    public DbSet<KnownNetwork> KnownNetworks => Set<KnownNetwork>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    private bool IsOperator => Caller.Is(Role.Operator);

    private bool IsMember => Caller.Is(Role.MemberUser);

    /// <inheritdoc/>
    public override Task<List<Guid>> FirmsThatLeftAsync() => Members.Where(m => m.Standing == Standing.Left).Select(m => m.Id).ToListAsync();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Consortium>(consortium =>
        {
            consortium.ToTable("Consortia").HasIndex(c => c.Code).IsUnique();
            consortium.Property(c => c.Code).HasMaxLength(20);
            consortium.Property(c => c.Party).AsJson();
            consortium.Property(c => c.PartyVersion).IsConcurrencyToken();
            consortium.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || IsOperator || c.Id == Caller.ConsortiumId);
        });
        modelBuilder.Entity<RulebookVersion>(rulebook =>
        {
            rulebook.ToTable("RulebookVersions").HasKey(r => new { r.ConsortiumId, r.Version });
            rulebook.Property(r => r.Allocation).AsJson();
            rulebook.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<Product>(product =>
        {
            product.ToTable("Products").HasKey(p => new { p.ConsortiumId, p.Code });
            product.Property(p => p.Code).HasMaxLength(Product.LongestCode);
            product.Property(p => p.Family).HasMaxLength(Product.LongestFamily);
            product.Property(p => p.Unit).HasMaxLength(UnitCode.Longest);
            product.Property(p => p.Conversions).AsJson();
            product.Property(p => p.Contradictions).AsJson().IsRequired(false);
            product.Property(p => p.Version).IsConcurrencyToken();
            product.HasIndex(p => new { p.ConsortiumId, p.Family });
            product.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
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
            member.Property(m => m.DepartureProposal).AsJson().IsRequired(false);
            member.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
            member.HasQueryFilter(Filter.Member, m => Caller.IsPlatform || Caller.IsCleanTeam || m.Id == Caller.MemberId);
        });
        modelBuilder.Entity<CapacityDeclaration>(capacity =>
        {
            capacity.ToTable("CapacityDeclarations").HasIndex(c => new { c.MemberId, c.ProductFamily, c.From, c.To }).IsUnique();
            capacity.HasIndex(c => c.ConsortiumId);
            capacity.Property(c => c.ProductFamily).HasMaxLength(Product.LongestFamily);
            capacity.Property(c => c.Unit).HasMaxLength(UnitCode.Longest);
            capacity.Property(c => c.Version).IsConcurrencyToken();
            capacity.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || c.ConsortiumId == Caller.ConsortiumId);
            capacity.HasQueryFilter(Filter.Member, c => Caller.IsPlatform || Caller.IsCleanTeam || c.MemberId == Caller.MemberId);
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
            account.Property(a => a.Language).HasMaxLength(OwnAccount.LongestLanguage);
            account.Property(a => a.ConcurrencyStamp).IsConcurrencyToken();
            account.Property(a => a.Controllers).AsJson().HasDefaultValue(Account.Unknown).ValueGeneratedNever();
            account.Property(a => a.LockProposal).AsJson().IsRequired(false);
            account.Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed).Ignore(a => a.TwoFactorEnabled);
            // A caller without a member firm doesn't match accounts without one.
            account.HasQueryFilter(Readers, a => Caller.IsPlatform
                || (IsOperator && (a.Role == Role.Operator || a.Role == Role.ConsortiumManager || a.Role == Role.Auditor))
                || (a.ConsortiumId == Caller.ConsortiumId && (Caller.IsCleanTeam || (a.MemberId != null && a.MemberId == Caller.MemberId))));
        });
        modelBuilder.Entity<Invitation>(invitation =>
        {
            invitation.ToTable("Invitations").HasIndex(i => i.SecretHash).IsUnique();
            invitation.HasIndex(i => i.ConsortiumId);
            invitation.HasIndex(i => i.InvitedBy);
            invitation.Property(i => i.Kind).HasConversion<string>().HasMaxLength(20);
            invitation.Property(i => i.Needs).HasConversion<string>().HasMaxLength(20);
            invitation.Property(i => i.Email).HasMaxLength(Account.LongestEmail);
            invitation.Property(i => i.SecretHash).HasMaxLength(LinkToken.HashLength);
            invitation.Property(i => i.Controllers).AsJson();
            invitation.Property(i => i.ConsentedBy).IsConcurrencyToken();
            // Those of managers and auditors concern every firm.
            invitation.HasQueryFilter(Readers, i => Caller.IsPlatform
                || (IsOperator && i.MemberId == null)
                || (i.ConsortiumId == Caller.ConsortiumId
                    && (Caller.IsCleanTeam || (IsMember && (i.MemberId == null || i.MemberId == Caller.MemberId)))));
        });
        modelBuilder.Entity<FirmCode>(code =>
        {
            code.ToTable("FirmCodes").HasKey(c => c.MemberId);
            code.Property(c => c.MemberId).ValueGeneratedNever();
            code.Property(c => c.Hash).HasMaxLength(LinkToken.HashLength);
            code.Property(c => c.Controllers).AsJson();
        });
        modelBuilder.Entity<Attempt>(attempt =>
        {
            attempt.ToTable("Attempts").HasKey(a => new { a.Subject, a.Network });
            attempt.Property(a => a.Subject).HasMaxLength(LinkToken.HashLength);
            attempt.Property(a => a.Network).HasMaxLength(LinkToken.HashLength);
            attempt.HasIndex(a => a.LastAt);
        });
        modelBuilder.Entity<KnownNetwork>(network =>
        {
            network.ToTable("KnownNetworks").HasKey(n => new { n.AccountId, n.Network });
            network.Property(n => n.Network).HasMaxLength(LinkToken.HashLength);
        });
        modelBuilder.Entity<Session>(session =>
        {
            session.ToTable("Sessions").HasIndex(s => s.AccountId);
            session.Property(s => s.Kind).HasConversion<string>().HasMaxLength(20).HasDefaultValue(SessionKind.Api).ValueGeneratedNever();
            session.Property(s => s.UserAgent).HasMaxLength(Session.LongestUserAgent);
            session.Property(s => s.UsedAt).HasColumnName("RotatedAt");
            session.Property(s => s.TokenHash).IsConcurrencyToken();
        });
        modelBuilder.Entity<Trace>(trace =>
        {
            // Operators see what operators did, in whichever consortium: nobody runs the installation unseen.
            trace.HasQueryFilter(Filter.Consortium, t => Caller.IsPlatform || t.ConsortiumId == null || t.ConsortiumId == Caller.ConsortiumId
                || (IsOperator && Accounts.Any(a => a.Id == t.AuthorId && a.Role == Role.Operator)));
            trace.HasQueryFilter(
                Filter.Member,
                t => Caller.IsPlatform || Caller.IsCleanTeam || IsOperator || (t.MemberId != null && t.MemberId == Caller.MemberId));
        });
        modelBuilder.Entity<SigningKey>(key =>
        {
            key.ToTable("SigningKeys").HasKey(k => k.Generation);
            key.Property(k => k.Generation).ValueGeneratedNever();
        });
    }
}
