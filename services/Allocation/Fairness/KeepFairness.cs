using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>
/// The accounts follow the orders, in the same save: with the first run over a line its pieces are shared out by entitlement, with an acceptance they are
/// received; what is closed short or blocked afterwards is taken back.
/// </summary>
internal static class KeepFairness
{
    /// <summary>Writes the entries that follow from what happened to orders; <see cref="AddUpAsync"/> goes with them, in the same save.</summary>
    public static async Task<IReadOnlyList<FairnessEntry>> BookAsync(
        IReadOnlyDictionary<Order, OrderChanges> changes, FairnessBasis? basis, AllocationDb db, DateTime now, CancellationToken ct)
    {
        // Who books for an order changes it: of two at once only one is saved, so what is read here still holds then.
        var orders = changes.Where(c => c.Value.AffectsFairness).Select(c => c.Key).Where(o => o.HasRun || IsClaimed(o)).ToList();
        var ids = orders.Where(o => IsClaimed(o) || !IsFirstRun(o)).Select(o => o.Id).ToList();
        var booked = (ids.Count == 0 ? [] : await Of(db, ids).GroupBy(e => new { e.OrderId, e.LineId })
            .Select(g => new { g.Key.OrderId, g.Key.LineId, Booked = new Booked(g.Max(e => e.Year), g.Sum(e => e.Entitled)) }).ToListAsync(ct)).ToLookup(g => g.OrderId);
        var entries = new List<FairnessEntry>();
        foreach (var order in orders)
        {
            entries.AddRange(await EntriesAsync(
                order, changes[order].Events, booked[order.Id].ToDictionary(g => g.LineId, g => g.Booked), RunOf(order), basis, db, now, ct));
        }

        db.AddRange(entries);
        return entries;

        AllocationRun? RunOf(Order order) => db.Runs.Local.FirstOrDefault(r => r.OrderId == order.Id);

        // Nothing was booked for the order before.
        bool IsFirstRun(Order order) => order.Round == 1 && RunOf(order) is not null;

        static bool IsClaimed(Order order) => order.Offers.Exists(o => o.Accepted > 0);
    }

    /// <summary>What was booked for a line: in which year, and how many pieces firms are entitled to.</summary>
    private sealed record Booked(int Year, long Entitled);

