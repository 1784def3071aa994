namespace ExportConsortia.Allocation.Engine;

/// <summary>Why a part that was set by hand isn't permitted.</summary>
/// <param name="MemberId">Whose part; null if the fault is in the sum of the parts.</param>
/// <param name="Code">Stable code: one of <see cref="Reasons"/> for a firm that isn't eligible.</param>
/// <param name="Sentence">For the manager.</param>
internal sealed record PartFault(Guid? MemberId, string Code, string Sentence);
