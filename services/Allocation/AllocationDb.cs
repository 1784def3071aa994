using System.Diagnostics.Metrics;
using System.IO.Compression;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Ratings;
using ExportConsortia.Contracts;
using ExportConsortia.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ExportConsortia.Allocation;

/// <summary>
/// Tables of the allocation service: an aggregate is a row, its nested parts are JSON columns. Every query on owned data is filtered by the caller:
/// orders and runs are for the clean team, a member firm finds its own <see cref="MemberOffer"/>s only (F-C1).
/// </summary>
internal sealed class AllocationDb(DbContextOptions<AllocationDb> options, ServiceDbScope scope) : ServiceDb(options, scope)
{
    /// <summary>As Membership says; whatever is part of an index has a limit, or the store refuses it one day.</summary>
    private const int LongestFamily = 100;

    private static readonly Counter<long> OrdersAllocated = Telemetry.Meter.CreateCounter<long>("allocation.orders.allocated", "{order}", "Orders of which every piece is allocated.");

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<OrderPaper> OrderPapers => Set<OrderPaper>();

    public DbSet<MemberOffer> MemberOffers => Set<MemberOffer>();

    public DbSet<AllocationRun> Runs => Set<AllocationRun>();

    public DbSet<LongRun> LongRuns => Set<LongRun>();

    public DbSet<ProposedSplit> ProposedSplits => Set<ProposedSplit>();

    public DbSet<MemberFirm> Members => Set<MemberFirm>();

    public DbSet<CapacityBucket> Capacity => Set<CapacityBucket>();

    public DbSet<Strike> Strikes => Set<Strike>();

    public DbSet<RotationTurn> Turns => Set<RotationTurn>();

    public DbSet<Rating> Ratings => Set<Rating>();

    public DbSet<FairnessEntry> FairnessEntries => Set<FairnessEntry>();

    public DbSet<FairnessBalance> FairnessBalances => Set<FairnessBalance>();

    public DbSet<Rulebook> Rulebooks => Set<Rulebook>();

    public DbSet<Consortium> Consortia => Set<Consortium>();

    public DbSet<CallInvitation> CallInvitations => Set<CallInvitation>();

    public DbSet<PriceInvitation> PriceInvitations => Set<PriceInvitation>();

