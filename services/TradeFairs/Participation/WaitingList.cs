namespace ExportConsortia.TradeFairs.Participation;

/// <summary>Firms that would come and pay, but for which there is no area: who committed itself first moves up first.</summary>
internal static class WaitingList
{
    /// <summary>The firms, the next first. A firm reads its place in it, not who the others are.</summary>
    public static async Task<List<Guid>> OfAsync(Guid editionId, TradeFairsDb db, CancellationToken ct) =>
    [
        .. (await db.Commitments.AcrossMembers().AsNoTracking().Where(c => c.EditionId == editionId && c.State == CommitmentState.Waiting)
                .Select(c => new { c.MemberId, c.CommittedAt }).ToListAsync(ct))
            .OrderBy(c => c.CommittedAt).ThenBy(c => c.MemberId).Select(c => c.MemberId),
    ];
}
