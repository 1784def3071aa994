using ExportConsortia.Marketing.Products;

namespace ExportConsortia.Marketing;

/// <summary>
/// The tables of the marketing service; each part of it has a file of this class. Every query is filtered by the caller: the clean team sees its
/// consortium's rows, a member firm only its own (F-C1).
/// </summary>
internal sealed partial class MarketingDb(DbContextOptions<MarketingDb> options, ServiceDbScope scope) : RosterDb(options, scope)
{
    private const int LongestCode = 50;

    public DbSet<ListedProduct> Products => Set<ListedProduct>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<ListedProduct>(product =>
        {
            product.ToTable("Products").HasKey(p => new { p.ConsortiumId, p.Code });
            product.Property(p => p.Code).HasMaxLength(LongestCode);
            product.Property(p => p.Unit).HasMaxLength(UnitCode.Longest);
            product.Property(p => p.Version).IsConcurrencyToken();
            product.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
        });
        ConfigureSheets(modelBuilder);
        ConfigureCatalogue(modelBuilder);
        ConfigureBuyersLeadsBrand(modelBuilder);
        ConfigureQuotations(modelBuilder);
        ConfigureCampaignsMissionsMarkets(modelBuilder);
    }
}
