namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Shares follow how the members did over twelve months: weight_i = 40 × quality + 30 × delivery + 20 × price + 10 × equity, each 0 to 100.
/// The price part, and so the weight, is shown to no member.
/// </summary>
internal static class WeightedScore
{
    private const long Quality = 40, Delivery = 30, Price = 20, Equity = 10;

    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates)
    {
        var scores = (line.Scores ?? []).ToDictionary(score => score.MemberId);
        var shares = candidates.Select(candidate => (Candidate: candidate, Own: scores.GetValueOrDefault(candidate.Member.Id) ?? new(candidate.Member.Id, 0, 0, 0, 0))).ToList();
        return LotSplit.Of(
            line,
            shares.Select(share => new Share(share.Candidate, Weight(share.Own))
            {
                MemberSteps = [Sentences.Score(share.Own)],
                Otherwise = Weight(share.Own) == 0 ? (Reasons.NoScore, Sentences.NoScore()) : null,
            }),
            [.. shares.Select(share => Arithmetic.Step(
                "R-616", share.Candidate,
                $"{Quality} × quality {share.Own.Quality} + {Delivery} × delivery {share.Own.Delivery} + {Price} × price {share.Own.Price} + {Equity} × equity {share.Own.Equity} = {Weight(share.Own)}.",
                ("qualityWeight", Quality), ("quality", share.Own.Quality), ("deliveryWeight", Delivery), ("delivery", share.Own.Delivery),
                ("priceWeight", Price), ("price", share.Own.Price), ("equityWeight", Equity), ("equity", share.Own.Equity), ("score", Weight(share.Own))))]);
    }

    private static long Weight(MemberScore score) => (Quality * score.Quality) + (Delivery * score.Delivery) + (Price * score.Price) + (Equity * score.Equity);
}
