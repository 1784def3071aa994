namespace ExportConsortia.TradeFairs.Costs;

/// <summary>What changed a firm's share.</summary>
public enum ShareCause
{
    /// <summary>The plan was approved.</summary>
    Plan,

    /// <summary>An item costs something else than before, or another firm has another area, volume or weight.</summary>
    Costs,

    /// <summary>A firm withdrew.</summary>
    Withdrawal,

    /// <summary>A firm took the place of one that withdrew.</summary>
    Replacement,

    /// <summary>A firm at the stand got more area, which had become free.</summary>
    Area,

    /// <summary>Money of a grant.</summary>
    Grant,
}

/// <summary>A part of a change.</summary>
/// <param name="ItemId">The cost item; absent: the pool, or a grant.</param>
/// <param name="Rule">The rule that caused it.</param>
/// <param name="DeltaMinor">In minor units; negative: the firm bears less.</param>
internal sealed record ShareDelta(Guid? ItemId, string Rule, long DeltaMinor);

/// <summary>A change of a firm's share, with what it consists of.</summary>
/// <param name="Cause">What happened.</param>
/// <param name="Number">Number of the step in the edition's history; 0: since the last one.</param>
/// <param name="Parts">What it consists of; they add up.</param>
internal sealed record ShareChange(ShareCause Cause, int Number, IReadOnlyList<ShareDelta> Parts)
{
    public long DeltaMinor => Parts.Sum(p => p.DeltaMinor);
}

/// <summary>A step in the history of an edition's costs: what they were computed from before and after it.</summary>
/// <param name="Number">1, 2, 3 …; the plan is 1.</param>
/// <param name="Cause">What happened.</param>
/// <param name="Before">Null for the plan.</param>
/// <param name="After">From then on.</param>
internal sealed record CostStep(int Number, ShareCause Cause, CostInput? Before, CostInput After);

/// <summary>
/// Why a firm's share is what it is: from the planned share, each change with the rule that caused it, to the present one. The changes add up to the
/// difference exactly, since every step is computed by the one function, before and after.
/// </summary>
internal static class ExplainShare
{
    /// <param name="memberId">The firm.</param>
    /// <param name="steps">By number.</param>
    /// <param name="now">What the present share is computed from.</param>
    /// <returns>Changes that changed something, the planned share first.</returns>
    public static List<ShareChange> Of(Guid memberId, IEnumerable<CostStep> steps, CostInput now)
    {
        var changes = new List<ShareChange>();
        CostShares? known = null;
        foreach (var step in steps)
        {
            if (step.Before is { } before)
            {
                var then = ShareCosts.Of(before);
                Add(ShareCause.Costs, step.Number, known, then);
                known = then;
            }

            var after = ShareCosts.Of(step.After);
            Add(step.Cause, step.Number, known, after);
            known = after;
        }

        Add(ShareCause.Costs, 0, known, ShareCosts.Of(now));
        return changes;

        void Add(ShareCause cause, int number, CostShares? from, CostShares to)
        {
            var parts = Deltas(memberId, cause, from, to);
            if (parts.Any(p => p.DeltaMinor != 0))
            {
                changes.Add(new(cause, number, [.. parts.Where(p => p.DeltaMinor != 0)]));
            }
        }
    }

    private static IEnumerable<ShareDelta> Deltas(Guid memberId, ShareCause cause, CostShares? from, CostShares to)
    {
        var before = from?.Items.ToDictionary(i => i.ItemId, i => PartOf(i.Parts, memberId)) ?? [];
        foreach (var item in to.Items)
        {
            before.Remove(item.ItemId, out var was);
            yield return new(item.ItemId, RuleOf(cause, item.Key), PartOf(item.Parts, memberId) - was);
        }

        foreach (var (gone, was) in before)
        {
            yield return new(gone, "R-507", -was);
        }

        var (share, old) = (to.Of(memberId), from?.Of(memberId));
        yield return new(null, "R-503", (share?.PoolMinor ?? 0) - (old?.PoolMinor ?? 0));
        yield return new(null, "R-502", (share?.PenaltyMinor ?? 0) - (old?.PenaltyMinor ?? 0));
        yield return new(null, "R-510", (old?.GrantMinor ?? 0) - (share?.GrantMinor ?? 0));
    }

    private static string RuleOf(ShareCause cause, CostKey key) =>
        cause == ShareCause.Costs ? "R-507" : key == CostKey.ByArea ? "R-506" : "R-505";

    private static long PartOf(IReadOnlyList<FirmCost> parts, Guid memberId) => parts.FirstOrDefault(p => p.MemberId == memberId)?.AmountMinor ?? 0;
}
