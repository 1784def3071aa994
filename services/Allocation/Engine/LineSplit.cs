namespace ExportConsortia.Allocation.Engine;

/// <summary>How a policy split one line.</summary>
/// <param name="Shares">One share per candidate, empty ones included.</param>
/// <param name="OpenReason">Why pieces stay open, one of <see cref="Reasons"/>; null if none do.</param>
/// <param name="ManagerSteps">The arithmetic with every number, so that the manager can recalculate it by hand.</param>
internal sealed record LineSplit(IReadOnlyList<Share> Shares, string? OpenReason, IReadOnlyList<ExplanationStep> ManagerSteps)
{
    /// <summary>The oldest version of the policy's arithmetic that splits the line like this; null: the oldest that can be calculated.</summary>
    public int? Version { get; init; }
}
