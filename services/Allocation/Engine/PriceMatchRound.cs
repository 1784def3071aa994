using System.Numerics;

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
    public static ExplanationStep AskedToMatch(SealedPrice.Bid bid, long leaders) => Arithmetic.Step(
        "R-615", bid.Candidate, $"gets a part only at the leader's {leaders} minor units a piece.", ("leadersPriceMinor", leaders));

    /// <summary>Splits what is still open after the round.</summary>
    public static LineSplit SplitWhatIsLeft(
        SnapshotLine line, PriceMatch match, long leaders, IReadOnlyList<SealedPrice.Bid> bids, IReadOnlyList<Candidate> withoutOffer)
    {
        var steps = (ExplanationStep[])[Limit(match, leaders), .. match.Awarded.Select(AwardedSoFar), .. bids.Select((bid, i) => bid.Ranked(i + 1))];

        // How many pieces the ceiling allows above the leader's price: none at first; then, cheapest first, as many as the remaining savings pay for.
        var above = bids.Where(bid => bid.PriceMinor > leaders).ToList();
        var room = above.ToDictionary(bid => bid.Candidate.Id, _ => 0L);
        var split = Split();
        if (match.Ceiling is { } ceiling)
        {
            var saved = -match.Awarded.Aggregate(BigInteger.Zero, (sum, part) => sum + Excess(part.Quantity, part.UnitPriceMinor, ceiling));
            foreach (var bid in above)
            {
                var pieces = split.Shares.ToDictionary(share => share.Candidate.Id, share => share.Quantity);
                var left = saved - bids.Aggregate(
                    BigInteger.Zero, (sum, other) => sum + BigInteger.Max(0, Excess(pieces[other.Candidate.Id], other.PriceMinor, ceiling)));
                var each = Excess(1, bid.PriceMinor, ceiling);
                var most = left < 0 ? 0 : each > 0 ? left / each : bid.Candidate.Cap;
                if (most < bid.Candidate.Cap)
                {
                    room[bid.Candidate.Id] = (long)most;
                }
                else
                {
                    room.Remove(bid.Candidate.Id);
                }

                split = Split();
            }
        }

        return room.Count > 0 && split.OpenReason is not null and not Reasons.OddRemainder ? split with { OpenReason = Reasons.AboveCeiling } : split;

        LineSplit Split() =>
            LotSplit.Of(line, [.. bids.Select((bid, i) => ShareOf(bid, i + 1, room)), .. withoutOffer.Select(SealedPrice.WithoutOffer)], steps);
    }

    /// <summary>
    /// By how much the pieces exceed the ceiling; negative: they are below it. In hundredths of a minor unit for <c>ceiling.Pieces</c> pieces.
    /// </summary>
    private static BigInteger Excess(long pieces, long unitPriceMinor, PriceCeiling ceiling) =>
        pieces * (((BigInteger)unitPriceMinor * 100 * ceiling.Pieces) - ((BigInteger)ceiling.Percent * ceiling.BuyersMinor));

    private static Share ShareOf(SealedPrice.Bid bid, int turn, Dictionary<string, long> room)
    {
        var candidate = room.TryGetValue(bid.Candidate.Id, out var left) ? bid.Candidate with { PriceRoom = left } : bid.Candidate;
        var hasRoom = candidate.CapLots >= candidate.MinLots;
        return new(candidate, 0)
        {
            Turn = hasRoom ? turn : null,
            MemberSteps = [bid.Offer.MatchedMinor is { } matched ? Sentences.Matched(matched) : Sentences.AwardedAtItsOwn()],
            WhyNothing = hasRoom ? (Reasons.NotAwarded, Sentences.NotAwarded()) : (Reasons.AboveCeiling, Sentences.AboveCeiling()),
        };
    }

    private static ExplanationStep Limit(PriceMatch match, long leaders) => match.Ceiling is { } ceiling
        ? ExplanationStep.Of(
            "R-615",
            $"The leader's price is {leaders} minor units a piece. Above it parts are awarded while the accepted pieces and these cost at most "
            + $"{ceiling.Percent} percent of the buyer's {ceiling.BuyersMinor} minor units for {ceiling.Pieces} pieces.",
            ("leadersPriceMinor", leaders), ("ceilingPercent", ceiling.Percent), ("buyersMinor", ceiling.BuyersMinor),
            ("buyersPieces", ceiling.Pieces))
        : ExplanationStep.Of(
            "R-615", $"The leader's price is {leaders} minor units a piece. Above it no part is awarded.", ("leadersPriceMinor", leaders));

    private static ExplanationStep AwardedSoFar(AwardedPart part) => ExplanationStep.Of(
        "R-615", $"Awarded so far: {part.Quantity} pieces at {part.UnitPriceMinor} minor units a piece.", ("awarded", part.Quantity),
        ("unitPriceMinor", part.UnitPriceMinor));
}
