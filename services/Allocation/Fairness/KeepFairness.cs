using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Contracts;
using ExportConsortia.Platform;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>
/// The accounts follow the orders, in the same save: with the first run over a line its pieces are shared out by entitlement, with an acceptance they are
/// received; what is closed short or blocked afterwards is taken back.
/// </summary>
internal static class KeepFairness
{
    public static async Task FollowAsync(Order order, IReadOnlyList<object> news, AllocationDb db, DateTime now, CancellationToken ct)
    {
        if (!order.HasRun && !order.Offers.Exists(o => o.Accepted > 0))
        {
            return;
        }

        // The order's own row is written already: nobody else books for it until this is saved.
        var ended = order.State is OrderState.Blocked or OrderState.Cancelled;
        var booked = await Of(db, order).GroupBy(e => e.LineId)
            .Select(g => new { LineId = g.Key, Year = g.Max(e => e.Year), Entitled = g.Sum(e => e.Entitled) }).ToDictionaryAsync(g => g.LineId, ct);
        var consortium = await db.ConsortiumAsync(order.ConsortiumId, ct);
        var run = db.Runs.Local.FirstOrDefault(r => r.OrderId == order.Id);
        var entries = new List<FairnessEntry>();

        var changed = order.Lines.Where(l => l.Family is not null && TakenOn(l) != (booked.GetValueOrDefault(l.LineId)?.Entitled ?? 0)).ToList();
        if (changed.Count > 0)
        {
            var held = await HeldAsync(order, changed, db, ct);
            var rulebook = await db.RulebookAsync(order.ConsortiumId, run?.StartedAt ?? now, ct);
            var firms = await db.Members.AcrossMembers().AsNoTracking().Where(m => m.ConsortiumId == order.ConsortiumId).ToListAsync(ct);
            foreach (var line in changed)
            {
                var before = held[line.LineId].ToDictionary(h => h.MemberId, h => h.Pieces);
                var reason = before.Count == 0 ? FairnessReason.LineTakenOn : ended ? FairnessReason.OrderEnded : FairnessReason.ShortClosed;
                // What is taken back is taken in the proportion in which it was given, whatever the rulebook says by now (F-G4).
                var after = FairnessAccount.Entitled(
                    TakenOn(line), before.Count == 0 ? Shares(line, rulebook.RuleFor(line.Family), firms) : before.Select(b => (b.Key, b.Value)));
                entries.AddRange(after.Select(a => Entry(line, a.MemberId, reason, a.Pieces - before.GetValueOrDefault(a.MemberId), 0, null))
                    .Where(e => e.Entitled != 0));
            }
        }

        foreach (var accepted in news.OfType<AllocationConfirmed>())
        {
            entries.Add(Entry(order.Line(accepted.LineId)!, accepted.MemberId, FairnessReason.Accepted, 0, accepted.Quantity, accepted.AllocationId));
        }

        if (ended)
        {
            var received = await Of(db, order).Where(e => e.OfferId != null).GroupBy(e => new { e.LineId, e.MemberId, e.OfferId })
                .Select(g => new { g.Key, Pieces = g.Sum(e => e.Received) }).Where(g => g.Pieces != 0).ToListAsync(ct);
            entries.AddRange(received.Select(r => Entry(order.Line(r.Key.LineId)!, r.Key.MemberId, FairnessReason.OrderEnded, 0, -r.Pieces, r.Key.OfferId)));
        }

        if (entries.Count > 0)
        {
            db.AddRange(entries);
            await db.SaveChangesAsync(ct);
            await AddUpAsync(entries, consortium, db, ct);
        }

        // Before the first run, only a line of which pieces were claimed.
        long TakenOn(OrderLine line) =>
            !ended && (order.HasRun || order.AcceptedOf(line.LineId) > 0) ? line.Ordered - line.ShortClosed : 0;

        FairnessEntry Entry(OrderLine line, Guid member, FairnessReason reason, long entitled, long received, Guid? offer) => new()
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = order.ConsortiumId,
            MemberId = member,
            Family = line.Family!,
            Year = booked.GetValueOrDefault(line.LineId)?.Year ?? consortium.CalendarYear(now),
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
        return asked.Count >= IssueOffer.Anonymous && asked.Contains(member);
    }

    private static IQueryable<FairnessEntry> Of(AllocationDb db, Order order) => db.FairnessEntries.AcrossMembers().AsNoTracking().Where(e => e.OrderId == order.Id);

