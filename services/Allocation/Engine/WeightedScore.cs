namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Shares follow the members' scores over twelve months: weight_i = 40 × quality + 30 × delivery + 20 × price + 10 × equity, each 0 to 100.
/// No member sees the price score, nor the weight.
/// Quality and delivery are means of ratings, Σ score / n, rounded half up. Equity is
/// 50 + 50 × balance / E, within 0 to 100 and rounded half up, where balance is what the fairness account owes the member (negative: it is
/// ahead) and E the larger of its entitlements of this year and last: 100 is a whole year's entitlement owed, 0 as much ahead, 50 even. Last
/// year's counts because in January a few pieces carried over would otherwise decide everything. A member without ratings scores 50: with 0 it
/// would get no orders to be rated on, and the mean of the others would reveal their scores (F-C2).
/// </summary>
internal static class WeightedScore
{
    /// <summary>For a member about whom nothing is known.</summary>
    public const int Neutral = 50;

    private const long Quality = 40, Delivery = 30, Price = 20, Equity = 10;

    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates)
    {
        var scores = (line.Scores ?? []).ToDictionary(score => score.MemberId);
        var shares = candidates.Select(
            candidate => (Candidate: candidate, Own: scores.GetValueOrDefault(candidate.Member.Id) ?? new(candidate.Member.Id, 0, 0, 0, 0))).ToList();
        return LotSplit.Of(
            line,
            shares.Select(share => new Share(share.Candidate, Weight(share.Own))
            {
                MemberSteps = [Sentences.Score(share.Own)],
                WhyNothing = Weight(share.Own) == 0 ? (Reasons.NoScore, Sentences.NoScore()) : null,
            }),
            [.. shares.Select(share => Arithmetic.Step(
                "R-616", ExplanationKey.FirmScore, share.Candidate,
                $"{Quality} × quality {share.Own.Quality} + {Delivery} × delivery {share.Own.Delivery} + {Price} × price {share.Own.Price} + "
                + $"{Equity} × equity {share.Own.Equity} = {Weight(share.Own)}.",
                ("qualityWeight", Quality), ("quality", share.Own.Quality), ("deliveryWeight", Delivery), ("delivery", share.Own.Delivery),
                ("priceWeight", Price), ("price", share.Own.Price), ("equityWeight", Equity), ("equity", share.Own.Equity),
                ("score", Weight(share.Own))))]);
    }

    /// <summary>The mean of <paramref name="count"/> scores, 1 or more, with the given <paramref name="sum"/>.</summary>
    public static int Mean(long sum, int count) => (int)(((2 * sum) + count) / (2L * count));

    /// <summary>The equity score of a member's fairness account.</summary>
    public static int EquityOf(AccountYear last, AccountYear now)
    {
        Int128 whole = Math.Max(0, Math.Max(last.Entitled, now.Entitled));
        return whole == 0
            ? now.Balance < 0 ? 0 : Neutral
            : (int)(((100 * (whole + Int128.Clamp(now.Balance, -whole, whole))) + whole) / (2 * whole));
    }

    private static long Weight(MemberScore score) =>
        (Quality * score.Quality) + (Delivery * score.Delivery) + (Price * score.Price) + (Equity * score.Equity);
}
