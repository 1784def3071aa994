namespace ExportConsortia.TradeFairs.Fairs;

/// <summary>Changes of an edition, one after the other: who decides for all sees every answer that came in time, and no later one slips in.</summary>
internal static class ChangeInTurn
{
    extension(TradeFairsDb db)
    {
        /// <summary>The manager's changes: they wait for the firms' answers that are being saved, and later answers wait for them.</summary>
        public Task<ProblemHttpResult?> ChangeEditionAsync(Guid id, Func<FairEdition, Task<ProblemHttpResult?>> work, CancellationToken ct) =>
            InTurnAsync(db, id, null, work, ct);

        /// <summary>
        /// A firm's answer: firms don't wait for each other, only for the manager; requests of the same firm do, so that limits hold however many it
        /// sends at once.
        /// </summary>
        public Task<ProblemHttpResult?> AnswerEditionAsync(
            Guid id, Guid memberId, Func<FairEdition, Task<ProblemHttpResult?>> work, CancellationToken ct) =>
            InTurnAsync(db, id, memberId, work, ct);
    }

    private static async Task<ProblemHttpResult?> InTurnAsync(
        TradeFairsDb db, Guid id, Guid? memberId, Func<FairEdition, Task<ProblemHttpResult?>> work, CancellationToken ct)
    {
        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockAsync(db.Editions.Where(e => e.Id == id).Select(e => e.Id).OrderBy(e => e), ct, shared: memberId is not null);
                if (memberId is not null)
                {
                    await db.LockAsync(db.Members.Where(m => m.Id == memberId).Select(m => m.Id).OrderBy(m => m), ct);
                }

                refused = await db.Editions.SingleOrDefaultAsync(e => e.Id == id, ct) is { } edition ? await work(edition) : Refusal.NotFound();
                if (refused is not null)
                {
                    return false;
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused;
    }
}
