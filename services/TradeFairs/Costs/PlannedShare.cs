using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>What each committed firm is to pay by the plan, in minor units; the deposits are a part of it (R-501).</summary>
internal static class PlannedShare
{
    /// <summary>
    /// The planned shares by member firm. Empty until the plan is approved: then no deposit is asked for yet. A firm that has come since, in the
    /// place of one that withdrew, or has got more area, is taken into the costs here: its share by the plan is frozen, whatever invoices say, and
    /// the history says why the others' change.
    /// </summary>
    public static async Task<IReadOnlyDictionary<Guid, FrozenShare>> OfAllAsync(TradeFairsDb db, FairEdition edition, CancellationToken ct)
    {
        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        var planned = sheet.Frozen.ToDictionary(f => f.MemberId);
        if (sheet.Costs is not { ApprovedAt: not null, SettledAt: null } costs)
        {
            return planned;
        }

        var come = sheet.Expected.Firms.Where(f => !planned.ContainsKey(f.MemberId)).ToDictionary(f => f.MemberId);
        var grown = sheet.Expected.Firms.Where(f => planned.GetValueOrDefault(f.MemberId)?.AreaDm2 < f.AreaDm2).ToList();
        if (come.Count + grown.Count == 0)
        {
            return planned;
        }

        var shares = sheet.ByPlan();
        var before = sheet.Expected with
        {
            Firms = [.. sheet.Expected.Firms.Select(f => grown.Contains(f) ? f with { AreaDm2 = planned[f.MemberId].AreaDm2 } : f)],
        };
        foreach (var firm in come.Values.Concat(grown))
        {
            // More area never makes a withdrawal cheaper, whatever else has become cheaper since.
            var known = planned.GetValueOrDefault(firm.MemberId);
            planned[firm.MemberId] = db.Freeze(
                costs, firm, (known?.Number ?? 0) + 1, Math.Max(known?.GrossMinor ?? 0, shares.Of(firm.MemberId)!.GrossMinor), db.Now);
        }

        var taken = come.Values.Concat(grown).Select(f => f.MemberId).ToList();
        db.NoteStep(
            costs, come.Count > 0 ? ShareCause.Replacement : ShareCause.Area, taken.Count == 1 ? taken[0] : null,
            Without(before, [.. come.Keys]), sheet.Expected, db.Now);
        costs.BalancesAskedAt = come.Count > 0 ? null : costs.BalancesAskedAt;
        costs.Version++;
        await db.KeepAidAsync(edition, costs, ct);
        return planned;
    }

    /// <summary>
    /// A firm comes in when it is known what it costs by itself: what is added later is in neither its deposit nor its penalty, and the others would
    /// bear it if the firm withdrew.
    /// </summary>
    public static async Task<Refusal?> RefuseComingAsync(TradeFairsDb db, FairEdition edition, Guid memberId, CancellationToken ct)
    {
        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        if (sheet.Costs.ApprovedAt is null || sheet.Frozen.Any(f => f.MemberId == memberId))
        {
            return null;
        }

        var hasTurnover = await db.CostWeights.AnyAsync(w => w.EditionId == edition.Id && w.MemberId == memberId, ct);
        var open = sheet.Items.Where(i => i.Key switch
        {
            CostKey.Direct or CostKey.Custom => !i.PlannedParts.Concat(i.ActualParts).Any(p => p.MemberId == memberId),
            CostKey.ByTurnover => !hasTurnover,
            _ => false,
        }).Select(i => i.Name).ToList();
        return open.Count == 0 ? null : new(
            "OWN_COSTS_UNKNOWN",
            $"Say first what the firm's own amount or weight is, 0 if it has none: {string.Join(", ", open)}. Deposit and penalty count on it.");
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
