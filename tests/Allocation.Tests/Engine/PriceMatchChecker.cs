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

    public static void Check(SnapshotLine line, PlannedLine planned, Firm[] firms)
    {
        var leaders = LeadersPrice(line, firms);
        var begins = line.Match is { LeadersPriceMinor: null };
        foreach (var part in planned.Parts)
        {
            var price = PriceOf(line, firms.Single(firm => firm.Id == part.MemberId));
            Require(part.ToMatchMinor == (begins && price > leaders ? leaders : null), "all but the leader are asked to match its price, once");
        }

        if (line.Match is null || begins)
        {
            return;
        }

        var dear = firms.Where(firm => firm.Refused is null && PriceOf(line, firm) > leaders).ToArray();
        Require(dear.All(firm => firm.Quantity == 0) || IsWithin(null, 0), "parts above the leader's price keep the blended price below the ceiling");
        foreach (var firm in dear)
        {
            var code = planned.PassedOver.SingleOrDefault(other => other.MemberId == firm.Id)?.Code;
            Require(code is null or "NOT_AWARDED" or "ABOVE_CEILING", "a firm above the leader's price that gets nothing has one of two reasons");

            // A lot more, or the least that it may be offered, would be too dear, if there is so much and it can make it.
            var more = (firm.Quantity >= line.Rule.LotSize ? 1 : firm.LeastLots) * line.Rule.LotSize;
            var canMore = planned.OpenAfter >= more && firm.CapBeforePrice >= firm.Quantity + more;
            Require(!canMore || line.Match.Ceiling is null || !IsWithin(firm, more), "what the ceiling allows is awarded");
            Require(!canMore || planned.OpenReason == "ABOVE_CEILING", "pieces that are open for their price are said to be");
        }

        bool IsWithin(Firm? firm, long more)
        {
            if (line.Match.Ceiling is not { } ceiling)
            {
                return false;
            }

            // Whoever else takes its part or leaves it: the dearest case is that all take theirs whose price is above the ceiling, and nobody else.
            var parts = line.Match.Awarded.Select(part => (part.Quantity, part.UnitPriceMinor))
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
