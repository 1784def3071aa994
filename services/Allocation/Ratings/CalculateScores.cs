using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.SealedPrices;

namespace ExportConsortia.Allocation.Ratings;

/// <summary>The firms' current scores in a product family: for a run, and for the firms to read.</summary>
internal static class CalculateScores
{
    /// <summary>How far back ratings count.</summary>
    public const int Months = 12;

    public static async Task<IReadOnlyList<MemberScore>> OfAsync(
        Consortium consortium, string family, IReadOnlyCollection<Guid> firms, AllocationDb db, DateTime now, CancellationToken ct) =>
        await OfAsync(await MeansAsync(consortium, family, db, now, ct), consortium, family, firms, db, now, ct);

    /// <summary>The same, with means of the ratings that are already known.</summary>
    public static async Task<IReadOnlyList<MemberScore>> OfAsync(
        IReadOnlyDictionary<(Guid MemberId, RatingKind Kind), (int? Mean, int Ratings)> means,
        Consortium consortium, string family, IReadOnlyCollection<Guid> firms, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var accounts = await LoadFairness.AsVisibleToFirmsAsync(consortium, family, db, now, ct);
        var prices = await PriceScore.OfAsync(consortium.Id, family, firms, db, now, ct);
        return [.. firms.Select(firm => new MemberScore(
            firm,
            means.GetValueOrDefault((firm, RatingKind.Quality)).Mean ?? WeightedScore.Neutral,
            means.GetValueOrDefault((firm, RatingKind.Delivery)).Mean ?? WeightedScore.Neutral,
            prices[firm],
            accounts.TryGetValue(firm, out var account) ? WeightedScore.EquityOf(account.Last, account.This) : WeightedScore.Neutral))];
    }

    /// <summary>The mean and number of the ratings of the last twelve months; a firm without ratings is absent.</summary>
    public static async Task<IReadOnlyDictionary<(Guid MemberId, RatingKind Kind), (int? Mean, int Ratings)>> MeansAsync(
        Consortium consortium, string family, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var (today, since) = (consortium.Day(now), consortium.Day(now).AddMonths(-Months));
        return await db.Ratings
            .Where(r => r.ConsortiumId == consortium.Id && r.Family == family && r.WithdrawnAt == null && r.On > since && r.On <= today)
            .GroupBy(r => new { r.MemberId, r.Kind })
            .Select(g => new { g.Key.MemberId, g.Key.Kind, Sum = g.Sum(r => (long)r.Score), Count = g.Count() })
            .ToDictionaryAsync(g => (g.MemberId, g.Kind), g => ((int?)WeightedScore.Mean(g.Sum, g.Count), g.Count), ct);
    }
}
