using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>The clean team reads all costs of an edition; a firm its own share, and totals that tell nothing of another's.</summary>
internal static class GetCosts
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("editions/{id:guid}/costs", AllAsync).WithName("GetFairCosts").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Read an edition's costs with everybody's shares")
            .WithDescription(
                "For the clean team, live: invoices where they are known, else the plan. Send the response's ETag as If-Match when you change "
                + "something.");
        routes.MapGet("editions/{id:guid}/own-share", OwnAsync).WithName("GetOwnFairShare").For(Role.MemberUser)
            .WithSummary("Read your share of an edition's costs, and why it is that")
            .WithDescription(
                "For a firm that takes part or took part, live until the costs are settled, with who decided what about them. The total of an item "
                + "is "
                + "shown with a public key (equal, votes); with areas and own amounts once, 90 days after the settlement, if nobody withdrew, at "
                + "least five firms bear it and none more than a quarter (R-804); otherwise never. What is shown adds up. 404 for other firms. 409 "
                + "NOT_ALLOTTED before the stand is divided.");
    }

    private static async Task<Results<Ok<CostsView>, ProblemHttpResult>> AllAsync(
        Guid id, TradeFairsDb db, HttpResponse response, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        EntityTag.Write(response, sheet.Tag);
        return TypedResults.Ok(await CostsView.OfAsync(sheet, db, ct));
    }

    private static async Task<Results<Ok<OwnShareView>, ProblemHttpResult>> OwnAsync(
        Guid id, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        if (caller.MemberId is not { } member || await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        if (edition.State is FairState.Proposed or FairState.CallForInterest)
        {
            return new Refusal("NOT_ALLOTTED", "The stand is not divided: there are no shares, only estimates.").ToProblem();
        }

        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        var shares = ShareCosts.Of(sheet.Costs.Settled ?? sheet.Expected);
        if (shares.Of(member) is not { } share)
        {
            return Refusal.NotFound();
        }

        var steps = await db.CostSteps.AcrossMembers().AsNoTracking().Where(s => s.EditionId == id).OrderBy(s => s.Number).ToListAsync(ct);
        var asked = (await sheet.AskedAsync(db, ct)).GetValueOrDefault(member);
        var proposals = await db.CostProposals.AcrossMembers().AsNoTracking()
            .Where(p => p.EditionId == id && p.State != CostProposalState.Dropped && p.State != CostProposalState.Replaced).ToListAsync(ct);
        return TypedResults.Ok(OwnShareView.Of(sheet, await sheet.NameAsync(db, ct), shares, share, asked, steps, proposals, db.Now));
    }
}
