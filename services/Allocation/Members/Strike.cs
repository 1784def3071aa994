namespace ExportConsortia.Allocation.Members;

/// <summary>A mark against a member firm that let an offer expire .</summary>
internal sealed record Strike(Guid OfferId, Guid ConsortiumId, Guid MemberId, DateTime At);
