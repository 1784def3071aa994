using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Engine;

/// <param name="MemberId">The member firm.</param>
/// <param name="UnitPriceMinor">Its price, in minor units of the order's currency. No other member sees it (F-C2), except the leader's in a
/// <see cref="PriceMatchRound"/>.</param>
internal sealed record SealedOffer(Guid MemberId, long UnitPriceMinor)
{
    /// <summary>How many of the product's unit its price is for; null: one.</summary>
    public long? PerQuantity { get; init; }

    /// <summary>
    /// The leader's price, if the member has accepted pieces of the line at it; it then applies to everything else it gets of the line.
    /// </summary>
    public long? MatchedMinor { get; init; }

    /// <summary>How many of the product's unit the leader's price is for; null: one.</summary>
    public long? MatchedPerQuantity { get; init; }

    /// <summary>The price that it handed in.</summary>
    [JsonIgnore]
    public SealedAmount Own => SealedAmount.Of(UnitPriceMinor, PerQuantity);

    /// <summary>The leader's price, if it has matched it.</summary>
    [JsonIgnore]
    public SealedAmount? Matched => MatchedMinor is { } minor ? SealedAmount.Of(minor, MatchedPerQuantity) : null;

    /// <summary>Its current price.</summary>
    [JsonIgnore]
    public SealedAmount Price => Matched ?? Own;

    public static SealedOffer Of(Guid memberId, SealedAmount own) => new(memberId, own.Minor) { PerQuantity = own.StoredPerQuantity };
}
