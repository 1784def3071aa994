using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Ratings;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation;

/// <content>Maps each aggregate to a row and its nested parts to JSON columns.</content>
internal sealed partial class AllocationDb
{
    /// <summary>The limits that Membership sets; every indexed text needs one.</summary>
    private const int LongestFamily = 100;

    private const int LongestCode = 50;

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        MapOrders(modelBuilder);
        MapRuns(modelBuilder);
        MapOffers(modelBuilder);
        MapSealedPrices(modelBuilder);
        MapSplitsByHand(modelBuilder);
        MapFairnessAndRatings(modelBuilder);
        MapProductsAndCapacity(modelBuilder);
    }

    private void MapOrders(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>(order =>
        {
            order.ToTable("Orders").HasKey(o => o.Id);
            order.Property(o => o.Id).ValueGeneratedNever();
            order.Property(o => o.State).HasConversion<string>().HasMaxLength(20);
            order.Property(o => o.Version).IsConcurrencyToken();
            order.Property(o => o.Run).AsJson();
            order.Property(o => o.Screening).AsJson();
            order.Property(o => o.Lines).AsJson();
            order.Property(o => o.Offers).AsJson();
            order.Property(o => o.Calls).AsJson();
            order.Property(o => o.PriceRounds).AsJson().IsRequired(false);
            order.Property(o => o.Questions).AsJson().IsRequired(false);
            order.Property(o => o.Digest).AsJson().IsRequired(false);
            order.Property(o => o.Decisions).AsJson().IsRequired(false);
            order.HasIndex(o => o.NextDeadline);
            order.HasIndex(o => new { o.ConsortiumId, o.ReceivedAt });
            order.HasIndex(o => new { o.ConsortiumId, o.State });
            order.HasQueryFilter(Filter.Consortium, o => Caller.IsPlatform || o.ConsortiumId == Caller.ConsortiumId);
            order.HasQueryFilter(Filter.Member, o => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<ReceivedDocument>(received =>
        {
            received.ToTable("OrderPapers").HasKey(p => p.OrderId);
            received.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
            received.HasQueryFilter(Filter.Member, p => Caller.IsPlatform || Caller.IsCleanTeam);
        });
    }

    private void MapRuns(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AllocationRun>(run =>
        {
            run.ToTable("AllocationRuns").HasKey(r => r.Id);
            run.Property(r => r.Id).ValueGeneratedNever();
            run.Property(r => r.Stage).HasConversion<string>().HasMaxLength(20);
            run.Property(r => r.Snapshot).HasConversion(PackedBytes.Converter);
            run.Property(r => r.Plan).HasConversion(PackedBytes.Converter);
            run.HasIndex(r => r.OrderId);
            run.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
            run.HasQueryFilter(Filter.Member, r => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<LongRun>(run =>
        {
            run.ToTable("LongRuns").HasKey(r => r.RunId);
            run.Property(r => r.RunId).ValueGeneratedNever();
            run.Property(r => r.Orders).AsJson();
            run.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
            run.HasQueryFilter(Filter.Member, r => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<RotationTurn>(turn =>
        {
            turn.ToTable("RotationTurns").HasKey(t => new { t.MemberId, t.Family });
            turn.Property(t => t.Family).HasMaxLength(LongestFamily);
            turn.Property(t => t.DeclinesInARow).HasDefaultValue(0);
            turn.Property(t => t.Version).IsConcurrencyToken();
            turn.HasIndex(t => new { t.ConsortiumId, t.Family });
            turn.HasIndex(t => t.OfferId);
            turn.HasQueryFilter(Filter.Consortium, t => Caller.IsPlatform || t.ConsortiumId == Caller.ConsortiumId);
            turn.HasQueryFilter(Filter.Member, t => Caller.IsPlatform || Caller.IsCleanTeam);
        });
    }

    private void MapOffers(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<MemberOffer>(offer =>
        {
            offer.ToTable("MemberOffers").HasKey(o => o.Id);
            offer.Property(o => o.Id).ValueGeneratedNever();
            offer.Property(o => o.State).HasConversion<string>().HasMaxLength(20);
            offer.Property(o => o.Kind).HasConversion<string>().HasMaxLength(20);
            offer.Property(o => o.Reason).HasConversion<string>().HasMaxLength(20);
            offer.Property(o => o.Terms).AsJson();
            offer.Property(o => o.Explanation).AsJson();
            offer.HasIndex(o => o.OrderId);
            offer.HasIndex(o => new { o.ConsortiumId, o.MemberId, o.IssuedAt });
            offer.HasIndex(o => new { o.State, o.MemberId });
            offer.HasQueryFilter(Filter.Consortium, o => Caller.IsPlatform || o.ConsortiumId == Caller.ConsortiumId);
            offer.HasQueryFilter(Filter.Member, o => Caller.IsPlatform || Caller.IsCleanTeam || o.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<FirmPassedOver>(own =>
        {
            own.ToTable("FirmsPassedOver").HasKey(p => p.Id);
            own.Property(p => p.Id).ValueGeneratedNever();
            own.Property(p => p.Reasons).AsJson();
            own.HasIndex(p => new { p.ConsortiumId, p.MemberId, p.At });
            own.HasIndex(p => p.OrderId);
            own.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
            own.HasQueryFilter(Filter.Member, p => Caller.IsPlatform || Caller.IsCleanTeam || p.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<CallInvitation>(invitation =>
        {
            invitation.ToTable("CallInvitations").HasKey(i => new { i.CallId, i.MemberId });
            invitation.HasQueryFilter(Filter.Consortium, i => Caller.IsPlatform || i.ConsortiumId == Caller.ConsortiumId);
            invitation.HasQueryFilter(Filter.Member, i => Caller.IsPlatform || Caller.IsCleanTeam || i.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<Strike>(strike =>
        {
            strike.ToTable("Strikes").HasKey(s => s.OfferId);
            strike.Property(s => s.OfferId).ValueGeneratedNever();
            strike.HasIndex(s => new { s.ConsortiumId, s.MemberId });
            strike.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            strike.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || s.MemberId == Caller.MemberId);
        });
    }

    private void MapSealedPrices(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PriceInvitation>(invitation =>
        {
            invitation.ToTable("PriceInvitations").HasKey(i => i.Id);
            invitation.Property(i => i.Id).ValueGeneratedNever();
            invitation.Property(i => i.Round).HasConversion<string>().HasMaxLength(20);
            invitation.Property(i => i.Family).HasMaxLength(LongestFamily);
            invitation.Property(i => i.Terms).AsJson();
            invitation.Ignore(i => i.Answer);
            invitation.Ignore(i => i.Price);
            invitation.HasIndex(i => i.OrderId);
            invitation.HasIndex(i => i.RoundId);
            invitation.HasIndex(i => new { i.ConsortiumId, i.MemberId, i.AskedAt });
            invitation.HasIndex(i => new { i.ConsortiumId, i.Family, i.OpenedAt });
            invitation.HasQueryFilter(Filter.Consortium, i => Caller.IsPlatform || i.ConsortiumId == Caller.ConsortiumId);
            invitation.HasQueryFilter(Filter.Member, i => Caller.IsPlatform || Caller.IsCleanTeam || i.MemberId == Caller.MemberId);
        });
    }

    private void MapSplitsByHand(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProposedSplit>(split =>
        {
            split.ToTable("ProposedSplits").HasKey(s => s.Id);
            split.Property(s => s.Id).ValueGeneratedNever();
            split.Property(s => s.State).HasConversion<string>().HasMaxLength(20);
            split.Property(s => s.Unit).HasMaxLength(UnitCode.Longest);
            split.Property(s => s.Kind).HasConversion<string>().HasMaxLength(20).HasDefaultValue(ExceptionKind.Split).ValueGeneratedNever();
            split.Property(s => s.Parts).AsJson();
            split.Property(s => s.Call).AsJson().IsRequired(false);
            split.Property(s => s.SetByControllers).AsJson().IsRequired(false);
            split.Property(s => s.DecidedByControllers).AsJson().IsRequired(false);
            split.HasIndex(s => s.OrderId);
            split.HasIndex(s => new { s.ConsortiumId, s.SetAt });
            split.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            split.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam);
        });
    }

    private void MapFairnessAndRatings(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<FairnessEntry>(entry =>
        {
            entry.ToTable("FairnessEntries").HasKey(e => e.Id);
            entry.Property(e => e.Id).ValueGeneratedNever();
            entry.Property(e => e.Reason).HasConversion<string>().HasMaxLength(20);
            entry.Property(e => e.Family).HasMaxLength(LongestFamily);
            entry.HasIndex(e => e.OrderId);
            entry.HasIndex(e => new { e.ConsortiumId, e.MemberId, e.PostedAt });
            entry.HasIndex(e => new { e.ConsortiumId, e.Family, e.PostedAt });
            entry.HasQueryFilter(Filter.Consortium, e => Caller.IsPlatform || e.ConsortiumId == Caller.ConsortiumId);
            entry.HasQueryFilter(Filter.Member, e => Caller.IsPlatform || Caller.IsCleanTeam || e.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<FairnessBalance>(balance =>
        {
            // A member firm's figures are calculated from the entries it may see; these running sums contain more.
            balance.ToTable("FairnessBalances").HasKey(b => new { b.ConsortiumId, b.Family, b.MemberId, b.Year });
            balance.Property(b => b.Family).HasMaxLength(LongestFamily);
            balance.HasQueryFilter(Filter.Consortium, b => Caller.IsPlatform || b.ConsortiumId == Caller.ConsortiumId);
            balance.HasQueryFilter(Filter.Member, b => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<Rating>(rating =>
        {
            rating.ToTable("Ratings").HasKey(r => r.Id);
            rating.Property(r => r.Id).ValueGeneratedNever();
            rating.Property(r => r.Family).HasMaxLength(LongestFamily);
            rating.Property(r => r.Kind).HasConversion<string>().HasMaxLength(20);
            rating.Property(r => r.WithdrawnAt).IsConcurrencyToken();
            rating.HasIndex(r => new { r.ConsortiumId, r.Family, r.On });
            rating.HasIndex(r => new { r.ConsortiumId, r.MemberId, r.RatedAt });
            rating.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
            rating.HasQueryFilter(Filter.Member, r => Caller.IsPlatform || Caller.IsCleanTeam || r.MemberId == Caller.MemberId);
        });
    }

    private void MapProductsAndCapacity(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ListedProduct>(product =>
        {
            product.ToTable("Products").HasKey(p => new { p.ConsortiumId, p.Code });
            product.Property(p => p.Code).HasMaxLength(LongestCode);
            product.Property(p => p.Family).HasMaxLength(LongestFamily);
            product.Property(p => p.Unit).HasMaxLength(UnitCode.Longest);
            product.Property(p => p.Conversions).AsJson();
            product.Property(p => p.SheetNames).AsJson().IsRequired(false);
            product.Property(p => p.SheetNamesVersion).IsConcurrencyToken();
            product.Property(p => p.Version).IsConcurrencyToken();
            product.HasIndex(p => new { p.ConsortiumId, p.Family });
            product.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
        });
        modelBuilder.Entity<BrandLicence>(licence =>
        {
            licence.ToTable("BrandLicences").HasKey(l => l.Id);
            licence.Property(l => l.Id).ValueGeneratedNever();
            licence.Property(l => l.ProductCode).HasMaxLength(LongestCode);
            licence.Property(l => l.State).HasMaxLength(20);
            licence.Property(l => l.Version).IsConcurrencyToken();
            licence.HasIndex(l => l.ConsortiumId);
            licence.HasQueryFilter(Filter.Consortium, l => Caller.IsPlatform || l.ConsortiumId == Caller.ConsortiumId);
            licence.HasQueryFilter(Filter.Member, l => Caller.IsPlatform || Caller.IsCleanTeam || l.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<CapacityBucket>(bucket =>
        {
            bucket.ToTable("Capacity").HasKey(b => b.Id);
            bucket.Property(b => b.Id).ValueGeneratedNever();
            bucket.Property(b => b.Family).HasMaxLength(LongestFamily);
            bucket.Property(b => b.Unit).HasMaxLength(UnitCode.Longest);
            bucket.Property(b => b.DeclarationVersion).IsConcurrencyToken();
            bucket.HasIndex(b => new { b.ConsortiumId, b.Family });
            bucket.HasQueryFilter(Filter.Consortium, b => Caller.IsPlatform || b.ConsortiumId == Caller.ConsortiumId);
            bucket.HasQueryFilter(Filter.Member, b => Caller.IsPlatform || Caller.IsCleanTeam || b.MemberId == Caller.MemberId);
        });
    }
}
