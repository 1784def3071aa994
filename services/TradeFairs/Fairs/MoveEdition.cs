using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Fairs;

/// <summary>
/// The manager opens the call, and says what has happened since: the contract is signed, the fair begins, it is over, it is cancelled.
/// </summary>
internal static class MoveEdition
{
    /// <summary>The call for interest.</summary>
    /// <param name="CommitUntil">Until when firms commit themselves, UTC, exclusive; before the first day of the fair, and to come.</param>
    public sealed record CallRequest(DateTime CommitUntil);

    /// <summary>What has happened.</summary>
    /// <param name="State">
    /// <c>Contracted</c>: the contract with the organiser is signed. <c>Running</c>: the first day has come. <c>Settling</c>: the last day is over.
    /// <c>Cancelled</c>: the consortium does not take part. The other states have routes of their own.
    /// </param>
    public sealed record StateRequest(FairState State);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("editions/{id:guid}/call", CallAsync).WithName("OpenFairCall").For(Role.ConsortiumManager)
            .WithSummary("Call for interest, or give firms more time")
            .WithDescription(
                "For managers. Firms can answer until then. While the call is open and nothing is allotted, its end can be moved to a later instant, "
                + "for all firms alike; afterwards a single firm needs an exception. 409 WRONG_STATE; CALL_SHORTENED for an earlier end: firms rely "
                + "on it; CALL_OVER when it is over and firms have committed themselves: the manager has read what they ask for.")
            .WithExample(new CallRequest(new DateTime(2026, 9, 30, 22, 0, 0, DateTimeKind.Utc)));
        routes.MapPost("editions/{id:guid}/state", MoveAsync).WithName(nameof(MoveEdition)).For(Role.ConsortiumManager)
            .WithSummary("Say what has happened to a participation")
            .WithDescription(
                "For managers. 409 WRONG_STATE for a move that there is not; TOO_EARLY before the fair's first day, or before its last day is over; "
                + "PLAN_NOT_APPROVED when it begins with costs whose plan is not approved.")
            .WithExample(new StateRequest(FairState.Contracted));
    }

    private static Task<Results<Ok<EditionView>, ProblemHttpResult>> CallAsync(
        Guid id, CallRequest request, TradeFairsDb db, TimeProvider clock, HttpResponse response, CancellationToken ct) =>
        ChangeAsync(
            id, db, clock, response,
            async (edition, now) => await RefuseOverAsync(edition, now, db, ct) ?? Call(edition, request, now), ct);

    // With what the others ask for in mind, the manager could let in whom it likes.
    private static async Task<ProblemHttpResult?> RefuseOverAsync(FairEdition edition, DateTime now, TradeFairsDb db, CancellationToken ct) =>
        edition.State == FairState.CallForInterest && !edition.CallIsOpen(now)
        && await db.Commitments.AnyAsync(c => c.EditionId == edition.Id && c.State == CommitmentState.Committed, ct)
            ? new Refusal("CALL_OVER", "The call is over, and firms have committed themselves: a firm that is late needs an exception.").ToProblem()
            : null;

    private static ProblemHttpResult? Call(FairEdition edition, CallRequest request, DateTime now)
    {
        var until = request.CommitUntil.ToUniversalTime();
        if (until <= now || until >= edition.Zone.BeginningOf(edition.OpensOn))
        {
            return Refusal.Invalid("commitUntil", "Must be to come, and before the first day of the fair.");
        }

        var moved = edition.State != FairState.CallForInterest;
        if ((moved ? edition.MoveTo(FairState.CallForInterest) : edition.RefuseEarlierEnd(until)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        edition.CommitUntil = until;
        edition.Version += moved ? 0 : 1;
        return null;
    }

    private static Task<Results<Ok<EditionView>, ProblemHttpResult>> MoveAsync(
        Guid id, StateRequest request, TradeFairsDb db, TimeProvider clock, HttpResponse response, CancellationToken ct) =>
        ChangeAsync(id, db, clock, response, async (edition, now) =>
        {
            var today = edition.Zone.DayAt(now);
            if (request.State == FairState.Running && today >= edition.OpensOn && await HasUnapprovedPlanAsync(id, db, ct))
            {
                return new Refusal("PLAN_NOT_APPROVED", "The plan of the costs is approved before the fair begins.").ToProblem();
            }

            return request.State switch
            {
                FairState.Running when today < edition.OpensOn => TooEarly("The fair has not begun."),
                FairState.Settling when today <= edition.ClosesOn => TooEarly("The fair is not over."),
                FairState.Contracted or FairState.Running or FairState.Settling or FairState.Cancelled => edition.MoveTo(request.State)?.ToProblem(),
                _ => Refusal.Invalid("state", "Must be Contracted, Running, Settling or Cancelled."),
            };
        }, ct);

    private static async Task<bool> HasUnapprovedPlanAsync(Guid id, TradeFairsDb db, CancellationToken ct) =>
        await db.CostItems.AnyAsync(i => i.EditionId == id, ct) && !await db.Costs.AnyAsync(c => c.EditionId == id && c.ApprovedAt != null, ct);

    private static ProblemHttpResult TooEarly(string sentence) => new Refusal("TOO_EARLY", sentence).ToProblem();

    private static async Task<Results<Ok<EditionView>, ProblemHttpResult>> ChangeAsync(
        Guid id, TradeFairsDb db, TimeProvider clock, HttpResponse response, Func<FairEdition, DateTime, Task<ProblemHttpResult?>> change,
        CancellationToken ct)
    {
        FairEdition? changed = null;
        var refused = await db.ChangeEditionAsync(
            id,
            edition =>
            {
                changed = edition;
                return change(edition, clock.GetUtcNow().UtcDateTime);
            },
            ct);
        if (refused is not null)
        {
            return refused;
        }

        EntityTag.Write(response, changed!.Version);
        return TypedResults.Ok(await EditionView.OfAsync(changed, db, clock.GetUtcNow().UtcDateTime, ct));
    }
}
