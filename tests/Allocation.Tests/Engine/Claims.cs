using ExportConsortia.Allocation.Engine;
using static ExportConsortia.Allocation.Tests.Engine.PlanChecker;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>The weights and turns that each policy gives the firms, derived from the rules and the snapshot alone.</summary>
internal static class Claims
{
    /// <summary>By rank: larger weight, then earlier turn, then lower id.</summary>
    public static IComparer<Firm> ByRank { get; } = Comparer<Firm>.Create((a, b) =>
        a.Weight != b.Weight ? b.Weight.CompareTo(a.Weight)
        : a.WeightForTheRest != b.WeightForTheRest ? b.WeightForTheRest.CompareTo(a.WeightForTheRest)
        : a.Turn != b.Turn ? (a.Turn ?? int.MaxValue).CompareTo(b.Turn ?? int.MaxValue)
        : a.Id.CompareTo(b.Id));

    public static void Of(SnapshotLine line, Firm[] firms, List<(string Family, Firm Firm)> earlier)
    {
        var asked = firms.Where(firm => firm.Refused is null).ToList();
        switch (line.Rule.Policy)
        {
            case "CapacityProRata":
                asked.ForEach(firm => firm.Weight = firm.Free);
                break;
            case "EqualShare":
                asked.ForEach(firm => firm.Weight = 1);
                break;
            case "QuotaCatchUp":
                QuotaCatchUp(line, asked,
                    line.Quotas!.Sum(quota => quota.Received) + earlier.Where(part => part.Family == line.Family).Sum(part => part.Firm.Quantity),
                    earlier);
                break;
            case "Rotation":
                // Those served by earlier lines come last, the last served at the very end; without a place come those who were never in the queue.
                var served = earlier.Where(part => part.Family == line.Family).Select(part => part.Firm.Id).ToList();
                Queue(asked.OrderBy(firm => (served.LastIndexOf(firm.Id), Place(line, firm)) switch
                {
                    ( >= 0 and var last, _) => (1, last),
                    (_, { } place) => (0, place),
                    _ => (2, 0),
                }).ThenBy(firm => firm.Id), 0, "NOT_ITS_TURN");
                break;
            case "WeightedScore":
                foreach (var firm in asked)
                {
                    firm.Score = line.Scores!.SingleOrDefault(score => score.MemberId == firm.Id) ?? new(firm.Id, 0, 0, 0, 0);
                    firm.Weight = (firm.Score.Quality * 40) + (firm.Score.Delivery * 30) + (firm.Score.Price * 20) + (firm.Score.Equity * 10);
                    firm.WhyNothing = firm.Weight == 0 ? "NO_SCORE" : firm.WhyNothing;
                }

                break;
            case "SealedPrice":
                SealedPrice(line, asked);
                break;
            case "Manual":
                foreach (var firm in asked)
                {
                    firm.Weight = line.ByHand!.Parts.SingleOrDefault(part => part.MemberId == firm.Id)?.Quantity ?? 0;
                    firm.WhyNothing = "NOT_IN_SPLIT";
                }

                break;
            default:
                Assert.Fail($"No rule is known for {line.Rule.Policy}.");
                break;
        }
    }

    private static void QuotaCatchUp(SnapshotLine line, List<Firm> asked, long receivedByAll, List<(string Family, Firm Firm)> earlier)
    {
        foreach (var firm in asked)
        {
            firm.Quota = line.Quotas!.SingleOrDefault(quota => quota.MemberId == firm.Id) ?? new(firm.Id, 0, 0);
            firm.Received = Received(line, firm.Quota, earlier);
            firm.Weight = Math.Max(0, (firm.Quota.SharePpm * (receivedByAll + line.Open)) - (firm.Received * 1_000_000));
            firm.WhyNothing = firm.Quota.SharePpm == 0 ? "NO_QUOTA" : firm.Weight == 0 ? "ENTITLEMENT_REACHED" : firm.WhyNothing;
        }

        if (asked.All(firm => firm.Weight == 0))
        {
            foreach (var firm in asked)
            {
                firm.Weight = firm.Quota!.SharePpm;
                firm.WhyNothing = firm.Weight == 0 ? "NO_QUOTA" : "SHARE_BELOW_MIN_LOT";
            }
        }
    }

    /// <summary>What those behind can't take goes by quota to those that are not .</summary>
    public static void OfTheRest(IEnumerable<Firm> asked)
    {
        foreach (var firm in asked.Where(firm => firm.Weight == 0 && firm.Quota is { SharePpm: > 0 }))
        {
            (firm.WeightForTheRest, firm.WhyNothing) = (firm.Quota!.SharePpm, "SHARE_BELOW_MIN_LOT");
        }
    }

    private static long Received(SnapshotLine line, MemberQuota quota, List<(string Family, Firm Firm)> earlier) =>
        quota.Received + earlier.Where(part => part.Family == line.Family && part.Firm.Id == quota.MemberId).Sum(part => part.Firm.Quantity);

    private static int? Place(SnapshotLine line, Firm firm) => line.Turns!.SingleOrDefault(turn => turn.MemberId == firm.Id)?.Place;

    private static void SealedPrice(SnapshotLine line, List<Firm> asked)
    {
        var cheapest = asked.Where(firm => PriceMatchChecker.PriceOf(line, firm) is not null).OrderBy(firm => PriceMatchChecker.PriceOf(line, firm))
            .ThenBy(firm => firm.Id).ToList();
        // Those above the ceiling are no sources: they get what is left, if the ceiling allows it.
        var able = PriceMatchChecker.HasLimit(line, asked) ? cheapest.Count(firm => !PriceMatchChecker.IsLimited(line, firm)) : cheapest.Count;
        var sources = line.Rule.Sources is { } wanted && able > 1 && line.Match?.LeadersPriceMinor is null ? Math.Min(wanted, able) : 0;
        for (var i = 0; i < sources; i++)
        {
            cheapest[i].Weight = sources == 2 ? 60 - (20 * i) : 50 - (i * 20) + (i == 2 ? 10 : 0);
            cheapest[i].WhyNothing = "NOT_AWARDED";
        }

        Queue(cheapest.Skip(sources), sources, "NOT_AWARDED");
        asked.Except(cheapest).ToList().ForEach(firm => firm.WhyNothing = "NO_SEALED_OFFER");
    }

    private static void Queue(IEnumerable<Firm> queue, int after, string whyNothing)
    {
        foreach (var (i, firm) in queue.Index())
        {
            (firm.Turn, firm.WhyNothing) = (after + i + 1, whyNothing);
        }
    }
}
