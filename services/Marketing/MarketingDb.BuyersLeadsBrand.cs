using ExportConsortia.Marketing.Buyers;
using ExportConsortia.Marketing.Leads;

namespace ExportConsortia.Marketing;

/// <content>Buyers and leads, as far as quotations read them.</content>
internal sealed partial class MarketingDb
{
    public DbSet<Buyer> Buyers => Set<Buyer>();

    public DbSet<Lead> Leads => Set<Lead>();

    private void ConfigureBuyersLeadsBrand(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Buyer>(buyer =>
        {
            buyer.ToTable("Buyers").HasKey(b => b.Id);
            buyer.Property(b => b.Id).ValueGeneratedNever();
            buyer.Property(b => b.Contacts).AsJson();
            buyer.Property(b => b.Version).IsConcurrencyToken();
            buyer.HasQueryFilter(Filter.Consortium, b => Caller.IsPlatform || b.ConsortiumId == Caller.ConsortiumId);
            buyer.HasQueryFilter(Filter.Member, b => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<Lead>(lead =>
        {
            lead.ToTable("Leads").HasKey(l => l.Id);
            lead.Property(l => l.Id).ValueGeneratedNever();
            lead.Property(l => l.State).HasConversion<string>().HasMaxLength(20);
            lead.Property(l => l.ProductCodes).AsJson();
            lead.Property(l => l.Version).IsConcurrencyToken();
            lead.HasQueryFilter(Filter.Consortium, l => Caller.IsPlatform || l.ConsortiumId == Caller.ConsortiumId);
            lead.HasQueryFilter(Filter.Member, l => Caller.IsPlatform || Caller.IsCleanTeam || l.MemberId == Caller.MemberId);
        });
    }
}
