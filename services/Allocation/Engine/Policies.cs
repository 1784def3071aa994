using System.Collections.Frozen;
using ExportConsortia.Allocation.Engine.Balanced;

namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Plans neighbouring lines whose rulebook names the same policy. Most policies split line by line; one that weighs lines against each other gets them together.
/// </summary>
internal delegate IEnumerable<PlannedLine> Policy(SplitOrder order, IReadOnlyList<SnapshotLine> lines);

/// <summary>Splits one line among those who may be asked.</summary>
internal delegate LineSplit SplitLine(SnapshotLine line, IReadOnlyList<Candidate> candidates);

/// <summary>The allocation policies a rulebook may name. A new one is a file of its own and one line here.</summary>
internal static class Policies
{
    /// <summary>Grows when any policy's arithmetic changes: a plan says with which it was made (F-Q8).</summary>
    public const int Version = 1;

    private static readonly FrozenDictionary<string, Policy> Table = new Dictionary<string, Policy>
    {
        [nameof(CapacityProRata)] = LineByLine(CapacityProRata.Split),
        [nameof(EqualShare)] = LineByLine(EqualShare.Split),
        [nameof(QuotaCatchUp)] = LineByLine(QuotaCatchUp.Split),
        [nameof(Rotation)] = LineByLine(Rotation.Split),
        [nameof(WeightedScore)] = LineByLine(WeightedScore.Split),
        [nameof(SealedPrice)] = LineByLine(SealedPrice.Split),
        [nameof(Manual)] = LineByLine(Manual.Split),
        [nameof(Balanced)] = PlanTogether.Plan,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names that a rulebook may use.</summary>
    public static IReadOnlyCollection<string> Names => Table.Keys;

    /// <summary>The policy of that name; lines of an unknown one stay open.</summary>
    public static Policy Named(string name) => Table.GetValueOrDefault(name, (_, lines) => lines.Select(line => SplitOrder.LeaveOpen(line, Reasons.PolicyUnknown, Sentences.PolicyUnknown(line))));

    private static Policy LineByLine(SplitLine split) => (order, lines) => lines.Select(line => order.SplitOne(line, split));
}
