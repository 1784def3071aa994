namespace ExportConsortia.Allocation.Engine;

/// <param name="MemberId">The member firm.</param>
/// <param name="Count">Its strikes in force, 1 or more.</param>
internal sealed record MemberStrikes(Guid MemberId, int Count);
