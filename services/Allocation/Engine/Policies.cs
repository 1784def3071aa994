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
    // With the version of its arithmetic, which grows when that changes: a plan says with which it was made (F-Q8). Of Balanced, every number of the search belongs to it.
    private static readonly FrozenDictionary<string, (Policy Plan, int Version)> Table = new Dictionary<string, (Policy, int)>
    {
        [nameof(CapacityProRata)] = (LineByLine(CapacityProRata.Split), 1),
        [nameof(EqualShare)] = (LineByLine(EqualShare.Split), 1),
        [nameof(QuotaCatchUp)] = (LineByLine(QuotaCatchUp.Split), 1),
        [nameof(Rotation)] = (LineByLine(Rotation.Split), 1),
        [nameof(WeightedScore)] = (LineByLine(WeightedScore.Split), 1),
        [nameof(SealedPrice)] = (LineByLine(SealedPrice.Split), 1),
        [nameof(Manual)] = (LineByLine(Manual.Split), 1),
        [nameof(Balanced)] = (PlanTogether.Plan, 4),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names that a rulebook may use.</summary>
    public static IReadOnlyCollection<string> Names => Table.Keys;

    /// <summary>The policy of that name; lines of an unknown one stay open.</summary>
    public static Policy Named(string name) =>
        Table.TryGetValue(name, out var policy) ? policy.Plan : (_, lines) => lines.Select(line => SplitOrder.LeaveOpen(line, Reasons.PolicyUnknown, Sentences.PolicyUnknown(line)));

    /// <summary>The policy with its version, as plans name it.</summary>
    public static string Label(string name) => $"{name}/{Table[name].Version}";

    /// <summary>Whether a plan's line was split by a policy that still reckons so: only then does it come out the same when it is calculated again.</summary>
    public static bool StillReckons(string label) =>
        label.Split('/') is not [var name, var version] || (Table.TryGetValue(name, out var policy) && version == $"{policy.Version}");

    private static Policy LineByLine(SplitLine split) => (order, lines) => lines.Select(line => order.SplitOne(line, split));
}
