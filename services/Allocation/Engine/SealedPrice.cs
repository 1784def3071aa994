namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// The cheapest sealed offer is served first, up to its cap, then the next. If the rulebook wants two sources, the two cheapest share 60 to
/// 40; of three, 50 to 30 to 20; what their caps leave goes to the next cheapest. Each at its own price, unless there is a
/// <see cref="PriceMatchRound"/>. A member never reads another's price or rank, only its own part (F-C2); with a price-match round also the leader's
/// price.
/// </summary>
internal static class SealedPrice
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates, int version)
    {
        var prices = (line.Prices ?? []).ToDictionary(offer => offer.MemberId);
        var bids = candidates.Where(candidate => prices.ContainsKey(candidate.Member.Id))
            .Select(candidate => new Bid(candidate, prices[candidate.Member.Id], IsMatched: line.Match is not null))
            .OrderBy(bid => bid.Price).ThenBy(bid => bid.Candidate.Id, StringComparer.Ordinal).ToList();
        var without = candidates.Where(candidate => !prices.ContainsKey(candidate.Member.Id)).ToList();
        if (line.Match is { Leaders: { } leaders } match)
        {
            return PriceMatchRound.SplitWhatIsLeft(line, match, leaders, bids, without, version);
        }

        if (line.Limit is { } limit)
        {
            return PriceMatchRound.SplitWithin(line, limit, bids, without);
        }

        // There is nothing to match if even the cheapest is above the ceiling; version 1 asked for it.
        if (version >= 2 && line.Match is { Ceiling: { } ceiling } begun && bids is [var cheapest, ..] && cheapest.IsAbove(ceiling))
        {
            return PriceMatchRound.SplitWithin(line, new(ceiling, begun.Awarded), bids, without) with { Version = 2 };
        }

        var ratio = RatioOf(line.Rule, bids.Count);
        var toMatch = line.Match is null ? null : bids.FirstOrDefault()?.Price;
        var shares = bids.Select((bid, i) => new Share(bid.Candidate, ratio.ElementAtOrDefault(i))
        {
            Turn = i < ratio.Length ? null : i + 1,
            ToMatch = bid.Price > toMatch ? toMatch : null,
            MemberSteps =
            [
                bid.Price > toMatch ? Sentences.ToMatch(line, bid.Price, toMatch.Value, hasCeiling: line.Match?.Ceiling is not null)
                : toMatch is not null ? Sentences.AwardedAtItsOwn()
                : Sentences.Awarded(),
            ],
            WhyNothing = (Reasons.NotAwarded, Sentences.NotAwarded()),
        });
        return LotSplit.Of(
            line, [.. shares, .. without.Select(WithoutOffer)],
            [.. bids.Select((bid, i) => bid.Ranked(i + 1)),
                .. bids.Where(bid => bid.Price > toMatch).Select(bid => PriceMatchRound.AskedToMatch(bid, toMatch!.Value))]);
    }

    /// <summary>The sources' shares: of two 60 to 40, of three 50 to 30 to 20; empty if the cheapest get all they can make.</summary>
    public static long[] RatioOf(LineRule rule, int bids) => (rule.Sources, bids) switch
    {
        (3, >= 3) => [50, 30, 20],
        (2 or 3, >= 2) => [60, 40],
        _ => [],
    };

    public static Share WithoutOffer(Candidate candidate) => new(candidate, 0) { WhyNothing = (Reasons.NoSealedOffer, Sentences.NoSealedOffer()) };

    /// <summary>A candidate with its sealed offer, and whether the line has a price-match round.</summary>
    internal sealed record Bid(Candidate Candidate, SealedOffer Offer, bool IsMatched)
    {
        public SealedAmount Price => Offer.Price;

        /// <summary>What the member reads if it is awarded a part at its own price.</summary>
        public ExplanationStep AwardedAtItsOwn => IsMatched ? Sentences.AwardedAtItsOwn() : Sentences.Awarded();

        public bool IsAbove(PriceCeiling? ceiling) => ceiling is not null && PriceMatchRound.Excess(1, Price, ceiling, Price.PerQuantity).Sign > 0;

        public ExplanationStep Ranked(int rank) => (Offer.Own, Offer.Matched) switch
        {
            ({ PerQuantity: 1 } own, { PerQuantity: 1 } matched) => Arithmetic.Step(
                "R-615", ExplanationKey.FirmMatched, Candidate,
                $"asked {own.Minor} minor units {UnitWords.Per(Candidate.Unit)} and matched {matched.Minor}, rank {rank}.",
                ("unitPriceMinor", own.Minor), ("matchedMinor", matched.Minor), ("rank", rank)),
            var (own, other) when other is { } matched => Arithmetic.Step(
                "R-615", ExplanationKey.FirmMatchedPerQuantity, Candidate,
                $"asked {own.Minor} minor units {UnitWords.Per(own, Candidate.Unit)} and matched {matched.Minor} minor units "
                + $"{UnitWords.Per(matched, Candidate.Unit)}, rank {rank}.",
                ("unitPriceMinor", own.Minor), ("perQuantity", own.PerQuantity), ("matchedMinor", matched.Minor),
                ("matchedPerQuantity", matched.PerQuantity), ("rank", rank)),
            ({ PerQuantity: 1 } own, _) => Arithmetic.Step(
                "R-615", ExplanationKey.FirmAsks, Candidate,
                $"asks {own.Minor} minor units {UnitWords.Per(Candidate.Unit)}, rank {rank}.", ("unitPriceMinor", own.Minor), ("rank", rank)),
            var (own, _) => Arithmetic.Step(
                "R-615", ExplanationKey.FirmAsksPerQuantity, Candidate,
                $"asks {own.Minor} minor units {UnitWords.Per(own, Candidate.Unit)}, rank {rank}.",
                ("unitPriceMinor", own.Minor), ("perQuantity", own.PerQuantity), ("rank", rank)),
        };
    }
}
