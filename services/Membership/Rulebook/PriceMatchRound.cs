namespace ExportConsortia.Membership.Rulebook;

/// <summary>How firms are asked to match the lowest price, and what happens to the pieces of those that don't .</summary>
/// <param name="Seconds">How long a firm has to answer, in seconds, 1 to 31,536,000; 48 h if left out.</param>
/// <param name="CeilingPercent">
/// What is left after the round may go to firms at their own prices, the cheapest first, as long as the line's pieces cost on average at most
/// this percentage of the buyer's price, 1 to 100. If left out, nothing is awarded above the lowest price and the pieces stay open.
/// </param>
public sealed record PriceMatchRound(long Seconds = 48 * 3600, int? CeilingPercent = null);
