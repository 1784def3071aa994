namespace ExportConsortia.TradeFairs.Participation;

/// <summary>
/// A firm that doesn't come any more leaves nothing behind that others would count on: its people, tasks, declaration and meetings go, it signs no
/// contract, and its goods go except those on the carnet: customs may have them on their list, so the firm takes them off or says what became of
/// them.
/// </summary>
internal static class LeaveStand
{
    /// <summary>Clears it at once, within the caller's transaction.</summary>
    public static async Task ClearAsync(FairCommitment commitment, TradeFairsDb db, CancellationToken ct)
    {
        var (id, firm) = (commitment.EditionId, commitment.MemberId);

        // Whoever lists goods of the firm, or plans meetings, at this moment is done first, or sees that it has gone.
        await db.LockAsync(db.Commitments.Where(c => c.Id == commitment.Id).Select(c => c.Id).OrderBy(c => c), ct);
        await db.LockAsync(db.MeetingSchedules.Where(s => s.EditionId == id).Select(s => s.EditionId).OrderBy(s => s), ct);
        commitment.IsMainExhibitor = false;
        await db.Staff.Where(s => s.EditionId == id && s.MemberId == firm).ExecuteDeleteAsync(ct);
        await db.Tasks.Where(t => t.EditionId == id && t.MemberId == firm).ExecuteDeleteAsync(ct);
        await db.Declarations.Where(d => d.EditionId == id && d.MemberId == firm).ExecuteDeleteAsync(ct);
        await db.Exhibits.Where(e => e.EditionId == id && e.MemberId == firm && !e.OnCarnet && e.ReconciledAt == null).ExecuteDeleteAsync(ct);
        await db.MeetingWishes.Where(w => w.EditionId == id && w.MemberId == firm).ExecuteDeleteAsync(ct);
        await db.FairMeetings.Where(m => m.EditionId == id && m.MemberId == firm).ExecuteDeleteAsync(ct);
    }
}
