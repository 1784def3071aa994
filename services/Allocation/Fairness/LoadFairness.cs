using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>Loads fairness accounts for the clean team, a member firm, a run or a score.</summary>
internal static class LoadFairness
{
    /// <summary>The accounts of a year, of one family or all, including those without entries in this year.</summary>
    public static async Task<IReadOnlyList<(Guid MemberId, string Family, AccountYear Year)>> OfYearAsync(
        Consortium consortium, string? family, int year, AllocationDb db, CancellationToken ct)
    {
        var latest = await db.FairnessBalances.AcrossMembers().AsNoTracking()
            .Where(b => b.ConsortiumId == consortium.Id && (family == null || b.Family == family) && b.Year <= year)
            .Where(b => !db.FairnessBalances.Any(later =>
                later.ConsortiumId == b.ConsortiumId && later.Family == b.Family && later.MemberId == b.MemberId && later.Year > b.Year
                    && later.Year <= year))
            .OrderBy(b => b.MemberId).ThenBy(b => b.Family).ToListAsync(ct);
        var cap = await CapsAsync(consortium, [year], db, ct);
        return [.. latest.Select(b => (b.MemberId, b.Family,
            b.Year == year ? b.ToYear() : new AccountYear(year, FairnessAccount.CarriedOver(b.ToYear(), cap(b.Family, year)), 0, 0)))];
    }

    /// <summary>
    /// The accounts of a family for last year and this, as far as each firm may see its own: without lines of which an entitlement is still hidden
    /// (H2, R-804). So a number calculated from them reveals no more to the firm than its own account does. What it received of such a line doesn't
    /// count yet either: it would seem to be ahead by all of it.
    /// </summary>
    public static async Task<IReadOnlyDictionary<Guid, (AccountYear Last, AccountYear This)>> AsVisibleToFirmsAsync(
        Consortium consortium, string family, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var (year, old) = (consortium.CalendarYear(now), now.AddDays(-GetFairness.HiddenDays));
        var hidden = await db.FairnessEntries.AcrossMembers()
            .Where(e => e.ConsortiumId == consortium.Id && e.Family == family && db.FairnessEntries.Any(of =>
                of.ConsortiumId == e.ConsortiumId && of.OrderId == e.OrderId && of.LineId == e.LineId && of.MemberId == e.MemberId
                    && of.PostedAt > old && !of.VisibleAtOnce))
            .GroupBy(e => new { e.MemberId, e.Year })
            .Select(g => new { g.Key, Entitled = g.Sum(e => e.Entitled), Received = g.Sum(e => e.Received) })
            .ToDictionaryAsync(g => (g.Key.MemberId, g.Key.Year), g => (g.Entitled, g.Received), ct);
        var before = (await OfYearAsync(consortium, family, year - 1, db, ct)).ToDictionary(a => a.MemberId, a => Visible(a.MemberId, a.Year));
        var cap = await CapsAsync(consortium, [year], db, ct);
        return (await OfYearAsync(consortium, family, year, db, ct)).ToDictionary(a => a.MemberId, a =>
        {
            var last = before.GetValueOrDefault(a.MemberId) ?? new(year - 1, 0, 0, 0);
            return (last, Visible(a.MemberId, a.Year) with { Carried = FairnessAccount.CarriedOver(last, cap(family, year)) });
        });

        AccountYear Visible(Guid member, AccountYear account)
        {
            var (entitled, received) = hidden.GetValueOrDefault((member, account.Year));
            return account with { Entitled = Math.Max(0, account.Entitled - entitled), Received = account.Received - received };
        }
    }

    /// <summary>
    /// The firms' accounts of the lines' families as a run sees them: those of the year, plus the entitlement to lines that this run is the first to
    /// take on.
    /// </summary>
    public static async Task<IReadOnlyList<MemberAccount>> BeforeRunAsync(
        IReadOnlyList<(Order Order, OrderLine Line)> lines, Rulebook rulebook, List<MemberFirm> firms, AllocationDb db, DateTime now,
        CancellationToken ct)
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
            .Select(all =>
                new MemberAccount(all.Key.Family, all.Key.MemberId, InRange(all.Sum(a => a.Entitled)), InRange(all.Sum(a => a.Owed)),
                    InRange(all.Sum(a => a.Offered))))];

        static long InRange(long pieces) => Math.Clamp(pieces, -AllocationSnapshot.MaxPieces, AllocationSnapshot.MaxPieces);
    }

    /// <summary>Pieces of these families in open offers of any order.</summary>
    public static async Task<IReadOnlyList<(string Family, Guid MemberId, long Pieces)>> OfferedAsync(
        Guid consortiumId, HashSet<string> families, AllocationDb db, CancellationToken ct)
    {
        var offered = await db.MemberOffers.AsNoTracking()
            .Where(o => o.ConsortiumId == consortiumId && o.State == OfferState.Proposed && families.Contains(o.Family!))
            .GroupBy(o => new { o.Family, o.MemberId }).Select(g => new { g.Key.Family, g.Key.MemberId, Pieces = g.Sum(o => o.Quantity) })
            .ToListAsync(ct);
        return [.. offered.Select(o => (o.Family!, o.MemberId, o.Pieces))];
    }

    /// <summary>How much may be carried into each of these years, by family, according to the rulebook in force when the year began.</summary>
    public static async Task<Func<string, int, int>> CapsAsync(Consortium consortium, IEnumerable<int> years, AllocationDb db, CancellationToken ct)
    {
        var rulebooks = new Dictionary<int, Rulebook>();
        foreach (var year in years.Distinct())
        {
            rulebooks[year] = await db.RulebookAsync(consortium.Id, consortium.BeginningOf(year), ct);
        }

        return (family, year) => rulebooks[year].RuleFor(family).CarryOverPercent;
    }

    /// <summary>The agreed quotas if the rulebook has them, otherwise equal shares of the eligible firms.</summary>
    internal static IEnumerable<(Guid MemberId, long Share)> Shares(OrderLine line, AllocationRule rule, List<MemberFirm> firms) =>
        rule.Quotas is { Count: > 0 } quotas
        ? quotas.Where(q => firms.Exists(f => f.Id == q.MemberId && f.Standing != MemberStanding.Left)).Select(q => (q.MemberId, (long)q.SharePpm))
        : firms.Where(f => f.Standing == MemberStanding.Active && f.Capabilities.Exists(c => c.ProductCode == line.Product)).Select(f => (f.Id, 1L));
}
