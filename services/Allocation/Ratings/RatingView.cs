namespace ExportConsortia.Allocation.Ratings;

/// <summary>A rating as its firm and the clean team see it.</summary>
/// <param name="RatingId">The rating.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="ProductFamily">The product family.</param>
/// <param name="Kind">What the firm is rated for.</param>
/// <param name="Score">0 (worst) to 100 (best).</param>
/// <param name="Evidence">The evidence.</param>
/// <param name="On">The day that the rating is about; it counts for twelve months from then.</param>
/// <param name="OrderId">The order that the rating is about, if any.</param>
/// <param name="RatedBy">The account of the manager.</param>
/// <param name="RatedAt">When it was recorded, UTC.</param>
/// <param name="WithdrawnAt">When it was withdrawn, UTC; a withdrawn rating doesn't count.</param>
/// <param name="WithdrawReason">Why.</param>
public sealed record RatingView(
    Guid RatingId, Guid MemberId, string ProductFamily, RatingKind Kind, int Score, string Evidence, DateOnly On, Guid? OrderId, Guid RatedBy,
    DateTime RatedAt,
    DateTime? WithdrawnAt, string? WithdrawReason)
{
    internal static RatingView Of(Rating rating) => new(
        rating.Id, rating.MemberId, rating.Family, rating.Kind, rating.Score, rating.Evidence, rating.On, rating.OrderId, rating.RatedBy,
        rating.RatedAt,
        rating.WithdrawnAt, rating.WithdrawReason);
}
