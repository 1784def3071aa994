namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// The cheapest sealed offer is served first, up to its cap, then the next. If the rulebook wants two sources, the two cheapest share 60 to
/// 40; of three, 50 to 30 to 20; what their caps leave goes to the next cheapest. Each at its own price, unless there is a
/// <see cref="PriceMatchRound"/>. A member never reads another's price or rank, only its own part (F-C2); with a price-match round also the leader's
/// price.
/// </summary>
internal static class SealedPrice
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates)
    {
        var prices = (line.Prices ?? []).ToDictionary(offer => offer.MemberId);
        var bids = candidates.Where(candidate => prices.ContainsKey(candidate.Member.Id))
            .Select(candidate => new Bid(candidate, prices[candidate.Member.Id]))
            .OrderBy(bid => bid.PriceMinor).ThenBy(bid => bid.Candidate.Id, StringComparer.Ordinal).ToList();
        var without = candidates.Where(candidate => !prices.ContainsKey(candidate.Member.Id)).ToList();
        if (line.Match is { LeadersPriceMinor: { } leaders } match)
        {
            return PriceMatchRound.SplitWhatIsLeft(line, match, leaders, bids, without);
        }

        long[] ratio = (line.Rule.Sources, bids.Count) switch
        {
            (3, >= 3) => [50, 30, 20],
            (2 or 3, >= 2) => [60, 40],
            _ => [],
        };
        var toMatch = line.Match is null ? null : bids.FirstOrDefault()?.PriceMinor;
        var shares = bids.Select((bid, i) => new Share(bid.Candidate, ratio.ElementAtOrDefault(i))
        {
            Turn = i < ratio.Length ? null : i + 1,
            ToMatchMinor = bid.PriceMinor > toMatch ? toMatch : null,
            MemberSteps =
            [
                bid.PriceMinor > toMatch ? Sentences.ToMatch(bid.PriceMinor, toMatch.Value, hasCeiling: line.Match?.Ceiling is not null)
                : toMatch is not null ? Sentences.AwardedAtItsOwn()
                : Sentences.Awarded(),
            ],
            WhyNothing = (Reasons.NotAwarded, Sentences.NotAwarded()),
        });
        return LotSplit.Of(
            line, [.. shares, .. without.Select(WithoutOffer)],
            [.. bids.Select((bid, i) => bid.Ranked(i + 1)),
                .. bids.Where(bid => bid.PriceMinor > toMatch).Select(bid => PriceMatchRound.AskedToMatch(bid, toMatch!.Value))]);
    }

    public static Share WithoutOffer(Candidate candidate) => new(candidate, 0) { WhyNothing = (Reasons.NoSealedOffer, Sentences.NoSealedOffer()) };

    /// <summary>A candidate with its sealed offer.</summary>
    internal sealed record Bid(Candidate Candidate, SealedOffer Offer)
    {
        public long PriceMinor => Offer.PriceMinor;

        public ExplanationStep Ranked(int rank) => Offer.MatchedMinor is { } matched
            ? Arithmetic.Step(
                "R-615", Candidate, $"asked {Offer.UnitPriceMinor} minor units a piece and matched {matched}, rank {rank}.",
                ("unitPriceMinor", Offer.UnitPriceMinor), ("matchedMinor", matched), ("rank", rank))
            : Arithmetic.Step(
                "R-615", Candidate, $"asks {Offer.UnitPriceMinor} minor units a piece, rank {rank}.", ("unitPriceMinor", Offer.UnitPriceMinor),
                ("rank", rank));
    }
}
