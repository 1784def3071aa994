using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Engine;

/// <summary>The state of a line's price-match round .</summary>
/// <param name="LeadersPriceMinor">The leader's price, in minor units; null: this run starts the round.</param>
/// <param name="Ceiling">The ceiling on the blended price; null: no parts above the leader's price.</param>
/// <param name="Awarded">All parts of the line that members accepted at sealed prices.</param>
internal sealed record PriceMatch(long? LeadersPriceMinor, PriceCeiling? Ceiling, IReadOnlyList<AwardedPart> Awarded)
{
    /// <summary>How many of the product's unit the leader's price is for; null: one.</summary>
    public long? LeadersPerQuantity { get; init; }

    /// <summary>The leader's price; null: this run starts the round.</summary>
    [JsonIgnore]
    public SealedAmount? Leaders => LeadersPriceMinor is { } minor ? SealedAmount.Of(minor, LeadersPerQuantity) : null;
}

/// <summary>The blended price may be at most this percentage of what the buyer pays.</summary>
/// <param name="Percent">1 to 100.</param>
/// <param name="BuyersMinor">What the buyer pays for these pieces, in minor units of the order's currency, 0 or more.</param>
/// <param name="Pieces">The pieces that this pays for, 1 or more.</param>
internal sealed record PriceCeiling(int Percent, long BuyersMinor, long Pieces);

/// <param name="MemberId">The member firm.</param>
/// <param name="Quantity">Pieces, 1 or more.</param>
/// <param name="UnitPriceMinor">Price, in minor units.</param>
internal sealed record AwardedPart(Guid MemberId, long Quantity, long UnitPriceMinor)
{
    /// <summary>How many of the product's unit the price is for; null: one.</summary>
    public long? PerQuantity { get; init; }

    /// <summary>The price at which it was awarded.</summary>
    [JsonIgnore]
    public SealedAmount Price => SealedAmount.Of(UnitPriceMinor, PerQuantity);
}
