using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Runs;

/// <summary>One deterministic calculation over a frozen snapshot. Both are kept: calculating again gives the same plan to the byte (F-Q8).</summary>
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

    /// <summary>If several orders were planned together: the first order's run, which keeps the snapshot and the plan.</summary>
    public Guid? PlannedWith { get; init; }

    /// <summary>The snapshot's canonical bytes; none if <see cref="PlannedWith"/> keeps them.</summary>
    public required byte[] Snapshot { get; init; }

    /// <summary>The plan's canonical bytes; none if <see cref="PlannedWith"/> keeps them.</summary>
    public required byte[] Plan { get; init; }

    /// <summary>The run of an order that was planned together with the first one, or is the first one.</summary>
    public static AllocationRun Of(
        Order order, Order first, Rulebook rulebook, AllocationSnapshot snapshot, AllocationPlan plan, DateTime now) => new()
    {
        Id = order == first ? order.Run!.RunId : Guid.CreateVersion7(),
        OrderId = order.Id,
        ConsortiumId = order.ConsortiumId,
        Round = order.Run!.Round,
        Stage = order.Run.Stage,
        RulebookVersion = rulebook.Version,
        StartedAt = order.Run.StartedAt,
        CompletedAt = now,
        PlannedWith = order == first ? null : order.Run.RunId,
        Snapshot = order == first ? snapshot.ToCanonicalBytes() : [],
        Plan = order == first ? plan.ToCanonicalBytes() : [],
    };

    /// <summary>
    /// Calculates again from the stored snapshot, by the versions of the policies that the plan records; null if one can no longer be calculated.
    /// </summary>
    public bool? ReplaysIdentically(CancellationToken ct) =>
        AllocationPlan.FromBytes(Plan) is var plan && plan.Lines.All(line => Policies.CanReplay(line.Policy))
            ? SplitOrder.Plan(AllocationSnapshot.FromBytes(Snapshot), new CountedWork(ct), plan).ToCanonicalBytes().AsSpan().SequenceEqual(Plan)
            : null;
}
