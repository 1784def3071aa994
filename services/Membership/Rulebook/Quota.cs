namespace ExportConsortia.Membership.Rulebook;

/// <summary>A member firm's quota of a product family in a calendar year. A firm behind its quota gets more of the next order .</summary>
/// <param name="MemberId">The member firm; it must not have left.</param>
/// <param name="SharePpm">Its share of all that is ordered of the family, in millionths, 1 to 1,000,000: 400,000 is 40 percent.</param>
public sealed record Quota(Guid MemberId, int SharePpm);
