namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Splits the open pieces of a line by weights in whole lots: within caps, by largest remainder, nobody below the minimum lot
/// the odd remainder to the largest allocation. All else equal, a larger weight never gets less than a smaller one (F-Q9, R-617).
/// </summary>
internal static class LotSplit
{
    /// <summary>Splits by the weight that a policy gives each candidate, 0 or more.</summary>
    public static LineSplit ByWeight(SnapshotLine line, IReadOnlyList<Candidate> candidates, Func<Candidate, long> weigh) =>
        Of(line, candidates.Select(candidate => new Share(candidate, weigh(candidate))), []);

    /// <summary>Splits first by weight; the rest goes to those with a turn, one after the other.</summary>
    /// <param name="line">The line.</param>
    /// <param name="claims">What the policy gives each candidate.</param>
    /// <param name="policySteps">The steps of the policy, for the manager.</param>
    public static LineSplit Of(SnapshotLine line, IEnumerable<Share> claims, IReadOnlyList<ExplanationStep> policySteps)
    {
        // By rank: larger weight, then earlier turn, then lower id. It decides every tie below.
        var shares = claims
            .OrderByDescending(share => share.Weight)
            .ThenBy(share => share.Turn ?? int.MaxValue)
            .ThenBy(share => share.Candidate.Id, StringComparer.Ordinal)
            .ToList();
        var steps = Arithmetic.Start(line, shares, policySteps);
        var lots = line.Open / line.Rule.LotSize;

        FillAboveMinimum(shares.FindAll(share => share.Weight > 0), lots, steps);
        var rest = PlaceRest(shares, lots - shares.Sum(share => share.Lots), steps);
        var sharing = rest == 0 ? [] : shares.FindAll(share => share is { Takes: false, WeightForTheRest: > 0 })
            .OrderByDescending(share => share.WeightForTheRest).ThenBy(share => share.Candidate.Id, StringComparer.Ordinal).ToList();
        if (sharing.Count > 0)
        {
            (shares, rest) = ShareTheRest(shares, sharing, rest, steps);
        }

        var odd = PlaceOddRemainder(shares.FindAll(share => share.Takes), line, steps);
        Arithmetic.End(line, steps, shares, (rest * line.Rule.LotSize) + odd);

        return new(shares, OpenReason(shares, rest, odd), steps);
    }

    /// <summary>
    /// Splits the lots that members with a weight can't take among the others, by their weights for the rest and above the minimum lot. Lots still
    /// left go to any member that they raise to its minimum. Returns the shares by rank, and the lots that nobody can take.
    /// </summary>
    private static (List<Share> Shares, long LotsLeft) ShareTheRest(List<Share> shares, List<Share> sharing, long rest, List<ExplanationStep> steps)
    {
        shares = [.. shares.Where(share => share.Takes), .. sharing, .. shares.Where(share => !share.Takes).Except(sharing)];
        steps.Add(Arithmetic.SharedByTheOthers(rest, sharing.Count));
        sharing.ForEach(share => share.ShareTheRest());
        FillAboveMinimum([.. sharing], rest, steps);
        return (shares, PlaceRest(shares, rest - sharing.Sum(share => share.Lots), steps));
    }

    /// <summary>
    /// Fills by weight. While a share is below its minimum, the candidate with the smallest weight among those drops out and the lots are filled
    /// again. Smallest first and one at a time, so nobody drops out while a smaller weight stays: with SAP's method, the third of four can end with
    /// nothing and the fourth with 300.
    /// </summary>
    private static void FillAboveMinimum(List<Share> sharing, long lots, List<ExplanationStep> steps)
    {
        while (true)
        {
            var (poolLots, poolWeight) = Fill(sharing, lots, null);
            var last = sharing.FindLastIndex(share => share.Lots < share.Candidate.MinLots);
            if (last < 0)
            {
                Fill(sharing, lots, steps);
                return;
            }

            steps.Add(Arithmetic.Dropped(sharing[last], poolLots, poolWeight));
            (sharing[last].Lots, sharing[last].RoundedUp) = (0, false);
            sharing.RemoveAt(last);
        }
    }

    /// <summary>
    /// A candidate whose exact share exceeds its cap gets its cap; the others share what that frees, until no share exceeds a cap.
    /// Then the others' shares are rounded to whole lots by largest remainder. Returns what these others had to share, and their total weight.
    /// </summary>
    private static (long Lots, long Weight) Fill(List<Share> sharing, long lots, List<ExplanationStep>? steps)
    {
        var pool = sharing.ToList();
        while (true)
        {
            var weight = pool.Sum(share => share.Weight);
            var full = pool.FindAll(share => (Int128)lots * share.Weight > (Int128)share.Candidate.CapLots * weight);
            if (full.Count == 0)
            {
                FillPool(pool, lots, weight, steps);
                return (lots, weight);
            }

            foreach (var share in full)
            {
                steps?.Add(Arithmetic.AtCap(share, lots, weight));
                (share.Lots, share.AtCap, share.RoundedUp) = (share.Candidate.CapLots, true, false);
                pool.Remove(share);
            }

            lots -= full.Sum(share => share.Lots);
        }
    }

