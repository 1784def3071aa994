namespace ExportConsortia.Allocation.Engine;

/// <param name="Id">The member firm; ties go to the lower id .</param>
/// <param name="Code">Its short code, for the manager's explanation.</param>
/// <param name="Standing">Its standing.</param>
/// <param name="Strikes">Strikes in force by the rule for all product families .</param>
internal sealed record SnapshotMember(Guid Id, string Code, MemberStanding Standing, int Strikes);
