namespace ExportConsortia.Allocation.Engine;

/// <summary>The split of one line.</summary>
/// <param name="LineId">The line.</param>
/// <param name="Policy">The policy that split it, with the version of its arithmetic.</param>
/// <param name="OpenBefore">Pieces to allocate.</param>
/// <param name="OpenAfter">Pieces that found no member.</param>
/// <param name="OpenReason">Why they stay open, one of <see cref="Reasons"/>; null if none do.</param>
/// <param name="Parts">Parts to offer, by member id.</param>
/// <param name="PassedOver">Every other member with the reason why it gets nothing, by member id.</param>
/// <param name="ManagerSteps">The full arithmetic, for the manager only: it reveals every member's capacity (F-C2).</param>
internal sealed record PlannedLine(
    string LineId, string Policy, long OpenBefore, long OpenAfter, string? OpenReason,
    IReadOnlyList<PlannedPart> Parts, IReadOnlyList<PassedOver> PassedOver, IReadOnlyList<ExplanationStep> ManagerSteps)
{
    /// <summary>The order of the line, where the run plans several orders together.</summary>
    public Guid? OrderId { get; init; }
}
