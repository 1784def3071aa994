using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>What each committed firm is to pay by the plan, in minor units; the deposits are a part of it .</summary>
internal static class PlannedShare
{
    /// <summary>
    /// The planned shares by member firm. Empty until the plan is approved: then no deposit is asked for yet. A firm that has come since, in the
    /// place
    /// of one that withdrew, is taken into the costs here: its share is frozen, and the history says why the others' shares change.
    /// </summary>
    public static async Task<IReadOnlyDictionary<Guid, long>> OfAllAsync(TradeFairsDb db, FairEdition edition, CancellationToken ct)
    {
        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        if (sheet.Costs is not { ApprovedAt: not null, SettledAt: null } costs)
        {
            return sheet.Frozen.ToDictionary(f => f.MemberId, f => f.GrossMinor);
        }

        var planned = sheet.Frozen.ToDictionary(f => f.MemberId, f => f.GrossMinor);
        var come = sheet.Expected.Firms.Select(f => f.MemberId).Where(f => !planned.ContainsKey(f)).ToHashSet();
        if (come.Count == 0)
        {
            return planned;
        }

        var shares = ShareCosts.Of(sheet.Expected);
        foreach (var firm in come)
        {
            db.Freeze(costs, firm, planned[firm] = shares.Of(firm)!.GrossMinor, db.Now);
        }

        db.NoteStep(costs, ShareCause.Replacement, come.Count == 1 ? come.Single() : null, Without(sheet.Expected, come), sheet.Expected, db.Now);
        costs.BalancesAskedAt = null;
        costs.Version++;
        await db.KeepAidAsync(edition, costs, ct);
        return planned;
    }

    // As it was before they came, with their own costs.
    private static CostInput Without(CostInput input, HashSet<Guid> firms) => input with
    {
        Firms = [.. input.Firms.Where(f => !firms.Contains(f.MemberId))],
        Items = [.. input.Items.Select(i => i.Key != CostKey.Direct ? i : i with
        {
            AmountMinor = i.Parts.Where(p => !firms.Contains(p.MemberId)).Sum(p => p.Value),
            Parts = [.. i.Parts.Where(p => !firms.Contains(p.MemberId))],
        })],
    };
}
