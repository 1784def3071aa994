namespace ExportConsortia.Marketing.Buyers;

/// <summary>The manager says that two buyers are one; both histories are kept, and it can be undone.</summary>
internal static class MergeBuyers
{
    /// <summary>Which buyer is part of this one.</summary>
    /// <param name="BuyerId">The buyer that is one no more: its contacts and leads move here.</param>
    public sealed record Request(Guid BuyerId);

    /// <summary>A merge.</summary>
    /// <param name="Id">The merge; with it the merge is undone.</param>
    /// <param name="FromId">The buyer that is one no more.</param>
    /// <param name="IntoId">The buyer that it is part of.</param>
    /// <param name="Leads">The leads that moved.</param>
    /// <param name="Contacts">The contacts that moved.</param>
    /// <param name="UndoneAt">When it was undone, UTC.</param>
    /// <param name="MergedBy">The account of the manager who merged them.</param>
    /// <param name="UndoneBy">The account of the manager who undid it.</param>
    public sealed record Response(
        Guid Id, Guid FromId, Guid IntoId, IReadOnlyList<Guid> Leads, IReadOnlyList<Guid> Contacts, DateTime? UndoneAt, Guid MergedBy,
        Guid? UndoneBy);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("buyers/{id:guid}/merges", MergeAsync).WithName(nameof(MergeBuyers)).For(Role.ConsortiumManager)
            .WithSummary("Merge a buyer into this one")
            .WithDescription(
                "The other buyer's contacts and leads move here; they say where they came from. Who captures the other's name later finds this one. "
                + "409 MERGED if either was merged into another.")
            .WithExample(new Request(new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c")));
        routes.MapDelete("buyer-merges/{id:guid}", UndoAsync).WithName("UndoBuyerMerge").For(Role.ConsortiumManager)
            .WithSummary("Undo a merge")
            .WithDescription(
                "What moved moves back, with what became of it since. 409 ALREADY_DECIDED if it was undone before; 409 MERGED if the buyer was "
                + "merged "
                + "on into another: undo that first; 409 NAME_TAKEN if another buyer has the name now.");
    }

    private static async Task<Results<Created<Response>, ProblemHttpResult>> MergeAsync(
        Guid id, Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (request.BuyerId == id)
        {
            return Refusal.Invalid("buyerId", "Must be another buyer.");
        }

        BuyerMerge? merge = null;
        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockAsync(db.Buyers.Where(b => b.Id == id || b.Id == request.BuyerId).Select(b => b.Id).OrderBy(b => b), ct);
                var (into, from) = (await db.Buyers.SingleOrDefaultAsync(b => b.Id == id, ct),
                    await db.Buyers.SingleOrDefaultAsync(b => b.Id == request.BuyerId, ct));
                refused = into is null ? Refusal.NotFound()
                    : from is null ? Refusal.Invalid("buyerId", "There is no such buyer.")
                    : (into.MergedInto ?? from.MergedInto) is not null
                        ? new Refusal("MERGED", "One of the two was merged into another buyer before.").ToProblem()
                    : null;
                if (refused is not null)
                {
                    return false;
                }

                var leads = await db.Leads.Where(l => l.BuyerId == from!.Id).ToListAsync(ct);
                foreach (var lead in leads)
                {
                    lead.BuyerId = id;
                    lead.Version++;
                }

                merge = db.Add(new BuyerMerge
                {
                    Id = Guid.CreateVersion7(),
                    ConsortiumId = caller.ConsortiumId,
                    FromId = from!.Id,
                    IntoId = id,
                    MergedAt = clock.GetUtcNow().UtcDateTime,
                    MergedBy = caller.UserId,
                    Leads = leads.ConvertAll(l => l.Id),
                    Contacts = from.Contacts.ConvertAll(c => c.Id),
                }).Entity;
                into!.Contacts = [.. into.Contacts, .. from.Contacts.Select(c => c with { CameFrom = c.CameFrom ?? from.Id })];
                (from.Contacts, from.MergedInto) = ([], id);
                db.Record("BUYERS_MERGED", merge.Id);
                into.Version++;
                from.Version++;
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.Created($"/api/marketing/buyers/{id}", View(merge!));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> UndoAsync(
        Guid id, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        BuyerMerge? merge = null;
        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                merge = await db.BuyerMerges.SingleOrDefaultAsync(m => m.Id == id, ct);
                if (merge is null)
                {
                    refused = Refusal.NotFound();
                    return false;
                }

                await db.LockAsync(db.Buyers.Where(b => b.Id == merge.FromId || b.Id == merge.IntoId).Select(b => b.Id).OrderBy(b => b), ct);
                var (into, from) = (await db.Buyers.SingleAsync(b => b.Id == merge.IntoId, ct),
                    await db.Buyers.SingleAsync(b => b.Id == merge.FromId, ct));
                refused = (merge.UndoneAt is not null ? new Refusal("ALREADY_DECIDED", "This merge was undone before.")
                    : into.MergedInto is not null ? new("MERGED", "The buyer was merged on into another: undo that merge first.")
                    : await db.Buyers.AnyAsync(b => b.MatchName == from.MatchName && b.MergedInto == null, ct)
                        ? new("NAME_TAKEN", "Another buyer has this name now: merge that one, or rename it.")
                    : null)?.ToProblem();
                if (refused is not null)
                {
                    return false;
                }

                foreach (var lead in await db.Leads.Where(l => merge.Leads.Contains(l.Id)).ToListAsync(ct))
                {
                    lead.BuyerId = from.Id;
                    lead.Version++;
                }

                var back = into.Contacts.Where(c => merge.Contacts.Contains(c.Id)).ToList();
                from.Contacts = [.. from.Contacts, .. back.Select(c => c.CameFrom == from.Id ? c with { CameFrom = null } : c)];
                into.Contacts = [.. into.Contacts.Except(back)];
                from.MergedInto = null;
                db.Record("BUYER_MERGE_UNDONE", merge.Id);
                (merge.UndoneAt, merge.UndoneBy) = (clock.GetUtcNow().UtcDateTime, caller.UserId);
                into.Version++;
                from.Version++;
                merge.Version++;
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(View(merge!));
    }

    private static Response View(BuyerMerge merge) =>
        new(merge.Id, merge.FromId, merge.IntoId, merge.Leads, merge.Contacts, merge.UndoneAt, merge.MergedBy, merge.UndoneBy);
}
