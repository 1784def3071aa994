using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>An invitation to hand in a sealed price for a line .</summary>
public sealed record PriceInvitationView
{
    /// <summary>The invitation.</summary>
    public required Guid InvitationId { get; init; }

    /// <summary>The line's order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>The member firm that is invited.</summary>
    public required Guid MemberId { get; init; }

    /// <summary>State of the round.</summary>
    public required PriceRoundState Round { get; init; }

    /// <summary>The firm's answer.</summary>
    public required PriceAnswer Answer { get; init; }

    /// <summary>When the firm was asked, UTC.</summary>
    public required DateTime AskedAt { get; init; }

    /// <summary>Deadline, UTC, exclusive; the round closes before it as soon as every invited firm has answered.</summary>
    public required DateTime ClosesAt { get; init; }

    /// <summary>When the firm last changed its answer, UTC.</summary>
    public DateTime? AnsweredAt { get; init; }

    /// <summary>The account of the person who answered for the firm last; absent if nobody did, or before this was kept.</summary>
    public Guid? AnsweredBy { get; init; }

    /// <summary>
    /// The firm's price, in minor units of the order's currency for <see cref="PerQuantity"/>: visible to the firm at any time, to the clean team
    /// once opened.
    /// </summary>
    public long? UnitPriceMinor { get; init; }

    /// <summary>How many of <see cref="Unit"/> the price is for; visible when the price is.</summary>
    public long? PerQuantity { get; init; }

    /// <summary>UN/ECE code of the unit in which the line is counted, as in <c>terms</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>
    /// The firm's commitment: SHA-256, in hexadecimal, of the text <c>salt:invitationId:unitPriceMinor</c>, followed by <c>:perQuantity</c> if
    /// that is not 1. It reveals nothing about the price.
    /// </summary>
    public string? Commitment { get; init; }

    /// <summary>64 hexadecimal digits, shown once the price is opened: with them the commitment can be checked.</summary>
    public string? Salt { get; init; }

    /// <summary>When the service opened the prices, UTC; no person can.</summary>
    public DateTime? OpenedAt { get; init; }

    /// <summary>What is requested, without the price that the buyer pays.</summary>
    public required OfferTerms Terms { get; init; }

    /// <summary>
    /// The commitments to all prices handed in for this line, including this firm's, sorted so that they don't reveal whose they are. While the round
    /// is open only the clean team reads them: a firm that saw only its own could ask for more.
    /// </summary>
    public required IReadOnlyList<string> Commitments { get; init; }

    internal static async Task<IReadOnlyList<PriceInvitationView>> OfAsync(
        IReadOnlyList<PriceInvitation> invitations, AllocationDb db, Caller caller, PriceSecret secret, CancellationToken ct)
    {
        var rounds = invitations.Select(i => i.RoundId).Distinct().ToList();
        var commitments = (await db.PriceInvitations.AcrossMembers().AsNoTracking()
            .Where(i => rounds.Contains(i.RoundId) && i.Commitment != null).Select(i => new { i.RoundId, i.LineId, i.Commitment }).ToListAsync(ct))
            .ToLookup(i => (i.RoundId, i.LineId), i => i.Commitment!);
        return [.. invitations.Select(i => Of(i, i.MemberId == caller.MemberId ? i.PriceFor(secret) : i.Price))];

        PriceInvitationView Of(PriceInvitation i, SealedAmount? price) => new()
        {
            InvitationId = i.Id,
            OrderId = i.OrderId,
            MemberId = i.MemberId,
            Round = i.Round,
            Answer = i.Answer,
            AskedAt = i.AskedAt,
            ClosesAt = i.ClosesAt,
            AnsweredAt = i.AnsweredAt,
            AnsweredBy = i.AnsweredBy,
            UnitPriceMinor = price?.Minor,
            PerQuantity = price?.PerQuantity,
            Unit = i.Terms.Unit,
            Commitment = i.Commitment,
            Salt = i.Salt,
            OpenedAt = i.OpenedAt,
            Terms = i.Terms,
            Commitments = caller.IsCleanTeam || i.Round is PriceRoundState.Closed or PriceRoundState.Opened
                ? [.. commitments[(i.RoundId, i.LineId)].Order(StringComparer.Ordinal)]
                : [],
        };
    }
}