    private static void FillPool(List<Share> pool, long lots, long weight, List<ExplanationStep>? steps)
    {
        if (pool.Count == 0)
        {
            return;
        }

        var parts = Apportionment.Split(lots, pool.Select(share => (share.Candidate.Id, share.Weight))).Parts.ToDictionary(part => part.Id);
        foreach (var share in pool)
        {
            var part = parts[share.Candidate.Id];
            (share.Lots, share.AtCap, share.RoundedUp) = (part.Amount, false, part.RoundedUp);
            steps?.Add(Arithmetic.InProportion(share, lots, weight));
        }
    }

    /// <summary>
    /// Places lots that are left when all shares are at their caps: with the largest weight among those who dropped out, then with those with a turn,
    /// raised to the minimum if necessary. The raise is taken lot by lot from whoever has most at that moment, never below the minimum,
    /// so that a larger weight stays ahead (F-Q9). Returns the lots that nobody can take.
    /// </summary>
    private static long PlaceRest(List<Share> shares, long rest, List<ExplanationStep> steps)
    {
        foreach (var share in shares.Where(share => share.Lots == 0 && share.Takes))
        {
            var missing = Math.Max(0, share.Candidate.MinLots - rest);
            if (rest == 0 || !TakeFromLargest(shares, missing, share.Candidate.MinLots, steps))
            {
                continue;
            }

            share.Lots = Math.Min(share.Candidate.CapLots, rest + missing);
            (share.ReceivedRest, share.AtCap) = share.Turn is null || missing > 0
                ? (true, share.AtCap) : (false, share.Lots == share.Candidate.CapLots);
            steps.Add(share.ReceivedRest ? Arithmetic.ReceivesRest(share, rest, missing) : Arithmetic.InTurn(share, rest));
            rest -= share.Lots - missing;
        }

        return rest;
    }

    /// <summary>
    /// Only a candidate that holds nothing of the line needs a raise, and its minimum is the highest: so it is a floor for every giver too.
    /// </summary>
    private static bool TakeFromLargest(List<Share> givers, long lots, long floor, List<ExplanationStep> steps)
    {
        long Given(long level) => givers.Sum(share => Math.Max(0, share.Lots - level));
        if (lots == 0 || Given(floor) < lots)
        {
            return lots == 0;
        }

        // The highest level such that cutting everyone above it gives enough; any excess goes back by rank.
        var (enough, tooLittle) = (floor, givers.Max(share => share.Lots));
        while (tooLittle - enough > 1)
        {
            var level = enough + ((tooLittle - enough) / 2);
            (enough, tooLittle) = Given(level) >= lots ? (level, tooLittle) : (enough, level);
        }

        var back = Given(enough) - lots;
        foreach (var share in givers.Where(share => share.Lots > enough))
        {
            var kept = enough + (back-- > 0 ? 1 : 0);
            if (kept < share.Lots)
            {
                steps.Add(Arithmetic.GivesLots(share, share.Lots - kept, kept));
                (share.Lots, share.GaveLots) = (kept, true);
            }
        }

        return true;
    }

    /// <summary>
    /// Pieces less than a lot go to the largest allocation of this run or, if the run places no lot, to the member that already holds most.
    /// If that one has no room, they stay open. Returns what stays open.
    /// </summary>
    /// <param name="shares">The candidates, by rank.</param>
    /// <param name="line">The line.</param>
    /// <param name="steps">The manager's steps.</param>
    /// <param name="hasRoom">Whether this many more pieces fit the capacity, where the cap alone doesn't say so.</param>
    internal static long PlaceOddRemainder(
        List<Share> shares, SnapshotLine line, List<ExplanationStep> steps, Func<Share, long, bool>? hasRoom = null)
    {
        var odd = line.Open % line.Rule.LotSize;
        if (odd == 0)
        {
            return 0;
        }

        Func<Share, long> size = shares.Exists(share => share.Lots > 0)
            ? share => share.Lots
            : share => share.Candidate.Held >= line.Rule.MinLot ? share.Candidate.Held : 0;
        var largest = shares.Select(size).DefaultIfEmpty().Max();
        if (largest == 0
            || shares.Find(share => size(share) == largest && share.Quantity + odd <= share.Candidate.Cap
                && hasRoom?.Invoke(share, odd) != false) is not { } receiver)
        {
            steps.Add(Arithmetic.OddStaysOpen(line, odd));
            return odd;
        }

        receiver.Odd = odd;
        steps.Add(Arithmetic.OddRemainder(receiver));
        return 0;
    }

    private static string? OpenReason(List<Share> shares, long rest, long odd) => (rest, odd) switch
    {
        (0, 0) => null,
        _ when !shares.Exists(share => share.Takes) => Reasons.NoEligibleMember,
        (0, _) => Reasons.OddRemainder,
        _ when shares.TrueForAll(share => !share.Takes || share.Lots == share.Candidate.CapLots) => Reasons.AllAtTheirLimit,
        _ => Reasons.RestBelowMinLot,
    };
}