    // Snapshots and plans are long and repeat themselves; those of older runs lie there as they are.
    private static ValueConverter<byte[], byte[]> Packed { get; } = new(bytes => Pack(bytes), bytes => Unpack(bytes));

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            zip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] bytes)
    {
        if (bytes is not [0x1F, 0x8B, ..])
        {
            return bytes;
        }

        using var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        zip.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    /// <summary>The order behind an offer that the caller may see. A member never reads it: it only acts on it through its offer.</summary>
    public Task<Order> OrderBehindAsync(Guid orderId, CancellationToken ct) =>
        Orders.IgnoreQueryFilters().SingleAsync(o => o.Id == orderId, ct);

    /// <summary>
    /// Saves an order with all that follows from its change, or nothing: the news for the others, each member's own view, the fairness accounts,
    /// and the capacity that is free again.
    /// </summary>
    public Task SaveAsync(Order order, IEnumerable<CapacityDraw> released, CancellationToken ct) => InOneTransactionAsync(
        async () =>
        {
            var news = order.TakeNews();
            foreach (var message in news)
            {
                Publish(order.Id, message);
            }

            OrdersAllocated.Add(news.Count(message => message is OrderAllocated));

            var answered = order.Offers.Where(o => !o.IsOpen).ToDictionary(o => o.Id);
            foreach (var view in await MemberOffers.IgnoreQueryFilters()
                .Where(o => o.OrderId == order.Id && o.State == OfferState.Proposed && answered.Keys.Contains(o.Id)).ToListAsync(ct))
            {
                view.Follow(answered[view.Id]);
                await KeepTurnAsync(view, ct);
            }

            if (order.PriceRounds.Count > 0)
            {
                var pending = PriceInvitations.IgnoreQueryFilters().Where(i => i.OrderId == order.Id && (i.Round == PriceRoundState.Open || i.Round == PriceRoundState.Closed));
                foreach (var invitation in await pending.ToListAsync(ct))
                {
                    invitation.Follow(order.PriceRounds.Single(r => r.Id == invitation.RoundId));
                }
            }

            await SaveChangesAsync(ct);
            foreach (var view in MemberOffers.Local.ToList())
            {
                // What is saved is done with: each further save would compare all their texts again.
                Entry(view).State = EntityState.Detached;
            }

            await KeepFairness.FollowAsync(order, news, this, Clock.GetUtcNow().UtcDateTime, ct);
            await ReleaseAsync(released, ct);
            return true;
        },
        ct);

    /// <summary>Gives capacity back, as part of a transaction: always in the same order, so that two that release the same never wait for each other.</summary>
    public async Task ReleaseAsync(IEnumerable<CapacityDraw> released, CancellationToken ct)
    {
        foreach (var draw in released.GroupBy(d => d.BucketId).OrderBy(d => d.Key))
        {
            var quantity = draw.Sum(d => d.Quantity);
            await Capacity.IgnoreQueryFilters().Where(b => b.Id == draw.Key)
                .ExecuteUpdateAsync(set => set.SetProperty(b => b.Reserved, b => b.Reserved - quantity), ct);
        }
    }

    /// <summary>Saves orders that change together, none perhaps, and whatever else was changed: all or nothing.</summary>
    public Task SaveAllAsync(IEnumerable<Order> orders, CancellationToken ct) => InOneTransactionAsync(
        async () =>
        {
            await SaveChangesAsync(ct);
            foreach (var order in orders.OrderBy(o => o.Id))
            {
                await SaveAsync(order, [], ct);
            }

            return true;
        },
        ct);

    /// <summary>
    /// The same as <see cref="SaveAsync"/> for orders that change together, taking capacity for offers. When a declaration has no room left (F-Q4), or a firm was suspended at this
    /// very moment, nothing is saved and the work is to be done again.
    /// </summary>
    public Task SaveReservingAsync(IEnumerable<Order> orders, IReadOnlyCollection<Offer> offers, CancellationToken ct) => InOneTransactionAsync(
        async () =>
        {
            foreach (var order in orders.OrderBy(o => o.Id))
            {
                await SaveAsync(order, [], ct);
            }

            // Touching the firms' rows locks them: a suspension comes before us and is seen, or after us and withdraws these offers.
            var firms = offers.Select(o => o.MemberId).Distinct().ToList();
            if (await Members.IgnoreQueryFilters().Where(m => firms.Contains(m.Id) && (m.Standing == MemberStanding.Active || m.Standing == MemberStanding.Probation))
                    .ExecuteUpdateAsync(set => set.SetProperty(m => m.StandingVersion, m => m.StandingVersion), ct) != firms.Count)
            {
                throw new DbUpdateConcurrencyException("A firm may no longer be offered anything.");
            }

            foreach (var draw in offers.SelectMany(o => o.Draws).GroupBy(d => d.BucketId).OrderBy(d => d.Key))
            {
                var quantity = draw.Sum(d => d.Quantity);
                if (await Capacity.IgnoreQueryFilters().Where(b => b.Id == draw.Key && b.Reserved + quantity <= b.Declared)
                        .ExecuteUpdateAsync(set => set.SetProperty(b => b.Reserved, b => b.Reserved + quantity), ct) == 0)
                {
                    throw new DbUpdateConcurrencyException("The capacity is no longer free.");
                }
            }

            return true;
        },
        ct);

    /// <summary>Who declines with a reason, or whose offer is taken back, keeps its place in the rotation; who is silent goes to the end .</summary>
    private Task<int> KeepTurnAsync(MemberOffer ended, CancellationToken ct)
    {
        var turn = Turns.IgnoreQueryFilters().Where(t => t.OfferId == ended.Id);
        return ended.State switch
        {
            OfferState.Declined or OfferState.Withdrawn => turn.ExecuteUpdateAsync(set => set.SetProperty(t => t.ServedAt, t => t.ServedBefore).SetProperty(t => t.Version, t => t.Version + 1), ct),
            OfferState.Expired => turn.ExecuteUpdateAsync(set => set.SetProperty(t => t.ServedAt, ended.AnsweredAt).SetProperty(t => t.Version, t => t.Version + 1), ct),
            _ => Task.FromResult(0),
        };
    }

    /// <summary>A consortium by its id; one whose founding we haven't heard of counts its years in UTC.</summary>
    public async Task<Consortium> ConsortiumAsync(Guid id, CancellationToken ct) =>
        await Consortia.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? new(id, "", "");

    /// <summary>The rulebook in force at an instant; a later version never acts backwards (F-G4).</summary>
    public async Task<Rulebook> RulebookAsync(Guid consortiumId, DateTime at, CancellationToken ct) =>
        await Rulebooks.IgnoreQueryFilters().AsNoTracking().Where(r => r.ConsortiumId == consortiumId && r.ActiveFrom <= at)
            .OrderByDescending(r => r.Version).FirstOrDefaultAsync(ct)
        ?? new Rulebook { ConsortiumId = consortiumId, Version = 0, Rules = [], ActiveFrom = at };

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
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
            order.HasIndex(o => o.NextDeadline);
            order.HasIndex(o => new { o.ConsortiumId, o.ReceivedAt });
            order.HasQueryFilter(o => Caller.IsPlatform || (Caller.IsCleanTeam && o.ConsortiumId == Caller.ConsortiumId));
        });
        modelBuilder.Entity<OrderPaper>(paper =>
        {
            paper.ToTable("OrderPapers").HasKey(p => p.OrderId);
            paper.HasQueryFilter(p => Caller.IsPlatform || (Caller.IsCleanTeam && p.ConsortiumId == Caller.ConsortiumId));
        });
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
            offer.HasQueryFilter(o => Caller.IsPlatform
                || (o.ConsortiumId == Caller.ConsortiumId && (Caller.IsCleanTeam || o.MemberId == Caller.MemberId)));
        });
        modelBuilder.Entity<AllocationRun>(run =>
        {
            run.ToTable("AllocationRuns").HasKey(r => r.Id);
            run.Property(r => r.Id).ValueGeneratedNever();
            run.Property(r => r.Stage).HasConversion<string>().HasMaxLength(20);
            run.Property(r => r.Snapshot).HasConversion(Packed);
            run.Property(r => r.Plan).HasConversion(Packed);
            run.HasIndex(r => r.OrderId);
            run.HasQueryFilter(r => Caller.IsPlatform || (Caller.IsCleanTeam && r.ConsortiumId == Caller.ConsortiumId));
        });
        modelBuilder.Entity<ProposedSplit>(split =>
        {
            split.ToTable("ProposedSplits").HasKey(s => s.Id);
            split.Property(s => s.Id).ValueGeneratedNever();
            split.Property(s => s.State).HasConversion<string>().HasMaxLength(20);
            split.Property(s => s.Parts).AsJson();
            split.HasIndex(s => s.OrderId);
            split.HasIndex(s => new { s.ConsortiumId, s.SetAt });
            split.HasQueryFilter(s => Caller.IsPlatform || (Caller.IsCleanTeam && s.ConsortiumId == Caller.ConsortiumId));
        });
        modelBuilder.Entity<LongRun>(run =>
        {
            run.ToTable("LongRuns").HasKey(r => r.RunId);
            run.Property(r => r.RunId).ValueGeneratedNever();
            run.Property(r => r.Orders).AsJson();
            run.HasQueryFilter(r => Caller.IsPlatform || (Caller.IsCleanTeam && r.ConsortiumId == Caller.ConsortiumId));
        });
        modelBuilder.Entity<MemberFirm>(member =>
        {
            member.ToTable("Members").HasKey(m => m.Id);
            member.Property(m => m.Id).ValueGeneratedNever();
            member.Property(m => m.Standing).HasConversion<string>().HasMaxLength(20);
            member.Property(m => m.StandingVersion).IsConcurrencyToken();
            member.Property(m => m.CapabilitiesVersion).IsConcurrencyToken();
            member.Property(m => m.Capabilities).AsJson();
            member.HasIndex(m => m.ConsortiumId);
            member.HasQueryFilter(m => Caller.IsPlatform
                || (m.ConsortiumId == Caller.ConsortiumId && (Caller.IsCleanTeam || m.Id == Caller.MemberId)));
        });
        modelBuilder.Entity<CapacityBucket>(bucket =>
        {
            bucket.ToTable("Capacity").HasKey(b => b.Id);
            bucket.Property(b => b.Id).ValueGeneratedNever();
            bucket.Property(b => b.Family).HasMaxLength(LongestFamily);
            bucket.Property(b => b.DeclarationVersion).IsConcurrencyToken();
            bucket.HasIndex(b => new { b.ConsortiumId, b.Family });
            bucket.HasQueryFilter(b => Caller.IsPlatform
                || (b.ConsortiumId == Caller.ConsortiumId && (Caller.IsCleanTeam || b.MemberId == Caller.MemberId)));
        });
        modelBuilder.Entity<Strike>(strike =>
        {
            strike.ToTable("Strikes").HasKey(s => s.OfferId);
            strike.Property(s => s.OfferId).ValueGeneratedNever();
            strike.HasIndex(s => new { s.ConsortiumId, s.MemberId });
            strike.HasQueryFilter(s => Caller.IsPlatform
                || (s.ConsortiumId == Caller.ConsortiumId && (Caller.IsCleanTeam || s.MemberId == Caller.MemberId)));
        });
        modelBuilder.Entity<RotationTurn>(turn =>
        {
            turn.ToTable("RotationTurns").HasKey(t => new { t.MemberId, t.Family });
            turn.Property(t => t.Family).HasMaxLength(LongestFamily);
            turn.Property(t => t.Version).IsConcurrencyToken();
            turn.HasIndex(t => new { t.ConsortiumId, t.Family });
            turn.HasIndex(t => t.OfferId);
            turn.HasQueryFilter(t => Caller.IsPlatform || (Caller.IsCleanTeam && t.ConsortiumId == Caller.ConsortiumId));
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
            rating.HasQueryFilter(r => Caller.IsPlatform
                || (r.ConsortiumId == Caller.ConsortiumId && (Caller.IsCleanTeam || r.MemberId == Caller.MemberId)));
        });
        modelBuilder.Entity<FairnessEntry>(entry =>
        {
            entry.ToTable("FairnessEntries").HasKey(e => e.Id);
            entry.Property(e => e.Id).ValueGeneratedNever();
            entry.Property(e => e.Reason).HasConversion<string>().HasMaxLength(20);
            entry.Property(e => e.Family).HasMaxLength(LongestFamily);
            entry.HasIndex(e => e.OrderId);
            entry.HasIndex(e => new { e.ConsortiumId, e.MemberId, e.PostedAt });
            entry.HasIndex(e => new { e.ConsortiumId, e.Family, e.PostedAt });
            entry.HasQueryFilter(e => Caller.IsPlatform
                || (e.ConsortiumId == Caller.ConsortiumId && (Caller.IsCleanTeam || e.MemberId == Caller.MemberId)));
        });
        modelBuilder.Entity<FairnessBalance>(balance =>
        {
            // A member's own figures are reckoned from the entries that it may see; the running sums know more.
            balance.ToTable("FairnessBalances").HasKey(b => new { b.ConsortiumId, b.Family, b.MemberId, b.Year });
            balance.Property(b => b.Family).HasMaxLength(LongestFamily);
            balance.HasQueryFilter(b => Caller.IsPlatform || (Caller.IsCleanTeam && b.ConsortiumId == Caller.ConsortiumId));
        });
        modelBuilder.Entity<Consortium>(consortium =>
        {
            consortium.ToTable("Consortia").HasKey(c => c.Id);
            consortium.Property(c => c.Id).ValueGeneratedNever();
            consortium.HasQueryFilter(c => Caller.IsPlatform || c.Id == Caller.ConsortiumId);
        });
        modelBuilder.Entity<CallInvitation>(invitation =>
        {
            invitation.ToTable("CallInvitations").HasKey(i => new { i.CallId, i.MemberId });
            invitation.HasQueryFilter(i => Caller.IsPlatform
                || (i.ConsortiumId == Caller.ConsortiumId && (Caller.IsCleanTeam || i.MemberId == Caller.MemberId)));
        });
        modelBuilder.Entity<PriceInvitation>(invitation =>
        {
            invitation.ToTable("PriceInvitations").HasKey(i => i.Id);
            invitation.Property(i => i.Id).ValueGeneratedNever();
            invitation.Property(i => i.Round).HasConversion<string>().HasMaxLength(20);
            invitation.Property(i => i.Family).HasMaxLength(LongestFamily);
            invitation.Property(i => i.Terms).AsJson();
            invitation.Ignore(i => i.Answer);
            invitation.HasIndex(i => i.OrderId);
            invitation.HasIndex(i => i.RoundId);
            invitation.HasIndex(i => new { i.ConsortiumId, i.MemberId, i.AskedAt });
            invitation.HasIndex(i => new { i.ConsortiumId, i.Family, i.OpenedAt });
            invitation.HasQueryFilter(i => Caller.IsPlatform
                || (i.ConsortiumId == Caller.ConsortiumId && (Caller.IsCleanTeam || i.MemberId == Caller.MemberId)));
        });
        modelBuilder.Entity<Rulebook>(rulebook =>
        {
            rulebook.ToTable("Rulebooks").HasKey(r => new { r.ConsortiumId, r.Version });
            rulebook.Property(r => r.Rules).AsJson();
            rulebook.HasQueryFilter(r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
        });
    }
}
