
namespace ExportConsortia.Allocation.Ratings;

/// <summary>
/// The neutral manager rates a firm and gives the evidence; the policy <c>WeightedScore</c> uses the ratings. A wrong rating is withdrawn.
/// </summary>
internal static class RateMember
{
    /// <summary>One rating.</summary>
    public sealed record Request
    {
        /// <summary>The member firm.</summary>
        public required Guid MemberId { get; init; }

        /// <summary>The product family; one of the consortium's list.</summary>
        /// <example>chairs</example>
        public required string ProductFamily { get; init; }

        /// <summary><c>Quality</c> or <c>Delivery</c>.</summary>
        public required RatingKind Kind { get; init; }

        /// <summary>0 (worst) to 100 (best).</summary>
        /// <example>92</example>
        public required int Score { get; init; }

        /// <summary>The evidence, 1 to 1000 characters. Kept for ever, and the firm reads it: don't name other firms.</summary>
        /// <example>Inspection of 12 March: 4 of 50 chairs with finish defects.</example>
        public required string Evidence { get; init; }

        /// <summary>
        /// The day that the rating is about, not in the future; absent: today at the consortium's seat. The rating counts for twelve months from
        /// then.
        /// </summary>
        /// <example>2027-03-12</example>
        public DateOnly? On { get; init; }

        /// <summary>The order that the rating is about; the firm must have accepted pieces of it.</summary>
        public Guid? OrderId { get; init; }
    }

    /// <summary>Why a rating no longer counts.</summary>
    public sealed record Withdrawal
    {
        /// <summary>The reason, 1 to 1000 characters; kept for ever, and the firm reads it.</summary>
        /// <example>The defects were the carrier's.</example>
        public required string Reason { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("ratings", RateAsync).WithName(nameof(RateMember)).For(Role.ConsortiumManager)
            .WithSummary("Rate a member firm")
            .WithDescription(
                "Rates quality or delivery in a product family, with the evidence. The firm's score is the mean of its ratings of the last twelve "
                + "months (R-616). A rating can't be changed, only withdrawn.")
            .WithExample(new Request
            {
                MemberId = new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), ProductFamily = "chairs", Kind = RatingKind.Quality, Score = 92,
                Evidence = "Inspection of 12 March: 4 of 50 chairs with finish defects.", On = new DateOnly(2027, 3, 12),
            });
        routes.MapPost("ratings/{id:guid}/withdrawal", WithdrawAsync).WithName("WithdrawRating").For(Role.ConsortiumManager)
            .WithSummary("Withdraw a rating")
            .WithDescription(
                "The rating stays on record but no longer counts; earlier runs stay as they are. `ALREADY_DECIDED` if it was already withdrawn.")
            .WithExample(new Withdrawal { Reason = "The defects were the carrier's." });
    }

    private static async Task<Results<Created<RatingView>, ProblemHttpResult>> RateAsync(
        Request request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var today = (await db.ConsortiumAsync(caller.ConsortiumId, ct)).Day(now);
        var errors = new InputErrors();
        errors.Unless(await db.Members.AnyAsync(m => m.Id == request.MemberId, ct), "memberId", "There is no such member firm.");
        errors.Unless(
            await db.Products.AnyAsync(p => p.ConsortiumId == caller.ConsortiumId && p.Family == request.ProductFamily, ct),
            "productFamily", "Must be a product family of the consortium's list.");
        errors.Unless(request.Score is >= 0 and <= 100, "score", "Must be 0 to 100.");
        errors.Unless(!string.IsNullOrWhiteSpace(request.Evidence) && request.Evidence.Length <= 1000, "evidence", "Must have 1 to 1000 characters.");
        errors.Unless(request.On is null || request.On <= today, "on", "Must not be in the future.");
        // The firm reads it: an order in which it has no part it may not know of.
        errors.Unless(
            request.OrderId is null
                || await db.MemberOffers.AnyAsync(o => o.OrderId == request.OrderId && o.MemberId == request.MemberId && o.Accepted > 0, ct),
            "orderId", "Must be an order of which the firm accepted pieces.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var rating = db.Add(new Rating
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = caller.ConsortiumId,
            MemberId = request.MemberId,
            Family = request.ProductFamily,
            Kind = request.Kind,
            Score = request.Score,
            Evidence = request.Evidence,
            On = request.On ?? today,
            OrderId = request.OrderId,
            RatedBy = caller.UserId,
            RatedAt = now,
        }).Entity;
        db.Record("MEMBER_RATED", rating.MemberId, rating.Evidence);
        await db.SaveChangesAsync(ct);
        return TypedResults.Created("/api/allocation/ratings", RatingView.Of(rating));
    }

    private static async Task<Results<Ok<RatingView>, ProblemHttpResult>> WithdrawAsync(
        Guid id, Withdrawal request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 1000)
        {
            return Refusal.Invalid("reason", "Must have 1 to 1000 characters.");
        }

        if (await db.Ratings.SingleOrDefaultAsync(r => r.Id == id, ct) is not { } rating)
        {
            return Refusal.NotFound();
        }

        if (rating.Withdraw(caller.UserId, request.Reason, clock.GetUtcNow().UtcDateTime) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Record("RATING_WITHDRAWN", rating.MemberId, request.Reason);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(RatingView.Of(rating));
    }
}
