using ExportConsortia.Marketing.Quotations;

namespace ExportConsortia.Marketing;

/// <content>Quotations, the firms' sealed prices for them, and the buyers' links.</content>
internal sealed partial class MarketingDb
{
    public DbSet<HomeMarket> HomeMarkets => Set<HomeMarket>();

    public DbSet<Quotation> Quotations => Set<Quotation>();

    public DbSet<QuotationNumber> QuotationNumbers => Set<QuotationNumber>();

    public DbSet<QuotationPrice> QuotationPrices => Set<QuotationPrice>();

    public DbSet<QuotationLink> QuotationLinks => Set<QuotationLink>();

    /// <summary>The quotation behind a question that a firm may see. The firm never reads the quotation: it acts on it through its answer.</summary>
    public Task<Quotation> QuotationBehindAsync(Guid id, CancellationToken ct) => Quotations.AcrossMembers().SingleAsync(q => q.Id == id, ct);

    /// <summary>The prices of the open round, if there is one.</summary>
    public async Task<List<QuotationPrice>> PricesOfRoundAsync(Quotation quotation, CancellationToken ct) => quotation.Open is { } round
        ? await QuotationPrices.AcrossMembers().Where(p => p.RoundId == round.Id).ToListAsync(ct)
        : [];

    private void ConfigureQuotations(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<HomeMarket>(market =>
        {
            market.ToTable("HomeMarkets").HasKey(m => m.ConsortiumId);
            market.Property(m => m.ConsortiumId).ValueGeneratedNever();
            market.Property(m => m.Countries).AsJson();
            market.Property(m => m.Version).IsConcurrencyToken();
            market.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
            market.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<Quotation>(quotation =>
        {
            quotation.ToTable("Quotations").HasKey(q => q.Id);
            quotation.Property(q => q.Id).ValueGeneratedNever();
            quotation.Property(q => q.Number).HasMaxLength(20);
            quotation.Property(q => q.State).HasConversion<string>().HasMaxLength(20);
            quotation.Property(q => q.Lines).AsJson();
            quotation.Property(q => q.Rounds).AsJson();
            quotation.Property(q => q.Versions).AsJson();
            quotation.Property(q => q.Proposal).AsJson().IsRequired(false);
            quotation.Property(q => q.Version).IsConcurrencyToken();
            quotation.Ignore(q => q.Open);
            quotation.Ignore(q => q.Opened);
            quotation.Ignore(q => q.Live);
            quotation.HasIndex(q => q.NextDeadline);
            quotation.HasIndex(q => new { q.ConsortiumId, q.Number }).IsUnique();
            quotation.HasIndex(q => new { q.ConsortiumId, q.CreatedAt });
            quotation.HasQueryFilter(Filter.Consortium, q => Caller.IsPlatform || q.ConsortiumId == Caller.ConsortiumId);
            quotation.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<QuotationNumber>(number =>
        {
            number.ToTable("QuotationNumbers").HasKey(n => new { n.ConsortiumId, n.Year });
            number.Property(n => n.Last).IsConcurrencyToken();
            number.HasQueryFilter(Filter.Consortium, n => Caller.IsPlatform || n.ConsortiumId == Caller.ConsortiumId);
            number.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<QuotationPrice>(price =>
        {
            price.ToTable("QuotationPrices").HasKey(p => p.Id);
            price.Property(p => p.Id).ValueGeneratedNever();
            price.Property(p => p.Round).HasConversion<string>().HasMaxLength(20);
            price.Property(p => p.Terms).AsJson();
            price.Ignore(p => p.Answer);
            price.Ignore(p => p.Price);
            price.HasIndex(p => p.RoundId);
            price.HasIndex(p => p.QuotationId);
            price.HasIndex(p => new { p.ConsortiumId, p.MemberId, p.AskedAt });
            price.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
            price.HasQueryFilter(Filter.Member, p => Caller.IsPlatform || Caller.IsCleanTeam || p.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<QuotationLink>(link =>
        {
            link.ToTable("QuotationLinks").HasKey(l => l.TokenHash);
            link.Property(l => l.TokenHash).HasMaxLength(LinkToken.HashLength);
            link.HasIndex(l => l.QuotationId);
            link.HasQueryFilter(Filter.Consortium, l => Caller.IsPlatform || l.ConsortiumId == Caller.ConsortiumId);
            link.HasQueryFilter(Filter.Member, _ => Caller.IsPlatform || Caller.IsCleanTeam);
        });
    }
}
