using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// Changes of an edition's costs, one after the other: whoever changes an item, a weight or a grant changes all shares. What a change keeps beside:
/// the shares that firms joined by, the history that explains them, and the aid that its grants give.
/// </summary>
internal static class ChangeCosts
{
    /// <summary>How many days a firm has to pay what isn't due on a day of its own [J].</summary>
    public const int PayWithinDays = 14;

    extension(TradeFairsDb db)
    {
        /// <summary>The costs of an edition, which are stored from now on.</summary>
        public async Task<FairCosts> CostsOfAsync(FairEdition edition, CancellationToken ct) =>
            await db.Costs.AcrossMembers().SingleOrDefaultAsync(c => c.EditionId == edition.Id, ct)
            ?? db.Costs.Local.SingleOrDefault(c => c.EditionId == edition.Id)
            ?? db.Add(new FairCosts { EditionId = edition.Id, ConsortiumId = edition.ConsortiumId }).Entity;

        /// <summary>
        /// The manager's change of an edition's costs: of those that the manager has read, and none of what is agreed or settled.
        /// </summary>
        /// <param name="id">The edition.</param>
        /// <param name="http">Its request has the version, its response gets the new one.</param>
        /// <param name="work">The change.</param>
        /// <param name="ct">Cancels.</param>
        public async Task<Results<Ok<CostsView>, ProblemHttpResult>> ChangeCostsAsync(
            Guid id, HttpContext http, Func<FairEdition, FairCosts, Task<ProblemHttpResult?>> work, CancellationToken ct)
        {
            CostsView? view = null;
            var refused = await db.ChangeEditionAsync(
                id,
                async edition =>
                {
                    var read = await CostSheet.LoadAsync(db, edition, ct);
                    var costs = await db.CostsOfAsync(edition, ct);
                    var refused = EntityTag.Check(http.Request, read.Tag)
                        ?? edition.RefuseCosts()?.ToProblem() ?? costs.RefuseChange()?.ToProblem() ?? await work(edition, costs);
                    if (refused is not null)
                    {
                        return refused;
                    }

                    costs.Version++;
                    await db.KeepAidAsync(edition, costs, ct);
                    await db.SaveChangesAsync(ct);
                    var changed = await CostSheet.LoadAsync(db, edition, ct);
                    EntityTag.Write(http.Response, changed.Tag);
                    view = await CostsView.OfAsync(changed, db, ct);
                    return null;
                },
                ct);
            return refused is not null ? refused : TypedResults.Ok(view!);
        }

        /// <summary>Notes a step in the history of the shares.</summary>
        public void NoteStep(FairCosts costs, ShareCause cause, Guid? memberId, CostInput? before, CostInput after, DateTime now) =>
            db.Add(new CostStepRow
            {
                EditionId = costs.EditionId, ConsortiumId = costs.ConsortiumId, Number = ++costs.LastStep, Cause = cause, MemberId = memberId,
                At = now, Before = before, After = after,
            });

        /// <summary>Freezes what a firm is to bear now that it is in, or has more area.</summary>
        public FrozenShare Freeze(FairCosts costs, SharingFirm firm, int number, long grossMinor, DateTime now) => db.Add(new FrozenShare
        {
            EditionId = costs.EditionId, ConsortiumId = costs.ConsortiumId, MemberId = firm.MemberId, Number = number, GrossMinor = grossMinor,
            AreaDm2 = firm.AreaDm2, At = now,
        }).Entity;

        /// <summary>
        /// Takes the aid of an approved plan off the firms' headroom, so that no other edition's grant gives it once more (F-M13). Changes of
        /// editions
        /// of one consortium wait for each other here.
        /// </summary>
        public async Task KeepAidAsync(FairEdition edition, FairCosts costs, CancellationToken ct)
        {
            if (costs.ApprovedAt is null || !await db.Grants.AcrossMembers().AnyAsync(g => g.EditionId == edition.Id, ct))
            {
                return;
            }

            await db.LockAsync(db.Consortia.Where(c => c.Id == edition.ConsortiumId).Select(c => c.Id).OrderBy(c => c), ct);
            var sheet = await CostSheet.LoadAsync(db, edition, ct);
            var grants = sheet.Grants.Select(g => (Guid?)g.Id).ToList();
            var kept = await db.Aid.AcrossMembers().Where(a => grants.Contains(a.GrantId)).ToListAsync(ct);
            foreach (var (grant, split) in sheet.Grants.Zip(ShareCosts.Of(sheet.Expected).Grants))
            {
                foreach (var part in split.Parts.Where(p => p.AmountMinor > 0))
                {
                    if (kept.Find(a => a.GrantId == grant.Id && a.MemberId == part.MemberId) is { } known)
                    {
                        known.AmountMinor = grant.ToEuro(part.AmountMinor);
                        kept.Remove(known);
                        continue;
                    }

                    db.Add(new AidRecord
                    {
                        Id = Guid.CreateVersion7(), ConsortiumId = edition.ConsortiumId, MemberId = part.MemberId, State = grant.State,
                        GrantedOn = grant.GrantedOn, AmountMinor = grant.ToEuro(part.AmountMinor), GrantId = grant.Id,
                        RecordedAt = db.Now,
                    });
                }
            }

            db.RemoveRange(kept);
        }
    }

    /// <summary>Costs are planned and changed until the participation is over.</summary>
    public static Refusal? RefuseCosts(this FairEdition edition) =>
        edition.State == FairState.Closed ? new("EDITION_ENDED", "This participation is closed: it stays as it is.") : null;
}
