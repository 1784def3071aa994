namespace ExportConsortia.Allocation.Engine;

/// <summary>What a policy made of one line.</summary>
/// <param name="Shares">One share a candidate, also the empty ones.</param>
/// <param name="OpenReason">Why pieces stay open, one of <see cref="Reasons"/>; none if all found a member.</param>
/// <param name="ManagerSteps">The arithmetic with every number, so that the manager can do it again by hand.</param>
internal sealed record LineSplit(IReadOnlyList<Share> Shares, string? OpenReason, IReadOnlyList<ExplanationStep> ManagerSteps);

/// <summary>A candidate's share of one line while it is being split: by weight, in its turn, or none.</summary>
internal sealed class Share(Candidate candidate, long weight)
{
    public Candidate Candidate { get; } = candidate;

    public long Weight { get; } = weight;

    /// <summary>1 is served first; whoever has a turn takes all it can of what weights leave.</summary>
    public int? Turn { get; init; }

    /// <summary>What the member may read of how the policy came to its share: its own numbers only.</summary>
    public IReadOnlyList<ExplanationStep> MemberSteps { get; set; } = [];

    /// <summary>Why the member gets nothing, where the policy knows better than that its share was too small.</summary>
    public (string Code, ExplanationStep Step)? Otherwise { get; set; }

    /// <summary>The leader's price, if the member is asked to match it .</summary>
    public long? ToMatchMinor { get; init; }

    /// <summary>The policy gives it something, be it too little to be offered.</summary>
    public bool Takes => Weight > 0 || Turn is not null;

    public long Lots { get; set; }

    /// <summary>Pieces of the odd remainder, less than a lot.</summary>
    public long Odd { get; set; }

    public long Quantity => (Lots * Candidate.LotSize) + Odd;

    /// <summary>In proportion it would get more than it may .</summary>
    public bool AtCap { get; set; }

    /// <summary>One of its lots is a largest remainder's .</summary>
    public bool RoundedUp { get; set; }

    /// <summary>It was raised to its minimum, or given what the others have no room for .</summary>
    public bool ReceivedRest { get; set; }

    /// <summary>It gave lots so that another could be raised to its minimum .</summary>
    public bool GaveLots { get; set; }
}

/// <summary>
/// Splits the open pieces of a line by weights in whole lots: within caps, by largest remainder, nobody below the minimum lot,
/// the odd remainder to the largest allocation. A larger weight never gets less than a smaller one, all else equal (F-Q9, R-617).
/// </summary>
internal static class LotSplit
{
    /// <summary>Splits by the weight that a policy gives each candidate, 0 or more.</summary>
    public static LineSplit ByWeight(SnapshotLine line, IReadOnlyList<Candidate> candidates, Func<Candidate, long> weigh) =>
        Of(line, candidates.Select(candidate => new Share(candidate, weigh(candidate))), []);

    /// <summary>First by weight, then what is left to those with a turn, one after the other.</summary>
    /// <param name="line">The line.</param>
    /// <param name="claims">What the policy gives each candidate.</param>
    /// <param name="policySteps">How it came to that, for the manager.</param>
    public static LineSplit Of(SnapshotLine line, IEnumerable<Share> claims, IReadOnlyList<ExplanationStep> policySteps)
    {
        // By rank: the larger weight first, then the earlier turn, then the lower id. Every tie below is decided by it.
        var shares = claims
            .OrderByDescending(share => share.Weight)
            .ThenBy(share => share.Turn ?? int.MaxValue)
            .ThenBy(share => share.Candidate.Id, StringComparer.Ordinal)
            .ToList();
        var steps = Arithmetic.Start(line, shares, policySteps);
        var lots = line.Open / line.Rule.LotSize;

        FillAboveMinimum(shares.FindAll(share => share.Weight > 0), lots, steps);
        var rest = PlaceRest(shares, lots - shares.Sum(share => share.Lots), steps);
        var odd = PlaceOddRemainder(shares.FindAll(share => share.Takes), line, steps);
        Arithmetic.End(steps, shares, (rest * line.Rule.LotSize) + odd);

        return new(shares, OpenReason(shares, rest, odd), steps);
    }

    /// <summary>
    /// Fills by weight; while somebody's share is below its minimum, the one with the smallest weight among those leaves and the rest is filled anew.
    /// Smallest first and one at a time, so that nobody leaves while a smaller weight stays: SAP's way lets the third of four go away with
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
    /// Whoever's exact share is more than its cap gets its cap; what that frees is shared by the others, until no share is above a cap.
    /// Then the others' shares are made whole lots by largest remainder. Returns what those others had to share, and by which weight in all.
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
    /// All who share are at their caps and lots are left: they go to the largest weight among those who left, then to those with a turn,
    /// raised to its minimum if need be.
    /// The raise is taken lot by lot from whoever has most at that moment, never below the minimum,
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
            (share.ReceivedRest, share.AtCap) = share.Turn is null || missing > 0 ? (true, share.AtCap) : (false, share.Lots == share.Candidate.CapLots);
            steps.Add(share.ReceivedRest ? Arithmetic.ReceivesRest(share, rest, missing) : Arithmetic.InTurn(share, rest));
            rest -= share.Lots - missing;
        }

        return rest;
    }

    /// <summary>Only who holds nothing of the line yet needs a raise, and its minimum is the highest there is: so it is a floor for every giver too.</summary>
    private static bool TakeFromLargest(List<Share> givers, long lots, long floor, List<ExplanationStep> steps)
    {
        long Given(long level) => givers.Sum(share => Math.Max(0, share.Lots - level));
        if (lots == 0 || Given(floor) < lots)
        {
            return lots == 0;
        }

        // The highest level to which cutting everybody above it gives enough; what it gives too much goes back by rank.
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
    /// Pieces that make no whole lot go to the largest allocation of this run or, if the run places no lot, to the largest that a member holds
    /// already; if that one has no room, they stay open. Returns what stays open.
    /// </summary>
    /// <param name="shares">Who may take them, by rank.</param>
    /// <param name="line">The line.</param>
    /// <param name="steps">How it came, for the manager.</param>
    /// <param name="hasRoom">What a member's cap doesn't say: whether so many pieces more fit its capacity.</param>
    internal static long PlaceOddRemainder(List<Share> shares, SnapshotLine line, List<ExplanationStep> steps, Func<Share, long, bool>? hasRoom = null)
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
        if (largest == 0 || shares.Find(share => size(share) == largest && share.Quantity + odd <= share.Candidate.Cap && hasRoom?.Invoke(share, odd) != false) is not { } receiver)
        {
            steps.Add(Arithmetic.OddStaysOpen(odd));
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
