using static ExportConsortia.Allocation.Engine.UnitWords;

namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// The member furthest behind its yearly quota of the product family gets most:
/// weight_i = max(0, quota_i × (received_total + Q) − received_i), where Q is the open quantity of the line; if all weights are 0, the quotas are the
/// weights. Counted in millionths of a piece, so nothing is rounded. Members behind their quotas come first; what they can't
/// take goes by quota to the members that have reached theirs. Version 1 left that open.
/// </summary>
internal static class QuotaCatchUp
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates, int version)
    {
        var quotas = (line.Quotas ?? []).ToDictionary(quota => quota.MemberId);
        var received = quotas.Values.Sum(quota => quota.Received);
        var total = received + line.Open;
        var steps = new List<ExplanationStep>
        {
            ExplanationStep.Of(
                "R-613", ExplanationKey.ToBeHadByQuota,
                $"With {received} {Many(line.Unit)} received this year and {line.Open} open, {total} are to be had by quota.",
                ("receivedByAll", received), ("open", line.Open), ("total", total)).In(line.Unit),
        };
        var shares = new List<(Candidate Candidate, MemberQuota Own, long Behind)>();
        foreach (var candidate in candidates)
        {
            var own = quotas.GetValueOrDefault(candidate.Member.Id) ?? new(candidate.Member.Id, 0, 0);
            var behind = Math.Max(0, (own.SharePpm * total) - (own.Received * MemberQuota.Whole));
            shares.Add((candidate, own, behind));
            steps.Add(Arithmetic.Step(
                "R-613", ExplanationKey.FirmBehindItsQuota, candidate,
                $"of {total} {Many(line.Unit)} its quota is {own.SharePpm} millionths, and it has {own.Received}: it is {behind} millionths of "
                + $"{One(line.Unit)} behind.",
                ("total", total), ("quotaPpm", own.SharePpm), ("received", own.Received), ("behind", behind)));
        }

        var nobodyIsBehind = shares.TrueForAll(share => share.Behind == 0);
        if (nobodyIsBehind)
        {
            steps.Add(ExplanationStep.Of("R-613", ExplanationKey.NobodyBehind, "Nobody who may be asked is behind: the quotas are the weights."));
        }

        var split = LotSplit.Of(line, shares.Select(share => new Share(share.Candidate, nobodyIsBehind ? share.Own.SharePpm : share.Behind)
        {
            WeightForTheRest = version >= 2 && share.Behind == 0 && !nobodyIsBehind ? share.Own.SharePpm : 0,
            StepForTheRest = Sentences.QuotaReachedButNeeded(line),
            MemberSteps = [Sentences.Quota(line, share.Own)],
            WhyNothing = share switch
            {
                { Own.SharePpm: 0 } => (Reasons.NoQuota, Sentences.NoQuota(line)),
                { Behind: 0 } when !nobodyIsBehind => (Reasons.EntitlementReached, Sentences.EntitlementReached(line, share.Own)),
                _ => null,
            },
        }), steps);
        return split.Shares.Any(share => share.SharesTheRest) ? split with { Version = 2 } : split;
    }

    /// <summary>What earlier lines of the same run give a member counts as received; otherwise every line would go to the same few members.</summary>
    public static SnapshotLine AfterEarlierLines(SnapshotLine line, IReadOnlyCollection<(string Family, Guid Member, long Quantity)> planned) =>
        line.Quotas is null ? line : line with
        {
            Quotas = [.. line.Quotas
                .Concat(planned.Where(part => part.Family == line.Family).Select(part => new MemberQuota(part.Member, 0, part.Quantity)))
                .GroupBy(quota => quota.MemberId)
                .Select(all => new MemberQuota(all.Key, all.Sum(quota => quota.SharePpm), all.Sum(quota => quota.Received)))],
        };
}
