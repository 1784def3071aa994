namespace ExportConsortia.Allocation.Engine;

/// <summary>Every eligible member gets the same share of a line: weight_i = 1, within lots and caps .</summary>
internal static class EqualShare
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates) =>
        LotSplit.ByWeight(line, candidates, _ => 1);
}
