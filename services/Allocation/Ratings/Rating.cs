namespace ExportConsortia.Allocation.Ratings;

/// <summary>What a firm is rated for.</summary>
public enum RatingKind
{
    /// <summary>What it made was as ordered.</summary>
    Quality,

    /// <summary>It came when it was due.</summary>
    Delivery,
}

/// <summary>
/// How a firm did once, as the neutral manager found it, with the evidence. Never changed: a wrong one is withdrawn, stays on record and no longer counts.
/// </summary>
internal sealed class Rating
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string Family { get; init; }

    public required RatingKind Kind { get; init; }

    /// <summary>0 (worst) to 100 (best).</summary>
    public required int Score { get; init; }

    public required string Evidence { get; init; }

    /// <summary>The day that it is about, at the consortium's seat: it counts for twelve months from then.</summary>
    public required DateOnly On { get; init; }

    /// <summary>An order of which the firm accepted pieces.</summary>
    public Guid? OrderId { get; init; }

    public required Guid RatedBy { get; init; }

    public required DateTime RatedAt { get; init; }

    public Guid? WithdrawnBy { get; private set; }

    public DateTime? WithdrawnAt { get; private set; }

    public string? WithdrawReason { get; private set; }

    public Refusal? Withdraw(Guid by, string reason, DateTime now)
    {
        if (WithdrawnAt is not null)
        {
            return new("ALREADY_DECIDED", "This rating is withdrawn already.");
        }

        (WithdrawnBy, WithdrawnAt, WithdrawReason) = (by, now, reason);
        return null;
    }
}

/// <summary>A rating as its firm and the clean team see it.</summary>
/// <param name="RatingId">The rating.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="ProductFamily">The product family.</param>
/// <param name="Kind">What the firm is rated for.</param>
/// <param name="Score">0 (worst) to 100 (best).</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="On">The day that it is about; it counts for twelve months from then.</param>
/// <param name="OrderId">The order that it is about, if any.</param>
/// <param name="RatedBy">The account of the manager.</param>
/// <param name="RatedAt">When it was recorded, UTC.</param>
/// <param name="WithdrawnAt">When it was withdrawn, UTC; it doesn't count then.</param>
/// <param name="WithdrawReason">Why.</param>
public sealed record RatingView(
    Guid RatingId, Guid MemberId, string ProductFamily, RatingKind Kind, int Score, string Evidence, DateOnly On, Guid? OrderId, Guid RatedBy, DateTime RatedAt,
    DateTime? WithdrawnAt, string? WithdrawReason)
{
    internal static RatingView Of(Rating rating) => new(
        rating.Id, rating.MemberId, rating.Family, rating.Kind, rating.Score, rating.Evidence, rating.On, rating.OrderId, rating.RatedBy, rating.RatedAt,
        rating.WithdrawnAt, rating.WithdrawReason);
}
