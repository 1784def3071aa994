namespace ExportConsortia.Allocation.Engine;

/// <param name="MemberId">The member firm.</param>
/// <param name="Place">Its place in the queue of the family; the pointer is at the lowest.</param>
internal sealed record MemberTurn(Guid MemberId, int Place);
