using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>A member firm reads its own fairness accounts and the entries behind them; the clean team reads all, and a spread without names for the board.</summary>
internal static class GetFairness
{
    /// <summary>An entry that tells how large an order was, in which a firm had no part or only few were asked, is told so much later .</summary>
    public const int UntoldDays = 90;

    /// <summary>With fewer firms a figure without a name would still be somebody's .</summary>
    public const int LeastFirms = 5;

    /// <summary>A firm's account of a product family in a year, in pieces.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">The product family.</param>
    /// <param name="Year">The calendar year at the consortium's seat.</param>
    /// <param name="Carried">Owed from the years before, within the rulebook's cap; below 0: the firm was ahead.</param>
    /// <param name="Entitled">Its entitlement of the lines of this year.</param>
    /// <param name="Received">What it accepted of the lines of this year.</param>
    /// <param name="Balance">Carried and entitled less received: owed to the firm; below 0: it is ahead.</param>
    public sealed record AccountView(Guid MemberId, string ProductFamily, int Year, long Carried, long Entitled, long Received, long Balance);

    /// <summary>One entry of an account, in pieces.</summary>
    /// <param name="EntryId">The entry.</param>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">The product family.</param>
    /// <param name="Year">The calendar year that the line counts for.</param>
    /// <param name="Reason">Why it was made.</param>
    /// <param name="Entitled">Change of what the firm is entitled to; below 0: taken back.</param>
    /// <param name="Received">Change of what it has received; below 0: taken back.</param>
    /// <param name="PostedAt">When, UTC.</param>
    /// <param name="OrderId">The order; absent for a member firm where it may not know which order it was (H2).</param>
    /// <param name="LineId">The line of the order; absent like the order.</param>
    /// <param name="RunId">The run that the entitlement came with, for the clean team.</param>
    /// <param name="OfferId">The offer that was accepted.</param>
    public sealed record EntryView(
        Guid EntryId, Guid MemberId, string ProductFamily, int Year, FairnessReason Reason, long Entitled, long Received, DateTime PostedAt,
        Guid? OrderId, string? LineId, Guid? RunId, Guid? OfferId);

    /// <summary>A page of entries, the latest first.</summary>
    /// <param name="Entries">The entries.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record EntryPage(IReadOnlyList<EntryView> Entries, Guid? Before);

    /// <summary>How evenly a product family was shared out in a year, without names; per mille of each firm's own entitlement.</summary>
    /// <param name="ProductFamily">The product family.</param>
    /// <param name="Year">The calendar year at the consortium's seat.</param>
    /// <param name="Firms">Firms with an entitlement in this year, 5 or more.</param>
    /// <param name="LowestPerMille">The firm that is ahead most: its balance per mille of its entitlement; below 0: it received more than it was due.</param>
    /// <param name="MedianPerMille">The firm in the middle; of an even number the lower one.</param>
    /// <param name="HighestPerMille">The firm that is owed most.</param>
    /// <param name="MeanDeviationPerMille">The mean of all balances without their sign.</param>
    public sealed record SpreadView(
        string ProductFamily, int Year, int Firms, long LowestPerMille, long MedianPerMille, long HighestPerMille, long MeanDeviationPerMille);

