namespace ExportConsortia.Marketing.Missions;

/// <summary>The manager says which buyers take part in a mission and who meets whom: nobody is in two meetings at once.</summary>
internal static class BookMeetings
{
    private const int MostBuyers = 200;

    /// <summary>A meeting.</summary>
    /// <param name="Slot">Number of the part of the programme.</param>
    /// <param name="MemberId">A confirmed firm.</param>
    /// <param name="BuyerId">A buyer that takes part.</param>
    public sealed record Request(int Slot, Guid MemberId, Guid BuyerId);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("missions/{id:guid}/buyers/{buyerId:guid}", AddBuyerAsync).WithName("AddMissionBuyer").For(Role.ConsortiumManager)
            .WithSummary("Say that a buyer takes part in a mission")
            .WithDescription("For managers. Again changes nothing. 409 BUYER_LIMIT at 200 buyers; MISSION_CANCELLED.");
        routes.MapDelete("missions/{id:guid}/buyers/{buyerId:guid}", RemoveBuyerAsync).WithName("RemoveMissionBuyer").For(Role.ConsortiumManager)
            .WithSummary("Take a buyer out of a mission")
            .WithDescription("For managers. 409 MEETINGS_BOOKED when it is to meet firms.");
        routes.MapPost("missions/{id:guid}/meetings", BookAsync).WithName("BookMeeting").For(Role.ConsortiumManager)
            .WithSummary("Book a meeting of a firm and a buyer")
            .WithDescription(
                "For managers. 409 DOUBLE_BOOKED if either meets somebody else in that part of the programme, however many book at the same moment; "
                + "NOT_CONFIRMED unless the manager has confirmed the firm and the buyer takes part; MISSION_CANCELLED.")
            .WithExample(new Request(1, new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3d")));
        routes.MapDelete("mission-meetings/{id:guid}", CancelAsync).WithName("CancelMeeting").For(Role.ConsortiumManager)
            .WithSummary("Cancel a meeting")
            .WithDescription("For managers.");
    }

    private static Task<Results<Ok<MissionView>, ProblemHttpResult>> AddBuyerAsync(
        Guid id, Guid buyerId, MarketingDb db, Caller caller, CancellationToken ct) =>
        InTurnAsync(id, db, async _ =>
        {
            if (!await db.Buyers.AnyAsync(b => b.Id == buyerId && b.MergedInto == null, ct))
            {
                return Refusal.NotFound();
            }

            if (await db.MissionBuyers.AnyAsync(b => b.MissionId == id && b.BuyerId == buyerId, ct))
            {
                return null;
            }

            if (await db.MissionBuyers.CountAsync(b => b.MissionId == id, ct) >= MostBuyers)
            {
                return new Refusal("BUYER_LIMIT", $"{MostBuyers} buyers take part, as many as can.").ToProblem();
            }

            db.Add(new MissionBuyer { MissionId = id, BuyerId = buyerId, ConsortiumId = caller.ConsortiumId });
            db.Record("MISSION_BUYER_ADDED", id);
            return null;
        }, ct);

    private static Task<Results<Ok<MissionView>, ProblemHttpResult>> RemoveBuyerAsync(
        Guid id, Guid buyerId, MarketingDb db, CancellationToken ct) =>
        InTurnAsync(id, db, async _ =>
        {
            if (await db.MissionBuyers.SingleOrDefaultAsync(b => b.MissionId == id && b.BuyerId == buyerId, ct) is not { } buyer)
            {
                return Refusal.NotFound();
            }

            if (await db.MissionMeetings.AnyAsync(m => m.MissionId == id && m.BuyerId == buyerId, ct))
            {
                return new Refusal("MEETINGS_BOOKED", "The buyer is to meet firms on this mission: cancel the meetings first.").ToProblem();
            }

            db.Remove(buyer);
            db.Record("MISSION_BUYER_REMOVED", id);
            return null;
        }, ct);

    private static Task<Results<Ok<MissionView>, ProblemHttpResult>> BookAsync(
        Guid id, Request request, MarketingDb db, Caller caller, CancellationToken ct) =>
        InTurnAsync(id, db, async mission =>
        {
            if (!mission.Slots.Exists(s => s.Number == request.Slot))
            {
                return Refusal.Invalid("slot", "Must be the number of a part of the programme.");
            }

            if (!await db.MissionFirms.AnyAsync(
                    f => f.MissionId == id && f.MemberId == request.MemberId && f.State == RegistrationState.Confirmed, ct)
                || !await db.MissionBuyers.AnyAsync(b => b.MissionId == id && b.BuyerId == request.BuyerId, ct))
            {
                return new Refusal("NOT_CONFIRMED", "Both must take part: the firm confirmed, the buyer added.").ToProblem();
            }

            if (await db.MissionMeetings.AnyAsync(
                m => m.MissionId == id && m.Slot == request.Slot && (m.MemberId == request.MemberId || m.BuyerId == request.BuyerId), ct))
            {
                return new Refusal("DOUBLE_BOOKED", "The firm or the buyer has a meeting then.").ToProblem();
            }

            db.Add(new MissionMeeting
            {
                Id = Guid.CreateVersion7(), ConsortiumId = caller.ConsortiumId, MissionId = id, Slot = request.Slot, MemberId = request.MemberId,
                BuyerId = request.BuyerId,
            });
            db.Record("MEETING_BOOKED", request.MemberId);
            return null;
        }, ct);

    private static async Task<Results<NoContent, ProblemHttpResult>> CancelAsync(Guid id, MarketingDb db, CancellationToken ct)
    {
        if (await db.MissionMeetings.SingleOrDefaultAsync(m => m.Id == id, ct) is not { } meeting)
        {
            return Refusal.NotFound();
        }

        db.Remove(meeting);
        db.Record("MEETING_CANCELLED", meeting.MemberId);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    // Changes of a mission's people wait for each other.
    private static async Task<Results<Ok<MissionView>, ProblemHttpResult>> InTurnAsync(
        Guid id, MarketingDb db, Func<Mission, Task<ProblemHttpResult?>> work, CancellationToken ct)
    {
        ProblemHttpResult? refused = null;
        Mission? mission = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockAsync(db.Missions.Where(m => m.Id == id).Select(m => m.Id).OrderBy(m => m), ct);
                mission = await db.Missions.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, ct);
                refused = mission is null ? Refusal.NotFound() : mission.RefuseCancelled()?.ToProblem() ?? await work(mission);
                if (refused is not null)
                {
                    return false;
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(await MissionView.OfAsync(mission!, db, ct));
    }
}
