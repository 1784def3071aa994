using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>How cheap firms were in sealed-price rounds: the price part of R-616.</summary>
internal static class PriceScore
{
    /// <summary>
    /// Each firm's price score for a product family, 0 (dear) to 100 (always the cheapest), from prices opened in the twelve months before <paramref
    /// name="now"/>: an offer scores 100 × lowest price of the line in its round / own price, rounded down; a firm scores the mean of its offers,
    /// rounded down;
    /// <see cref="WeightedScore.Neutral"/> without any. Unopened prices don't count. A score reveals other firms' prices: no member firm may read it
    /// (F-C2).
    /// </summary>
    public static async Task<IReadOnlyDictionary<Guid, int>> OfAsync(
        Guid consortiumId, string family, IReadOnlyCollection<Guid> firms, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var since = now.AddMonths(-12);
        var opened = await db.PriceInvitations.AcrossMembers().AsNoTracking()
            .Where(i => i.ConsortiumId == consortiumId && i.Family == family && i.OpenedAt >= since && i.OpenedAt < now && i.UnitPriceMinor != null)
            .Select(i => new { i.RoundId, i.LineId, i.MemberId, Minor = i.UnitPriceMinor!.Value, i.PerQuantity }).ToListAsync(ct);
        var scores = opened.Select(o => (o.RoundId, o.LineId, o.MemberId, Price: SealedAmount.Of(o.Minor, o.PerQuantity)))
            .GroupBy(o => (o.RoundId, o.LineId))
            .SelectMany(line => line.Select(o => (o.MemberId, Score: Score(line.Min(other => other.Price), o.Price))))
            .ToLookup(o => o.MemberId, o => o.Score);
        return firms.ToDictionary(firm => firm, firm => scores[firm].Any()
            ? (int)(scores[firm].Sum() / scores[firm].Count())
            : WeightedScore.Neutral);

        static long Score(SealedAmount lowest, SealedAmount own) =>
            (long)((Int128)100 * lowest.Minor * own.PerQuantity / ((Int128)own.Minor * lowest.PerQuantity));
    }
}
