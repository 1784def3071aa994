using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.SealedPrices;

namespace ExportConsortia.Allocation.Ratings;

/// <summary>What the firms score in a product family by now: for a run, and for themselves to read.</summary>
internal static class ReckonScores
{
    /// <summary>How far back ratings count.</summary>
    public const int Months = 12;

    public static async Task<IReadOnlyList<MemberScore>> OfAsync(
        Consortium consortium, string family, IReadOnlyCollection<Guid> firms, AllocationDb db, DateTime now, CancellationToken ct) =>
        await OfAsync(await MeansAsync(consortium, family, db, now, ct), consortium, family, firms, db, now, ct);

    /// <summary>The same where the means of the ratings are known already.</summary>
    public static async Task<IReadOnlyList<MemberScore>> OfAsync(
        IReadOnlyDictionary<(Guid MemberId, RatingKind Kind), (int? Mean, int Ratings)> means,
        Consortium consortium, string family, IReadOnlyCollection<Guid> firms, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var accounts = await KeepFairness.AsToldAsync(consortium, family, db, now, ct);
        var prices = await PriceScore.OfAsync(consortium.Id, family, firms, db, now, ct);
        return [.. firms.Select(firm => new MemberScore(
            firm,
            means.GetValueOrDefault((firm, RatingKind.Quality)).Mean ?? WeightedScore.Neutral,
            means.GetValueOrDefault((firm, RatingKind.Delivery)).Mean ?? WeightedScore.Neutral,
            prices[firm],
            accounts.TryGetValue(firm, out var account) ? WeightedScore.EquityOf(account.Last, account.This) : WeightedScore.Neutral))];
    }

    /// <summary>The mean of the ratings of the last twelve months, and of how many; a firm without any has none.</summary>
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
