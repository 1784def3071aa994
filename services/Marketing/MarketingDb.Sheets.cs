using ExportConsortia.Marketing.Images;
using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing;

/// <content>The firms' sheets, certificates and images.</content>
internal sealed partial class MarketingDb
{
    public DbSet<ProductSheet> Sheets => Set<ProductSheet>();

    public DbSet<ProductName> ProductNames => Set<ProductName>();

    public DbSet<Certificate> Certificates => Set<Certificate>();

    public DbSet<SheetImage> Images => Set<SheetImage>();

    private void ConfigureSheets(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProductSheet>(sheet =>
        {
            sheet.ToTable("ProductSheets").HasKey(s => s.Id);
            sheet.Property(s => s.Id).ValueGeneratedNever();
            sheet.Property(s => s.ProductCode).HasMaxLength(LongestCode);
            sheet.Property(s => s.State).HasConversion<string>().HasMaxLength(20);
            sheet.Property(s => s.Draft).AsJson();
            sheet.Property(s => s.Approved).AsJson();
            sheet.Property(s => s.Version).IsConcurrencyToken();
            sheet.HasIndex(s => new { s.MemberId, s.ProductCode }).IsUnique();
            sheet.HasIndex(s => new { s.ConsortiumId, s.ChangedAt });
            sheet.HasIndex(s => new { s.ConsortiumId, s.ProductCode });
            sheet.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            sheet.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || s.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<ProductName>(name =>
        {
            name.ToTable("ProductNames").HasKey(n => new { n.ConsortiumId, n.ProductCode });
            name.Property(n => n.ProductCode).HasMaxLength(LongestCode);
            name.Property(n => n.Version).IsConcurrencyToken();
            name.HasQueryFilter(Filter.Consortium, n => Caller.IsPlatform || n.ConsortiumId == Caller.ConsortiumId);
            name.HasQueryFilter(Filter.Member, n => Caller.IsPlatform || Caller.IsCleanTeam);
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
        modelBuilder.Entity<SheetImage>(image =>
        {
            image.ToTable("Images").HasKey(i => i.Id);
            image.Property(i => i.Id).ValueGeneratedNever();
            image.Property(i => i.Version).IsConcurrencyToken();
            image.HasIndex(i => new { i.ConsortiumId, i.MemberId });
            image.HasQueryFilter(Filter.Consortium, i => Caller.IsPlatform || i.ConsortiumId == Caller.ConsortiumId);
            image.HasQueryFilter(Filter.Member, i => Caller.IsPlatform || Caller.IsCleanTeam || i.MemberId == Caller.MemberId);
        });
    }
}
