using System.Collections.Frozen;
using ExportConsortia.Allocation.Engine.Balanced;

namespace ExportConsortia.Allocation.Engine;

/// <summary>The allocation policies that a rulebook may name. To add one, write its file and add a line here.</summary>
internal static class Policies
{
    // Each with the version of its arithmetic, which must change when the arithmetic does: a plan records it (F-Q8). For Balanced, every number of
    // the search counts.
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

    /// <summary>The names that a rulebook may use.</summary>
    public static IReadOnlyCollection<string> Names => Table.Keys;

    /// <summary>The policy of that name; with an unknown name, lines stay open.</summary>
    public static Policy Named(string name) =>
        Table.TryGetValue(name, out var policy) ? policy.Plan : (_, lines) =>
            lines.Select(line => SplitOrder.LeaveOpen(line, Reasons.PolicyUnknown, Sentences.PolicyUnknown(line)));

    /// <summary>The policy with its version, as recorded in plans.</summary>
    public static string Label(string name) => $"{name}/{Table[name].Version}";

    /// <summary>Whether a plan's line was split by the current version of its policy: only then does a replay give the same result.</summary>
    public static bool IsCurrentVersion(string label) =>
        label.Split('/') is not [var name, var version] || (Table.TryGetValue(name, out var policy) && version == $"{policy.Version}");

    private static Policy LineByLine(SplitLine split) => (order, lines) => lines.Select(line => order.SplitOne(line, split));
}
