using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>
/// A member firm hands in its price for a line, replaces it or refuses. Until the deadline only the firm itself can read it (F-C4).
/// </summary>
internal static class HandInPrice
{
    /// <summary>The firm's price.</summary>
    public sealed record Request
    {
        /// <summary>Its price for <see cref="PerQuantity"/>, in minor units of the order's currency (<c>terms.currency</c>), 1 to 10¹².</summary>
        /// <example>4150</example>
        public required long UnitPriceMinor { get; init; }

        /// <summary>How many of the product's unit (<c>terms.unit</c>) the price is for, 1 to 10⁹; 1 if left out.</summary>
        /// <example>1</example>
        public long PerQuantity { get; init; } = 1;

        internal SealedAmount Price => new(UnitPriceMinor, PerQuantity);
    }

    /// <summary>A page of invitations, latest first.</summary>
    /// <param name="Invitations">The invitations.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record InvitationPage(IReadOnlyList<PriceInvitationView> Invitations, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = new[] { Role.MemberUser, Role.ConsortiumManager, Role.Auditor };
        routes.MapGet("price-invitations", ListAsync).WithName("ListPriceInvitations").For(read)
            .WithSummary("List invitations to hand in a sealed price, latest first")
            .WithDescription("A member firm sees only its own, with its own price at any time. The clean team sees all, and prices only once "
                + "they are opened (F-C4). Filter with `orderId`; `limit` 1 to 200, default 50; `before` is the last page's `before`.");
        routes.MapGet("price-invitations/{id:guid}", GetAsync).WithName("GetPriceInvitation").For(read)
            .WithSummary("Read an invitation, its answer and the commitments of the round")
            .WithDescription("`commitments` lists the commitments of all firms to their prices for this line, in an order that doesn't reveal "
                + "whose they are. Once the prices are opened, the firm and the clean team see `salt`: SHA-256 of the text "
                + "`salt:invitationId:unitPriceMinor`, followed by `:perQuantity` if that is not 1, must equal the commitment given when the "
                + "price was handed in.");
        routes.MapPut("price-invitations/{id:guid}/price", HandInAsync).WithName(nameof(HandInPrice)).For(Role.MemberUser)
            .WithSummary("Hand in or replace a sealed price")
            .WithDescription("`unitPriceMinor` is the price of `perQuantity` of `terms.unit`; prices for different quantities are compared "
                + "exactly. The price is stored encrypted. The service opens it when the round closes: at the deadline, which is exclusive, or "
                + "as soon as every invited firm has answered. The same price again changes nothing; another one gets a new commitment. "
                + "Afterwards: `SEALED` if a price was handed in, else `OFFER_EXPIRED`; `ALREADY_DECIDED` if the round was cancelled; "
                + "`GATE_NOT_PASSED` for a firm that can't be asked at present (R-602).")
            .WithExample(new Request { UnitPriceMinor = 4150 });
        routes.MapPost("price-invitations/{id:guid}/refusal", RefuseAsync).WithName("RefusePrice").For(Role.MemberUser)
            .WithSummary("Refuse to hand in a price, or withdraw it")
            .WithDescription("No strike (R-404). It counts as an answer: when all firms have answered, the round closes; until then a price may "
                + "still be handed in. Afterwards: `SEALED` if a price was handed in, else `OFFER_EXPIRED`; `ALREADY_DECIDED` if the round was "
                + "cancelled.");
    }

    private static async Task<Results<Ok<InvitationPage>, ProblemHttpResult>> ListAsync(
        AllocationDb db, Caller caller, PriceSecret secret, TimeProvider clock, int? limit, Guid? before, Guid? orderId, CancellationToken ct)
    {
        await CloseDueAsync(db.PriceInvitations, db, clock.GetUtcNow().UtcDateTime, ct);
        var (refused, rows, most) = await db.PriceInvitations.PageAsync(nameof(PriceInvitation.AskedAt), limit, before, i => orderId == null
            || i.OrderId == orderId, ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        return TypedResults.Ok(new InvitationPage(await PriceInvitationView.OfAsync(page, db, caller, secret, ct), page.Count == most
            ? page[^1].Id
            : null));
    }

    private static async Task<Results<Ok<PriceInvitationView>, ProblemHttpResult>> GetAsync(
        Guid id, AllocationDb db, Caller caller, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        await CloseDueAsync(db.PriceInvitations.Where(i => i.Id == id), db, clock.GetUtcNow().UtcDateTime, ct);
        return await db.PriceInvitations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, ct) is { } invitation
            ? TypedResults.Ok((await PriceInvitationView.OfAsync([invitation], db, caller, secret, ct))[0])
            : Refusal.NotFound();
    }

    private static async Task<Results<Ok<PriceInvitationView>, ProblemHttpResult>> HandInAsync(
        Guid id, Request request, AllocationDb db, Caller caller, PriceSecret secret, TimeProvider clock, CancellationToken ct) =>
        request.UnitPriceMinor is < 1 or > SealedAmount.MostMinor ? Refusal.Invalid("unitPriceMinor", $"Must be 1 to {SealedAmount.MostMinor}.")
            : request.PerQuantity is < 1 or > SealedAmount.MostPerQuantity
            ? Refusal.Invalid("perQuantity", $"Must be 1 to {SealedAmount.MostPerQuantity}.")
            : await AnswerAsync(
                id, db, caller, secret, clock,
                (invitation, now) => invitation.HandIn(request.Price, secret, caller.UserId, now),
                mayBeAsked: (round, standing) => standing == (round.Stage == OfferKind.Probation ? MemberStanding.Probation : MemberStanding.Active),
                    ct);

    private static Task<Results<Ok<PriceInvitationView>, ProblemHttpResult>> RefuseAsync(
        Guid id, AllocationDb db, Caller caller, PriceSecret secret, TimeProvider clock, CancellationToken ct) =>
        AnswerAsync(id, db, caller, secret, clock, (invitation, now) => invitation.Refuse(caller.UserId, now), mayBeAsked: (_, _) => true, ct);

    private static async Task<Results<Ok<PriceInvitationView>, ProblemHttpResult>> AnswerAsync(
        Guid id, AllocationDb db, Caller caller, PriceSecret secret, TimeProvider clock,
        Action<PriceInvitation, DateTime> answer, Func<PriceRound, MemberStanding, bool> mayBeAsked, CancellationToken ct)
    {
        if (await db.PriceInvitations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, ct) is not { } own)
        {
            return Refusal.NotFound();
        }

        // The order first, then the answers so far: an answer in between changes the order, and this request conflicts and is retried.
        var now = clock.GetUtcNow().UtcDateTime;
        var order = await db.OrderBehindAsync(own.OrderId, ct);
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        var all = await db.PriceInvitations.AcrossMembers().Where(i => i.RoundId == own.RoundId).ToListAsync(ct);
        var invitation = all.Single(i => i.Id == id);
        if (invitation.CannotBeAnswered(now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var round = order.PriceRounds.Single(r => r.Id == own.RoundId);
        var firm = await db.Members.AsNoTracking().SingleAsync(m => m.Id == own.MemberId, ct);
        if (!mayBeAsked(round, firm.Standing))
        {
            return new Refusal("GATE_NOT_PASSED", "Your firm can't be offered anything at present, so it can't hand in a price (R-602).").ToProblem();
        }

        answer(invitation, now);
        order.AnswerPrices(round, allHaveAnswered: all.TrueForAll(i => i.Answer != PriceAnswer.Awaited), now);
        await db.SaveAsync(order, ct);
        return TypedResults.Ok((await PriceInvitationView.OfAsync([invitation], db, caller, secret, ct))[0]);
    }

    // F-T2: reading ends what is past its deadline.
    private static async Task CloseDueAsync(IQueryable<PriceInvitation> which, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var orders = await which.Where(i => i.Round == PriceRoundState.Open && i.ClosesAt <= now).Select(i => i.OrderId).Distinct().OrderBy(id => id)
            .Take(20).ToListAsync(ct);
        foreach (var order in orders)
        {
            await ExpireOffers.EndDueAsync(await db.OrderBehindAsync(order, ct), db, now, ct);
        }
    }
}
