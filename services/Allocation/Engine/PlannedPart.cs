using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Engine;

/// <summary>One member's part of one line.</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="Quantity">Pieces to offer, 1 or more.</param>
/// <param name="Draws">The capacity it draws on, earliest period first; the sum is <paramref name="Quantity"/>.</param>
/// <param name="MemberSteps">Why, from the member's own numbers only.</param>
internal sealed record PlannedPart(Guid MemberId, long Quantity, IReadOnlyList<CapacityDraw> Draws, IReadOnlyList<ExplanationStep> MemberSteps)
{
    /// <summary>
    /// The leader's price, in minor units, if the part is offered at it and not at the member's own (<see cref="PriceMatchRound"/>).
    /// </summary>
    public long? ToMatchMinor { get; init; }

    /// <summary>How many of the product's unit that price is for; null: one.</summary>
    public long? ToMatchPerQuantity { get; init; }

    /// <summary>The leader's price, if the part is offered at it.</summary>
    [JsonIgnore]
    public SealedAmount? ToMatch => ToMatchMinor is { } minor ? SealedAmount.Of(minor, ToMatchPerQuantity) : null;
}

/// <param name="BucketId">The capacity declaration.</param>
/// <param name="Quantity">Pieces to reserve in it, 1 or more.</param>
internal sealed record CapacityDraw(Guid BucketId, long Quantity);
