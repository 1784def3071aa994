using ExportConsortia.Marketing.Brand;
using ExportConsortia.Marketing.Buyers;
using ExportConsortia.Marketing.Leads;

namespace ExportConsortia.Marketing;

/// <content>Buyers, leads and the collective brand.</content>
internal sealed partial class MarketingDb
{
    public DbSet<Buyer> Buyers => Set<Buyer>();

    public DbSet<BuyerMerge> BuyerMerges => Set<BuyerMerge>();

    public DbSet<BuyerLink> BuyerLinks => Set<BuyerLink>();

    public DbSet<Lead> Leads => Set<Lead>();

    public DbSet<KnownFair> KnownFairs => Set<KnownFair>();

    public DbSet<LeadDecision> LeadDecisions => Set<LeadDecision>();

    public DbSet<LeadClaim> LeadClaims => Set<LeadClaim>();

    public DbSet<PriorCustomer> PriorCustomers => Set<PriorCustomer>();

    public DbSet<DirectSale> DirectSales => Set<DirectSale>();

    public DbSet<WorkingDays> WorkingDays => Set<WorkingDays>();

    public DbSet<BrandRegulation> BrandRegulations => Set<BrandRegulation>();

    public DbSet<BrandLicence> BrandLicences => Set<BrandLicence>();

    private void ConfigureBuyersLeadsBrand(ModelBuilder modelBuilder)
    {
        ConfigureBuyers(modelBuilder);
        ConfigureLeads(modelBuilder);
        ConfigureProtection(modelBuilder);
        ConfigureBrand(modelBuilder);
    }

