namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// The members' free capacity while a run plans line after line: later lines see what earlier ones took, so no bucket is drawn twice (F-Q4).
/// </summary>
internal sealed class Capacity
{
    private readonly DateOnly _productionFrom;
    private readonly Dictionary<(Guid Member, string Family), SnapshotBucket[]> _buckets;
    private readonly Dictionary<Guid, long> _drawn = [];

    public Capacity(AllocationSnapshot snapshot)
    {
        _productionFrom = snapshot.ProductionFrom;
        _buckets = snapshot.Buckets
            .GroupBy(bucket => (bucket.MemberId, bucket.Family))
            .ToDictionary(group => group.Key, group => group.OrderBy(bucket => bucket.From).ThenBy(bucket => bucket.Id).ToArray());
    }

    /// <summary>A member's capacity for one line.</summary>
    /// <param name="Free">Pieces it can still make in time, from fresh declarations.</param>
    /// <param name="Taken">Pieces that earlier lines of this run took of the same declarations.</param>
    /// <param name="StaleAgeDays">Age of its newest declaration that is too old to be used; null if all are fresh.</param>
    /// <param name="InAnotherUnit">True if it has declarations in another unit than the line's; they are not used.</param>
    public sealed record Usable(long Free, long Taken, int? StaleAgeDays, bool InAnotherUnit);

    public Usable For(SnapshotLine line, Guid member)
    {
        var (free, taken, stale, inAnotherUnit) = (0L, 0L, default(int?), false);
        foreach (var bucket in InTime(line, member))
        {
            if (bucket.Unit != line.Unit)
            {
                inAnotherUnit |= bucket.Free > 0;
            }
            else if (IsFresh(line, bucket))
            {
                var drawn = _drawn.GetValueOrDefault(bucket.Id);
                free += bucket.Free - drawn;
                taken += drawn;
            }
            else if (bucket.Free > 0)
            {
                stale = Math.Min(stale ?? int.MaxValue, bucket.AgeDays);
            }
        }

        return new(free, taken, stale, inAnotherUnit);
    }

    /// <summary>Takes pieces from a member's buckets, earliest period first.</summary>
    public List<CapacityDraw> Draw(SnapshotLine line, Guid member, long quantity)
    {
        var draws = new List<CapacityDraw>();
        foreach (var bucket in InTime(line, member).Where(bucket => bucket.Unit == line.Unit && IsFresh(line, bucket)))
        {
            var drawn = _drawn.GetValueOrDefault(bucket.Id);
            var draw = Math.Min(quantity, bucket.Free - drawn);
            if (draw > 0)
            {
                _drawn[bucket.Id] = drawn + draw;
                draws.Add(new(bucket.Id, draw));
                quantity -= draw;
            }
        }

        return quantity == 0 ? draws
            : throw new InvalidOperationException($"A policy gave member {member} {quantity} pieces more of line {line.LineId} than it can make.");
    }

    private IEnumerable<SnapshotBucket> InTime(SnapshotLine line, Guid member) => _buckets
        .GetValueOrDefault((member, line.Family), [])
        .Where(bucket => bucket.From < bucket.To && bucket.To > _productionFrom
            && (line.Due is not { } due || (bucket.From < due && _productionFrom < due)));

    private static bool IsFresh(SnapshotLine line, SnapshotBucket bucket) => bucket.AgeDays <= line.Rule.CapacityMaxAgeDays;
}
