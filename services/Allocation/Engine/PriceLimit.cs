namespace ExportConsortia.Allocation.Engine;

/// <summary>The ceiling on the blended price of a line without a price-match round: fewer than three firms have submitted a price .</summary>
/// <param name="Ceiling">The ceiling.</param>
/// <param name="Awarded">All parts of the line that members accepted at sealed prices.</param>
internal sealed record PriceLimit(PriceCeiling Ceiling, IReadOnlyList<AwardedPart> Awarded);
