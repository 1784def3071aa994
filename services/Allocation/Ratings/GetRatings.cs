namespace ExportConsortia.Allocation.Ratings;

/// <summary>A member firm reads its own ratings and scores; the clean team reads all.</summary>
internal static class GetRatings
{
    /// <summary>A page of ratings, the latest first.</summary>
    /// <param name="Ratings">The ratings.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record RatingPage(IReadOnlyList<RatingView> Ratings, Guid? Before);

    /// <summary>A firm's current scores in a product family, 0 to 100 each; 50 is neutral. The price score is never shown.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">A product family that it can make.</param>
    /// <param name="Quality">The mean of its ratings of the last twelve months, rounded half up; 50 without any.</param>
    /// <param name="QualityRatings">How many ratings that is.</param>
    /// <param name="Delivery">The same for delivery.</param>
    /// <param name="DeliveryRatings">How many ratings that is.</param>
    /// <param name="Equity">From its fairness account, as far as the firm may see it: 100 if a whole year's entitlement is owed to it, 0 if it is
    /// ahead by as much.</param>
    public sealed record ScoreView(
        Guid MemberId, string ProductFamily, int Quality, int QualityRatings, int Delivery, int DeliveryRatings, int Equity);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = new[] { Role.MemberUser, Role.ConsortiumManager, Role.Auditor };
        routes.MapGet("ratings", ListRatingsAsync).WithName("ListRatings").For(read)
            .WithSummary("List ratings, latest first")
            .WithDescription(
                "With the evidence; withdrawn ratings are included. A member firm sees only its own. `memberId` and `family` filter; `limit` 1 to "
                + "200, default 50; `before` from the previous page.");
        routes.MapGet("scores", ListScoresAsync).WithName("ListScores").For(read)
            .WithSummary("List scores for the policy WeightedScore")
            .WithDescription(
                "Quality, delivery and equity for each product family that a firm can make (R-616). A member firm sees only its own. The price "
                + "score, and so the total, is never shown.");
    }

    private static async Task<Results<Ok<RatingPage>, ProblemHttpResult>> ListRatingsAsync(
        AllocationDb db, Guid? memberId, string? family, int? limit, Guid? before, CancellationToken ct)
    {
        var (refused, rows, most) = await db.Ratings.PageAsync(
            nameof(Rating.RatedAt), limit, before, r => (memberId == null || r.MemberId == memberId) && (family == null || r.Family == family), ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        return TypedResults.Ok(new RatingPage([.. page.Select(RatingView.Of)], page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Ok<IReadOnlyList<ScoreView>>> ListScoresAsync(AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        // The query filter leaves a member firm only itself; scores are calculated for these firms.
        var firms = await db.Members.AsNoTracking().Where(m => m.Standing != MemberStanding.Left).OrderBy(m => m.Id).ToListAsync(ct);
        var families = await db.Products.ToDictionaryAsync(p => p.Code, p => p.Family, StringComparer.Ordinal, ct);
        var ableByFamily = firms
            .SelectMany(f => f.Capabilities.Select(c => (Family: families.GetValueOrDefault(c.ProductCode), f.Id)).Distinct())
            .Where(at => at.Family is not null).GroupBy(at => at.Family!, at => at.Id).OrderBy(g => g.Key, StringComparer.Ordinal);
        var views = new List<ScoreView>();
        foreach (var (family, able) in ableByFamily.Select(g => (g.Key, g.ToList())))
        {
            var means = await CalculateScores.MeansAsync(consortium, family, db, now, ct);
            views.AddRange((await CalculateScores.OfAsync(means, consortium, family, able, db, now, ct)).Select(score => new ScoreView(
                score.MemberId, family,
                score.Quality, means.GetValueOrDefault((score.MemberId, RatingKind.Quality)).Ratings,
                score.Delivery, means.GetValueOrDefault((score.MemberId, RatingKind.Delivery)).Ratings,
                score.Equity)));
        }

        return TypedResults.Ok<IReadOnlyList<ScoreView>>(views);
    }
}
