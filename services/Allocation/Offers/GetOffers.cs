namespace ExportConsortia.Allocation.Offers;

/// <summary>A member firm reads its own offers and allocations; the clean team reads any.</summary>
internal static class GetOffers
{
    /// <summary>A page of offers, latest first.</summary>
    /// <param name="Offers">The offers.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record OfferPage(IReadOnlyList<OfferView> Offers, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = new[] { Role.MemberUser, Role.ConsortiumManager, Role.Auditor };
        routes.MapGet("offers", ListAsync).WithName("ListOffers").For(read)
            .WithSummary("List offers, latest first")
            .WithDescription("A member firm sees only its own. Filter with `state`, `orderId` and `memberId`; `limit` 1 to 200, default 50; `before` "
                + "is the last page's `before`.");
        routes.MapGet("offers/{id:guid}", GetAsync).WithName("GetOffer").For(read)
            .WithSummary("Read one offer with its reasons")
            .WithDescription("The firm's own terms and numbers, and the rules that led to them. Nothing of another firm (F-C2), except the "
                + "leader's price if the firm is asked to match it (R-615).");
    }

    private static async Task<Results<Ok<OfferPage>, ProblemHttpResult>> ListAsync(
        AllocationDb db, TimeProvider clock, int? limit, Guid? before, OfferState? state, Guid? orderId, Guid? memberId, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await EndDueAsync(db, now, ct);
        var (refused, rows, most) = await db.MemberOffers.PageAsync(nameof(MemberOffer.IssuedAt), limit, before, o =>
            (state == null || o.State == state) && (orderId == null || o.OrderId == orderId) && (memberId == null || o.MemberId == memberId), ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        return TypedResults.Ok(new OfferPage([.. page.Select(o => OfferView.Of(o, now))], page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<OfferView>, ProblemHttpResult>> GetAsync(
        Guid id, AllocationDb db, TimeProvider clock, CancellationToken ct) =>
        await db.MemberOffers.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct) is { } offer
            ? TypedResults.Ok(OfferView.Of(offer, clock.GetUtcNow().UtcDateTime))
            : Refusal.NotFound();

    // F-T2: reading ends what is past its deadline.
    private static async Task EndDueAsync(AllocationDb db, DateTime now, CancellationToken ct)
    {
        var orders = await db.MemberOffers.Where(o => o.State == OfferState.Proposed && o.WaitingSince == null && o.ExpiresAt <= now)
            .Select(o => o.OrderId).Distinct().OrderBy(id => id).Take(20).ToListAsync(ct);
        foreach (var order in orders)
        {
            await ExpireOffers.EndDueAsync(await db.OrderBehindAsync(order, ct), db, now, ct);
        }
    }
}
