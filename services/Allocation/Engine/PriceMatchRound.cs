using System.Numerics;
using static ExportConsortia.Allocation.Engine.UnitWords;

namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// If the rulebook says so, further sources get their part only at the leader's price. The run that first uses the prices of a line awards it
/// as <see cref="SealedPrice"/> does and asks everyone but the leader (the cheapest) to match the leader's price. What remains goes in order of price
/// to whoever can make it: at the leader's price without limit, above it only while the blended price stays within the ceiling that
/// the rulebook approves, Σ quantity × price / Σ quantity ≤ percent × what the buyer pays / 100, over all pieces of the line that members have
/// accepted and the dearer ones that they are offered, whatever they answer: pieces below the ceiling pay for dearer ones once they are accepted, not
/// before.
/// </summary>
internal static class PriceMatchRound
{
    public static ExplanationStep AskedToMatch(SealedPrice.Bid bid, SealedAmount leaders) => leaders.PerQuantity == 1
        ? Arithmetic.Step(
            "R-615", ExplanationKey.FirmAskedToMatch, bid.Candidate,
            $"gets a part only at the leader's {leaders.Minor} minor units {Per(bid.Candidate.Unit)}.",
            ("leadersPriceMinor", leaders.Minor))
        : Arithmetic.Step(
            "R-615", ExplanationKey.FirmAskedToMatchPerQuantity, bid.Candidate,
            $"gets a part only at the leader's {leaders.Minor} minor units {Per(leaders, bid.Candidate.Unit)}.",
            ("leadersPriceMinor", leaders.Minor), ("leadersPerQuantity", leaders.PerQuantity));

    /// <summary>
    /// Splits what is still open after the round. Version 1 had no limit for pieces at the leader's price, even if that is above the ceiling.
    /// </summary>
    public static LineSplit SplitWhatIsLeft(
        SnapshotLine line, PriceMatch match, SealedAmount leaders, IReadOnlyList<SealedPrice.Bid> bids, IReadOnlyList<Candidate> withoutOffer,
        int version)
    {
        var steps = (ExplanationStep[])[
            Limit(line, match, leaders), .. match.Awarded.Select(part => AwardedSoFar(line, part)), .. bids.Select((bid, i) => bid.Ranked(i + 1)),
        ];
        var bindsAll = version >= 2 && bids.Any(bid => bid.Price <= leaders && bid.IsAbove(match.Ceiling));
        var above = bids.Where(bid => bid.Price > leaders || (bindsAll && bid.IsAbove(match.Ceiling))).ToList();
        var split = WithinCeiling(bids, above, match.Ceiling, match.Awarded, room => LotSplit.Of(
            line, [.. bids.Select((bid, i) => ShareOf(line, bid, i, [], room)), .. withoutOffer.Select(SealedPrice.WithoutOffer)], steps));
        return bindsAll ? split with { Version = 2 } : split;
    }

    /// <summary>
    /// Splits a line without a match round: by ratio or in order of price, each at its own; those above the ceiling only while the blended price
    /// stays within it.
    /// </summary>
    public static LineSplit SplitWithin(
        SnapshotLine line, PriceLimit limit, IReadOnlyList<SealedPrice.Bid> bids, IReadOnlyList<Candidate> withoutOffer)
    {
        var steps = (ExplanationStep[])[
            Limit(line, limit), .. limit.Awarded.Select(part => AwardedSoFar(line, part)), .. bids.Select((bid, i) => bid.Ranked(i + 1)),
        ];
        var above = bids.Where(bid => bid.IsAbove(limit.Ceiling)).ToList();
        var ratio = SealedPrice.RatioOf(line.Rule, bids.Count - above.Count);
        return WithinCeiling(bids, above, limit.Ceiling, limit.Awarded, room => LotSplit.Of(
            line, [.. bids.Select((bid, i) => ShareOf(line, bid, i, ratio, room)), .. withoutOffer.Select(SealedPrice.WithoutOffer)], steps));
    }

    /// <summary>
    /// How many pieces the ceiling allows those above: none at first; then, cheapest first, as many as the remaining savings pay for.
    /// </summary>
    private static LineSplit WithinCeiling(
        IReadOnlyList<SealedPrice.Bid> bids, List<SealedPrice.Bid> above, PriceCeiling? limit, IReadOnlyList<AwardedPart> awarded,
        Func<Dictionary<string, long>, LineSplit> splitWith)
    {
        var room = above.ToDictionary(bid => bid.Candidate.Id, _ => 0L);
        var split = splitWith(room);
        if (limit is { } ceiling)
        {
            var scale = CommonQuantity([.. bids.Select(bid => bid.Price), .. awarded.Select(part => part.Price)]);
            var saved = -awarded.Aggregate(BigInteger.Zero, (sum, part) => sum + Excess(part.Quantity, part.Price, ceiling, scale));
            foreach (var bid in above)
            {
                var pieces = split.Shares.ToDictionary(share => share.Candidate.Id, share => share.Quantity);
                var left = saved - bids.Aggregate(
                    BigInteger.Zero, (sum, other) => sum + BigInteger.Max(0, Excess(pieces[other.Candidate.Id], other.Price, ceiling, scale)));
                var each = Excess(1, bid.Price, ceiling, scale);
                var most = left < 0 ? 0 : each > 0 ? left / each : bid.Candidate.Cap;
                if (most < bid.Candidate.Cap)
                {
                    room[bid.Candidate.Id] = (long)most;
                }
                else
                {
                    room.Remove(bid.Candidate.Id);
                }

                split = splitWith(room);
            }
        }

        return room.Count > 0 && split.OpenReason is not null and not Reasons.OddRemainder ? split with { OpenReason = Reasons.AboveCeiling } : split;
    }

