namespace ExportConsortia.Allocation.Engine;

/// <summary>A member that gets nothing of a line.</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="Code">The reason, one of <see cref="Reasons"/>.</param>
/// <param name="Step">The reason in a sentence with only the member's own numbers, so both the member and the manager may read it.</param>
internal sealed record PassedOver(Guid MemberId, string Code, ExplanationStep Step);
