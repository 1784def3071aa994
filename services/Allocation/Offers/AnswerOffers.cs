using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Offers;

/// <summary>A member firm answers many of its offers of an order with one request: all answers count, or none.</summary>
internal static class AnswerOffers
{
    private const int Most = 5000;
    private const int MostRefusalsListed = 1000;

    /// <summary>The answers.</summary>
    public sealed record Request
    {
        /// <summary>1 to 5,000 answers, each to another offer of the order.</summary>
        public required IReadOnlyList<OfferAnswer> Answers { get; init; }
    }

    /// <summary>The answer to one offer: with a reason the firm declines it, else it accepts.</summary>
    public sealed record OfferAnswer
    {
        /// <summary>The offer.</summary>
        public required Guid OfferId { get; init; }

        /// <summary>
        /// How much the firm accepts, in whole lots and not below the minimum lot; absent: the whole offer, or with a reason
        /// nothing.
        /// </summary>
        /// <example>100</example>
        public long? Quantity { get; init; }

        /// <summary>Why the firm declines; declining in time with a reason is no strike .</summary>
        public DeclineReason? Reason { get; init; }

        /// <summary>With a reason: a note for the manager, at most 1000 characters; no other firm reads it.</summary>
        public string? Note { get; init; }
    }

    /// <summary>What the offers are now.</summary>
    /// <param name="Offers">The answered offers, in the order of the request.</param>
    public sealed record Response(IReadOnlyList<AnsweredOffer> Offers);

    /// <summary>An answered offer.</summary>
    /// <param name="OfferId">The offer.</param>
    /// <param name="State">Its state.</param>
    /// <param name="Unit">UN/ECE code of the offer's unit.</param>
    /// <param name="Accepted">How many of <paramref name="Unit"/> are accepted.</param>
    /// <param name="AnsweredAt">When it was answered, UTC.</param>
    /// <param name="WaitingSince">When the answer was given that waits for the screening of the order, UTC.</param>
    public sealed record AnsweredOffer(
        Guid OfferId, OfferState State, string Unit, long Accepted, DateTime? AnsweredAt, DateTime? WaitingSince);

    /// <summary>Why an answer is refused.</summary>
    /// <param name="Answer">Its place in the request, from 0.</param>
    /// <param name="OfferId">The offer.</param>
    /// <param name="Code">The code that the answer alone would get.</param>
    /// <param name="Sentence">What is wrong.</param>
    public sealed record RefusedAnswer(int Answer, Guid OfferId, string Code, string Sentence);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("orders/{id:guid}/offer-answers", HandleAsync)
        .WithName(nameof(AnswerOffers)).For(Role.MemberUser).OneAtATimeOfEach()
        .WithSummary("Answer many offers of an order at once")
        .WithDescription("The same rules as for each offer alone. All answers count, or none: if one is refused, nothing is changed, and `answers` "
            + "lists up to 1,000 refused ones with the code and the sentence that each would get alone; the problem has the code of the first. "
            + "Repeating the same answers returns the same. While the screening of the order is on hold the answers wait (`waitingSince`), and count "
            + "once the order is clear (R-620).")
        .WithExample(new Request
        {
            Answers =
            [
                new() { OfferId = new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c") },
                new() { OfferId = new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3d"), Reason = DeclineReason.MachineBreakdown },
            ],
        });

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var answers = request.Answers ?? [];
        var errors = new InputErrors();
        errors.Unless(answers.Count is >= 1 and <= Most, "answers", $"Give 1 to {Most:N0} answers.");
        var known = new HashSet<Guid>();
        foreach (var (i, answer) in answers.Take(Most).Index())
        {
            if (answer is null)
            {
                errors.Unless(false, $"answers[{i}]", "Must be an answer.");
                continue;
            }

            errors.Unless(known.Add(answer.OfferId), $"answers[{i}].offerId", "This offer is answered above.");
            errors.Unless(answer.Quantity is null or > 0, $"answers[{i}].quantity", "Must be 1 or more; to accept nothing, give a reason.");
            errors.Unless(answer.Quantity is null || answer.Reason is null, $"answers[{i}].quantity", "Nothing is accepted with a reason.");
            errors.Unless(answer.Note is null || answer.Reason is not null, $"answers[{i}].note", "Only with a reason.");
            errors.AtMost(1000, answer.Note, $"answers[{i}].note");
        }

        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (!await db.MemberOffers.AnyAsync(o => o.OrderId == id, ct))
        {
            return Refusal.NotFound();
        }

        return await db.InTurnAsync(Order.TurnOf(id), () => AnswerAsync(id, answers, db, caller.UserId, clock.GetUtcNow().UtcDateTime, ct), ct);
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> AnswerAsync(
        Guid id, IReadOnlyList<OfferAnswer> answers, AllocationDb db, Guid by, DateTime now, CancellationToken ct)
    {
        var ids = answers.Select(a => a.OfferId).ToList();
        var views = await db.MemberOffers.Where(o => o.OrderId == id && ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, ct);
        var errors = new InputErrors();
        foreach (var (i, answer) in answers.Index())
        {
            errors.Unless(views.ContainsKey(answer.OfferId), $"answers[{i}].offerId", "Must be an offer of this order to your firm.");
        }

        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var order = await db.OrderInTurnAsync(id, ct);
        await ExpireOffers.EndDueAsync(order, db, now, ct);
        var offers = order.Offers.Where(o => views.ContainsKey(o.Id)).ToDictionary(o => o.Id);
        var (refused, changed) = (new List<RefusedAnswer>(), false);
        foreach (var (i, answer) in answers.Index().Where(a => !IsAnsweredLike(offers[a.Item.OfferId], a.Item)))
        {
            var offer = offers[answer.OfferId];
            var refusal = answer.Reason is { } reason
                ? order.Decline(offer, reason, answer.Note, now, by)
                : order.Accept(offer, answer.Quantity ?? offer.Quantity, now, by);
            changed |= refusal is null;
            if (refusal is not null)
            {
                refused.Add(new(i, answer.OfferId, refusal.Code, refusal.Reason));
            }
        }

        if (refused.Count > 0)
        {
            return Refusal.Problem(
                StatusCodes.Status409Conflict, refused[0].Code, $"Nothing was changed. Refused answers: {refused.Count}. {refused[0].Sentence}",
                KeyValuePair.Create("answers", (object?)refused.Take(MostRefusalsListed).ToList()));
        }

        if (changed)
        {
            await db.SaveAsync(order, ct);
        }

        db.LeaveForNext(order);
        return TypedResults.Ok(new Response([.. answers.Select(a => offers[a.OfferId])
            .Select(o => new AnsweredOffer(o.Id, o.State, views[o.Id].Terms.Unit, o.Accepted, o.AnsweredAt, o.Waiting?.At))]));
    }

    private static bool IsAnsweredLike(Offer offer, OfferAnswer answer) => answer.Reason is not null
        ? offer.IsDeclined
        : offer.IsAcceptedWith(answer.Quantity ?? offer.Quantity);
}
