namespace ExportConsortia.Allocation.Ratings;

/// <summary>
/// One rating of a firm by the neutral manager, with the evidence. Never changed: a wrong one is withdrawn, stays on record and no longer counts.
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

    /// <summary>The day that the rating is about, at the consortium's seat; it counts for twelve months from then.</summary>
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
            return new("ALREADY_DECIDED", "This rating has already been withdrawn.");
        }

        (WithdrawnBy, WithdrawnAt, WithdrawReason) = (by, now, reason);
        return null;
    }
}
