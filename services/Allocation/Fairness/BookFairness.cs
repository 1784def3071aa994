using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>
/// Books the fairness accounts in the same save as the orders. The first run over a line books the entitlements, an acceptance books what was
/// received; what is closed short or blocked later is reversed.
/// </summary>
internal static class BookFairness
{
    /// <summary>Adds the entries that follow from changes of orders. Call <see cref="AddUpAsync"/> in the same save.</summary>
    public static async Task<IReadOnlyList<FairnessEntry>> BookAsync(
        IReadOnlyDictionary<Order, OrderChanges> changes, FairnessBasis? basis, AllocationDb db, DateTime now, CancellationToken ct)
    {
        // Booking for an order changes the order: of two concurrent saves only one succeeds, so what is read here is still true then.
        var orders = changes.Where(c => c.Value.AffectsFairness).Select(c => c.Key).Where(o => o.HasRun || IsClaimed(o)).ToList();
        var ids = orders.Where(o => IsClaimed(o) || !IsFirstRun(o)).Select(o => o.Id).ToList();
        // Once a run has taken all lines on, an acceptance changes only what was received of its own line: a long order has very many entries.
        var lines = orders.TrueForAll(o => o.HasRun && !changes[o].AffectsEntitlements)
            ? changes.Values.SelectMany(c => c.Events.OfType<AllocationConfirmed>()).Select(e => e.LineId).ToHashSet(StringComparer.Ordinal)
            : null;
        var before = lines is null ? Of(db, ids) : Of(db, ids).Where(e => lines.Contains(e.LineId));
        var booked = (ids.Count == 0 ? [] : await before
            .GroupBy(e => new { e.OrderId, e.LineId })
            .Select(g => new { g.Key.OrderId, g.Key.LineId, Booked = new Booked(g.Max(e => e.Year), g.Sum(e => e.Entitled)) }).ToListAsync(ct))
            .ToLookup(g => g.OrderId);
        var entries = new List<FairnessEntry>();
        foreach (var order in orders)
        {
            entries.AddRange(await EntriesAsync(
                order, lines is null ? order.Lines : order.Lines.FindAll(l => lines.Contains(l.LineId)), changes[order].Events,
                booked[order.Id].ToDictionary(g => g.LineId, g => g.Booked), RunOf(order), basis, db, now, ct));
        }

        db.AddRange(entries);
        return entries;

        AllocationRun? RunOf(Order order) => db.Runs.Local.FirstOrDefault(r => r.OrderId == order.Id);

        // Nothing was booked for the order before.
        bool IsFirstRun(Order order) => order.Round == 1 && RunOf(order) is not null;

        static bool IsClaimed(Order order) => order.Offers.Exists(o => o.Accepted > 0);
    }

    /// <summary>What was booked for a line: the year, and the pieces that firms are entitled to.</summary>
    private sealed record Booked(int Year, long Entitled);

    private static async Task<List<FairnessEntry>> EntriesAsync(
        Order order, List<OrderLine> lines, List<object> news, Dictionary<string, Booked> booked, AllocationRun? run, FairnessBasis? basis,
        AllocationDb db, DateTime now, CancellationToken ct)
    {
        var entries = new List<FairnessEntry>();
        var ended = order.State is OrderState.Blocked or OrderState.Cancelled;
        var year = lines.TrueForAll(l => booked.ContainsKey(l.LineId))
            ? 0 : (await db.ConsortiumAsync(order.ConsortiumId, ct)).CalendarYear(now);
        var changed = lines.FindAll(l => l.Family is not null && TakenOn(l) != (booked.GetValueOrDefault(l.LineId)?.Entitled ?? 0));
        var held = await HeldAsync(order, [.. changed.Select(l => l.LineId).Where(booked.ContainsKey)], db, ct);
        // A run has already read it; without a run, the rules now in force count.
        basis = run is null ? null : basis;
        foreach (var line in changed)
        {
            var before = held[line.LineId].ToDictionary(h => h.MemberId, h => h.Pieces);
            var reason = before.Count == 0 ? FairnessReason.LineTakenOn : ended ? FairnessReason.OrderEnded : FairnessReason.ShortClosed;
            // Entitlement is taken back in the proportion in which it was given, whatever the rulebook says now (F-G4).
            var after = FairnessAccount.Entitled(TakenOn(line), before.Count == 0 ? await SharesAsync(line) : before.Select(b => (b.Key, b.Value)));
            entries.AddRange(after.Select(a => Entry(line, a.MemberId, reason, a.Pieces - before.GetValueOrDefault(a.MemberId), 0, null))
                .Where(e => e.Entitled != 0));
        }

        foreach (var accepted in news.OfType<AllocationConfirmed>())
        {
            entries.Add(Entry(order.Line(accepted.LineId)!, accepted.MemberId, FairnessReason.Accepted, 0, accepted.Quantity, accepted.AllocationId));
        }

        if (ended)
        {
            var received = await Of(db, [order.Id]).Where(e => e.OfferId != null).GroupBy(e => new { e.LineId, e.MemberId, e.OfferId })
                .Select(g => new { g.Key, Pieces = g.Sum(e => e.Received) }).Where(g => g.Pieces != 0).ToListAsync(ct);
            entries.AddRange(
                received.Select(r => Entry(order.Line(r.Key.LineId)!, r.Key.MemberId, FairnessReason.OrderEnded, 0, -r.Pieces, r.Key.OfferId)));
        }

        return entries;

        // Before the first run, only lines with claimed pieces count.
        long TakenOn(OrderLine line) =>
            !ended && (order.HasRun || order.AcceptedOf(line.LineId) > 0) ? line.Ordered - line.ShortClosed : 0;

        async Task<IEnumerable<(Guid MemberId, long Share)>> SharesAsync(OrderLine line)
        {
            basis ??= await FairnessBasis.OfAsync(order.ConsortiumId, run?.StartedAt ?? now, db, ct);
            return LoadFairness.Shares(line, basis.Rulebook.RuleFor(line.Family), basis.Firms);
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
            VisibleAtOnce = offer is not null || IsVisibleAtOnce(order, line, member),
        };
    }

