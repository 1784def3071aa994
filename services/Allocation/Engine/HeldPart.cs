namespace ExportConsortia.Allocation.Engine;

/// <param name="MemberId">The member firm.</param>
/// <param name="Quantity">Pieces it accepted of the line.</param>
internal sealed record HeldPart(Guid MemberId, long Quantity);
