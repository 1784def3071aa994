using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Meetings;

/// <summary>The manager has the meetings planned, and planned again when somebody cancels: then as little as possible changes.</summary>
internal static class PlanDay
{
    /// <summary>What a wish of the buyer is worth that the firm doesn't share.</summary>
    private const int BuyersWish = 50;

    /// <summary>A firm's wishes are worth 100 for the first down to 1; those that the buyer shares so much more.</summary>
    private const int FirstWish = 100;

    /// <summary>How to plan.</summary>
    /// <param name="MoveCost">
    /// How much more priority a change must bring for each meeting that it moves or drops, 0 to 1,000. 100 (default): as much as a firm's first wish;
    /// 1,000: nothing moves that needn't.
    /// </param>
    public sealed record Request(int MoveCost = 100);

    /// <summary>The plan.</summary>
    /// <param name="Meetings">How many meetings it has.</param>
    /// <param name="Kept">So many are where they were.</param>
    /// <param name="Moved">So many are in another slot.</param>
    /// <param name="Added">So many are new.</param>
    /// <param name="Dropped">So many of the plan before are gone.</param>
    /// <param name="NotMet">So many wishes are not met.</param>
    /// <param name="Value">Priorities of all meetings together.</param>
    /// <param name="Bound">No plan is worth more than this; computed in the same run.</param>
    /// <param name="PerMille">Value of the bound, in tenths of a per cent, rounded down; 1000: proven to be the best.</param>
    public sealed record Response(int Meetings, int Kept, int Moved, int Added, int Dropped, int NotMet, long Value, long Bound, int PerMille);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("editions/{id:guid}/meeting-plan", HandleAsync)
        .WithName("PlanFairMeetings").For(Role.ConsortiumManager)
        .WithSummary("Plan the meetings of a fair")
        .WithDescription(
            "For managers. As much priority as fits, nobody in two meetings at once; the same input gives the same plan. A firm's first wish "
            + "weighs 100, its last one 1, one that the buyer shares 100 more. What stands moves only for something that is worth it. Each firm "
            + "reads why a wish of its own is not met. 409 FIRM_LIMIT if more than 40 firms wish to meet buyers, or buyers them: none is left out "
            + "in silence.")
        .WithExample(new Request());

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, TradeFairsDb db, TimeProvider clock, CancellationToken ct)
    {
        if (request.MoveCost is < 0 or > PlanMeetings.HighestPriority)
        {
            return Refusal.Invalid("moveCost", $"Must be 0 to {PlanMeetings.HighestPriority:N0}.");
        }

        Response? response = null;
        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                // Of two who plan at the same moment one is first.
                await db.LockAsync(db.MeetingSchedules.Where(s => s.EditionId == id).Select(s => s.EditionId).OrderBy(s => s), ct);
                if (await db.MeetingSchedules.SingleOrDefaultAsync(s => s.EditionId == id, ct) is not { } schedule)
                {
                    refused = Refusal.NotFound();
                    return false;
                }

                var wishes = await db.MeetingWishes.Where(w => w.EditionId == id).ToDictionaryAsync(w => w.MemberId, ct);
                var firms = await FirmsAsync(schedule, wishes, db, ct);
                if (firms.Count > PlanMeetings.MostFirms)
                {
                    refused = new Refusal(
                        "FIRM_LIMIT", $"{firms.Count} firms wish to meet buyers, or buyers them; the service plans for {PlanMeetings.MostFirms}.")
                        .ToProblem();
                    return false;
                }

                response = await PlanAsync(schedule, firms, wishes, request.MoveCost, db, clock.GetUtcNow().UtcDateTime, ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(response);
    }

    // Firms that take part and wish something, or that a buyer wishes for: of the others there is nothing to plan.
    private static async Task<List<Guid>> FirmsAsync(
        MeetingSchedule schedule, Dictionary<Guid, MeetingWishes> wishes, TradeFairsDb db, CancellationToken ct)
    {
        var wanted = schedule.Buyers.SelectMany(b => b.Wants).ToHashSet();
        var come = await db.Commitments.Where(c => c.EditionId == schedule.EditionId && c.State == CommitmentState.Committed)
            .OrderBy(c => c.MemberId).Select(c => c.MemberId).ToListAsync(ct);
        return come.FindAll(f => wanted.Contains(f) || wishes.GetValueOrDefault(f) is { Buyers.Count: > 0 });
    }

    private static async Task<Response> PlanAsync(
        MeetingSchedule schedule, List<Guid> firms, Dictionary<Guid, MeetingWishes> wishes, int moveCost, TradeFairsDb db, DateTime now,
        CancellationToken ct)
    {
        var (id, slots) = (schedule.EditionId, schedule.Slots.ConvertAll(s => s.Number));
        var standing = await db.FairMeetings.AsNoTracking().Where(m => m.EditionId == id).ToListAsync(ct);
        var plan = PlanMeetings.Of(new(
            firms.ConvertAll(f => new PlanMeetings.Attendee(f, [.. slots.Except(wishes.GetValueOrDefault(f)?.Away ?? [])])),
            schedule.Buyers.ConvertAll(b => new PlanMeetings.Attendee(IdOf(b.Number), [.. slots.Except(b.Away)])),
            [.. firms.SelectMany(f => WishesOf(f, wishes.GetValueOrDefault(f)?.Buyers ?? [], schedule.Buyers))],
            standing.ConvertAll(m => new PlanMeetings.Booked(m.MemberId, IdOf(m.Buyer), m.Slot)), moveCost));

        // A meeting that stays keeps its id, also in another slot.
        var ids = standing.ToDictionary(m => (m.MemberId, m.Buyer), m => m.Id);
        await db.FairMeetings.Where(m => m.EditionId == id).ExecuteDeleteAsync(ct);
        db.AddRange(plan.Meetings.Select(m => new FairMeeting
        {
            Id = ids.TryGetValue((m.FirmId, NumberOf(m.BuyerId)), out var known) ? known : Guid.CreateVersion7(),
            ConsortiumId = schedule.ConsortiumId, EditionId = id, Slot = m.Slot, MemberId = m.FirmId, Buyer = NumberOf(m.BuyerId),
            Priority = m.Priority, Rank = m.Rank,
        }));
        foreach (var one in wishes.Values)
        {
            one.NotMet =
            [
                .. plan.NotMet.Where(n => n.FirmId == one.MemberId && one.Buyers.Contains(NumberOf(n.BuyerId))).Select(n => new UnmetWish(
                    NumberOf(n.BuyerId), n.Priority, n.CommonSlots, n.FirmBusy, n.BuyerBusy, n.LeastInTheWay)),
            ];
            one.Version++;
        }

        (schedule.PlannedAt, schedule.Value, schedule.Bound, schedule.Version) = (now, plan.Value, plan.Bound, schedule.Version + 1);
        await db.SaveChangesAsync(ct);
        var (kept, moved) = (Count(PlanMeetings.Change.Kept), Count(PlanMeetings.Change.Moved));
        return new(
            plan.Meetings.Count, kept, moved, Count(PlanMeetings.Change.New), standing.Count - kept - moved, plan.NotMet.Count, plan.Value,
            plan.Bound, plan.PerMille);

        int Count(PlanMeetings.Change change) => plan.Meetings.Count(m => m.Change == change);
    }

    private static IEnumerable<PlanMeetings.Wish> WishesOf(Guid firm, List<int> wished, List<MeetingBuyer> buyers)
    {
        foreach (var buyer in buyers)
        {
            var (place, wanted) = (wished.IndexOf(buyer.Number), buyer.Wants.Contains(firm));
            if (place >= 0)
            {
                var own = FirstWish - (place * (FirstWish - 1) / Math.Max(1, wished.Count - 1));
                yield return new(firm, IdOf(buyer.Number), own + (wanted ? FirstWish : 0));
            }
            else if (wanted)
            {
                yield return new(firm, IdOf(buyer.Number), BuyersWish);
            }
        }
    }

    // The planner knows people by ids; buyers have numbers, which keep their order as ids.
    private static Guid IdOf(int number) => new(number, 0, 0, new byte[8]);

    private static int NumberOf(Guid id) => BitConverter.ToInt32(id.ToByteArray(), 0);
}
