namespace ExportConsortia.Marketing.Quotations;

/// <summary>The clean team reads the consortium's quotations.</summary>
internal static class ReadQuotations
{
    /// <summary>A quotation in a list.</summary>
    /// <param name="QuotationId">The quotation.</param>
    /// <param name="Number">Its number.</param>
    /// <param name="State">Where it stands.</param>
    /// <param name="Buyer">The buyer.</param>
    /// <param name="BuyerCountry">ISO 3166-1 alpha-2 code of the buyer's country.</param>
    /// <param name="LeadId">The lead that it comes from.</param>
    /// <param name="Currency">ISO 4217 code of its prices.</param>
    /// <param name="CreatedAt">When it was opened, UTC.</param>
    /// <param name="NextDeadline">When prices close or the version that is with the buyer ends, UTC, exclusive.</param>
    public sealed record Summary(
        Guid QuotationId, string Number, QuotationState State, string Buyer, string BuyerCountry, Guid? LeadId, string Currency, DateTime CreatedAt,
        DateTime? NextDeadline);

    /// <summary>A page of quotations, latest first.</summary>
    /// <param name="Quotations">The quotations.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record QuotationPage(IReadOnlyList<Summary> Quotations, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("quotations", ListAsync).WithName("ListQuotations").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List quotations, latest first")
            .WithDescription("Filter with `state` and `leadId`; `limit` 1 to 200, default 50; `before` is the last page's `before`.");
        routes.MapGet("quotations/{id:guid}", GetAsync).WithName("GetQuotation").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Read a quotation: who was asked, its versions, and how their prices came about")
            .WithDescription("Before the prices are opened it says who has answered, not what (F-C4). Member firms and buyers never read this.");
    }

    private static async Task<Results<Ok<QuotationPage>, ProblemHttpResult>> ListAsync(
        MarketingDb db, PriceSecret secret, TimeProvider clock, int? limit, Guid? before, QuotationState? state, Guid? leadId, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var due = await db.Quotations.Where(q => q.NextDeadline <= now).OrderBy(q => q.NextDeadline).Take(50).Select(q => q.Id).ToListAsync(ct);
        foreach (var id in due)
        {
            await CloseQuotations.EndDueIfItCanAsync(await db.Quotations.SingleAsync(q => q.Id == id, ct), db, secret, now, ct);
        }

        var (refused, rows, most) = await db.Quotations.PageAsync(
            nameof(Quotation.CreatedAt), limit, before, q => (state == null || q.State == state) && (leadId == null || q.LeadId == leadId), ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.Select(q => new Summary(
            q.Id, q.Number, q.State, q.BuyerName, q.BuyerCountry, q.LeadId, q.Currency, q.CreatedAt, q.NextDeadline)).ToListAsync(ct);
        return TypedResults.Ok(new QuotationPage(page, page.Count == most ? page[^1].QuotationId : null));
    }

    private static async Task<Results<Ok<QuotationView>, ProblemHttpResult>> GetAsync(
        Guid id, HttpContext http, MarketingDb db, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Quotations.SingleOrDefaultAsync(q => q.Id == id, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        await CloseQuotations.EndDueIfItCanAsync(quotation, db, secret, clock.GetUtcNow().UtcDateTime, ct);
        return await QuotationView.AnswerAsync(quotation, http, db, ct);
    }
}