    /// <summary>
    /// By how much the pieces exceed the ceiling; negative: they are below it. In hundredths of a minor unit for <c>ceiling.Pieces</c> times
    /// <paramref name="scale"/> pieces; the price's quantity divides the scale, so nothing is rounded.
    /// </summary>
    public static BigInteger Excess(long pieces, SealedAmount price, PriceCeiling ceiling, BigInteger scale) =>
        pieces * ((scale / price.PerQuantity * price.Minor * 100 * ceiling.Pieces) - (scale * ceiling.Percent * ceiling.BuyersMinor));

    // The smallest quantity for which each of these prices is a whole number of minor units.
    private static BigInteger CommonQuantity(IEnumerable<SealedAmount> prices) => prices.Select(price => (BigInteger)price.PerQuantity).Distinct()
        .Aggregate(BigInteger.One, (all, one) => all / BigInteger.GreatestCommonDivisor(all, one) * one);

    private static Share ShareOf(SnapshotLine line, SealedPrice.Bid bid, int rank, long[] ratio, Dictionary<string, long> room)
    {
        var candidate = room.TryGetValue(bid.Candidate.Id, out var left) ? bid.Candidate with { PriceRoom = left } : bid.Candidate;
        var hasRoom = candidate.CapLots >= candidate.MinLots;
        return new(candidate, ratio.ElementAtOrDefault(rank))
        {
            Turn = hasRoom && rank >= ratio.Length ? rank + 1 : null,
            MemberSteps = [bid.Offer.Matched is { } matched ? Sentences.Matched(line, matched) : bid.AwardedAtItsOwn],
            WhyNothing = hasRoom ? (Reasons.NotAwarded, Sentences.NotAwarded()) : (Reasons.AboveCeiling, Sentences.AboveCeiling()),
        };
    }

    private static ExplanationStep Limit(SnapshotLine line, PriceLimit limit) => ExplanationStep.Of(
        "R-615", ExplanationKey.CeilingWithoutMatchRound,
        $"Without a match round, parts are awarded while the accepted {Many(line.Unit)} and those above the ceiling cost at most "
        + $"{limit.Ceiling.Percent} percent of the buyer's {limit.Ceiling.BuyersMinor} minor units for {limit.Ceiling.Pieces} {Many(line.Unit)}.",
        ("ceilingPercent", limit.Ceiling.Percent), ("buyersMinor", limit.Ceiling.BuyersMinor), ("buyersPieces", limit.Ceiling.Pieces))
        .In(line.Unit);

    private static ExplanationStep Limit(SnapshotLine line, PriceMatch match, SealedAmount leaders) => ((match.Ceiling, leaders.PerQuantity) switch
    {
        ({ } ceiling, 1) => ExplanationStep.Of(
            "R-615", ExplanationKey.LeadersPriceAndCeiling,
            $"The leader's price is {leaders.Minor} minor units {Per(line.Unit)}. {Within(line, ceiling)}",
            ("leadersPriceMinor", leaders.Minor), ("ceilingPercent", ceiling.Percent), ("buyersMinor", ceiling.BuyersMinor),
            ("buyersPieces", ceiling.Pieces)),
        ({ } ceiling, _) => ExplanationStep.Of(
            "R-615", ExplanationKey.LeadersPricePerQuantityAndCeiling,
            $"The leader's price is {leaders.Minor} minor units {Per(leaders, line.Unit)}. {Within(line, ceiling)}",
            ("leadersPriceMinor", leaders.Minor), ("leadersPerQuantity", leaders.PerQuantity), ("ceilingPercent", ceiling.Percent),
            ("buyersMinor", ceiling.BuyersMinor), ("buyersPieces", ceiling.Pieces)),
        (null, 1) => ExplanationStep.Of(
            "R-615", ExplanationKey.LeadersPrice,
            $"The leader's price is {leaders.Minor} minor units {Per(line.Unit)}. Above it no part is awarded.",
            ("leadersPriceMinor", leaders.Minor)),
        (null, _) => ExplanationStep.Of(
            "R-615", ExplanationKey.LeadersPricePerQuantity,
            $"The leader's price is {leaders.Minor} minor units {Per(leaders, line.Unit)}. Above it no part is awarded.",
            ("leadersPriceMinor", leaders.Minor), ("leadersPerQuantity", leaders.PerQuantity)),
    }).In(line.Unit);

    private static string Within(SnapshotLine line, PriceCeiling ceiling) =>
        $"Above it parts are awarded while the accepted {Many(line.Unit)} and these cost at most {ceiling.Percent} percent of the buyer's "
        + $"{ceiling.BuyersMinor} minor units for {ceiling.Pieces} {Many(line.Unit)}.";

    private static ExplanationStep AwardedSoFar(SnapshotLine line, AwardedPart part) => (part.Price.PerQuantity == 1
        ? ExplanationStep.Of(
            "R-615", ExplanationKey.AwardedSoFar,
            $"Awarded so far: {part.Quantity} {Many(line.Unit)} at {part.UnitPriceMinor} minor units {Per(line.Unit)}.",
            ("awarded", part.Quantity), ("unitPriceMinor", part.UnitPriceMinor))
        : ExplanationStep.Of(
            "R-615", ExplanationKey.AwardedSoFarPerQuantity,
            $"Awarded so far: {part.Quantity} {Many(line.Unit)} at {part.UnitPriceMinor} minor units "
            + $"{Per(part.Price, line.Unit)}.",
            ("awarded", part.Quantity), ("unitPriceMinor", part.UnitPriceMinor), ("perQuantity", part.Price.PerQuantity))).In(line.Unit);
}
