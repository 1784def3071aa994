using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing.Missions;

/// <summary>A firm registers for a mission, and the manager decides who takes part.</summary>
internal static class JoinMission
{
    private const int LongestNote = 1000;
    private const int LongestReason = 1000;

    /// <summary>A registration.</summary>
    /// <param name="Note">Who travels and what you hope for, at most 1,000 characters.</param>
    public sealed record Request(string? Note = null);

    /// <summary>The manager's decision.</summary>
    /// <param name="Confirmed">True: the firm takes part.</param>
    /// <param name="Reason">Needed if the firm doesn't take part, which reads it: 1 to 1,000 characters.</param>
    public sealed record DecisionRequest(bool Confirmed, string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("missions/{id:guid}/registration", RegisterAsync).WithName(nameof(JoinMission)).For(Role.MemberUser)
            .WithSummary("Register for a mission")
            .WithDescription(
                "For firms in good standing, until the last day for it. Again changes the note. 409 REGISTRATION_CLOSED after that day; "
                + "MISSION_CANCELLED; NOT_IN_STANDING; ALREADY_DECIDED when the manager has declined it.")
            .WithExample(new Request("Two people; we look for importers of garden chairs."));
        routes.MapDelete("missions/{id:guid}/registration", WithdrawAsync).WithName("LeaveMission").For(Role.MemberUser)
            .WithSummary("Withdraw a registration")
            .WithDescription("For the firm. 409 MEETINGS_BOOKED when it is to meet buyers: speak to the manager.");
        routes.MapPost("missions/{id:guid}/firms/{memberId:guid}/decision", DecideAsync).WithName("DecideMissionFirm").For(Role.ConsortiumManager)
            .WithSummary("Decide whether a firm takes part")
            .WithDescription(
                "For managers; a decision can be changed. 409 PLACES_TAKEN when all places are taken; MEETINGS_BOOKED if the firm is to be declined "
                + "and has meetings; MISSION_CANCELLED.")
            .WithExample(new DecisionRequest(true));
    }

    private static async Task<Results<Ok<MissionView>, ProblemHttpResult>> RegisterAsync(
        Guid id, Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim();
        errors.Unless(note is null or { Length: <= LongestNote }, "note", $"Must have at most {LongestNote:N0} characters.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        if (await db.Missions.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, ct) is not { } mission)
        {
            return Refusal.NotFound();
        }

        var (refused, firm) = await db.FirmThatWritesAsync(caller, ct);
        if (refused is not null)
        {
            return refused;
        }

        var registration = await db.MissionFirms.SingleOrDefaultAsync(f => f.MissionId == id && f.MemberId == firm!.Id, ct);
        var refusal = mission.RefuseCancelled()
            ?? (firm!.Standing == MemberStanding.Suspended ? new Refusal("NOT_IN_STANDING", "The firm is suspended.") : null)
            ?? ((await db.ConsortiumAsync(firm.ConsortiumId, ct)).Day(now) > mission.RegisterUntil
                ? new Refusal("REGISTRATION_CLOSED", "The last day for registrations is over.") : null)
            ?? (registration?.State == RegistrationState.Declined ? new Refusal("ALREADY_DECIDED", "The manager declined it.") : null);
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        registration ??= db.Add(new MissionFirm
        {
            MissionId = id, MemberId = firm!.Id, ConsortiumId = firm.ConsortiumId, RegisteredAt = now,
        }).Entity;
        registration.Note = note;
        registration.Version++;
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(await MissionView.OfAsync(mission, db, ct));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(
        Guid id, MarketingDb db, Caller caller, CancellationToken ct)
    {
        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockAsync(db.Missions.Where(m => m.Id == id).Select(m => m.Id).OrderBy(m => m), ct);
                var registration = await db.MissionFirms.SingleOrDefaultAsync(f => f.MissionId == id && f.MemberId == caller.MemberId, ct);
                refused = registration is null ? Refusal.NotFound()
                    : registration.State == RegistrationState.Declined
                        ? new Refusal("ALREADY_DECIDED", "The manager declined it.").ToProblem()
                    : await MeetsAsync(registration, db, ct) ? Booked()
                    : null;
                if (refused is not null)
                {
                    return false;
                }

                db.Remove(registration!);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.NoContent();
    }

    private static async Task<Results<Ok<MissionView>, ProblemHttpResult>> DecideAsync(
        Guid id, Guid memberId, DecisionRequest request, MarketingDb db, Caller caller, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = request.Confirmed && string.IsNullOrWhiteSpace(request.Reason) ? null : errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        ProblemHttpResult? refused = null;
        Mission? mission = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                // Decisions on a mission wait for each other: no more firms than places.
                await db.LockAsync(db.Missions.Where(m => m.Id == id).Select(m => m.Id).OrderBy(m => m), ct);
                mission = await db.Missions.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, ct);
                var registration = await db.MissionFirms.SingleOrDefaultAsync(f => f.MissionId == id && f.MemberId == memberId, ct);
                if (mission is null || registration is null)
                {
                    refused = Refusal.NotFound();
                    return false;
                }

                var wanted = request.Confirmed ? RegistrationState.Confirmed : RegistrationState.Declined;
                refused = mission.RefuseCancelled()?.ToProblem()
                    ?? (request.Confirmed && registration.State != wanted && await db.MissionFirms.CountAsync(
                        f => f.MissionId == id && f.State == RegistrationState.Confirmed, ct) >= mission.Places
                        ? new Refusal("PLACES_TAKEN", $"All {mission.Places} places are taken.").ToProblem() : null)
                    ?? (!request.Confirmed && await MeetsAsync(registration, db, ct) ? Booked() : null);
                if (refused is not null)
                {
                    return false;
                }

                (registration.State, registration.DecidedBy, registration.DecidedBecause) = (wanted, caller.UserId, reason);
                registration.Version++;
                db.Record(request.Confirmed ? "MISSION_FIRM_CONFIRMED" : "MISSION_FIRM_DECLINED", memberId, reason, firm: memberId);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(await MissionView.OfAsync(mission!, db, ct));
    }

    private static Task<bool> MeetsAsync(MissionFirm firm, MarketingDb db, CancellationToken ct) =>
        db.MissionMeetings.AnyAsync(m => m.MissionId == firm.MissionId && m.MemberId == firm.MemberId, ct);

    private static ProblemHttpResult Booked() =>
        new Refusal("MEETINGS_BOOKED", "The firm is to meet buyers on this mission: the manager cancels the meetings first.").ToProblem();
}
