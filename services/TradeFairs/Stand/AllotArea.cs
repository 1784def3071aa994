using System.Text.Json.Serialization;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Stand;

/// <summary>What a firm asks for.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="RequestedDm2">In square decimetres, at least 400.</param>
/// <param name="CommittedAt">When it committed itself, UTC: it decides only when there is not even the least area for all.</param>
internal sealed record AreaRequest(Guid MemberId, long RequestedDm2, DateTime CommittedAt)
{
    /// <summary>What counts of it: nobody gets a larger part by asking for more than there is. Absent in older rows: all of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MostDm2 { get; init; }

    /// <summary>What the stand is divided by, in square decimetres.</summary>
    [JsonIgnore]
    public long CountedDm2 => Math.Min(RequestedDm2, MostDm2 ?? RequestedDm2);
}

/// <summary>What a firm got.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="AllottedDm2">In square decimetres; 0: it waits.</param>
/// <param name="Why">Which rule gave it that.</param>
internal sealed record AreaPart(Guid MemberId, long AllottedDm2, AreaReason Why);

/// <summary>Which rule gave a firm its area.</summary>
public enum AreaReason
{
    /// <summary>There is enough for all: it got what it asked for.</summary>
    AsRequested,

    /// <summary>Firms ask for more than there is: it got its part in proportion to what it asks for.</summary>
    ProRata,

    /// <summary>Its part in proportion would be below the least area: it got the least area.</summary>
    LeastArea,

    /// <summary>There is not even the least area for all: firms that committed themselves earlier have it, and it waits.</summary>
    Waits,
}

/// <summary>
/// Divides the stand among the firms: a pure function, so that the same requests give the same areas on any machine, on any day and in any order
/// (F-M3). Where firms ask for more than there is, each gets its part in proportion, at least 4 m², by largest remainder; of those that come,
/// whoever asks for more never gets less. Of what a firm asks for, no more counts than there is.
/// </summary>
internal static class AllotArea
{
    /// <param name="availableDm2">The stand without the common area, in square decimetres.</param>
    /// <param name="requests">What firms ask for, each once, in any order.</param>
    /// <returns>By ascending id of the firm; never more in all than there is, and all of it if those that come ask for more.</returns>
    public static List<AreaPart> Of(long availableDm2, IEnumerable<AreaRequest> requests)
    {
        var inTurn = requests.OrderBy(r => r.CommittedAt).ThenBy(r => r.MemberId).ToList();
        var places = (int)Math.Min(inTurn.Count, availableDm2 / FairCommitment.LeastAreaDm2);
        var (comes, waits) = (inTurn[..places], inTurn[places..]);
        var parts = waits.ConvertAll(r => new AreaPart(r.MemberId, 0, AreaReason.Waits));
        if (comes.Sum(r => r.RequestedDm2) <= availableDm2)
        {
            parts.AddRange(comes.Select(r => new AreaPart(r.MemberId, r.RequestedDm2, AreaReason.AsRequested)));
        }
        else
        {
            var (left, sharing) = (availableDm2, comes);
            // Whoever is below the least area in proportion gets it; what that takes, the others have less. Again, until nobody is below.
            for (var below = Below(left, sharing); below.Count > 0; below = Below(left, sharing))
            {
                parts.AddRange(below.Select(r => new AreaPart(r.MemberId, FairCommitment.LeastAreaDm2, AreaReason.LeastArea)));
                left -= below.Count * FairCommitment.LeastAreaDm2;
                sharing = [.. sharing.Except(below)];
            }

            // Some are left: not all can be below the least area, since there is at least that for each.
            parts.AddRange(Apportionment.Split(left, sharing.Select(r => (Key(r.MemberId), r.CountedDm2))).Parts
                .Select(p => new AreaPart(Guid.ParseExact(p.Id, "N"), p.Amount, AreaReason.ProRata)));
        }

        return [.. parts.OrderBy(p => Key(p.MemberId), StringComparer.Ordinal)];
    }

    // In whole numbers: left × counted / sum is below the least area.
    private static List<AreaRequest> Below(long left, List<AreaRequest> sharing)
    {
        var sum = sharing.Aggregate(Int128.Zero, (total, r) => total + r.CountedDm2);
        return [.. sharing.Where(r => (Int128)left * r.CountedDm2 < FairCommitment.LeastAreaDm2 * sum)];
    }

    private static string Key(Guid memberId) => memberId.ToString("N");
}
