namespace ExportConsortia.Allocation.Engine;

/// <param name="MemberId">The member firm.</param>
/// <param name="Answer">Its answer, or none in time.</param>
internal sealed record NotAskedAgain(Guid MemberId, EarlierAnswer Answer);

/// <summary>A member's earlier answer about a line: it decides whether the member is asked again.</summary>
internal enum EarlierAnswer
{
    Declined,
    Expired,

    /// <summary>It accepted less than it was offered: that is all it can make for this order .</summary>
    AcceptedLess,

    /// <summary>An offer is still open: at most one per line and member (F-Q3).</summary>
    OfferOpen,

    /// <summary>It refused to match the leader's price: it may be asked again, at its own price .</summary>
    RefusedToMatch,
}
