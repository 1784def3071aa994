namespace ExportConsortia.Marketing.Quotations;

/// <summary>
/// A member firm hands in its price for a quotation, replaces it or refuses. Until the deadline only the firm itself can read it (F-C4); it never
/// reads another's, nor what the buyer pays.
/// </summary>
internal static class HandInPrice
{
    /// <summary>The firm's price.</summary>
    public sealed record Request
    {
        /// <summary>Its price for <see cref="PerQuantity"/>, in minor units of <c>terms.currency</c>, 1 to 10¹².</summary>
        /// <example>4150</example>
        public required long UnitPriceMinor { get; init; }

        /// <summary>How many of <c>terms.unit</c> the price is for, 1 to 10⁹; 1 if left out.</summary>
        /// <example>1</example>
        public long PerQuantity { get; init; } = 1;
    }

    /// <summary>A firm is asked for its price of a product.</summary>
    public sealed record PriceView
    {
        /// <summary>The question.</summary>
        public required Guid PriceId { get; init; }

        /// <summary>State of the round.</summary>
        public required QuotationRoundState Round { get; init; }

        /// <summary>The firm's answer.</summary>
        public required QuotationAnswer Answer { get; init; }

        /// <summary>When the firm was asked, UTC.</summary>
        public required DateTime AskedAt { get; init; }

        /// <summary>Deadline, UTC, exclusive; the prices are opened before it as soon as every firm has answered.</summary>
        public required DateTime ClosesAt { get; init; }

        /// <summary>When the firm last changed its answer, UTC.</summary>
        public DateTime? AnsweredAt { get; init; }

        /// <summary>The account of the person who answered for the firm last; absent if nobody did, or before this was kept.</summary>
        public Guid? AnsweredBy { get; init; }

        /// <summary>The firm's own price, in minor units of the currency for <see cref="PerQuantity"/>.</summary>
        public long? UnitPriceMinor { get; init; }

        /// <summary>How many of <see cref="Unit"/> the price is for.</summary>
        public long? PerQuantity { get; init; }

        /// <summary>UN/ECE code of the product's unit.</summary>
        public required string Unit { get; init; }

        /// <summary>
        /// The firm's commitment: SHA-256, in hexadecimal, of the text <c>salt:priceId:unitPriceMinor</c>, followed by <c>:perQuantity</c> if that is
        /// not 1. It reveals nothing about the price.
        /// </summary>
        public string? Commitment { get; init; }

        /// <summary>64 hexadecimal digits, shown once the price is opened: with them the commitment can be checked.</summary>
        public string? Salt { get; init; }

        /// <summary>When the service opened the prices, UTC; no person can.</summary>
        public DateTime? OpenedAt { get; init; }

        /// <summary>What is requested.</summary>
        public required AskedTerms Terms { get; init; }

        internal static PriceView Of(QuotationPrice p, PriceSecret secret)
        {
            var price = p.PriceFor(secret);
            return new()
            {
                PriceId = p.Id,
                Round = p.Round,
                Answer = p.Answer,
                AskedAt = p.AskedAt,
                ClosesAt = p.ClosesAt,
                AnsweredAt = p.AnsweredAt,
                AnsweredBy = p.AnsweredBy,
                UnitPriceMinor = price?.Minor,
                PerQuantity = price?.PerQuantity,
                Unit = p.Terms.Unit,
                Commitment = p.Commitment,
                Salt = p.Salt,
                OpenedAt = p.OpenedAt,
                Terms = p.Terms,
            };
        }
    }

