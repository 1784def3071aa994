namespace ExportConsortia.Allocation.Engine;

/// <summary>The default policy: each member's share of a line is proportional to its free capacity.</summary>
internal static class CapacityProRata
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates) =>
        LotSplit.ByWeight(line, candidates, candidate => candidate.Free);
}
