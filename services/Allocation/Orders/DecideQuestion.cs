namespace ExportConsortia.Allocation.Orders;

/// <summary>The manager decides on a part of the buyer's document that the service can't act on.</summary>
internal static class DecideQuestion
{
    /// <summary>The decision.</summary>
    public sealed record Request
    {
        /// <summary><c>AcceptAsRead</c>: the order goes on as it was read; <c>CancelOrder</c>: it is cancelled.</summary>
        public required QuestionVerdict Verdict { get; init; }

        /// <summary>Why, 1 to 1000 characters; for the clean team, kept for good.</summary>
        /// <example>The buyer agreed by mail of today that everything comes in January.</example>
        public required string Reason { get; init; }

        /// <summary>If the order is cancelled, what the buyer reads in the order response, at most 1000 characters; absent: no words.</summary>
        public string? BuyerText { get; init; }

        /// <summary>
        /// What the firms asked about the line, or about any line if the question is about the whole order, must know; at most 1000 characters.
        /// </summary>
        /// <example>Half of it may come in March.</example>
        public string? ForFirms { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/{id:guid}/questions/{number:int}/decision", HandleAsync)
        .WithName(nameof(DecideQuestion)).For(Role.ConsortiumManager).InTurnOfOrder()
        .WithSummary("Decide on a part of the buyer's document")
        .WithDescription("An order has `questions` about parts of the buyer's document that the service can't act on. Each must be decided before "
            + "the order is accepted (`DECISION_PENDING`), once (`ALREADY_DECIDED`). The document itself stays as it was received.")
        .WithExample(new Request
        {
            Verdict = QuestionVerdict.AcceptAsRead,
            Reason = "The buyer agreed by mail of today that everything comes in January.",
            ForFirms = "Half of it may come in March.",
        });

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> HandleAsync(
        Guid id, int number, Request request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(!string.IsNullOrWhiteSpace(request.Reason) && request.Reason.Length <= 1000, "reason", "Say why, in 1 to 1000 characters.");
        errors.AtMost(1000, request.ForFirms, "forFirms");
        errors.AtMost(1000, request.BuyerText, "buyerText");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.FindOrderAsync(id, ct) is not var (order, document) || number < 1 || number > order.Questions.Count)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var forFirms = string.IsNullOrWhiteSpace(request.ForFirms) ? null : request.ForFirms.Trim();
        if (order.Decide(number, new(caller.UserId, request.Verdict, request.Reason, forFirms, now)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (request.Verdict == QuestionVerdict.CancelOrder)
        {
            var buyerText = string.IsNullOrWhiteSpace(request.BuyerText) ? null : request.BuyerText;
            order.Freeze(OrderState.Cancelled, request.Reason, now, buyerText);
            order.Decided(new(OrderDecisionKind.Cancelled, Decider.Of(caller), now, request.Reason) { BuyerText = buyerText });
        }

        await db.SaveAsync(order, ct);
        return TypedResults.Ok(await OrderView.OfAsync(order, document, db, ct));
    }
}
