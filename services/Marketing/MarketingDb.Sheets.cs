using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing;

/// <content>Sheets and certificates.</content>
internal sealed partial class MarketingDb
{
    public DbSet<ProductSheet> Sheets => Set<ProductSheet>();

    public DbSet<Certificate> Certificates => Set<Certificate>();

    private void ConfigureSheets(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProductSheet>(sheet =>
        {
            sheet.ToTable("Sheets").HasKey(s => s.Id);
            sheet.Property(s => s.Id).ValueGeneratedNever();
            sheet.Property(s => s.ProductCode).HasMaxLength(LongestCode);
            sheet.Property(s => s.State).HasConversion<string>().HasMaxLength(20);
            sheet.Property(s => s.Draft).AsJson();
            sheet.Property(s => s.Approved).AsJson();
            sheet.Property(s => s.Version).IsConcurrencyToken();
            sheet.HasIndex(s => new { s.ConsortiumId, s.MemberId, s.ProductCode }).IsUnique();
            sheet.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            sheet.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || s.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<Certificate>(certificate =>
        {
            certificate.ToTable("Certificates").HasKey(c => c.Id);
            certificate.Property(c => c.Id).ValueGeneratedNever();
            certificate.Property(c => c.Version).IsConcurrencyToken();
            certificate.HasIndex(c => new { c.ConsortiumId, c.MemberId });
            certificate.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || c.ConsortiumId == Caller.ConsortiumId);
            certificate.HasQueryFilter(Filter.Member, c => Caller.IsPlatform || Caller.IsCleanTeam || c.MemberId == Caller.MemberId);
        });
    }
}
