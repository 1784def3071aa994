namespace ExportConsortia.Membership.Members;

/// <summary>A manager wants to record that a firm left for good: the firm itself, or a second person of the clean team, must agree.</summary>
/// <param name="By">Who proposed it.</param>
/// <param name="Controllers">The accounts behind that one then.</param>
/// <param name="Reason">Why; the firm reads it.</param>
/// <param name="At">When, UTC.</param>
internal sealed record DepartureProposal(Guid By, List<Guid> Controllers, string Reason, DateTime At);
