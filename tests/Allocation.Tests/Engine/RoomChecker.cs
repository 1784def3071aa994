using ExportConsortia.Allocation.Engine;
using static ExportConsortia.Allocation.Tests.Engine.PlanChecker;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>
/// No lot stays open while an eligible firm has room for it within its caps and minimum lot, unless the plan names the rule that forbids it. Goes by
/// what the plan says, not by what the policy should have weighed.
/// </summary>
internal static class RoomChecker
{
    // What forbids that a firm gets anything of the line, whatever room it has.
    private static readonly HashSet<string> Forbidden =
        ["NO_QUOTA", "NO_SCORE", "NO_SEALED_OFFER", "ABOVE_CEILING", "NOT_IN_SPLIT", "MAKERS_REACHED"];

    /// <summary>Checks one line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="planned">Its split.</param>
    /// <param name="firms">All firms with their caps and quantities.</param>
    /// <param name="roomLots">How many lots more a firm could make within its capacity and caps.</param>
    /// <param name="raises">Whether lots that others give count too; <c>Balanced</c> moves them only where that is fairer.</param>
    public static void Check(
        SnapshotLine line, PlannedLine planned, IReadOnlyCollection<Firm> firms, Func<Firm, long> roomLots, bool raises = true)
    {
        var lot = line.Rule.LotSize;
        var open = planned.OpenAfter / lot;
        var codes = planned.PassedOver.ToDictionary(member => member.MemberId, member => member.Code);
        foreach (var firm in firms.Where(firm => firm.Refused is null && open > 0 && roomLots(firm) > 0))
        {
            if (planned.OpenReason is "LEFT_BY_HAND" or "POLICY_UNKNOWN" or "TOO_MANY_PIECES")
            {
                continue;
            }

            if (firm.Quantity >= lot)
            {
                Require(planned.OpenReason == "ABOVE_CEILING", "a firm with a part and room gets more, unless the ceiling forbids it");
                continue;
            }

            // Not even with all that others could give it comes to its least: then nobody could be raised to it.
            var givable = !raises ? 0 : firms.Sum(giver => Math.Max(0, (giver.Quantity / lot) - Math.Max(giver.LeastLots, firm.LeastLots)));
            Require(
                (codes.TryGetValue(firm.Id, out var code) && Forbidden.Contains(code)) || planned.OpenReason == "MAKERS_REACHED"
                    || open + givable < firm.LeastLots || roomLots(firm) < firm.LeastLots,
                $"a firm with room gets open lots, unless the plan names the rule that forbids it: {code}, {planned.OpenReason}");
        }
    }
}
