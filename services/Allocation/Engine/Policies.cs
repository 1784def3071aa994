using System.Collections.Frozen;
using System.Globalization;
using ExportConsortia.Allocation.Engine.Balanced;

namespace ExportConsortia.Allocation.Engine;

/// <summary>The allocation policies that a rulebook may name. To add one, write its file and add a line here.</summary>
internal static class Policies
{
    // Each with the versions of its arithmetic that it can calculate; a new one is needed when the arithmetic changes: a plan records it (F-Q8). For
    // Balanced, every number of the search counts.
    private static readonly FrozenDictionary<string, (Policy Plan, int Oldest, int Latest)> Table = new Dictionary<string, (Policy, int, int)>
    {
        [nameof(CapacityProRata)] = (LineByLine(CapacityProRata.Split), 1, 1),
        [nameof(EqualShare)] = (LineByLine(EqualShare.Split), 1, 1),
        [nameof(QuotaCatchUp)] = (LineByLine(QuotaCatchUp.Split), 1, 2),
        [nameof(Rotation)] = (LineByLine(Rotation.Split), 1, 1),
        [nameof(WeightedScore)] = (LineByLine(WeightedScore.Split), 1, 1),
        [nameof(SealedPrice)] = (LineByLine(SealedPrice.Split), 1, 2),
        [nameof(Manual)] = (LineByLine(Manual.Split), 1, 1),
        [nameof(Balanced)] = (PlanTogether.Plan, 4, 4),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names that a rulebook may use.</summary>
    public static IReadOnlyCollection<string> Names => Table.Keys;

    /// <summary>The policy of that name; with an unknown name, lines stay open.</summary>
    public static Policy Named(string name) =>
        Table.TryGetValue(name, out var policy) ? policy.Plan : (_, lines) =>
            lines.Select(line => SplitOrder.LeaveOpen(line, Reasons.PolicyUnknown, Sentences.PolicyUnknown(line)));

    /// <summary>The policy with the version of its arithmetic, as recorded in plans.</summary>
    /// <param name="name">The policy.</param>
    /// <param name="version">The oldest version that splits the line like this; null: the oldest that can be calculated.</param>
    public static string Label(string name, int? version = null) => $"{name}/{version ?? Table[name].Oldest}";

    /// <summary>Whether the version that a plan records can be calculated: only then does a replay give the same result.</summary>
    public static bool CanReplay(string label) =>
        label.Split('/') is not [var name, _]
        || (Table.TryGetValue(name, out var policy) && VersionIn(label) is { } version && version >= policy.Oldest && version <= policy.Latest);

    /// <summary>The version that a plan records; null if it names none.</summary>
    public static int? VersionIn(string label) =>
        label.Split('/') is [_, var version] && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    private static Policy LineByLine(SplitLine split) => (order, lines) => lines.Select(line => order.SplitOne(line, split));

    private static Policy LineByLine(Func<SnapshotLine, IReadOnlyList<Candidate>, int, LineSplit> split) => (order, lines) =>
        lines.Select(line =>
            order.SplitOne(line, (open, candidates) => split(open, candidates, order.StoredVersionOf(line) ?? Table[line.Rule.Policy].Latest)));
}