    private void ConfigureBuyers(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Buyer>(buyer =>
        {
            buyer.ToTable("Buyers").HasKey(b => b.Id);
            buyer.Property(b => b.Id).ValueGeneratedNever();
            buyer.Property(b => b.Name).HasMaxLength(Buyer.LongestName);
            buyer.Property(b => b.MatchName).HasMaxLength(MatchName.Longest);
            buyer.Property(b => b.Domain).HasMaxLength(EmailDomain.Longest);
            buyer.Property(b => b.TaxId).HasMaxLength(Buyer.LongestTaxId);
            buyer.Property(b => b.Country).HasMaxLength(2);
            buyer.Property(b => b.Contacts).AsJson();
            buyer.Property(b => b.Version).IsConcurrencyToken();
            // The same buyer captured twice at the same moment is one: the second insert fails and finds the first.
            buyer.HasIndex(b => new { b.ConsortiumId, b.MatchName }).IsUnique().HasFilter("\"MergedInto\" IS NULL");
            buyer.HasIndex(b => new { b.ConsortiumId, b.Domain });
            buyer.HasIndex(b => new { b.ConsortiumId, b.TaxId });
            buyer.HasIndex(b => b.MergedInto);
            buyer.HasQueryFilter(Filter.Consortium, b => Caller.IsPlatform || b.ConsortiumId == Caller.ConsortiumId);
            buyer.HasQueryFilter(Filter.Member, b => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<BuyerMerge>(merge =>
        {
            merge.ToTable("BuyerMerges").HasKey(m => m.Id);
            merge.Property(m => m.Id).ValueGeneratedNever();
            merge.Property(m => m.Leads).AsJson();
            merge.Property(m => m.Contacts).AsJson();
            merge.Property(m => m.Version).IsConcurrencyToken();
            merge.HasIndex(m => m.IntoId);
            merge.HasIndex(m => m.FromId);
            merge.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
            merge.HasQueryFilter(Filter.Member, m => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<BuyerLink>(link =>
        {
            link.ToTable("BuyerLinks").HasKey(l => l.Id);
            link.Property(l => l.Id).ValueGeneratedNever();
            link.Property(l => l.TokenHash).HasMaxLength(LinkToken.HashLength);
            link.Property(l => l.Items).AsJson();
            link.Property(l => l.Version).IsConcurrencyToken();
            link.HasIndex(l => l.TokenHash).IsUnique();
            link.HasIndex(l => l.BuyerId);
            link.HasQueryFilter(Filter.Consortium, l => Caller.IsPlatform || l.ConsortiumId == Caller.ConsortiumId);
            link.HasQueryFilter(Filter.Member, l => Caller.IsPlatform || Caller.IsCleanTeam);
        });
    }

    private void ConfigureLeads(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<KnownFair>(fair =>
        {
            fair.ToTable("KnownFairs").HasKey(f => new { f.ConsortiumId, f.EditionId });
            fair.Property(f => f.Epoch).HasDefaultValue(0L);
            fair.HasQueryFilter(Filter.Consortium, f => Caller.IsPlatform || f.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<Lead>(lead =>
        {
            lead.ToTable("Leads").HasKey(l => l.Id);
            lead.Property(l => l.Id).ValueGeneratedNever();
            lead.Property(l => l.Source).HasMaxLength(20);
            lead.Property(l => l.Country).HasMaxLength(2);
            lead.Property(l => l.State).HasConversion<string>().HasMaxLength(20);
            lead.Property(l => l.WonCurrency).HasMaxLength(3);
            lead.Property(l => l.ProductCodes).AsJson();
            lead.Property(l => l.Captures).AsJson();
            lead.Property(l => l.Notes).AsJson();
            lead.Property(l => l.Version).IsConcurrencyToken();
            lead.HasIndex(l => new { l.ConsortiumId, l.State });
            lead.HasIndex(l => new { l.ConsortiumId, l.ArrivedAt });
            lead.HasIndex(l => l.BuyerId);
            lead.HasIndex(l => l.MemberId);
            lead.HasIndex(l => l.ReturnAt);
            lead.HasIndex(l => l.CampaignId);
            lead.HasIndex(l => new { l.CapturedFor, l.State });
            lead.HasQueryFilter(Filter.Consortium, l => Caller.IsPlatform || l.ConsortiumId == Caller.ConsortiumId);
            // A caller without a member firm doesn't match leads that nobody has.
            lead.HasQueryFilter(
                Filter.Member, l => Caller.IsPlatform || Caller.IsCleanTeam || (l.MemberId != null && l.MemberId == Caller.MemberId));
        });
        modelBuilder.Entity<LeadDecision>(decision =>
        {
            decision.ToTable("LeadDecisions").HasKey(d => d.Id);
            decision.Property(d => d.Id).ValueGeneratedNever();
            decision.Property(d => d.Rule).HasConversion<string>().HasMaxLength(20);
            decision.Property(d => d.Considered).AsJson();
            decision.HasIndex(d => d.LeadId);
            decision.HasIndex(d => new { d.ConsortiumId, d.DecidedAt });
            decision.HasQueryFilter(Filter.Consortium, d => Caller.IsPlatform || d.ConsortiumId == Caller.ConsortiumId);
            decision.HasQueryFilter(Filter.Member, d => Caller.IsPlatform || Caller.IsCleanTeam || d.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<WorkingDays>(days =>
        {
            days.ToTable("WorkingDays").HasKey(d => d.ConsortiumId);
            days.Property(d => d.ConsortiumId).ValueGeneratedNever();
            days.Property(d => d.Weekend).AsJson();
            days.Property(d => d.Holidays).AsJson();
            days.Property(d => d.Version).IsConcurrencyToken();
            days.HasQueryFilter(Filter.Consortium, d => Caller.IsPlatform || d.ConsortiumId == Caller.ConsortiumId);
        });
    }

    private void ConfigureProtection(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<LeadClaim>(claim =>
        {
            claim.ToTable("LeadClaims").HasKey(c => c.Id);
            claim.Property(c => c.Id).ValueGeneratedNever();
            claim.Property(c => c.Basis).HasConversion<string>().HasMaxLength(20);
            claim.Property(c => c.State).HasConversion<string>().HasMaxLength(20);
            claim.Property(c => c.Version).IsConcurrencyToken();
            claim.HasIndex(c => new { c.LeadId, c.MemberId }).IsUnique();
            claim.HasIndex(c => new { c.ConsortiumId, c.MemberId });
            claim.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || c.ConsortiumId == Caller.ConsortiumId);
            claim.HasQueryFilter(Filter.Member, c => Caller.IsPlatform || Caller.IsCleanTeam || c.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<PriorCustomer>(customer =>
        {
            customer.ToTable("PriorCustomers").HasKey(p => p.Id);
            customer.Property(p => p.Id).ValueGeneratedNever();
            customer.Property(p => p.MatchName).HasMaxLength(MatchName.Longest);
            customer.Property(p => p.Domain).HasMaxLength(EmailDomain.Longest);
            customer.HasIndex(p => new { p.MemberId, p.MatchName }).IsUnique();
            customer.HasIndex(p => new { p.ConsortiumId, p.MatchName });
            customer.HasIndex(p => new { p.ConsortiumId, p.Domain });
            customer.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
            customer.HasQueryFilter(Filter.Member, p => Caller.IsPlatform || Caller.IsCleanTeam || p.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<DirectSale>(sale =>
        {
            sale.ToTable("DirectSales").HasKey(s => s.Id);
            sale.Property(s => s.Id).ValueGeneratedNever();
            sale.Property(s => s.InvoiceNumber).HasMaxLength(50);
            sale.HasIndex(s => new { s.MemberId, s.InvoiceNumber }).IsUnique();
            sale.HasIndex(s => new { s.ConsortiumId, s.DeclaredAt });
            sale.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            sale.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || s.MemberId == Caller.MemberId);
        });
    }

    private void ConfigureBrand(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<BrandRegulation>(regulation =>
        {
            regulation.ToTable("BrandRegulations").HasKey(r => new { r.ConsortiumId, r.Version });
            regulation.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<BrandLicence>(licence =>
        {
            licence.ToTable("BrandLicences").HasKey(l => l.Id);
            licence.Property(l => l.Id).ValueGeneratedNever();
            licence.Property(l => l.ProductCode).HasMaxLength(50);
            licence.Property(l => l.State).HasConversion<string>().HasMaxLength(20);
            licence.Property(l => l.Sanctions).AsJson();
            licence.Property(l => l.Changes).AsJson().IsRequired(false);
            licence.Property(l => l.Proposal).AsJson().IsRequired(false);
            licence.Property(l => l.Version).IsConcurrencyToken();
            licence.HasIndex(l => new { l.ConsortiumId, l.MemberId });
            licence.HasIndex(l => l.ResumesAt);
            licence.HasQueryFilter(Filter.Consortium, l => Caller.IsPlatform || l.ConsortiumId == Caller.ConsortiumId);
            licence.HasQueryFilter(Filter.Member, l => Caller.IsPlatform || Caller.IsCleanTeam || l.MemberId == Caller.MemberId);
        });
    }
}
