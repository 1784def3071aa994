using System.Diagnostics.Metrics;
using System.IO.Compression;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Ratings;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.SplitsByHand;
using ExportConsortia.Contracts;
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
        Orders.AcrossMembers().SingleAsync(o => o.Id == orderId, ct);

    /// <summary>
    /// Saves orders that change together, none perhaps, with all that follows from their changes and whatever else was changed, or nothing: the news for the
    /// others, each member's own view, the fairness accounts, and the capacity that is free again.
    /// </summary>
    public Task SaveAsync(IReadOnlyCollection<Order> orders, CancellationToken ct, FairnessBasis? basis = null) => SaveAsync(orders, null, basis, null, ct);

    /// <inheritdoc cref="SaveAsync(IReadOnlyCollection{Order}, CancellationToken, FairnessBasis)"/>
    public Task SaveAsync(Order order, CancellationToken ct) => SaveAsync([order], null, null, null, ct);

    /// <summary>
    /// The same for orders of which offers take capacity. When a declaration has no room left (F-Q4), or a firm was suspended at this very moment, nothing
    /// is saved and the work is to be done again.
    /// </summary>
    /// <param name="orders">The orders.</param>
    /// <param name="offers">The offers.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="basis">What the fairness accounts go by, if it was read before.</param>
    /// <param name="require">Looks, before anything else of the transaction, whether it may go on; throws if not.</param>
    public Task SaveReservingAsync(
        IReadOnlyCollection<Order> orders, IReadOnlyCollection<Offer> offers, CancellationToken ct, FairnessBasis? basis = null, Func<Task>? require = null) =>
        SaveAsync(orders, offers, basis, require, ct);

    /// <inheritdoc/>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // Lines, offers and the rest of an order are changed in place, and its version moves with each change.
        foreach (var order in ChangeTracker.Entries<Order>().Where(o => o.State == EntityState.Modified && o.Property(x => x.Version).IsModified))
        {
            order.NestedPartsChanged();
        }

        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    // Locks are taken in one order everywhere, so that two never wait for each other: consortium, firms, orders by id, turns, accounts, capacity by id.
    private async Task SaveAsync(
        IReadOnlyCollection<Order> orders, IReadOnlyCollection<Offer>? offers, FairnessBasis? basis, Func<Task>? require, CancellationToken ct)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        var changes = orders.ToDictionary(o => o, o => o.TakeChanges());
        foreach (var (order, message) in changes.SelectMany(c => c.Value.News, (c, message) => (c.Key, message)))
        {
            Publish(order.Id, message);
        }

        var ended = changes.Values.SelectMany(c => c.Ended).ToList();
        await FollowAsync(ended, [.. changes.Values.SelectMany(c => c.Rounds)], ct);
        var booked = await KeepFairness.BookAsync(changes, basis, this, now, ct);
        var moved = changes.Values.SelectMany(c => c.Released).Select(d => (d.BucketId, Quantity: -d.Quantity))
            .Concat((offers ?? []).SelectMany(o => o.Draws).Select(d => (d.BucketId, d.Quantity)))
            .GroupBy(d => d.BucketId, d => d.Quantity).Select(d => (d.Key, d.Sum())).ToList();
        if (offers is null && require is null && ended.Count == 0 && booked.Count == 0 && moved.Count == 0)
        {
            await SaveChangesAsync(ct);
        }
        else
        {
            await InOneTransactionAsync(
                async () =>
                {
                    await (require?.Invoke() ?? Task.CompletedTask);
                    await RequireFirmsAsync([.. (offers ?? []).Select(o => o.MemberId).Distinct()], ct);
                    await SaveChangesAsync(ct);
                    await KeepTurnsAsync(ended, ct);
                    await KeepFairness.AddUpAsync(booked, this, now, ct);
                    await MoveReservationsAsync(moved, ct);
                    return true;
                },
                ct);
        }

        OrdersAllocated.Add(changes.Values.Sum(c => c.News.Count(message => message is OrderAllocated)));
    }

    // Each member's own view of its offers, and of the invitations to hand in a price.
    private async Task FollowAsync(List<Offer> ended, List<PriceRound> rounds, CancellationToken ct)
    {
        if (ended.Count > 0)
        {
            // Who answers its offer has read its view already.
            var views = MemberOffers.Local.ToDictionary(v => v.Id);
            var others = ended.Select(o => o.Id).Where(id => !views.ContainsKey(id)).ToList();
            foreach (var view in others.Count == 0 ? [] : await MemberOffers.AcrossMembers().Where(o => others.Contains(o.Id)).ToListAsync(ct))
            {
                views.Add(view.Id, view);
            }

            ended.ForEach(offer => views[offer.Id].Follow(offer));
        }

        if (rounds.Count > 0)
        {
            var ids = rounds.Select(r => r.Id).Distinct().ToList();
            foreach (var invitation in await PriceInvitations.AcrossMembers().Where(i => ids.Contains(i.RoundId)).ToListAsync(ct))
            {
                invitation.Follow(rounds.Find(r => r.Id == invitation.RoundId)!);
            }
        }
    }

    // A suspension comes before us and is seen, or after us and withdraws these offers. Other runs needn't wait for us.
    private async Task RequireFirmsAsync(List<Guid> firms, CancellationToken ct)
    {
        var offerable = Members.Where(m => firms.Contains(m.Id) && (m.Standing == MemberStanding.Active || m.Standing == MemberStanding.Probation));
        if (firms.Count > 0 && await LockAsync(offerable.Select(m => m.Id).OrderBy(id => id), ct, shared: true) != firms.Count)
        {
            throw new DbUpdateConcurrencyException("A firm may no longer be offered anything.");
        }
    }

    /// <summary>Who declines with a reason, or whose offer is taken back, keeps its place in the rotation; who is silent goes to the end (R-614).</summary>
    private async Task KeepTurnsAsync(List<Offer> ended, CancellationToken ct)
    {
        if (Ids(OfferState.Declined, OfferState.Withdrawn) is { Count: > 0 } keep)
        {
            await Turns.AcrossMembers().Where(t => keep.Contains(t.OfferId))
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.ServedAt, t => t.ServedBefore).SetProperty(t => t.Version, t => t.Version + 1), ct);
        }

        if (Ids(OfferState.Expired) is { Count: > 0 } silent)
        {
            var at = ended.Find(o => o.State == OfferState.Expired)!.AnsweredAt;
            await Turns.AcrossMembers().Where(t => silent.Contains(t.OfferId))
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.ServedAt, at).SetProperty(t => t.Version, t => t.Version + 1), ct);
        }

        List<Guid> Ids(params OfferState[] states) => [.. ended.Where(o => states.Contains(o.State)).Select(o => o.Id)];
    }

    /// <summary>Takes capacity, as much as is declared at most (F-Q4), and gives it back: in one statement, which locks the declarations by id.</summary>
    private async Task MoveReservationsAsync(List<(Guid BucketId, long Quantity)> moved, CancellationToken ct)
    {
        if (moved.Count == 0)
        {
            return;
        }

        var sql =
            $"""
            WITH moved ("Id", "Quantity") AS (VALUES {Placeholders(moved.Count, 2)}),
            locked AS (SELECT c."Id", m."Quantity" FROM "Capacity" c JOIN moved m ON m."Id" = c."Id" ORDER BY c."Id" {ForUpdateOf("c")})
            UPDATE "Capacity" SET "Reserved" = "Reserved" + l."Quantity" FROM locked l
            WHERE "Capacity"."Id" = l."Id" AND (l."Quantity" <= 0 OR "Reserved" + l."Quantity" <= "Declared")
            """;
        if (await Database.ExecuteSqlRawAsync(sql, moved.SelectMany(m => (object[])[m.BucketId, m.Quantity]), ct) != moved.Count)
        {
            throw new DbUpdateConcurrencyException("The capacity is no longer free.");
        }
    }

    /// <summary>Adds to the running sums of fairness accounts: in one statement, which locks them by family, firm and year.</summary>
    /// <returns>The accounts that there are; the others must be begun.</returns>
    public async Task<List<AccountKey>> AddToBalancesAsync(Guid consortiumId, IReadOnlyCollection<(AccountKey Key, long Entitled, long Received)> sums, CancellationToken ct)
    {
        var sql =
            $$"""
            WITH sums ("Family", "MemberId", "Year", "Entitled", "Received") AS (VALUES {{Placeholders(sums.Count, 5)}}),
            locked AS (SELECT s.* FROM "FairnessBalances" b JOIN sums s ON b."Family" = s."Family" AND b."MemberId" = s."MemberId" AND b."Year" = s."Year"
                WHERE b."ConsortiumId" = {{{sums.Count * 5}}} ORDER BY b."Family", b."MemberId", b."Year" {{ForUpdateOf("b")}})
            UPDATE "FairnessBalances" SET "Entitled" = "FairnessBalances"."Entitled" + l."Entitled", "Received" = "FairnessBalances"."Received" + l."Received"
            FROM locked l WHERE "FairnessBalances"."ConsortiumId" = {{{sums.Count * 5}}} AND "FairnessBalances"."Family" = l."Family"
                AND "FairnessBalances"."MemberId" = l."MemberId" AND "FairnessBalances"."Year" = l."Year"
            RETURNING "FairnessBalances"."Family", "FairnessBalances"."MemberId", "FairnessBalances"."Year"
            """;
        object[] values = [.. sums.SelectMany(s => (object[])[s.Key.Family, s.Key.MemberId, s.Key.Year, s.Entitled, s.Received]), consortiumId];
        return await Database.SqlQueryRaw<AccountKey>(sql, values).ToListAsync(ct);
    }

    // ({0}, {1}), ({2}, {3}) …
    private static string Placeholders(int rows, int columns) => string.Join(", ", Enumerable.Range(0, rows * columns).Chunk(columns)
        .Select(row => $"({string.Join(", ", row.Select(i => $"{{{i}}}"))})"));

    // On SQLite a transaction is the only writer.
    private string ForUpdateOf(string table) => Database.IsNpgsql() ? $"FOR UPDATE OF {table}" : "";

    /// <summary>A consortium by its id; one whose founding we haven't heard of counts its years in UTC.</summary>
    public async Task<Consortium> ConsortiumAsync(Guid id, CancellationToken ct) =>
        await Consortia.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? new(id, "", "");

    /// <summary>Every member firm of a consortium.</summary>
    public Task<List<MemberFirm>> FirmsAsync(Guid consortiumId, CancellationToken ct) =>
        Members.AcrossMembers().AsNoTracking().Where(m => m.ConsortiumId == consortiumId).ToListAsync(ct);

    /// <summary>The rulebook in force at an instant; a later version never acts backwards (F-G4).</summary>
    public async Task<Rulebook> RulebookAsync(Guid consortiumId, DateTime at, CancellationToken ct) =>
        await Rulebooks.AsNoTracking().Where(r => r.ConsortiumId == consortiumId && r.ActiveFrom <= at)
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
            order.HasQueryFilter(Filter.Consortium, o => Caller.IsPlatform || o.ConsortiumId == Caller.ConsortiumId);
            order.HasQueryFilter(Filter.Member, o => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<OrderPaper>(paper =>
        {
            paper.ToTable("OrderPapers").HasKey(p => p.OrderId);
            paper.HasQueryFilter(Filter.Consortium, p => Caller.IsPlatform || p.ConsortiumId == Caller.ConsortiumId);
            paper.HasQueryFilter(Filter.Member, p => Caller.IsPlatform || Caller.IsCleanTeam);
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
            offer.HasQueryFilter(Filter.Consortium, o => Caller.IsPlatform || o.ConsortiumId == Caller.ConsortiumId);
            offer.HasQueryFilter(Filter.Member, o => Caller.IsPlatform || Caller.IsCleanTeam || o.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<AllocationRun>(run =>
        {
            run.ToTable("AllocationRuns").HasKey(r => r.Id);
            run.Property(r => r.Id).ValueGeneratedNever();
            run.Property(r => r.Stage).HasConversion<string>().HasMaxLength(20);
            run.Property(r => r.Snapshot).HasConversion(Packed);
            run.Property(r => r.Plan).HasConversion(Packed);
            run.HasIndex(r => r.OrderId);
            run.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
            run.HasQueryFilter(Filter.Member, r => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<ProposedSplit>(split =>
        {
            split.ToTable("ProposedSplits").HasKey(s => s.Id);
            split.Property(s => s.Id).ValueGeneratedNever();
            split.Property(s => s.State).HasConversion<string>().HasMaxLength(20);
            split.Property(s => s.Parts).AsJson();
            split.HasIndex(s => s.OrderId);
            split.HasIndex(s => new { s.ConsortiumId, s.SetAt });
            split.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            split.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<LongRun>(run =>
        {
            run.ToTable("LongRuns").HasKey(r => r.RunId);
            run.Property(r => r.RunId).ValueGeneratedNever();
            run.Property(r => r.Orders).AsJson();
            run.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
            run.HasQueryFilter(Filter.Member, r => Caller.IsPlatform || Caller.IsCleanTeam);
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
            member.HasQueryFilter(Filter.Consortium, m => Caller.IsPlatform || m.ConsortiumId == Caller.ConsortiumId);
            member.HasQueryFilter(Filter.Member, m => Caller.IsPlatform || Caller.IsCleanTeam || m.Id == Caller.MemberId);
        });
        modelBuilder.Entity<CapacityBucket>(bucket =>
        {
            bucket.ToTable("Capacity").HasKey(b => b.Id);
            bucket.Property(b => b.Id).ValueGeneratedNever();
            bucket.Property(b => b.Family).HasMaxLength(LongestFamily);
            bucket.Property(b => b.DeclarationVersion).IsConcurrencyToken();
            bucket.HasIndex(b => new { b.ConsortiumId, b.Family });
            bucket.HasQueryFilter(Filter.Consortium, b => Caller.IsPlatform || b.ConsortiumId == Caller.ConsortiumId);
            bucket.HasQueryFilter(Filter.Member, b => Caller.IsPlatform || Caller.IsCleanTeam || b.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<Strike>(strike =>
        {
            strike.ToTable("Strikes").HasKey(s => s.OfferId);
            strike.Property(s => s.OfferId).ValueGeneratedNever();
            strike.HasIndex(s => new { s.ConsortiumId, s.MemberId });
            strike.HasQueryFilter(Filter.Consortium, s => Caller.IsPlatform || s.ConsortiumId == Caller.ConsortiumId);
            strike.HasQueryFilter(Filter.Member, s => Caller.IsPlatform || Caller.IsCleanTeam || s.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<RotationTurn>(turn =>
        {
            turn.ToTable("RotationTurns").HasKey(t => new { t.MemberId, t.Family });
            turn.Property(t => t.Family).HasMaxLength(LongestFamily);
            turn.Property(t => t.Version).IsConcurrencyToken();
            turn.HasIndex(t => new { t.ConsortiumId, t.Family });
            turn.HasIndex(t => t.OfferId);
            turn.HasQueryFilter(Filter.Consortium, t => Caller.IsPlatform || t.ConsortiumId == Caller.ConsortiumId);
            turn.HasQueryFilter(Filter.Member, t => Caller.IsPlatform || Caller.IsCleanTeam);
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
            // A member's own figures are reckoned from the entries that it may see; the running sums know more.
            balance.ToTable("FairnessBalances").HasKey(b => new { b.ConsortiumId, b.Family, b.MemberId, b.Year });
            balance.Property(b => b.Family).HasMaxLength(LongestFamily);
            balance.HasQueryFilter(Filter.Consortium, b => Caller.IsPlatform || b.ConsortiumId == Caller.ConsortiumId);
            balance.HasQueryFilter(Filter.Member, b => Caller.IsPlatform || Caller.IsCleanTeam);
        });
        modelBuilder.Entity<Consortium>(consortium =>
        {
            consortium.ToTable("Consortia").HasKey(c => c.Id);
            consortium.Property(c => c.Id).ValueGeneratedNever();
            consortium.HasQueryFilter(Filter.Consortium, c => Caller.IsPlatform || c.Id == Caller.ConsortiumId);
        });
        modelBuilder.Entity<CallInvitation>(invitation =>
        {
            invitation.ToTable("CallInvitations").HasKey(i => new { i.CallId, i.MemberId });
            invitation.HasQueryFilter(Filter.Consortium, i => Caller.IsPlatform || i.ConsortiumId == Caller.ConsortiumId);
            invitation.HasQueryFilter(Filter.Member, i => Caller.IsPlatform || Caller.IsCleanTeam || i.MemberId == Caller.MemberId);
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
            invitation.HasQueryFilter(Filter.Consortium, i => Caller.IsPlatform || i.ConsortiumId == Caller.ConsortiumId);
            invitation.HasQueryFilter(Filter.Member, i => Caller.IsPlatform || Caller.IsCleanTeam || i.MemberId == Caller.MemberId);
        });
        modelBuilder.Entity<Rulebook>(rulebook =>
        {
            rulebook.ToTable("Rulebooks").HasKey(r => new { r.ConsortiumId, r.Version });
            rulebook.Property(r => r.Rules).AsJson();
            rulebook.HasQueryFilter(Filter.Consortium, r => Caller.IsPlatform || r.ConsortiumId == Caller.ConsortiumId);
        });
    }
}
