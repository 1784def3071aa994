namespace ExportConsortia.Allocation.Engine;

/// <summary>A member's account of a product family when the run started (<see cref="FairnessAccount"/>), in pieces.</summary>
/// <param name="Family">The product family.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="Entitled">Entitlement from this year's lines, those of this run included, 0 or more.</param>
/// <param name="Owed">Carried plus entitled minus received; negative: it is ahead.</param>
/// <param name="Offered">Offered, not yet answered.</param>
internal sealed record MemberAccount(string Family, Guid MemberId, long Entitled, long Owed, long Offered);
