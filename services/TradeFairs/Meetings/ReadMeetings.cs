namespace ExportConsortia.TradeFairs.Meetings;

/// <summary>The meetings of a fair: the clean team reads all, a firm that takes part its own, and whom it could wish to meet.</summary>
internal static class ReadMeetings
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("editions/{id:guid}/meetings", HandleAsync).WithName("ReadFairMeetings")
        .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
        .WithSummary("Read the meetings of a fair")
        .WithDescription(
            "The clean team reads everything; a firm that takes part the times, the buyers who come, its own wishes and its own meetings. Send the "
            + "response's ETag as If-Match when you change the schedule. 404 until the manager has made one.");

    private static async Task<Results<Ok<MeetingsView>, ProblemHttpResult>> HandleAsync(
        Guid id, TradeFairsDb db, Caller caller, HttpResponse response, CancellationToken ct)
    {
        if (await db.MeetingSchedules.AsNoTracking().SingleOrDefaultAsync(s => s.EditionId == id, ct) is not { } schedule
            || !await WishMeetings.TakesPartAsync(id, db, caller, ct))
        {
            return Refusal.NotFound();
        }

        EntityTag.Write(response, schedule.Version);
        return TypedResults.Ok(await MeetingsView.OfAsync(schedule, db, caller, ct));
    }
}

/// <summary>Who meets whom at an edition of a fair.</summary>
/// <param name="EditionId">The edition.</param>
/// <param name="Slots">The times, in order, in local time of the fair.</param>
/// <param name="Buyers">The buyers who come.</param>
/// <param name="Firms">What firms would like: the clean team reads all, a firm its own.</param>
/// <param name="Meetings">The meetings by time: the clean team reads all, a firm its own.</param>
/// <param name="PlannedAt">When they were planned, UTC; null: they were not.</param>
/// <param name="Value">Priorities of all meetings together; only for the clean team.</param>
/// <param name="Bound">No plan is worth more than this; only for the clean team.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
public sealed record MeetingsView(
    Guid EditionId, IReadOnlyList<MeetingSlotView> Slots, IReadOnlyList<MeetingBuyerView> Buyers, IReadOnlyList<MeetingFirmView> Firms,
    IReadOnlyList<FairMeetingView> Meetings, DateTime? PlannedAt, long? Value, long? Bound, long Version)
{
    internal static async Task<MeetingsView> OfAsync(MeetingSchedule schedule, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        var (id, all) = (schedule.EditionId, caller.IsCleanTeam);
        var wishes = await db.MeetingWishes.AsNoTracking().Where(w => w.EditionId == id).OrderBy(w => w.MemberId).ToListAsync(ct);
        var meetings = await db.FairMeetings.AsNoTracking().Where(m => m.EditionId == id).OrderBy(m => m.Slot).ThenBy(m => m.MemberId)
            .ToListAsync(ct);
        return new(
            id, schedule.Slots.ConvertAll(s => new MeetingSlotView(s.Number, s.Day, s.From, s.Until)),
            schedule.Buyers.ConvertAll(b => new MeetingBuyerView(
                b.Number, b.Name, b.Country, b.Interest, all ? b.Away : null, all ? b.Wants : null)),
            wishes.ConvertAll(w => new MeetingFirmView(w.MemberId, w.Buyers, w.Away, w.NotMet.ConvertAll(n => new UnmetWishView(
                n.Buyer, Why(n), n.CommonSlots, n.FirmBusy, all ? n.BuyerBusy : null, all ? n.LeastInTheWay : null)))),
            meetings.ConvertAll(m => new FairMeetingView(m.Id, m.Slot, m.MemberId, m.Buyer, m.Rank, all ? m.Priority : null)),
            schedule.PlannedAt, all ? schedule.Value : null, all ? schedule.Bound : null, schedule.Version);
    }

    private static UnmetReason Why(UnmetWish wish) =>
        wish.CommonSlots == 0 ? UnmetReason.NeverThereAtOnce
        : wish.FirmBusy == wish.CommonSlots ? UnmetReason.FirmMeetsOthers
        : UnmetReason.BuyerMeetsOthers;
}

/// <summary>A time for meetings.</summary>
/// <param name="Number">Its number, which stays the same.</param>
/// <param name="Day">The day.</param>
/// <param name="From">It begins then, in local time of the fair.</param>
/// <param name="Until">It ends then.</param>
public sealed record MeetingSlotView(int Number, DateOnly Day, TimeOnly From, TimeOnly Until);

/// <summary>A buyer who comes.</summary>
/// <param name="Number">Its number, which stays the same.</param>
/// <param name="Name">The firm.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="Interest">What it looks for.</param>
/// <param name="Away">Numbers of slots when it is not there; only for the clean team.</param>
/// <param name="Wants">Firms that it asked to meet; only for the clean team.</param>
public sealed record MeetingBuyerView(
    int Number, string Name, string? Country, string? Interest, IReadOnlyList<int>? Away, IReadOnlyList<Guid>? Wants);

/// <summary>What a firm would like.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="Buyers">Numbers of buyers, the dearest first.</param>
/// <param name="Away">Numbers of slots when nobody of the firm is free.</param>
/// <param name="NotMet">Wishes that the plan doesn't meet.</param>
public sealed record MeetingFirmView(Guid MemberId, IReadOnlyList<int> Buyers, IReadOnlyList<int> Away, IReadOnlyList<UnmetWishView> NotMet);

/// <summary>Why a wish is not met.</summary>
public enum UnmetReason
{
    /// <summary>Firm and buyer are never there at once.</summary>
    NeverThereAtOnce,

    /// <summary>Whenever both are there, the firm meets buyers whom it wished for more, or who asked for it.</summary>
    FirmMeetsOthers,

    /// <summary>Whenever both are there and the firm is free, the buyer meets others.</summary>
    BuyerMeetsOthers,
}

/// <summary>A wish that is not met.</summary>
/// <param name="Buyer">Number of the buyer.</param>
/// <param name="Reason">Why.</param>
/// <param name="CommonSlots">In so many slots both are there.</param>
/// <param name="FirmBusy">In so many of those the firm meets others.</param>
/// <param name="BuyerBusy">In so many of those the buyer meets others; only for the clean team.</param>
/// <param name="LeastInTheWay">To fit it in, meetings worth at least so much priority would go; only for the clean team.</param>
public sealed record UnmetWishView(int Buyer, UnmetReason Reason, int CommonSlots, int FirmBusy, int? BuyerBusy, long? LeastInTheWay);

/// <summary>A firm meets a buyer.</summary>
/// <param name="Id">The meeting; it stays the same when it is moved.</param>
/// <param name="Slot">Number of the slot.</param>
/// <param name="MemberId">The firm.</param>
/// <param name="Buyer">Number of the buyer.</param>
/// <param name="Rank">Its place among the firm's wishes: 1 is the dearest.</param>
/// <param name="Priority">Its priority; only for the clean team.</param>
public sealed record FairMeetingView(Guid Id, int Slot, Guid MemberId, int Buyer, int Rank, int? Priority);