    private static async Task<ILookup<string, (Guid MemberId, long Pieces)>> HeldAsync(Order order, List<OrderLine> lines, AllocationDb db, CancellationToken ct)
    {
        var ids = lines.ConvertAll(l => l.LineId);
        var held = await Of(db, order).Where(e => ids.Contains(e.LineId)).GroupBy(e => new { e.LineId, e.MemberId })
            .Select(g => new { g.Key, Pieces = g.Sum(e => e.Entitled) }).Where(g => g.Pieces != 0).ToListAsync(ct);
        return held.ToLookup(h => h.Key.LineId, h => (h.Key.MemberId, h.Pieces));
    }

    // Always in the same order, so that two that book for the same firms never wait for each other.
    private static async Task AddUpAsync(List<FairnessEntry> entries, Consortium consortium, AllocationDb db, CancellationToken ct)
    {
        var caps = new Dictionary<int, Func<string, int, int>>();
        foreach (var sum in entries.GroupBy(e => (e.Family, e.MemberId, e.Year)).OrderBy(g => g.Key.Family, StringComparer.Ordinal).ThenBy(g => g.Key.MemberId).ThenBy(g => g.Key.Year))
        {
            var (entitled, received, year) = (sum.Sum(e => e.Entitled), sum.Sum(e => e.Received), sum.Key.Year);
            var account = Account(db, consortium, sum.Key.Family, sum.Key.MemberId);
            if (await account.Where(b => b.Year == year).ExecuteUpdateAsync(
                set => set.SetProperty(b => b.Entitled, b => b.Entitled + entitled).SetProperty(b => b.Received, b => b.Received + received), ct) > 0)
            {
                continue;
            }

            // Touching the years before locks them: a late entry comes before us and is carried, or after us and finds the year that it is to be carried into.
            await account.Where(b => b.Year < year).ExecuteUpdateAsync(set => set.SetProperty(b => b.Carried, b => b.Carried), ct);
            var before = await account.AsNoTracking().Where(b => b.Year < year).OrderByDescending(b => b.Year).FirstOrDefaultAsync(ct);
            var cap = caps.GetValueOrDefault(year) ?? (caps[year] = await CapsAsync(consortium, [year], db, ct));
            db.Add(new FairnessBalance
            {
                ConsortiumId = consortium.Id,
                Family = sum.Key.Family,
                MemberId = sum.Key.MemberId,
                Year = year,
                Carried = before is null ? 0 : FairnessAccount.CarriedOver(before.ToYear(), cap(sum.Key.Family, year)),
                Entitled = entitled,
                Received = received,
            });
            await db.SaveChangesAsync(ct);
        }

        await CarryOnAsync(entries, consortium, db, ct);
    }

    // An entry into a year that is over changes what was carried from it.
    private static async Task CarryOnAsync(List<FairnessEntry> entries, Consortium consortium, AllocationDb db, CancellationToken ct)
    {
        var (families, members, first) = (entries.Select(e => e.Family).Distinct().ToList(), entries.Select(e => e.MemberId).Distinct().ToList(), entries.Min(e => e.Year));
        var later = await db.FairnessBalances.AcrossMembers().AsNoTracking()
            .Where(b => b.ConsortiumId == consortium.Id && families.Contains(b.Family) && members.Contains(b.MemberId) && b.Year > first)
            .Select(b => new { b.Family, b.MemberId, b.Year }).ToListAsync(ct);
        var cap = await CapsAsync(consortium, later.Select(b => b.Year), db, ct);
        foreach (var key in later.Select(b => (b.Family, b.MemberId)).Distinct().OrderBy(k => k.Family, StringComparer.Ordinal).ThenBy(k => k.MemberId))
        {
            var account = Account(db, consortium, key.Family, key.MemberId);
            var years = await account.AsNoTracking().Where(b => b.Year >= first).OrderBy(b => b.Year).ToListAsync(ct);
            for (var i = 1; i < years.Count; i++)
            {
                years[i].Carried = FairnessAccount.CarriedOver(years[i - 1].ToYear(), cap(key.Family, years[i].Year));
                var (year, carried) = (years[i].Year, years[i].Carried);
                await account.Where(b => b.Year == year).ExecuteUpdateAsync(set => set.SetProperty(b => b.Carried, carried), ct);
            }
        }
    }

    private static IQueryable<FairnessBalance> Account(AllocationDb db, Consortium consortium, string family, Guid member) =>
        db.FairnessBalances.AcrossMembers().Where(b => b.ConsortiumId == consortium.Id && b.Family == family && b.MemberId == member);
}
