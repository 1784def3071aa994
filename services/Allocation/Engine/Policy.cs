namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Plans adjacent lines with the same policy. Most policies split line by line; one that weighs lines against each other gets them together.
/// </summary>
internal delegate IEnumerable<PlannedLine> Policy(SplitOrder order, IReadOnlyList<SnapshotLine> lines);

/// <summary>Splits one line among the eligible members.</summary>
internal delegate LineSplit SplitLine(SnapshotLine line, IReadOnlyList<Candidate> candidates);
