namespace ExportConsortia.Allocation.Ratings;

/// <summary>A member firm reads its own ratings and what it scores by them; the clean team reads all.</summary>
internal static class GetRatings
{
    /// <summary>A page of ratings, the latest first.</summary>
    /// <param name="Ratings">The ratings.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record RatingPage(IReadOnlyList<RatingView> Ratings, Guid? Before);

    /// <summary>What a firm scores in a product family by now, 0 to 100 each; 50 is neutral. The price part is shown to nobody.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">A product family that it can make.</param>
    /// <param name="Quality">The mean of its ratings of the last twelve months, half a point rounded up; 50 without any.</param>
    /// <param name="QualityRatings">How many these are.</param>
    /// <param name="Delivery">The same for delivery.</param>
    /// <param name="DeliveryRatings">How many these are.</param>
    /// <param name="Equity">From its fairness account as it may see it itself: 100 if a whole year's entitlement is owed to it, 0 if it is ahead by as much.</param>
    public sealed record ScoreView(Guid MemberId, string ProductFamily, int Quality, int QualityRatings, int Delivery, int DeliveryRatings, int Equity);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = new[] { Role.MemberUser, Role.ConsortiumManager, Role.Auditor };
        routes.MapGet("ratings", ListAsync).WithName("ListRatings").For(read)
            .WithSummary("List ratings, the latest first")
            .WithDescription("A member firm sees its own only, with the evidence, also those that were withdrawn. `memberId` and `family` filter; `limit` 1 to 200, 50 if absent; `before` is the last page's `before`.");
        routes.MapGet("scores", ScoresAsync).WithName("ListScores").For(read)
            .WithSummary("Read what firms score for the policy WeightedScore")
            .WithDescription("A member firm sees its own only: quality, delivery and equity of each product family that it can make (R-616). The price part, and so the whole score, is shown to nobody here.");
    }

    private static async Task<Results<Ok<RatingPage>, ProblemHttpResult>> ListAsync(
        AllocationDb db, Guid? memberId, string? family, int? limit, Guid? before, CancellationToken ct)
    {
        var (refused, rows, most) = await db.Ratings.PageAsync(nameof(Rating.RatedAt), limit, before, r => (memberId == null || r.MemberId == memberId) && (family == null || r.Family == family), ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        return TypedResults.Ok(new RatingPage([.. page.Select(RatingView.Of)], page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Ok<IReadOnlyList<ScoreView>>> ScoresAsync(AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        // The query filter leaves a member firm itself only; the rest is reckoned for these.
        var firms = await db.Members.AsNoTracking().Where(m => m.Standing != MemberStanding.Left).OrderBy(m => m.Id).ToListAsync(ct);
        var views = new List<ScoreView>();
        foreach (var family in firms.SelectMany(f => f.Capabilities).Select(c => c.ProductFamily).Distinct().Order(StringComparer.Ordinal))
        {
            var able = firms.Where(f => f.Capabilities.Exists(c => c.ProductFamily == family)).Select(f => f.Id).ToList();
            var means = await ReckonScores.MeansAsync(consortium, family, db, now, ct);
            views.AddRange((await ReckonScores.OfAsync(means, consortium, family, able, db, now, ct)).Select(score => new ScoreView(
                score.MemberId, family,
                score.Quality, means.GetValueOrDefault((score.MemberId, RatingKind.Quality)).Ratings,
                score.Delivery, means.GetValueOrDefault((score.MemberId, RatingKind.Delivery)).Ratings,
                score.Equity)));
        }

        return TypedResults.Ok<IReadOnlyList<ScoreView>>(views);
    }
}