    private static bool IsVisibleAtOnce(Order order, OrderLine line, Guid member)
    {
        var asked = order.Offers.Where(o => o.LineId == line.LineId).Select(o => o.MemberId).ToHashSet();
        return asked.Count >= GetFairness.LeastFirms && asked.Contains(member);
    }

    private static IQueryable<FairnessEntry> Of(AllocationDb db, List<Guid> orders) =>
        db.FairnessEntries.AcrossMembers().AsNoTracking().Where(e => orders.Contains(e.OrderId));

    private static async Task<ILookup<string, (Guid MemberId, long Pieces)>> HeldAsync(
        Order order, List<string> lines, AllocationDb db, CancellationToken ct)
    {
        if (lines.Count == 0)
        {
            return Array.Empty<(Guid, long)>().ToLookup(_ => "");
        }

        var held = await Of(db, [order.Id]).Where(e => lines.Contains(e.LineId)).GroupBy(e => new { e.LineId, e.MemberId })
            .Select(g => new { g.Key, Pieces = g.Sum(e => e.Entitled) }).Where(g => g.Pieces != 0).ToListAsync(ct);
        return held.ToLookup(h => h.Key.LineId, h => (h.Key.MemberId, h.Pieces));
    }

    /// <summary>Adds entries to the running sums. Always in the same order, so that concurrent bookings for the same firms can't deadlock.</summary>
    public static async Task AddUpAsync(IReadOnlyList<FairnessEntry> entries, AllocationDb db, DateTime now, CancellationToken ct)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var consortiumId = entries[0].ConsortiumId;
        var sums = entries.GroupBy(e => new AccountKey(e.Family, e.MemberId, e.Year))
            .Select(g => (g.Key, Entitled: g.Sum(e => e.Entitled), Received: g.Sum(e => e.Received)))
            .OrderBy(s => s.Key.Family, StringComparer.Ordinal).ThenBy(s => s.Key.MemberId).ThenBy(s => s.Key.Year).ToList();
        var known = (await db.AddToBalancesAsync(consortiumId, sums, ct)).ToHashSet();
        if (known.Count < sums.Count)
        {
            await BeginAccountsAsync(consortiumId, sums.FindAll(s => !known.Contains(s.Key)), db, ct);
        }

        // If two days from now is still the year of these entries, no later year has begun anywhere and nothing was carried over from them yet.
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
            // A late entry into an earlier year either commits before us and is carried over, or after us and finds this year's row.
            var earlier = Account(db, consortiumId, family, member).Where(b => b.Year < year);
            await db.LockAsync(earlier.OrderBy(b => b.Year), ct);
            var before = await earlier.AsNoTracking().OrderByDescending(b => b.Year).FirstOrDefaultAsync(ct);
            var cap = caps.GetValueOrDefault(year) ?? (caps[year] = await LoadFairness.CapsAsync(consortium, [year], db, ct));
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

    // An entry into a past year changes what was carried over from it.
    private static async Task CarryOnAsync(IReadOnlyList<FairnessEntry> entries, Guid consortiumId, AllocationDb db, CancellationToken ct)
    {
        var (families, members, first) = (
            entries.Select(e => e.Family).Distinct().ToList(), entries.Select(e => e.MemberId).Distinct().ToList(), entries.Min(e => e.Year));
        var later = await db.FairnessBalances.AcrossMembers().AsNoTracking()
            .Where(b => b.ConsortiumId == consortiumId && families.Contains(b.Family) && members.Contains(b.MemberId) && b.Year > first)
            .Select(b => new { b.Family, b.MemberId, b.Year }).ToListAsync(ct);
        if (later.Count == 0)
        {
            return;
        }

        var cap = await LoadFairness.CapsAsync(await db.ConsortiumAsync(consortiumId, ct), later.Select(b => b.Year), db, ct);
        foreach (var key in later.Select(b => (b.Family, b.MemberId)).Distinct()
            .OrderBy(k => k.Family, StringComparer.Ordinal).ThenBy(k => k.MemberId))
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
