namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// The cheapest sealed offer first, up to its cap, then the next. Where the rulebook wants two sources, the two cheapest share 60 to 40, of
/// three 50 to 30 to 20; what their caps leave goes to the next cheapest. Each at its own price: there is no price-match round.
/// No member reads a price, a rank or anything that follows from another's price but its own part (F-C2).
/// </summary>
internal static class SealedPrice
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates)
    {
        var prices = (line.Prices ?? []).ToDictionary(offer => offer.MemberId, offer => offer.UnitPriceMinor);
        var offers = candidates.Where(candidate => prices.ContainsKey(candidate.Member.Id))
            .OrderBy(candidate => prices[candidate.Member.Id]).ThenBy(candidate => candidate.Id, StringComparer.Ordinal).ToList();
        long[] ratio = (line.Rule.Sources, offers.Count) switch
        {
            (3, >= 3) => [50, 30, 20],
            (2 or 3, >= 2) => [60, 40],
            _ => [],
        };
        var shares = offers.Select((candidate, i) => new Share(candidate, ratio.ElementAtOrDefault(i))
        {
            Turn = i < ratio.Length ? null : i + 1,
            MemberSteps = [Sentences.Awarded()],
            Otherwise = (Reasons.NotAwarded, Sentences.NotAwarded()),
        });
        var without = candidates.Except(offers).Select(candidate => new Share(candidate, 0) { Otherwise = (Reasons.NoSealedOffer, Sentences.NoSealedOffer()) });
        return LotSplit.Of(line, [.. shares, .. without], [.. offers.Select((candidate, i) => Arithmetic.Step(
            "R-615", candidate, $"asks {prices[candidate.Member.Id]} minor units a piece, rank {i + 1}.",
            ("unitPriceMinor", prices[candidate.Member.Id]), ("rank", i + 1)))]);
    }
}
