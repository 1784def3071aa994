using System.Numerics;
using ExportConsortia.Allocation.Engine;
using static ExportConsortia.Allocation.Tests.Engine.PlanChecker;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>Checks a price-match round against the rule and the snapshot alone .</summary>
internal static class PriceMatchChecker
{
    /// <summary>The firm's price per piece; null without an offer.</summary>
    public static long? PriceOf(SnapshotLine line, Firm firm) =>
        line.Prices?.SingleOrDefault(price => price.MemberId == firm.Id) is { } own ? own.MatchedMinor ?? own.UnitPriceMinor : null;

    /// <summary>The leader's price: that of the round, or of the cheapest who can be asked now.</summary>
    public static long? LeadersPrice(SnapshotLine line, IEnumerable<Firm> firms) => line.Match is null ? null
        : line.Match.LeadersPriceMinor ?? firms.Where(firm => firm.Refused is null).Min(firm => PriceOf(line, firm));

    /// <summary>Whether a piece at this price costs more than the ceiling.</summary>
    public static bool IsAboveCeiling(SnapshotLine line, long? price) => CeilingOf(line) is { } ceiling && price is { } each
        && (BigInteger)each * 100 * ceiling.Pieces > (BigInteger)ceiling.Percent * ceiling.BuyersMinor;

    /// <summary>Whether the run asks firms to match the leader's price: it isn't above the ceiling itself.</summary>
    public static bool AsksToMatch(SnapshotLine line, IEnumerable<Firm> firms) =>
        line.Match is { LeadersPriceMinor: null } && !IsAboveCeiling(line, LeadersPrice(line, firms));

    /// <summary>Whether the ceiling limits somebody, or the leader's price without a ceiling.</summary>
    public static bool HasLimit(SnapshotLine line, IEnumerable<Firm> firms) =>
        line.Limit is not null || (line.Match is not null && !AsksToMatch(line, firms));

    /// <summary>Whether a firm's price is limited.</summary>
    public static bool IsLimited(SnapshotLine line, Firm firm) =>
        IsAboveCeiling(line, PriceOf(line, firm)) || PriceOf(line, firm) > line.Match?.LeadersPriceMinor;

    private static PriceCeiling? CeilingOf(SnapshotLine line) => line.Match?.Ceiling ?? line.Limit?.Ceiling;

    public static void Check(SnapshotLine line, PlannedLine planned, Firm[] firms)
    {
        var leaders = LeadersPrice(line, firms);
        var begins = AsksToMatch(line, firms);
        var bindsTheLeader = line.Match is not null
            && firms.Any(firm => firm.Refused is null && PriceOf(line, firm) <= leaders && IsLimited(line, firm));
        Require(line.Rule.Policy != "SealedPrice" || line.Open == 0 || planned.Policy == (bindsTheLeader ? "SealedPrice/2" : "SealedPrice/1"),
            "a plan names the version that made the difference");
        foreach (var part in planned.Parts)
        {
            var price = PriceOf(line, firms.Single(firm => firm.Id == part.MemberId));
            Require(part.ToMatchMinor == (begins && price > leaders ? leaders : null), "all but the leader are asked to match its price, once");
        }

        if (!HasLimit(line, firms))
        {
            return;
        }

        var dear = firms.Where(firm => firm.Refused is null && IsLimited(line, firm)).ToArray();
        Require(dear.All(firm => firm.Quantity == 0) || IsWithin(null, 0), "parts above the limit keep the blended price below the ceiling");
        foreach (var firm in dear)
        {
            var code = planned.PassedOver.SingleOrDefault(other => other.MemberId == firm.Id)?.Code;
            Require(code is null or "NOT_AWARDED" or "ABOVE_CEILING", "a firm above the leader's price that gets nothing has one of two reasons");

            // A lot more, or the least that it may be offered, would be too dear, if there is so much and it can make it.
            var more = (firm.Quantity >= line.Rule.LotSize ? 1 : firm.LeastLots) * line.Rule.LotSize;
            var canMore = planned.OpenAfter >= more && firm.CapBeforePrice >= firm.Quantity + more;
            Require(!canMore || CeilingOf(line) is null || !IsWithin(firm, more), "what the ceiling allows is awarded");
            Require(!canMore || planned.OpenReason == "ABOVE_CEILING", "pieces that are open for their price are said to be");
        }

        bool IsWithin(Firm? firm, long more)
        {
            if (CeilingOf(line) is not { } ceiling)
            {
                return false;
            }

            // Whoever else takes its part or leaves it: the dearest case is that all take theirs whose price is above the ceiling, and nobody else.
            var parts = (line.Match?.Awarded ?? line.Limit!.Awarded).Select(part => (part.Quantity, part.UnitPriceMinor))
                .Concat(firms.Where(other => other.Quantity > 0 || other == firm)
                    .Select(other => (Quantity: other.Quantity + (other == firm ? more : 0), UnitPriceMinor: PriceOf(line, other)!.Value))
                    .Where(part => (BigInteger)part.UnitPriceMinor * 100 * ceiling.Pieces > (BigInteger)ceiling.Percent * ceiling.BuyersMinor))
                    .ToArray();
            var (pieces, cost) = (parts.Aggregate(BigInteger.Zero, (sum, part) => sum + part.Quantity),
                parts.Aggregate(BigInteger.Zero, (sum, part) => sum + ((BigInteger)part.Quantity * part.UnitPriceMinor)));
            return cost * 100 * ceiling.Pieces <= pieces * ceiling.Percent * ceiling.BuyersMinor;
        }
    }
}
