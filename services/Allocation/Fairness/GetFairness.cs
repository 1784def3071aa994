using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>
/// A member firm reads its own fairness accounts and their entries. The clean team reads all of them, and an anonymous spread for the board.
/// </summary>
internal static class GetFairness
{
    /// <summary>
    /// Days until a firm sees an entry that reveals the size of an order it had no part in, or about which only few firms were asked.
    /// </summary>
    public const int HiddenDays = 90;

    /// <summary>With fewer firms, an anonymous figure would still identify one .</summary>
    public const int LeastFirms = 5;

    /// <summary>If one firm has more than this of what all were entitled to, an anonymous figure is mostly its own .</summary>
    public const int MostPercentOfOne = 25;

    /// <summary>A firm's account for a product family and year.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">The product family.</param>
    /// <param name="Year">The calendar year at the consortium's seat.</param>
    /// <param name="Carried">Balance carried over from earlier years, within the rulebook's cap; negative: the firm was ahead.</param>
    /// <param name="Entitled">Its entitlement from this year's lines.</param>
    /// <param name="Received">What it accepted of this year's lines.</param>
    /// <param name="Balance">Carried plus entitled minus received: what is owed to the firm; negative: it is ahead.</param>
    /// <param name="Unit">UN/ECE code of the family's unit: all quantities here are in it.</param>
    public sealed record AccountView(
        Guid MemberId, string ProductFamily, int Year, long Carried, long Entitled, long Received, long Balance, string Unit);

    /// <summary>One entry of an account.</summary>
    /// <param name="EntryId">The entry.</param>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">The product family.</param>
    /// <param name="Year">The calendar year that the line counts for.</param>
    /// <param name="Reason">Why it was made.</param>
    /// <param name="Entitled">Change of the entitlement; negative: taken back.</param>
    /// <param name="Received">Change of what the firm received; negative: taken back.</param>
    /// <param name="PostedAt">When, UTC.</param>
    /// <param name="OrderId">The order; absent for a member firm that may not know which order it was (H2).</param>
    /// <param name="LineId">The line of the order; absent if the order is.</param>
    /// <param name="RunId">The run that the entitlement came with, for the clean team.</param>
    /// <param name="OfferId">The offer that was accepted.</param>
    /// <param name="Unit">UN/ECE code of the family's unit: all quantities here are in it.</param>
    public sealed record EntryView(
        Guid EntryId, Guid MemberId, string ProductFamily, int Year, FairnessReason Reason, long Entitled, long Received, DateTime PostedAt,
        Guid? OrderId, string? LineId, Guid? RunId, Guid? OfferId, string Unit);

    /// <summary>A page of entries, the latest first.</summary>
    /// <param name="Entries">The entries.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record EntryPage(IReadOnlyList<EntryView> Entries, Guid? Before);

    /// <summary>
    /// How evenly a product family was shared in a year, anonymously; per mille of each firm's own entitlement. The lowest and the highest would be
    /// one firm's figure each.
    /// </summary>
    /// <param name="ProductFamily">The product family.</param>
    /// <param name="Year">The calendar year at the consortium's seat, as the accounts stood at its end.</param>
    /// <param name="Firms">Number of firms with an entitlement in this year, 5 or more.</param>
    /// <param name="MedianPerMille">The median balance; the lower of the two if the number is even; negative: received more than entitled
    /// to.</param>
    /// <param name="MeanDeviationPerMille">The mean of the absolute balances.</param>
    /// <param name="Unit">UN/ECE code of the family's unit, in which the accounts behind these figures are kept.</param>
    public sealed record SpreadView(string ProductFamily, int Year, int Firms, long MedianPerMille, long MeanDeviationPerMille, string Unit);

