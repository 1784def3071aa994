using System.Numerics;

namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Where the rulebook has it, further sources get their part only at the leader's price. The run that first uses the prices of a line awards it as
/// <see cref="SealedPrice"/> does and asks everybody but the leader, the cheapest, to match the leader's price. What that leaves goes in the order
/// of price to whoever can make it: at the leader's price without limit, and at a price above it only while the blended price keeps the ceiling that
/// the rulebook approves, Σ quantity × price / Σ quantity ≤ percent × what the buyer pays / 100, over all pieces of the line awarded so far and now.
/// </summary>
internal static class PriceMatchRound
{
    public static ExplanationStep AskedToMatch(SealedPrice.Bid bid, long leaders) => Arithmetic.Step(
        "R-615", bid.Candidate, $"gets a part only at the leader's {leaders} minor units a piece.", ("leadersPriceMinor", leaders));

    /// <summary>Splits what is open after the round was held.</summary>
    public static LineSplit SplitWhatIsLeft(
        SnapshotLine line, PriceMatch match, long leaders, IReadOnlyList<SealedPrice.Bid> bids, IReadOnlyList<Candidate> withoutOffer)
    {
        var steps = (ExplanationStep[])[Limit(match, leaders), .. match.Awarded.Select(Sum), .. bids.Select((bid, i) => bid.Ranked(i + 1))];
        var room = match.Ceiling is null ? bids.Where(bid => bid.PriceMinor > leaders).ToDictionary(bid => bid.Candidate.Id, _ => 0L) : [];
        while (true)
        {
            // Whoever is dearest has less room each time, so this ends.
            var split = LotSplit.Of(line, [.. bids.Select((bid, i) => ShareOf(bid, i + 1, room)), .. withoutOffer.Select(SealedPrice.WithoutOffer)], steps);
            var pieces = split.Shares.ToDictionary(share => share.Candidate.Id, share => share.Quantity);
            if (match.Ceiling is not { } ceiling || bids.LastOrDefault(bid => bid.PriceMinor > leaders && pieces[bid.Candidate.Id] > 0) is not { } dearest
                || ExcessOf(pieces, _ => true, ceiling) <= 0)
            {
                return room.Count > 0 && split.OpenReason is not null and not Reasons.OddRemainder ? split with { OpenReason = Reasons.AboveCeiling } : split;
            }

            // The largest part of the dearest that the others leave it below the ceiling: they save so much, and each of its pieces costs so much more.
            var (saved, each) = (-ExcessOf(pieces, bid => bid != dearest, ceiling), Excess(1, dearest.PriceMinor, ceiling));
            room[dearest.Candidate.Id] = saved > 0 && each > 0 ? (long)(saved / each) : 0;
        }

        BigInteger ExcessOf(Dictionary<string, long> pieces, Predicate<SealedPrice.Bid> which, PriceCeiling ceiling) =>
            match.Awarded.Select(part => (part.Quantity, part.UnitPriceMinor)).Concat(bids.Where(bid => which(bid)).Select(bid => (pieces[bid.Candidate.Id], bid.PriceMinor)))
                .Aggregate(BigInteger.Zero, (sum, part) => sum + Excess(part.Item1, part.Item2, ceiling));
    }

    /// <summary>By how much the pieces cost more than the ceiling lets them; below 0: less. In hundredths of a minor unit for <c>ceiling.Pieces</c> pieces.</summary>
    private static BigInteger Excess(long pieces, long unitPriceMinor, PriceCeiling ceiling) =>
        pieces * (((BigInteger)unitPriceMinor * 100 * ceiling.Pieces) - ((BigInteger)ceiling.Percent * ceiling.BuyersMinor));

    private static Share ShareOf(SealedPrice.Bid bid, int turn, Dictionary<string, long> room)
    {
        var candidate = room.TryGetValue(bid.Candidate.Id, out var left) ? bid.Candidate with { PriceRoom = left } : bid.Candidate;
        return new(candidate, 0)
        {
            Turn = candidate.CapLots >= candidate.MinLots ? turn : null,
            MemberSteps = [bid.Offer.MatchedMinor is { } matched ? Sentences.Matched(matched) : Sentences.AwardedAtItsOwn()],
            Otherwise = candidate.PriceRoom is null ? (Reasons.NotAwarded, Sentences.NotAwarded()) : (Reasons.AboveCeiling, Sentences.AboveCeiling()),
        };
    }

    private static ExplanationStep Limit(PriceMatch match, long leaders) => match.Ceiling is { } ceiling
        ? ExplanationStep.Of(
            "R-615", $"The leader's price is {leaders} minor units a piece. Above it parts are awarded while all pieces cost at most {ceiling.Percent} percent of the buyer's {ceiling.BuyersMinor} minor units for {ceiling.Pieces} pieces.",
            ("leadersPriceMinor", leaders), ("ceilingPercent", ceiling.Percent), ("buyersMinor", ceiling.BuyersMinor), ("buyersPieces", ceiling.Pieces))
        : ExplanationStep.Of("R-615", $"The leader's price is {leaders} minor units a piece. Above it no part is awarded.", ("leadersPriceMinor", leaders));

    private static ExplanationStep Sum(AwardedPart part) => ExplanationStep.Of(
        "R-615", $"Awarded so far: {part.Quantity} pieces at {part.UnitPriceMinor} minor units a piece.", ("awarded", part.Quantity), ("unitPriceMinor", part.UnitPriceMinor));
}