    /// <summary>A page of splits by hand, the latest first.</summary>
    /// <param name="Splits">The splits.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record SplitPage(IReadOnlyList<SplitView> Splits, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = new[] { Role.MemberUser, Role.ConsortiumManager, Role.Auditor };
        routes.MapGet("fairness-accounts", ListAsync).WithName("ListFairnessAccounts").For(read)
            .WithSummary("Read fairness accounts: entitled against received")
            .WithDescription("One account a firm and product family; a member firm sees its own only. `year` absent: the present one at the consortium's seat; `family` filters. "
                + "A line is shared out by the rulebook's quotas, else equally among the firms that could be asked. For a member firm, entitlement of lines that it was not asked about, "
                + "or of which fewer than three firms were, counts after 90 days: earlier it would tell what others hold (H2, R-804).");
        routes.MapGet("fairness-accounts/entries", EntriesAsync).WithName("ListFairnessEntries").For(read)
            .WithSummary("List the entries behind the fairness accounts, the latest first")
            .WithDescription("A member firm sees its own only, by the same rule as its accounts. `family`, `year` and `memberId` filter; `limit` 1 to 200, 50 if absent; `before` is the last page's `before`.");
        routes.MapGet("fairness-spread", SpreadAsync).WithName("GetFairnessSpread").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Read how evenly a product family was shared out, without names")
            .WithDescription("For the board. `family` is required; `year` absent: the present one. `TOO_FEW_FIRMS` with fewer than five entitled firms (R-804).");
        routes.MapGet("splits-by-hand", SplitsAsync).WithName("ListSplitsByHand").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List the splits by hand, the latest first")
            .WithDescription("Every exception to the policies (R-618): which line, who set the parts, why, who decided on it and when, also those that were refused; `state=Proposed` for what waits for a second person. `limit` 1 to 200, 50 if absent; `before` is the last page's `before`.");
    }

    private static async Task<Results<Ok<IReadOnlyList<AccountView>>, ProblemHttpResult>> ListAsync(
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
            ? await KeepFairness.OfYearAsync(consortium, family, asked, db, ct)
            : await OwnAsync(db, caller, consortium, family, asked, now, ct);
        return TypedResults.Ok<IReadOnlyList<AccountView>>([.. accounts.Select(a =>
            new AccountView(a.MemberId, a.Family, asked, a.Year.Carried, a.Year.Entitled, a.Year.Received, a.Year.Balance))]);
    }

    private static ProblemHttpResult? WrongYear(int? year) =>
        year is { } asked && !Input.IsYear(asked) ? Refusal.Invalid("year", $"Must be {Input.FirstYear} to {Input.LastYear}.") : null;

    // Reckoned from what the firm may see: the running sums would tell it the rest.
    private static async Task<IReadOnlyList<(Guid MemberId, string Family, AccountYear Year)>> OwnAsync(
        AllocationDb db, Caller caller, Members.Consortium consortium, string? family, int year, DateTime now, CancellationToken ct)
    {
        var sums = await Seen(db, caller, now).Where(e => (family == null || e.Family == family) && e.Year <= year)
            .GroupBy(e => new { e.MemberId, e.Family, e.Year })
            .Select(g => new { g.Key, Entitled = g.Sum(e => e.Entitled), Received = g.Sum(e => e.Received) }).ToListAsync(ct);
        var cap = await KeepFairness.CapsAsync(consortium, sums.Select(s => s.Key.Year).Append(year), db, ct);
        return [.. sums.GroupBy(s => (s.Key.MemberId, s.Key.Family)).OrderBy(g => g.Key.Family, StringComparer.Ordinal).Select(g => (
            g.Key.MemberId, g.Key.Family,
            FairnessAccount.Years(
                g.Select(s => (s.Key.Year, s.Entitled, s.Received)).Concat(g.Any(s => s.Key.Year == year) ? [] : [(year, 0, 0)]),
                into => cap(g.Key.Family, into))[^1]))];
    }

    private static async Task<Results<Ok<EntryPage>, ProblemHttpResult>> EntriesAsync(
        AllocationDb db, Caller caller, TimeProvider clock, string? family, int? year, Guid? memberId, int? limit, Guid? before, CancellationToken ct)
    {
        if (WrongYear(year) is { } wrong)
        {
            return wrong;
        }

        var (refused, rows, most) = await Seen(db, caller, clock.GetUtcNow().UtcDateTime).PageAsync(nameof(FairnessEntry.PostedAt), limit, before, e => (family == null || e.Family == family) && (year == null || e.Year == year) && (memberId == null || e.MemberId == memberId), ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        return TypedResults.Ok(new EntryPage([.. page.Select(e => ViewOf(e, caller.IsCleanTeam))], page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<SplitPage>, ProblemHttpResult>> SplitsAsync(
        AllocationDb db, SplitState? state, int? limit, Guid? before, CancellationToken ct)
    {
        var (refused, rows, most) = await db.ProposedSplits.PageAsync(nameof(ProposedSplit.SetAt), limit, before, s => state == null || s.State == state, ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        return TypedResults.Ok(new SplitPage([.. page.Select(SplitView.Of)], page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<SpreadView>, ProblemHttpResult>> SpreadAsync(
        AllocationDb db, Caller caller, TimeProvider clock, string? family, int? year, CancellationToken ct)
    {
        if (WrongYear(year) is { } wrong)
        {
            return wrong;
        }

        if (string.IsNullOrWhiteSpace(family))
        {
            return Refusal.Invalid("family", "Name a product family.");
        }

        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        var asked = year ?? consortium.CalendarYear(clock.GetUtcNow().UtcDateTime);
        var accounts = await KeepFairness.OfYearAsync(consortium, family, asked, db, ct);
        long[] balances = [.. accounts.Where(a => a.Year.Entitled > 0).Select(a => (long)((Int128)a.Year.Balance * 1000 / a.Year.Entitled)).Order()];
        return balances.Length < LeastFirms
            ? new Refusal("TOO_FEW_FIRMS", $"Fewer than {LeastFirms} firms were entitled to {family} in {asked}: figures without names would still be somebody's (R-804).").ToProblem()
            : TypedResults.Ok(new SpreadView(
                family, asked, balances.Length, balances[0], balances[(balances.Length - 1) / 2], balances[^1], balances.Sum(Math.Abs) / balances.Length));
    }

    // The query filter leaves a member firm its own entries; of these it sees what tells it nothing of others (F-C2).
    private static IQueryable<FairnessEntry> Seen(AllocationDb db, Caller caller, DateTime now)
    {
        var (all, old) = (caller.IsCleanTeam, now.AddDays(-UntoldDays));
        return db.FairnessEntries.AsNoTracking().Where(e => all || e.Told || e.PostedAt <= old);
    }

    private static EntryView ViewOf(FairnessEntry entry, bool toCleanTeam)
    {
        var told = toCleanTeam || entry.Told;
        return new(
            entry.Id, entry.MemberId, entry.Family, entry.Year, entry.Reason, entry.Entitled, entry.Received, entry.PostedAt,
            told ? entry.OrderId : null, told ? entry.LineId : null, toCleanTeam ? entry.RunId : null, entry.OfferId);
    }
}
