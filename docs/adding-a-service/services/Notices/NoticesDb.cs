namespace ExportConsortia.Notices;

/// <summary>The roster and the notices. A member firm sees its own notices only (F-C1).</summary>
internal sealed class NoticesDb(DbContextOptions<NoticesDb> options, ServiceDbScope scope) : RosterDb(options, scope)
{
    public DbSet<Notice> Notices => Set<Notice>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Notice>(notice =>
        {
            notice.ToTable("Notices").HasIndex(n => new { n.ConsortiumId, n.PostedAt });
            notice.Property(n => n.Id).ValueGeneratedNever();
            notice.HasQueryFilter(Filter.Consortium, n => Caller.IsPlatform || n.ConsortiumId == Caller.ConsortiumId);
            notice.HasQueryFilter(Filter.Member, n => Caller.IsPlatform || Caller.IsCleanTeam || n.MemberId == Caller.MemberId);
        });
    }
}
