using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Participation;

/// <summary>Exceptions after the deadline: a firm asks with its reason, the manager decides with another, until an instant (FAIR-12).</summary>
internal static class MakeException
{
    /// <summary>Why the firm is late.</summary>
    /// <param name="Reason">1 to 1,000 characters.</param>
    public sealed record Request(string Reason);

    /// <summary>The manager's decision.</summary>
    /// <param name="Approved">True: the firm may change its commitment once.</param>
    /// <param name="Reason">Why, 1 to 1,000 characters; the firm reads it.</param>
    /// <param name="Until">With an approval: until when, UTC, exclusive; to come, and before the last day of the fair is over.</param>
    public sealed record DecisionRequest(bool Approved, string Reason, DateTime? Until = null);

    /// <summary>A firm's request for an exception, and what became of it.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="MemberId">The firm that it is for, and no other.</param>
    /// <param name="MemberName">Its name.</param>
    /// <param name="State">Where it stands.</param>
    /// <param name="Reason">Why the firm is late.</param>
    /// <param name="AskedAt">When it asked, UTC.</param>
    /// <param name="DecidedBy">Account of the manager who decided; absent for the firm, and until it is decided.</param>
    /// <param name="DecidedAt">When, UTC; absent until it is decided.</param>
    /// <param name="Answer">Why it was decided so; absent until it is decided.</param>
    /// <param name="Until">Until when it holds, UTC, exclusive; absent unless it was approved.</param>
    /// <param name="UsedAt">When the firm changed its commitment by it, UTC; absent if it has not.</param>
    /// <param name="Holds">True: the firm can change its commitment by it now.</param>
    public sealed record Response(
        Guid Id, Guid MemberId, string MemberName, LateChangeState State, string Reason, DateTime AskedAt, Guid? DecidedBy, DateTime? DecidedAt,
        string? Answer, DateTime? Until, DateTime? UsedAt, bool Holds);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("editions/{id:guid}/exceptions", AskAsync).WithName("AskForFairException").For(Role.MemberUser)
            .WithSummary("Ask to change the commitment after the deadline")
            .WithDescription(
                "For firms in good standing, after the deadline; nobody but the manager reads the reason. 409 CALL_OPEN: it isn't needed; NO_CALL; "
                + "EXCEPTION_ASKED while one is undecided or holds; EXCEPTION_LIMIT at 10 for one fair; EDITION_ENDED; NOT_IN_STANDING.")
            .WithExample(new Request("Our export licence came a week late."));
        routes.MapPost("exceptions/{id:guid}/decision", DecideAsync).WithName("DecideFairException").For(Role.ConsortiumManager)
            .WithSummary("Approve or refuse an exception")
            .WithDescription(
                "For managers. An approval lets this firm change its commitment once, until it expires; the call stays closed for all "
                + "others. It stays "
                + "on record with who decided and why. 409 ALREADY_DECIDED; EDITION_ENDED.")
            .WithExample(new DecisionRequest(true, "The ministry confirmed the delay.", new DateTime(2026, 10, 7, 22, 0, 0, DateTimeKind.Utc)));
        routes.MapGet("editions/{id:guid}/exceptions", ListAsync).WithName("ListFairExceptions")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List exceptions of an edition")
            .WithDescription("The clean team reads all, a firm its own; the latest first.");
    }

    private static async Task<Results<Created<Response>, ProblemHttpResult>> AskAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", LateChange.LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var (refused, firm) = await db.FirmThatTakesPartAsync(caller, ct);
        if (refused is not null)
        {
            return refused;
        }

        LateChange? asked = null;
        refused = await db.AnswerEditionAsync(
            id,
            firm!.Id,
            async edition =>
            {
                var now = clock.GetUtcNow().UtcDateTime;
                var earlier = await db.LateChanges.Where(l => l.EditionId == id && l.MemberId == firm.Id).ToListAsync(ct);
                asked = db.Add(new LateChange
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = edition.ConsortiumId, EditionId = id, MemberId = firm.Id, Reason = reason,
                    AskedAt = now, Version = 1,
                }).Entity;
                return (edition.RefuseEnded()
                    ?? (edition.State == FairState.Proposed ? new Refusal("NO_CALL", "The call for this fair is not open yet.") : null)
                    ?? (edition.CallIsOpen(now) ? new Refusal("CALL_OPEN", "The call is open: the firm can answer it without an exception.") : null)
                    ?? (earlier.Exists(l => l.State == LateChangeState.Asked || l.Holds(now))
                        ? new Refusal("EXCEPTION_ASKED", "One is undecided, or holds.") : null)
                    ?? (earlier.Count >= LateChange.MostOfFirm
                        ? new Refusal("EXCEPTION_LIMIT", $"The firm has asked {LateChange.MostOfFirm} times, as often as it can.") : null))
                    ?.ToProblem();
            },
            ct);
        return refused is not null ? refused
            : TypedResults.Created($"/api/tradefairs/editions/{id}/exceptions", Of(asked!, firm.Name, caller, asked!.AskedAt));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> DecideAsync(
        Guid id, DecisionRequest request, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.LateChanges.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, ct) is not { } found)
        {
            return Refusal.NotFound();
        }

        LateChange? decided = null;
        var refused = await db.ChangeEditionAsync(
            found.EditionId,
            async edition =>
            {
                var now = clock.GetUtcNow().UtcDateTime;
                var errors = new InputErrors();
                var reason = errors.Text(request.Reason, "reason", LateChange.LongestReason);
                var until = request.Until?.ToUniversalTime();
                errors.Unless(
                    request.Approved ? until > now && until <= edition.Zone.BeginningOf(edition.ClosesOn.AddDays(1)) : until is null,
                    "until", "An approval needs an instant to come, before the fair is over; a refusal has none.");
                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                decided = await db.LateChanges.SingleAsync(l => l.Id == id, ct);
                if ((edition.RefuseEnded() ?? (decided.State == LateChangeState.Asked ? null
                    : new Refusal("ALREADY_DECIDED", "This was decided before; the firm can ask again."))) is { } refusal)
                {
                    return refusal.ToProblem();
                }

                decided.State = request.Approved ? LateChangeState.Approved : LateChangeState.Refused;
                (decided.DecidedBy, decided.DecidedAt, decided.Answer, decided.Until) = (caller.UserId, now, reason, until);
                decided.Version++;
                db.Record(request.Approved ? "FAIR_EXCEPTION_APPROVED" : "FAIR_EXCEPTION_REFUSED", decided.MemberId, reason);
                return null;
            },
            ct);
        if (refused is not null)
        {
            return refused;
        }

        var name = await db.Members.Where(m => m.Id == decided!.MemberId).Select(m => m.Name).SingleOrDefaultAsync(ct);
        return TypedResults.Ok(Of(decided!, name ?? "", caller, decided!.DecidedAt!.Value));
    }

    private static async Task<Results<Ok<List<Response>>, ProblemHttpResult>> ListAsync(
        Guid id, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (!await db.Editions.AnyAsync(e => e.Id == id, ct))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var changes = await db.LateChanges.AsNoTracking().Where(l => l.EditionId == id).OrderByDescending(l => l.AskedAt).ThenBy(l => l.Id)
            .ToListAsync(ct);
        var ids = changes.ConvertAll(l => l.MemberId);
        var names = await db.Members.AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        return TypedResults.Ok(changes.ConvertAll(l => Of(l, names.GetValueOrDefault(l.MemberId, ""), caller, now)));
    }

    private static Response Of(LateChange l, string name, Caller caller, DateTime now) => new(
        l.Id, l.MemberId, name, l.State, l.Reason, l.AskedAt, caller.IsCleanTeam ? l.DecidedBy : null, l.DecidedAt, l.Answer, l.Until, l.UsedAt,
        l.Holds(now));
}
