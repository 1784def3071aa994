using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Fairs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// Some weeks before the opening each firm is asked for the rest of its share, so that it is paid 20 days before: what it bears then, after
/// grants, less what it was asked for. More than by the plan, and by the own amounts that a second person has approved, it pays with the settlement,
/// which takes two people and perhaps a vote. A timer looks; a firm that comes later is asked then.
/// </summary>
internal sealed class AskForBalances(IServiceScopeFactory scopes, TimeProvider clock, ILogger<AskForBalances> log)
    : RepeatedWork(TimeSpan.FromSeconds(10), clock, log)
{
    private static readonly FairState[] States = [FairState.Committed, FairState.Contracted, FairState.Running];

    /// <summary>Asks every firm that is in and was not asked, with the next save.</summary>
    public static async Task AskAsync(FairEdition edition, FairCosts costs, TradeFairsDb db, DateTime now, CancellationToken ct)
    {
        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        var (shares, agreed, asked) = (ShareCosts.Of(sheet.Expected), sheet.ByPlan(withApproved: true), await sheet.AskedAsync(db, ct));
        var (dueOn, today) = (edition.OpensOn.AddDays(-costs.Rules.BalanceDueDays), edition.Zone.DayAt(now));
        foreach (var firm in sheet.Expected.Firms)
        {
            var commitment = sheet.Commitments.Single(c => c.MemberId == firm.MemberId);
            var share = Math.Min(shares.Of(firm.MemberId)!.NetMinor, agreed.Of(firm.MemberId)!.NetMinor);
            var balance = share - asked.GetValueOrDefault(firm.MemberId);
            await db.AskForAsync(
                edition, firm.MemberId, FairChargeKind.Balance, ChargeFirms.IdOf(FairChargeKind.Balance, commitment.Id), Math.Max(0, balance),
                dueOn > today ? dueOn : today, now, ct);
        }

        costs.BalancesAskedAt = now;
        costs.Version++;
    }

    protected override async Task WorkAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TradeFairsDb>();
        var open = await db.Costs.AsNoTracking().Where(c => c.ApprovedAt != null && c.BalancesAskedAt == null && c.SettledAt == null)
            .ToDictionaryAsync(c => c.EditionId, ct);
        var ids = open.Keys.ToList();
        var editions = ids.Count == 0 ? []
            : await db.Editions.AsNoTracking().Where(e => ids.Contains(e.Id) && States.Contains(e.State)).ToListAsync(ct);
        var due = editions.FindAll(e => IsTime(e, open[e.Id], now)).ConvertAll(e => e.Id);
        foreach (var id in due)
        {
            await using var one = scopes.CreatePlatformScope();
            try
            {
                await AskOneAsync(one.ServiceProvider.GetRequiredService<TradeFairsDb>(), id, now, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Log.LogWarning(e, "Could not ask for the balances of edition {Edition}; retrying in ten seconds", id);   // the others go on
            }
        }
    }

    private static bool IsTime(FairEdition edition, FairCosts costs, DateTime now) =>
        costs is { ApprovedAt: not null, BalancesAskedAt: null, SettledAt: null } && States.Contains(edition.State)
        && edition.DaysToOpening(now) <= costs.Rules.BalanceAskedDays;

    private static Task<ProblemHttpResult?> AskOneAsync(TradeFairsDb db, Guid id, DateTime now, CancellationToken ct) => db.ChangeEditionAsync(
        id,
        async edition =>
        {
            var costs = await db.CostsOfAsync(edition, ct);
            if (IsTime(edition, costs, now))
            {
                await AskAsync(edition, costs, db, now, ct);
            }

            return null;
        },
        ct);
}
