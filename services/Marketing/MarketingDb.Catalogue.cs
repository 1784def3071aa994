using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Catalogue;
using ExportConsortia.Marketing.Products;
using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing;

/// <content>The joint catalogue: its policy, its editions, and what the public reads unless that lies in MongoDB.</content>
internal sealed partial class MarketingDb
{
    public DbSet<CatalogueSettings> CatalogueSettings => Set<CatalogueSettings>();

    public DbSet<CatalogueEdition> Editions => Set<CatalogueEdition>();

    public DbSet<PublishedItem> PublishedItems => Set<PublishedItem>();

    public DbSet<PublishedWord> PublishedWords => Set<PublishedWord>();

    /// <summary>The policy for a consortium's catalogue, or the one that holds until somebody decides.</summary>
    public async Task<CatalogueSettings> CatalogueSettingsOfAsync(Guid consortiumId, CancellationToken ct) =>
        await CatalogueSettings.AsNoTracking().SingleOrDefaultAsync(s => s.ConsortiumId == consortiumId, ct)
        ?? new CatalogueSettings { ConsortiumId = consortiumId };

    /// <summary>The latest edition of a consortium, if there is one.</summary>
    public Task<CatalogueEdition?> LatestEditionAsync(Guid consortiumId, CancellationToken ct) =>
        Editions.AsNoTracking().Where(e => e.ConsortiumId == consortiumId).OrderByDescending(e => e.Number).FirstOrDefaultAsync(ct);

    /// <summary>
    /// Whatever use case changes what hides or shows items of the catalogue, the message that brings the published catalogue up to date is in the
    /// same save.
    /// </summary>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var changed = ChangeTracker.Entries().Select(entry => entry.Entity switch
        {
            // A certificate that stays unconfirmed is on no shown item: however often a firm changes it, nothing needs to be worked out again.
            Certificate certificate when entry.State is EntityState.Modified or EntityState.Deleted
                && (certificate.ConfirmedAt is not null || entry.Property(nameof(Certificate.ConfirmedAt)).OriginalValue is not null)
                => certificate.ConsortiumId,
            CatalogueSettings settings when entry.State is EntityState.Modified or EntityState.Added => settings.ConsortiumId,
            MemberFirm firm when entry.State is EntityState.Modified && entry.Property(nameof(MemberFirm.Standing)).IsModified => firm.ConsortiumId,
            ListedProduct product when entry.State is EntityState.Modified && entry.Property(nameof(ListedProduct.Retired)).IsModified
                => product.ConsortiumId,
            _ => (Guid?)null,
        }).OfType<Guid>().Distinct().ToList();
        foreach (var consortiumId in changed)
        {
            Publish(consortiumId, new CatalogueChanged(consortiumId, Clock.GetUtcNow().UtcDateTime));
        }

        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    private void ConfigureCatalogue(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<CatalogueSettings>(settings =>
        {
            settings.ToTable("CatalogueSettings").HasKey(s => s.ConsortiumId);
            settings.Property(s => s.ConsortiumId).ValueGeneratedNever();
            settings.Property(s => s.Languages).AsJson();
            settings.Property(s => s.Version).IsConcurrencyToken();
            settings.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<CatalogueEdition>(edition =>
        {
            edition.ToTable("CatalogueEditions").HasKey(e => e.Id);
            edition.Property(e => e.Id).ValueGeneratedNever();
            edition.Property(e => e.Document).HasConversion(EditionDocument.Packed);
            edition.Property(e => e.LeftOut).AsJson().IsRequired(false);
            edition.HasIndex(e => new { e.ConsortiumId, e.Number }).IsUnique();
            edition.HasQueryFilter(Filter.Consortium, e => Caller.IsPlatform || e.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<PublishedItem>(item =>
        {
            item.ToTable("PublishedItems").HasKey(i => new { i.ConsortiumId, i.ItemId });
            item.Property(i => i.Slug).HasMaxLength(120);
            InCodePoints(item.Property(i => i.SortName).HasMaxLength(OwnCatalogue.LongestSortName));
            item.HasIndex(i => new { i.ConsortiumId, i.Slug }).IsUnique();
            item.HasQueryFilter(Filter.Consortium, i => Caller.IsPlatform || i.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<PublishedWord>(word =>
        {
            // The key is what a search reads, in its order: it never looks at the rows themselves.
            word.ToTable("PublishedWords").HasKey(w => new { w.ConsortiumId, w.Word, w.Language, w.ItemId, w.Weight });
            InCodePoints(word.Property(w => w.Word).HasMaxLength(SearchWords.LongestWord));
            word.Property(w => w.Language).HasMaxLength(10);
            word.HasIndex(w => new { w.ConsortiumId, w.ItemId });
            word.HasQueryFilter(Filter.Consortium, w => Caller.IsPlatform || w.ConsortiumId == Caller.ConsortiumId);
        });
    }

    // As SQLite compares anyway: the first and the last word that begin as asked are where both stores look for them.
    private void InCodePoints(Microsoft.EntityFrameworkCore.Metadata.Builders.PropertyBuilder<string> text)
    {
        if (Database.IsNpgsql())
        {
            text.UseCollation("C");
        }
    }
}