    /// <summary>A page of questions, latest first.</summary>
    /// <param name="Prices">The questions.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record PricePage(IReadOnlyList<PriceView> Prices, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("quotation-prices", ListAsync).WithName("ListQuotationPrices").For(Role.MemberUser)
            .WithSummary("List the prices that your firm is asked for, latest first")
            .WithDescription("For member firms: only their own, with their own price at any time. `limit` 1 to 200, default 50; `before` is the "
                + "last page's `before`. The clean team reads the prices of a quotation with it, once they are opened.");
        routes.MapGet("quotation-prices/{id:guid}", GetAsync).WithName("GetQuotationPrice").For(Role.MemberUser)
            .WithSummary("Read what your firm is asked for, and its answer")
            .WithDescription("Once the prices are opened, `salt` is shown: with it the firm checks that its price was opened unchanged.");
        routes.MapPut("quotation-prices/{id:guid}/price", HandInAsync).WithName("HandInQuotationPrice").For(Role.MemberUser)
            .WithSummary("Hand in or replace a sealed price for a quotation")
            .WithDescription("The price is stored encrypted; the service opens it at the deadline, which is exclusive, or as soon as every firm "
                + "has answered. The same price again changes nothing; another one gets a new commitment. Afterwards: `SEALED` if a price was "
                + "handed in, else `OFFER_EXPIRED`; `ALREADY_DECIDED` if the manager stopped asking; `GATE_NOT_PASSED` for a firm that is not "
                + "active (R-602).")
            .WithExample(new Request { UnitPriceMinor = 4150 });
        routes.MapPost("quotation-prices/{id:guid}/refusal", RefuseAsync).WithName("RefuseQuotationPrice").For(Role.MemberUser)
            .WithSummary("Refuse to hand in a price for a quotation, or withdraw it")
            .WithDescription("It has no other consequence. It counts as an answer: when all firms have answered, the prices are opened; until "
                + "then a price may still be handed in. Afterwards: `SEALED` if a price was handed in, else `OFFER_EXPIRED`.");
    }

    private static async Task<Results<Ok<PricePage>, ProblemHttpResult>> ListAsync(
        MarketingDb db, PriceSecret secret, TimeProvider clock, int? limit, Guid? before, CancellationToken ct)
    {
        await CloseDueAsync(db.QuotationPrices, db, secret, clock, ct);
        var (refused, rows, most) = await db.QuotationPrices.PageAsync(nameof(QuotationPrice.AskedAt), limit, before, _ => true, ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        return TypedResults.Ok(new PricePage([.. page.Select(p => PriceView.Of(p, secret))], page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<PriceView>, ProblemHttpResult>> GetAsync(
        Guid id, MarketingDb db, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        await CloseDueAsync(db.QuotationPrices.Where(p => p.Id == id), db, secret, clock, ct);
        return await db.QuotationPrices.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct) is { } price
            ? TypedResults.Ok(PriceView.Of(price, secret))
            : Refusal.NotFound();
    }

    private static async Task<Results<Ok<PriceView>, ProblemHttpResult>> HandInAsync(
        Guid id, Request request, MarketingDb db, Caller caller, PriceSecret secret, TimeProvider clock, CancellationToken ct) =>
        request.UnitPriceMinor is < 1 or > SealedAmount.MostMinor ? Refusal.Invalid("unitPriceMinor", $"Must be 1 to {SealedAmount.MostMinor}.")
            : request.PerQuantity is < 1 or > SealedAmount.MostPerQuantity
            ? Refusal.Invalid("perQuantity", $"Must be 1 to {SealedAmount.MostPerQuantity}.")
            : await AnswerAsync(
                id, db, secret, clock,
                (price, now) => price.HandIn(new(request.UnitPriceMinor, request.PerQuantity), secret, caller.UserId, now),
                mustBeActive: true, ct);

    private static Task<Results<Ok<PriceView>, ProblemHttpResult>> RefuseAsync(
        Guid id, MarketingDb db, Caller caller, PriceSecret secret, TimeProvider clock, CancellationToken ct) =>
        AnswerAsync(id, db, secret, clock, (price, now) => price.Refuse(caller.UserId, now), mustBeActive: false, ct);

    private static async Task<Results<Ok<PriceView>, ProblemHttpResult>> AnswerAsync(
        Guid id, MarketingDb db, PriceSecret secret, TimeProvider clock, Action<QuotationPrice, DateTime> answer, bool mustBeActive,
        CancellationToken ct)
    {
        if (await db.QuotationPrices.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct) is not { } own)
        {
            return Refusal.NotFound();
        }

        // The quotation first, then the answers so far: an answer in between changes the quotation, and this request conflicts and is retried.
        var now = clock.GetUtcNow().UtcDateTime;
        var quotation = await db.QuotationBehindAsync(own.QuotationId, ct);
        await CloseQuotations.EndDueAsync(quotation, db, secret, now, ct);
        var all = await db.QuotationPrices.AcrossMembers().Where(p => p.RoundId == own.RoundId).ToListAsync(ct);
        var price = all.Single(p => p.Id == id);
        if (price.CannotBeAnswered(now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (mustBeActive && !await db.Members.AnyAsync(m => m.Id == own.MemberId && m.Standing == MemberStanding.Active, ct))
        {
            return new Refusal("GATE_NOT_PASSED", "Your firm is not active at present, so it can't hand in a price (R-602).").ToProblem();
        }

        answer(price, now);
        quotation.Answered();
        if (all.TrueForAll(p => p.Answer != QuotationAnswer.Awaited))
        {
            CloseQuotations.Open(quotation, all, secret, now);
        }

        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(PriceView.Of(price, secret));
    }

    // F-T2: reading opens what is past its deadline.
    private static async Task CloseDueAsync(
        IQueryable<QuotationPrice> which, MarketingDb db, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var due = await which.Where(p => p.Round == QuotationRoundState.Open && p.ClosesAt <= now).Select(p => p.QuotationId).Distinct()
            .OrderBy(id => id).Take(200).ToListAsync(ct);
        foreach (var id in due)
        {
            await CloseQuotations.EndDueIfItCanAsync(await db.QuotationBehindAsync(id, ct), db, secret, now, ct);
        }
    }
}
