namespace ExportConsortia.Allocation.Engine;

/// <summary>The default policy: each member's share of a line is in proportion to what it can still make in time.</summary>
internal static class CapacityProRata
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates) =>
        LotSplit.ByWeight(line, candidates, candidate => candidate.Free);
}
