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
                "For a firm that takes part or took part, live until the costs are settled. The total of an item is shown when it tells nobody's "
                + "part: "
                + "with a public key (equal, votes), or if at least three firms bear it. What is shown adds up. 404 for other firms. 409 "
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
        return TypedResults.Ok(OwnShareView.Of(sheet, await sheet.NameAsync(db, ct), shares, share, asked, steps, db.Now));
    }
}
