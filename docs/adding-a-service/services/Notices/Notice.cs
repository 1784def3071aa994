namespace ExportConsortia.Notices;

/// <summary>A notice to a member firm.</summary>
internal sealed record Notice(Guid Id, Guid ConsortiumId, Guid MemberId, string Text, DateTime PostedAt);
