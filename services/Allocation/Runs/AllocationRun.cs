using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.Runs;

/// <summary>One deterministic calculation over a frozen snapshot, kept whole: computing it again gives the same plan to the byte (F-Q8).</summary>
internal sealed class AllocationRun
{
    public required Guid Id { get; init; }

    public required Guid OrderId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required int Round { get; init; }

    public required OfferKind Stage { get; init; }

    public required int RulebookVersion { get; init; }

    public required DateTime StartedAt { get; init; }

    public required DateTime CompletedAt { get; init; }

    /// <summary>Where several orders were planned together: the run, of the first of them, that keeps the snapshot and the plan.</summary>
    public Guid? PlannedWith { get; init; }

    /// <summary>The snapshot's canonical bytes; none if <see cref="PlannedWith"/> keeps them.</summary>
    public required byte[] Snapshot { get; init; }

    /// <summary>The plan's canonical bytes; none if <see cref="PlannedWith"/> keeps them.</summary>
    public required byte[] Plan { get; init; }

    /// <summary>Calculates again from the stored snapshot; null if a policy reckons otherwise since then, so that the plan can't come out the same.</summary>
    public bool? ReplaysIdentically(CancellationToken ct) =>
        AllocationPlan.FromBytes(Plan).Lines.All(line => Policies.StillReckons(line.Policy))
            ? SplitOrder.Plan(AllocationSnapshot.FromBytes(Snapshot), new CountedWork(ct)).ToCanonicalBytes().AsSpan().SequenceEqual(Plan)
            : null;
}
