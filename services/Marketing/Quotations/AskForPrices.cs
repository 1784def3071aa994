namespace ExportConsortia.Marketing.Quotations;

/// <summary>The manager asks member firms for their sealed prices of what is to be quoted.</summary>
internal static class AskForPrices
{
    private const int FirmsForAnonymity = 3;
    private const int MostDays = 60;

    /// <summary>Whom to ask, and until when.</summary>
    public sealed record Request
    {
        /// <summary>Deadline, UTC, exclusive; at most 60 days from now.</summary>
        public required DateTime ClosesAt { get; init; }

        /// <summary>The firms; all that can make the products if left out.</summary>
        public IReadOnlyList<Guid>? Members { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("quotations/{id:guid}/price-rounds", HandleAsync)
        .WithName("AskForQuotationPrices").For(Role.ConsortiumManager)
        .WithSummary("Ask firms for sealed prices")
        .WithDescription("Each chosen firm that is active and can make a product is asked for its price of it, in the quotation's currency. "
            + "Until the deadline nobody but the firm itself can read its price, not even the manager (F-C4); the service opens all prices at "
            + "the deadline, or as soon as every firm has answered. They replace those of an earlier round. `ALREADY_ASKED` while firms are "
            + "asked already, `NO_CAPABLE_FIRM` if no firm can make a product.")
        .WithExample(new { closesAt = "2027-03-01T10:00:00Z" });

    private static async Task<Results<Ok<QuotationView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, MarketingDb db, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        if (await CloseQuotations.CurrentAsync(id, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var errors = new InputErrors();
        var closesAt = IssueVersion.Instant(request.ClosesAt, "closesAt", now, MostDays, errors);
        var active = await db.Members.AsNoTracking()
            .Where(m => m.ConsortiumId == quotation.ConsortiumId && m.Standing == MemberStanding.Active).ToListAsync(ct);
        errors.Unless(
            request.Members is null || (request.Members.Count > 0 && request.Members.All(m => active.Exists(firm => firm.Id == m))), "members",
            "Must be active member firms of the consortium, at least one.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var asked = quotation.Lines.ConvertAll(line => (Line: line, Firms: active.FindAll(firm =>
            (request.Members is null || request.Members.Contains(firm.Id)) && firm.Capabilities.Exists(c => c.ProductCode == line.Product))));
        if (asked.Find(a => a.Firms.Count == 0).Line is { } nobody)
        {
            return new Refusal("NO_CAPABLE_FIRM", $"None of the firms can make {nobody.Product}.").ToProblem();
        }

        var round = new QuotationRound { Id = Guid.CreateVersion7(), AskedAt = now, ClosesAt = closesAt };
        if (quotation.Ask(round) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.AddRange(asked.SelectMany(a => a.Firms.Select(firm => new QuotationPrice
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = quotation.ConsortiumId,
            QuotationId = quotation.Id,
            RoundId = round.Id,
            MemberId = firm.Id,
            AskedAt = now,
            ClosesAt = closesAt,
            Terms = new()
            {
                QuotationNumber = quotation.Number,
                Product = a.Line.Product,
                ProductName = a.Line.ProductName,
                Unit = a.Line.Unit,
                Quantity = a.Firms.Count >= FirmsForAnonymity ? a.Line.Quantity : null,
                Currency = quotation.Currency,
                Incoterm = quotation.Incoterm,
                NamedPlace = quotation.NamedPlace,
                DeliverFrom = quotation.DeliverFrom,
                DeliverUntil = quotation.DeliverUntil,
            },
        })));
        await db.SaveChangesAsync(ct);
        return await QuotationView.AnswerAsync(quotation, http, db, ct);
    }
}
