using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Meetings;

/// <summary>A firm orders the buyers whom it would like to meet, and says when it can't.</summary>
internal static class WishMeetings
{
    /// <summary>What the firm would like.</summary>
    /// <param name="Buyers">Numbers of buyers, the dearest first; at most 150.</param>
    /// <param name="Away">Numbers of slots when nobody of the firm is free.</param>
    public sealed record Request(List<int> Buyers, List<int>? Away = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("editions/{id:guid}/meeting-wishes", HandleAsync)
        .WithName("WishFairMeetings").For(Role.MemberUser)
        .WithSummary("Say whom you would like to meet at a fair")
        .WithDescription(
            "For firms that take part; replaces what it said before. The order counts: every firm's first wish weighs the same, and so on down, so "
            + "that nobody gets more by calling everything urgent. The next plan heeds it. 409 NOT_TAKING_PART.")
        .WithExample(new Request([4, 1, 7], [2]));

    private static async Task<Results<Ok<MeetingsView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        if (await db.MeetingSchedules.AsNoTracking().SingleOrDefaultAsync(s => s.EditionId == id, ct) is not { } schedule)
        {
            return Refusal.NotFound();
        }

        if (!await TakesPartAsync(id, db, caller, ct))
        {
            return new Refusal("NOT_TAKING_PART", "Your firm doesn't take part in this fair.").ToProblem();
        }

        var (buyers, away) = (request.Buyers ?? [], request.Away ?? []);
        var (known, slots) = (schedule.Buyers.ConvertAll(b => b.Number).ToHashSet(), schedule.Slots.ConvertAll(s => s.Number).ToHashSet());
        var errors = new InputErrors();
        errors.Unless(
            buyers.Count <= PlanMeetings.MostBuyers && buyers.TrueForAll(known.Contains) && buyers.Distinct().Count() == buyers.Count, "buyers",
            "Must be numbers of buyers who come, each once.");
        errors.Unless(away.Count <= PlanMeetings.MostSlots && away.TrueForAll(slots.Contains), "away", "Must be numbers of slots.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var firm = caller.MemberId!.Value;
        var wishes = await db.MeetingWishes.SingleOrDefaultAsync(w => w.EditionId == id && w.MemberId == firm, ct)
            ?? db.Add(new MeetingWishes { EditionId = id, MemberId = firm, ConsortiumId = caller.ConsortiumId }).Entity;
        (wishes.Buyers, wishes.Away, wishes.Version) = (buyers, [.. away.Distinct()], wishes.Version + 1);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(await MeetingsView.OfAsync(schedule, db, caller, ct));
    }

    /// <summary>True for the clean team, and for a firm that committed itself.</summary>
    public static async Task<bool> TakesPartAsync(Guid editionId, TradeFairsDb db, Caller caller, CancellationToken ct) =>
        caller.IsCleanTeam || await db.Commitments.AnyAsync(
            c => c.EditionId == editionId && c.MemberId == caller.MemberId && c.State == CommitmentState.Committed, ct);
}
