namespace ExportConsortia.Marketing.Quotations;

/// <summary>The manager takes back what is out: the version that is with the buyer, and the question for prices.</summary>
internal static class WithdrawQuotation
{
    /// <summary>Why.</summary>
    public sealed record Request
    {
        /// <summary>The reason, 1 to 1000 characters, for the record; the buyer doesn't read it.</summary>
        /// <example>The buyer asks for other quantities.</example>
        public required string Reason { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("quotations/{id:guid}/withdrawal", HandleAsync)
        .WithName(nameof(WithdrawQuotation)).For(Role.ConsortiumManager)
        .WithSummary("Withdraw a quotation")
        .WithDescription("The buyer can't accept the version any more, and firms are no longer asked; sealed prices that are not open are never "
            + "opened. A new version can be issued later. `ALREADY_DECIDED` if the buyer has accepted, or nothing is out.")
        .WithExample(new Request { Reason = "The buyer asks for other quantities." });

    private static async Task<Results<Ok<QuotationView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, MarketingDb db, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", 1000);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await CloseQuotations.CurrentAsync(id, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        var asked = await db.PricesOfRoundAsync(quotation, ct);
        if (quotation.Withdraw(reason, clock.GetUtcNow().UtcDateTime) is { } refusal)
        {
            return refusal.ToProblem();
        }

        asked.ForEach(price => price.Round = QuotationRoundState.Cancelled);
        db.Record("QUOTATION_WITHDRAWN", id, reason);
        await db.SaveChangesAsync(ct);
        return await QuotationView.AnswerAsync(quotation, http, db, ct);
    }
}
