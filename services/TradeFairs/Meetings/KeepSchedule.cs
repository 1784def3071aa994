using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Meetings;

/// <summary>The manager says when firms can meet buyers at a fair, which buyers come, and when these can't.</summary>
internal static class KeepSchedule
{
    /// <summary>When, and who.</summary>
    /// <param name="Slots">At most 80 times that don't overlap.</param>
    /// <param name="Buyers">At most 150 buyers.</param>
    public sealed record Request(List<SlotRequest> Slots, List<BuyerRequest> Buyers);

    /// <summary>A time for meetings, in local time of the fair.</summary>
    /// <param name="Number">Of one that is there already, its number; a new one needs a number of its own, 1 to 10,000.</param>
    /// <param name="Day">A day of the fair.</param>
    /// <param name="From">It begins then.</param>
    /// <param name="Until">It ends then, later the same day.</param>
    public sealed record SlotRequest(int Number, DateOnly Day, TimeOnly From, TimeOnly Until);

    /// <summary>A buyer who comes. All firms that take part read its name: no person's name belongs here.</summary>
    public sealed record BuyerRequest
    {
        /// <summary>Of one that is there already, its number; a new one needs a number of its own, 1 to 10,000.</summary>
        public required int Number { get; init; }

        /// <summary>The firm, 1 to 120 characters.</summary>
        public required string Name { get; init; }

        /// <summary>ISO 3166-1 alpha-2 code.</summary>
        public string? Country { get; init; }

        /// <summary>What it looks for, at most 200 characters.</summary>
        public string? Interest { get; init; }

        /// <summary>Numbers of the slots when it is not there; of a buyer who cancels, all.</summary>
        public List<int>? Away { get; init; }

        /// <summary>The member firms that it asked to meet; only the clean team reads it.</summary>
        public List<Guid>? Wants { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("editions/{id:guid}/meeting-schedule", HandleAsync)
        .WithName("KeepMeetingSchedule").For(Role.ConsortiumManager)
        .WithSummary("Say when firms and buyers can meet at a fair")
        .WithDescription(
            "For managers; replaces times and buyers. Meetings that no longer fit stay until the plan is made again, which changes as little as it "
            + "can. The first time, send If-Match \"0\".")
        .WithExample(new Request(
            [new(1, new(2027, 1, 18), new(9, 0), new(9, 20)), new(2, new(2027, 1, 18), new(9, 30), new(9, 50))],
            [new() { Number = 1, Name = "Nordhaus Möbel GmbH", Country = "DE", Interest = "Garden chairs", Away = [2] }]))
        .WithIfMatch();

    private static async Task<Results<Ok<MeetingsView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        var schedule = await db.MeetingSchedules.SingleOrDefaultAsync(s => s.EditionId == id, ct);
        if (EntityTag.Check(http.Request, schedule?.Version ?? 0) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        var slots = Slots(request, edition, errors);
        var buyers = Buyers(request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        schedule ??= db.Add(new MeetingSchedule { EditionId = id, ConsortiumId = edition.ConsortiumId }).Entity;
        (schedule.Slots, schedule.Buyers, schedule.Version) = (slots, buyers, schedule.Version + 1);
        db.Record("MEETING_SCHEDULE_SET", id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, schedule.Version);
        return TypedResults.Ok(await MeetingsView.OfAsync(schedule, db, caller, ct));
    }

    private static List<MeetingSlot> Slots(Request request, FairEdition edition, InputErrors errors)
    {
        var slots = request.Slots ?? [];
        errors.Unless(slots.Count <= PlanMeetings.MostSlots, "slots", $"Must be at most {PlanMeetings.MostSlots}.");
        errors.Unless(slots.DistinctBy(s => s.Number).Count() == slots.Count, "slots", "Each needs a number of its own.");
        foreach (var (i, slot) in slots.Take(PlanMeetings.MostSlots).Index())
        {
            errors.Unless(slot.Number is >= 1 and <= 10_000, $"slots[{i}].number", "Must be 1 to 10,000.");
            errors.Unless(slot.Day >= edition.OpensOn && slot.Day <= edition.ClosesOn, $"slots[{i}].day", "Must be a day of the fair.");
            errors.Unless(slot.Until > slot.From, $"slots[{i}].until", "Must be later than from.");
        }

        var ordered = slots.OrderBy(s => s.Day).ThenBy(s => s.From).ToList();
        errors.Unless(
            !ordered.Zip(ordered.Skip(1)).Any(two => two.First.Day == two.Second.Day && two.First.Until > two.Second.From), "slots",
            "Must not overlap.");
        return ordered.ConvertAll(s => new MeetingSlot(s.Number, s.Day, s.From, s.Until));
    }

    private static List<MeetingBuyer> Buyers(Request request, InputErrors errors)
    {
        var buyers = request.Buyers ?? [];
        errors.Unless(buyers.Count <= PlanMeetings.MostBuyers, "buyers", $"Must be at most {PlanMeetings.MostBuyers}.");
        errors.Unless(buyers.DistinctBy(b => b.Number).Count() == buyers.Count, "buyers", "Each needs a number of its own.");
        return
        [
            .. buyers.Take(PlanMeetings.MostBuyers).Index().Select(b =>
            {
                var (field, buyer) = ($"buyers[{b.Index}]", b.Item);
                errors.Unless(buyer.Number is >= 1 and <= 10_000, $"{field}.number", "Must be 1 to 10,000.");
                errors.Unless(
                    buyer.Country is null || (buyer.Country.Length == 2 && buyer.Country.All(char.IsAsciiLetter)), $"{field}.country",
                    "Must be a code of two letters, such as DE.");
                errors.Unless(
                    buyer is { Away: null or { Count: <= PlanMeetings.MostSlots }, Wants: null or { Count: <= PlanMeetings.MostFirms } }, field,
                    "Has more slots or firms than there can be.");
                return new MeetingBuyer(
                    buyer.Number, errors.Text(buyer.Name, $"{field}.name", TradeFair.LongestName), buyer.Country?.ToUpperInvariant(),
                    string.IsNullOrWhiteSpace(buyer.Interest) ? null : errors.Text(buyer.Interest, $"{field}.interest", 200),
                    buyer.Away ?? [], buyer.Wants ?? []);
            }),
        ];
    }
}