    /// <summary>A page of splits by hand, the latest first.</summary>
    /// <param name="Splits">The splits.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record SplitPage(IReadOnlyList<SplitView> Splits, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = new[] { Role.MemberUser, Role.ConsortiumManager, Role.Auditor };
        routes.MapGet("fairness-accounts", ListAccountsAsync).WithName("ListFairnessAccounts").For(read)
            .WithSummary("List fairness accounts: entitled and received pieces")
            .WithDescription(
                "One account per firm and product family; a member firm sees only its own. Without `year`: the current year at the consortium's "
                + "seat; `family` filters. "
                + "Entitlement follows the rulebook's quotas, or equal shares of the eligible firms. For a member firm, entitlement from lines that "
                + "it was not asked about, "
                + "or about which fewer than five firms were asked, counts after 90 days: earlier, it would reveal what others hold (H2, R-804).");
        routes.MapGet("fairness-accounts/entries", ListEntriesAsync).WithName("ListFairnessEntries").For(read)
            .WithSummary("List fairness entries, latest first")
            .WithDescription(
                "The entries behind the fairness accounts. A member firm sees only its own, by the same rule as its accounts. `family`, `year` and "
                + "`memberId` filter; `limit` 1 to 200, default 50; `before` from the previous page.");
        routes.MapGet("fairness-spread", GetSpreadAsync).WithName("GetFairnessSpread").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Show anonymously how evenly a product family was shared")
            .WithDescription(
                "For the board. `family` is required; without `year`: the last one that can be read. A year can be read 90 days after its end, as "
                + "the accounts stood then, and reads the same for ever: no second reading tells what one firm changed. `NOT_OLD_ENOUGH` before; "
                + "`TOO_FEW_FIRMS` with fewer than five entitled firms, or one with more than a quarter of the entitlements (R-804).");
        routes.MapGet("splits-by-hand", ListSplitsAsync).WithName("ListSplitsByHand").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List splits by hand and other exceptions, latest first")
            .WithDescription(
                "Every exception to the policies (R-618), refused ones included: splits by hand, open calls, votes of the board and new prices; the "
                + "line, who proposed it, why, who decided and when. "
                + "`state=Proposed` lists those that wait for a second person. `limit` 1 to 200, default 50; `before` from the previous page.");
    }

    private static async Task<Results<Ok<IReadOnlyList<AccountView>>, ProblemHttpResult>> ListAccountsAsync(
        AllocationDb db, Caller caller, TimeProvider clock, string? family, int? year, CancellationToken ct)
    {
        if (WrongYear(year) is { } wrong)
        {
            return wrong;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        var asked = year ?? consortium.CalendarYear(now);
        var accounts = caller.IsCleanTeam
            ? await LoadFairness.OfYearAsync(consortium, family, asked, db, ct)
            : await OwnAccountsAsync(db, caller, consortium, family, asked, now, ct);
        var unitOf = await Product.UnitsByFamilyAsync(db, caller.ConsortiumId, ct);
        return TypedResults.Ok<IReadOnlyList<AccountView>>([.. accounts.Select(a => new AccountView(
            a.MemberId, a.Family, asked, a.Year.Carried, a.Year.Entitled, a.Year.Received, a.Year.Balance, unitOf(a.Family)))]);
    }

    private static ProblemHttpResult? WrongYear(int? year) =>
        year is { } asked && !Input.IsYear(asked) ? Refusal.Invalid("year", $"Must be {Input.FirstYear} to {Input.LastYear}.") : null;

    // Calculated from what the firm may see: the running sums would reveal the rest.
    private static async Task<IReadOnlyList<(Guid MemberId, string Family, AccountYear Year)>> OwnAccountsAsync(
        AllocationDb db, Caller caller, Consortium consortium, string? family, int year, DateTime now, CancellationToken ct)
    {
        var sums = await VisibleEntries(db, caller, now).Where(e => (family == null || e.Family == family) && e.Year <= year)
            .GroupBy(e => new { e.MemberId, e.Family, e.Year })
            .Select(g => new { g.Key, Entitled = g.Sum(e => e.Entitled), Received = g.Sum(e => e.Received) }).ToListAsync(ct);
        var cap = await LoadFairness.CapsAsync(consortium, sums.Select(s => s.Key.Year).Append(year), db, ct);
        return [.. sums.GroupBy(s => (s.Key.MemberId, s.Key.Family)).OrderBy(g => g.Key.Family, StringComparer.Ordinal).Select(g => (
            g.Key.MemberId, g.Key.Family,
            FairnessAccount.Years(
                g.Select(s => (s.Key.Year, s.Entitled, s.Received)).Concat(g.Any(s => s.Key.Year == year) ? [] : [(year, 0, 0)]),
                into => cap(g.Key.Family, into))[^1]))];
    }

    private static async Task<Results<Ok<EntryPage>, ProblemHttpResult>> ListEntriesAsync(
        AllocationDb db, Caller caller, TimeProvider clock, string? family, int? year, Guid? memberId, int? limit, Guid? before, CancellationToken ct)
    {
        if (WrongYear(year) is { } wrong)
        {
            return wrong;
        }

        var (refused, rows, most) = await VisibleEntries(db, caller, clock.GetUtcNow().UtcDateTime)
            .PageAsync(nameof(FairnessEntry.PostedAt), limit, before,
                e => (family == null || e.Family == family) && (year == null || e.Year == year) && (memberId == null || e.MemberId == memberId), ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        var unitOf = await Product.UnitsByFamilyAsync(db, caller.ConsortiumId, ct);
        return TypedResults.Ok(new EntryPage(
            [.. page.Select(e => ViewOf(e, caller.IsCleanTeam, unitOf(e.Family)))], page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<SplitPage>, ProblemHttpResult>> ListSplitsAsync(
        AllocationDb db, SplitState? state, int? limit, Guid? before, CancellationToken ct)
    {
        var (refused, rows, most) = await db.ProposedSplits.PageAsync(
            nameof(ProposedSplit.SetAt), limit, before, s => state == null || s.State == state, ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        return TypedResults.Ok(new SplitPage([.. page.Select(SplitView.Of)], page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<SpreadView>, ProblemHttpResult>> GetSpreadAsync(
        AllocationDb db, Caller caller, TimeProvider clock, string? family, int? year, CancellationToken ct)
    {
        if (WrongYear(year) is { } wrong)
        {
            return wrong;
        }

        if (string.IsNullOrWhiteSpace(family))
        {
            return Refusal.Invalid("family", "A product family is required.");
        }

        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        var latest = consortium.CalendarYear(clock.GetUtcNow().UtcDateTime.AddDays(-HiddenDays)) - 1;
        var asked = year ?? latest;
        if (asked > latest)
        {
            return new Refusal("NOT_OLD_ENOUGH", $"The figures of {asked} can be read {HiddenDays} days after its end (R-804).").ToProblem();
        }

        var accounts = (await AtTheEndOfAsync(asked, family, consortium, db, ct)).Where(a => a.Entitled > 0).ToList();
        var all = accounts.Aggregate(Int128.Zero, (sum, a) => sum + a.Entitled);
        long[] balances = [.. accounts.Select(a => (long)((Int128)a.Balance * 1000 / a.Entitled)).Order()];
        // One refusal for both: which of them it is would tell that a firm has so much.
        return balances.Length < LeastFirms || accounts.Exists(a => (Int128)a.Entitled * 100 > all * MostPercentOfOne)
            ? new Refusal("TOO_FEW_FIRMS",
                $"Fewer than {LeastFirms} firms were entitled to {family} in {asked}, or one to more than {MostPercentOfOne} percent of it: "
                + "anonymous figures would still identify firms (R-804).").ToProblem()
            : TypedResults.Ok(new SpreadView(
                family, asked, balances.Length, balances[(balances.Length - 1) / 2], balances.Sum(Math.Abs) / balances.Length,
                (await Product.UnitsByFamilyAsync(db, caller.ConsortiumId, ct))(family)));
    }

    // What is booked later, even for this year, doesn't count: there is one reading.
    private static async Task<IReadOnlyList<AccountYear>> AtTheEndOfAsync(
        int year, string family, Consortium consortium, AllocationDb db, CancellationToken ct)
    {
        var end = consortium.BeginningOf(year + 1);
        var sums = await db.FairnessEntries.AsNoTracking()
            .Where(e => e.ConsortiumId == consortium.Id && e.Family == family && e.Year <= year && e.PostedAt < end)
            .GroupBy(e => new { e.MemberId, e.Year })
            .Select(g => new { g.Key, Entitled = g.Sum(e => e.Entitled), Received = g.Sum(e => e.Received) }).ToListAsync(ct);
        var cap = await LoadFairness.CapsAsync(consortium, sums.Select(s => s.Key.Year).Append(year), db, ct);
        return [.. sums.GroupBy(s => s.Key.MemberId).Where(own => own.Any(s => s.Key.Year == year)).OrderBy(own => own.Key)
            .Select(own => FairnessAccount.Years(own.Select(s => (s.Key.Year, s.Entitled, s.Received)), into => cap(family, into))[^1])];
    }

    // The query filter leaves a member firm its own entries; of these it sees those that reveal nothing about others (F-C2).
    private static IQueryable<FairnessEntry> VisibleEntries(AllocationDb db, Caller caller, DateTime now)
    {
        var (all, old) = (caller.IsCleanTeam, now.AddDays(-HiddenDays));
        return db.FairnessEntries.AsNoTracking().Where(e => all || e.VisibleAtOnce || e.PostedAt <= old);
    }

    private static EntryView ViewOf(FairnessEntry entry, bool toCleanTeam, string unit)
    {
        var visible = toCleanTeam || entry.VisibleAtOnce;
        return new(
            entry.Id, entry.MemberId, entry.Family, entry.Year, entry.Reason, entry.Entitled, entry.Received, entry.PostedAt,
            visible ? entry.OrderId : null, visible ? entry.LineId : null, toCleanTeam ? entry.RunId : null, entry.OfferId, unit);
    }
}
