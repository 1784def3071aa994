namespace ExportConsortia.Allocation.Engine;

/// <param name="MemberId">The member firm.</param>
/// <param name="SharePpm">Its quota of the product family, in millionths; all quotas together are at most <see cref="Whole"/>.</param>
/// <param name="Received">Pieces of the family that it accepted this year, on any order.</param>
internal sealed record MemberQuota(Guid MemberId, long SharePpm, long Received)
{
    /// <summary>All quotas of a family together.</summary>
    public const long Whole = 1_000_000;
}