    private static async Task<List<FairnessEntry>> EntriesAsync(
        Order order, List<object> news, Dictionary<string, Booked> booked, AllocationRun? run, FairnessBasis? basis, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var entries = new List<FairnessEntry>();
        var ended = order.State is OrderState.Blocked or OrderState.Cancelled;
        var year = order.Lines.TrueForAll(l => booked.ContainsKey(l.LineId)) ? 0 : (await db.ConsortiumAsync(order.ConsortiumId, ct)).CalendarYear(now);
        var changed = order.Lines.FindAll(l => l.Family is not null && TakenOn(l) != (booked.GetValueOrDefault(l.LineId)?.Entitled ?? 0));
        var held = await HeldAsync(order, [.. changed.Select(l => l.LineId).Where(booked.ContainsKey)], db, ct);
        // A run has read it already; without one, what is in force now counts.
        basis = run is null ? null : basis;
        foreach (var line in changed)
        {
            var before = held[line.LineId].ToDictionary(h => h.MemberId, h => h.Pieces);
            var reason = before.Count == 0 ? FairnessReason.LineTakenOn : ended ? FairnessReason.OrderEnded : FairnessReason.ShortClosed;
            // What is taken back is taken in the proportion in which it was given, whatever the rulebook says by now (F-G4).
            var after = FairnessAccount.Entitled(TakenOn(line), before.Count == 0 ? await SharesAsync(line) : before.Select(b => (b.Key, b.Value)));
            entries.AddRange(after.Select(a => Entry(line, a.MemberId, reason, a.Pieces - before.GetValueOrDefault(a.MemberId), 0, null)).Where(e => e.Entitled != 0));
        }

        foreach (var accepted in news.OfType<AllocationConfirmed>())
        {
            entries.Add(Entry(order.Line(accepted.LineId)!, accepted.MemberId, FairnessReason.Accepted, 0, accepted.Quantity, accepted.AllocationId));
        }

        if (ended)
        {
            var received = await Of(db, [order.Id]).Where(e => e.OfferId != null).GroupBy(e => new { e.LineId, e.MemberId, e.OfferId })
                .Select(g => new { g.Key, Pieces = g.Sum(e => e.Received) }).Where(g => g.Pieces != 0).ToListAsync(ct);
            entries.AddRange(received.Select(r => Entry(order.Line(r.Key.LineId)!, r.Key.MemberId, FairnessReason.OrderEnded, 0, -r.Pieces, r.Key.OfferId)));
        }

        return entries;

        // Before the first run, only a line of which pieces were claimed.
        long TakenOn(OrderLine line) =>
            !ended && (order.HasRun || order.AcceptedOf(line.LineId) > 0) ? line.Ordered - line.ShortClosed : 0;

        async Task<IEnumerable<(Guid MemberId, long Share)>> SharesAsync(OrderLine line)
        {
            basis ??= await FairnessBasis.OfAsync(order.ConsortiumId, run?.StartedAt ?? now, db, ct);
            return Shares(line, basis.Rulebook.RuleFor(line.Family), basis.Firms);
        }

        FairnessEntry Entry(OrderLine line, Guid member, FairnessReason reason, long entitled, long received, Guid? offer) => new()
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = order.ConsortiumId,
            MemberId = member,
            Family = line.Family!,
            Year = booked.GetValueOrDefault(line.LineId)?.Year ?? year,
            OrderId = order.Id,
            LineId = line.LineId,
            RunId = reason == FairnessReason.LineTakenOn ? run?.Id : null,
            OfferId = offer,
            Reason = reason,
            Entitled = entitled,
            Received = received,
            PostedAt = now,
            Told = offer is not null || IsTold(order, line, member),
        };
    }

    /// <summary>The accounts of a year, of one family or of all: one row an account, also of those with nothing in this year yet.</summary>
    public static async Task<IReadOnlyList<(Guid MemberId, string Family, AccountYear Year)>> OfYearAsync(
        Consortium consortium, string? family, int year, AllocationDb db, CancellationToken ct)
    {
        var latest = await db.FairnessBalances.AcrossMembers().AsNoTracking()
            .Where(b => b.ConsortiumId == consortium.Id && (family == null || b.Family == family) && b.Year <= year)
            .Where(b => !db.FairnessBalances.Any(later =>
                later.ConsortiumId == b.ConsortiumId && later.Family == b.Family && later.MemberId == b.MemberId && later.Year > b.Year && later.Year <= year))
            .OrderBy(b => b.MemberId).ThenBy(b => b.Family).ToListAsync(ct);
        var cap = await CapsAsync(consortium, [year], db, ct);
        return [.. latest.Select(b => (b.MemberId, b.Family,
            b.Year == year ? b.ToYear() : new AccountYear(year, FairnessAccount.CarriedOver(b.ToYear(), cap(b.Family, year)), 0, 0)))];
    }

    /// <summary>
    /// The accounts of a family, of the last year and this, as each firm may know its own: without entitlements that it isn't told yet (H2, R-804). What a
    /// firm reads of a number reckoned from them tells it nothing more than its own account does.
    /// </summary>
    public static async Task<IReadOnlyDictionary<Guid, (AccountYear Last, AccountYear This)>> AsToldAsync(
        Consortium consortium, string family, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var (year, old) = (consortium.CalendarYear(now), now.AddDays(-GetFairness.UntoldDays));
        var untold = await db.FairnessEntries.AcrossMembers().Where(e => e.ConsortiumId == consortium.Id && e.Family == family && e.PostedAt > old && !e.Told)
            .GroupBy(e => new { e.MemberId, e.Year }).Select(g => new { g.Key, Entitled = g.Sum(e => e.Entitled) })
            .ToDictionaryAsync(g => (g.Key.MemberId, g.Key.Year), g => g.Entitled, ct);
        var before = (await OfYearAsync(consortium, family, year - 1, db, ct)).ToDictionary(a => a.MemberId, a => Told(a.MemberId, a.Year));
        var cap = await CapsAsync(consortium, [year], db, ct);
        return (await OfYearAsync(consortium, family, year, db, ct)).ToDictionary(a => a.MemberId, a =>
        {
            var last = before.GetValueOrDefault(a.MemberId) ?? new(year - 1, 0, 0, 0);
            return (last, Told(a.MemberId, a.Year) with { Carried = FairnessAccount.CarriedOver(last, cap(family, year)) });
        });

        AccountYear Told(Guid member, AccountYear account) => account with { Entitled = Math.Max(0, account.Entitled - untold.GetValueOrDefault((member, account.Year))) };
    }

    /// <summary>
    /// What firms are due of the families of these lines as a run sees it: their accounts of the year, with the entitlement to lines that this run is the first to take on.
    /// </summary>
    public static async Task<IReadOnlyList<MemberAccount>> BeforeRunAsync(
        IReadOnlyList<(Order Order, OrderLine Line)> lines, Rulebook rulebook, List<MemberFirm> firms, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var consortium = await db.ConsortiumAsync(rulebook.ConsortiumId, ct);
        var families = lines.Select(l => l.Line.Family!).ToHashSet();
        var orders = lines.Select(l => l.Order.Id).Distinct().ToList();
        var booked = (await db.FairnessEntries.AsNoTracking().Where(e => orders.Contains(e.OrderId))
            .Select(e => new { e.OrderId, e.LineId }).Distinct().ToListAsync(ct)).ToHashSet();
        var offered = await OfferedAsync(consortium.Id, families, db, ct);
        var years = await OfYearAsync(consortium, null, consortium.CalendarYear(now), db, ct);
        var known = firms.Select(f => f.Id).ToHashSet();
        return [.. years.Select(y => new MemberAccount(y.Family, y.MemberId, Math.Max(0, y.Year.Entitled), y.Year.Balance, 0))
            .Concat(lines.Where(l => !booked.Contains(new { OrderId = l.Order.Id, l.Line.LineId }))
                .SelectMany(l => FairnessAccount.Entitled(l.Line.Ordered - l.Line.ShortClosed, Shares(l.Line, rulebook.RuleFor(l.Line.Family), firms))
                    .Select(e => new MemberAccount(l.Line.Family!, e.MemberId, e.Pieces, e.Pieces, 0))))
            .Concat(offered.Select(o => new MemberAccount(o.Family, o.MemberId, 0, 0, o.Pieces)))
            .Where(a => families.Contains(a.Family) && known.Contains(a.MemberId))
            .GroupBy(a => (a.Family, a.MemberId))
            .Select(all => new MemberAccount(all.Key.Family, all.Key.MemberId, InRange(all.Sum(a => a.Entitled)), InRange(all.Sum(a => a.Owed)), InRange(all.Sum(a => a.Offered))))];

        static long InRange(long pieces) => Math.Clamp(pieces, -AllocationSnapshot.MaxPieces, AllocationSnapshot.MaxPieces);
    }

    /// <summary>Pieces of these families that firms are offered and have not answered, on any order.</summary>
    public static async Task<IReadOnlyList<(string Family, Guid MemberId, long Pieces)>> OfferedAsync(
        Guid consortiumId, HashSet<string> families, AllocationDb db, CancellationToken ct)
    {
        var offered = await db.MemberOffers.AsNoTracking()
            .Where(o => o.ConsortiumId == consortiumId && o.State == OfferState.Proposed && families.Contains(o.Family!))
            .GroupBy(o => new { o.Family, o.MemberId }).Select(g => new { g.Key.Family, g.Key.MemberId, Pieces = g.Sum(o => o.Quantity) }).ToListAsync(ct);
        return [.. offered.Select(o => (o.Family!, o.MemberId, o.Pieces))];
    }

    /// <summary>How much may be carried into each of these years, by family: the rulebook that the year began with says it.</summary>
    public static async Task<Func<string, int, int>> CapsAsync(Consortium consortium, IEnumerable<int> years, AllocationDb db, CancellationToken ct)
    {
        var rulebooks = new Dictionary<int, Rulebook>();
        foreach (var year in years.Distinct())
        {
            rulebooks[year] = await db.RulebookAsync(consortium.Id, consortium.BeginningOf(year), ct);
        }

        return (family, year) => rulebooks[year].RuleFor(family).CarryOverPercent;
    }

    // The agreed quotas where the rulebook has them, else equal shares of the firms that could be asked.
    private static IEnumerable<(Guid MemberId, long Share)> Shares(OrderLine line, AllocationRule rule, List<MemberFirm> firms) => rule.Quotas is { Count: > 0 } quotas
        ? quotas.Where(q => firms.Exists(f => f.Id == q.MemberId && f.Standing != MemberStanding.Left)).Select(q => (q.MemberId, (long)q.SharePpm))
        : firms.Where(f => f.Standing == MemberStanding.Active && f.Capabilities.Exists(c => c.ProductCode == line.Product)).Select(f => (f.Id, 1L));

    private static bool IsTold(Order order, OrderLine line, Guid member)
    {
        var asked = order.Offers.Where(o => o.LineId == line.LineId).Select(o => o.MemberId).ToHashSet();
        return asked.Count >= OfferTerms.FirmsForAnonymity && asked.Contains(member);
    }

    private static IQueryable<FairnessEntry> Of(AllocationDb db, List<Guid> orders) =>
        db.FairnessEntries.AcrossMembers().AsNoTracking().Where(e => orders.Contains(e.OrderId));

    private static async Task<ILookup<string, (Guid MemberId, long Pieces)>> HeldAsync(Order order, List<string> lines, AllocationDb db, CancellationToken ct)
    {
        if (lines.Count == 0)
        {
            return Array.Empty<(Guid, long)>().ToLookup(_ => "");
        }

        var held = await Of(db, [order.Id]).Where(e => lines.Contains(e.LineId)).GroupBy(e => new { e.LineId, e.MemberId })
            .Select(g => new { g.Key, Pieces = g.Sum(e => e.Entitled) }).Where(g => g.Pieces != 0).ToListAsync(ct);
        return held.ToLookup(h => h.Key.LineId, h => (h.Key.MemberId, h.Pieces));
    }

    /// <summary>Adds entries to the running sums. Always in the same order, so that two that book for the same firms never wait for each other.</summary>
    public static async Task AddUpAsync(IReadOnlyList<FairnessEntry> entries, AllocationDb db, DateTime now, CancellationToken ct)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var consortiumId = entries[0].ConsortiumId;
        var sums = entries.GroupBy(e => new AccountKey(e.Family, e.MemberId, e.Year)).Select(g => (g.Key, Entitled: g.Sum(e => e.Entitled), Received: g.Sum(e => e.Received)))
            .OrderBy(s => s.Key.Family, StringComparer.Ordinal).ThenBy(s => s.Key.MemberId).ThenBy(s => s.Key.Year).ToList();
        var known = (await db.AddToBalancesAsync(consortiumId, sums, ct)).ToHashSet();
        if (known.Count < sums.Count)
        {
            await BeginAccountsAsync(consortiumId, sums.FindAll(s => !known.Contains(s.Key)), db, ct);
        }

        // No year has begun anywhere that isn't this one in two days: then nothing was carried on from the years of these entries.
        if (entries.Min(e => e.Year) < now.AddDays(2).Year)
        {
            await CarryOnAsync(entries, consortiumId, db, ct);
        }
    }

    private static async Task BeginAccountsAsync(
        Guid consortiumId, List<(AccountKey Key, long Entitled, long Received)> sums, AllocationDb db, CancellationToken ct)
    {
        var (consortium, caps) = (await db.ConsortiumAsync(consortiumId, ct), new Dictionary<int, Func<string, int, int>>());
        foreach (var ((family, member, year), entitled, received) in sums)
        {
            // A late entry into the years before comes before us and is carried, or after us and finds the year that it is to be carried into.
            var earlier = Account(db, consortiumId, family, member).Where(b => b.Year < year);
            await db.LockAsync(earlier.OrderBy(b => b.Year), ct);
            var before = await earlier.AsNoTracking().OrderByDescending(b => b.Year).FirstOrDefaultAsync(ct);
            var cap = caps.GetValueOrDefault(year) ?? (caps[year] = await CapsAsync(consortium, [year], db, ct));
            db.Add(new FairnessBalance
            {
                ConsortiumId = consortiumId,
                Family = family,
                MemberId = member,
                Year = year,
                Carried = before is null ? 0 : FairnessAccount.CarriedOver(before.ToYear(), cap(family, year)),
                Entitled = entitled,
                Received = received,
            });
        }

        await db.SaveChangesAsync(ct);
    }

    // An entry into a year that is over changes what was carried from it.
    private static async Task CarryOnAsync(IReadOnlyList<FairnessEntry> entries, Guid consortiumId, AllocationDb db, CancellationToken ct)
    {
        var (families, members, first) = (entries.Select(e => e.Family).Distinct().ToList(), entries.Select(e => e.MemberId).Distinct().ToList(), entries.Min(e => e.Year));
        var later = await db.FairnessBalances.AcrossMembers().AsNoTracking()
            .Where(b => b.ConsortiumId == consortiumId && families.Contains(b.Family) && members.Contains(b.MemberId) && b.Year > first)
            .Select(b => new { b.Family, b.MemberId, b.Year }).ToListAsync(ct);
        if (later.Count == 0)
        {
            return;
        }

        var cap = await CapsAsync(await db.ConsortiumAsync(consortiumId, ct), later.Select(b => b.Year), db, ct);
        foreach (var key in later.Select(b => (b.Family, b.MemberId)).Distinct().OrderBy(k => k.Family, StringComparer.Ordinal).ThenBy(k => k.MemberId))
        {
            var account = Account(db, consortiumId, key.Family, key.MemberId);
            var years = await account.AsNoTracking().Where(b => b.Year >= first).OrderBy(b => b.Year).ToListAsync(ct);
            for (var i = 1; i < years.Count; i++)
            {
                years[i].Carried = FairnessAccount.CarriedOver(years[i - 1].ToYear(), cap(key.Family, years[i].Year));
                var (year, carried) = (years[i].Year, years[i].Carried);
                await account.Where(b => b.Year == year).ExecuteUpdateAsync(set => set.SetProperty(b => b.Carried, carried), ct);
            }
        }
    }

    private static IQueryable<FairnessBalance> Account(AllocationDb db, Guid consortiumId, string family, Guid member) =>
        db.FairnessBalances.AcrossMembers().Where(b => b.ConsortiumId == consortiumId && b.Family == family && b.MemberId == member);
}
