using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Engine;

/// <param name="MemberId">The member firm.</param>
/// <param name="UnitPriceMinor">Its price per piece, in minor units of the order's currency. No other member sees it (F-C2), except the leader's in a
/// <see cref="PriceMatchRound"/>.</param>
internal sealed record SealedOffer(Guid MemberId, long UnitPriceMinor)
{
    /// <summary>
    /// The leader's price, if the member has accepted pieces of the line at it; it then applies to everything else it gets of the line.
    /// </summary>
    public long? MatchedMinor { get; init; }

    /// <summary>Its current price per piece.</summary>
    [JsonIgnore]
    public long PriceMinor => MatchedMinor ?? UnitPriceMinor;
}
