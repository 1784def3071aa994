using System.ComponentModel;

namespace ExportConsortia.Marketing.Missions;

/// <summary>The manager plans missions with their programme; everybody in the consortium reads them.</summary>
internal static class KeepMissions
{
    private const int MostOpen = 200;
    private const int MostPlaces = 500;

    /// <summary>A mission.</summary>
    public sealed record Request
    {
        /// <summary>Who travels.</summary>
        public required MissionDirection Direction { get; init; }

        /// <summary>1 to 120 characters.</summary>
        public required string Title { get; init; }

        /// <summary>ISO 3166-1 alpha-2 code of the country where it takes place.</summary>
        public required string Country { get; init; }

        /// <summary>Where, 1 to 120 characters.</summary>
        public required string Place { get; init; }

        /// <summary>What it is about, at most 4,000 characters.</summary>
        public string? Text { get; init; }

        /// <summary>First day.</summary>
        public required DateOnly StartsOn { get; init; }

        /// <summary>Last day, inclusive; at most 60 days in all.</summary>
        public required DateOnly EndsOn { get; init; }

        /// <summary>Last day on which firms register, inclusive; not after the first day.</summary>
        public required DateOnly RegisterUntil { get; init; }

        /// <summary>How many firms can take part, 1 to 500.</summary>
        public int Places { get; init; } = 20;

        /// <summary>The programme, at most 200 parts that don't overlap.</summary>
        public List<SlotRequest>? Slots { get; init; }
    }

    /// <summary>A part of the programme, in local time of the place.</summary>
    /// <param name="Number">
    /// Of one that is there already, its number: meetings stay with it. A new one needs a number of its own, 1 to 10,000.
    /// </param>
    /// <param name="Day">A day of the mission.</param>
    /// <param name="From">It begins then.</param>
    /// <param name="Until">It ends then, later the same day.</param>
    /// <param name="Title">1 to 120 characters.</param>
    public sealed record SlotRequest(int Number, DateOnly Day, TimeOnly From, TimeOnly Until, string Title);

    /// <summary>A page of missions.</summary>
    /// <param name="Missions">The latest planned first.</param>
    /// <param name="Before">Send it as <c>before</c> to read on; absent on the last page.</param>
    public sealed record Response(IReadOnlyList<MissionView> Missions, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var example = new Request
        {
            Direction = MissionDirection.Outgoing, Title = "Buyers in Hamburg", Country = "DE", Place = "Hamburg", StartsOn = new(2027, 5, 10),
            EndsOn = new(2027, 5, 12), RegisterUntil = new(2027, 3, 31), Places = 8,
            Slots = [new(1, new(2027, 5, 10), new(9, 0), new(9, 30), "Meetings"), new(2, new(2027, 5, 10), new(9, 30), new(10, 0), "Meetings")],
        };
        routes.MapPost("missions", AddAsync).WithName("AddMission").For(Role.ConsortiumManager)
            .WithSummary("Plan a mission")
            .WithDescription("For managers. 409 MISSION_LIMIT when 200 are planned that have not ended.")
            .WithExample(example);
        routes.MapPut("missions/{id:guid}", ChangeAsync).WithName("ChangeMission").For(Role.ConsortiumManager)
            .WithSummary("Change a mission and its programme")
            .WithDescription(
                "For managers. 409 SLOT_BOOKED if a part of the programme goes in which firms meet buyers; PLACES_TAKEN if more firms are "
                + "confirmed than it would have places; MISSION_CANCELLED.")
            .WithExample(example).WithIfMatch();
        routes.MapPost("missions/{id:guid}/cancellation", CancelAsync).WithName("CancelMission").For(Role.ConsortiumManager)
            .WithSummary("Cancel a mission")
            .WithDescription("For managers. It stays readable. 409 MISSION_CANCELLED if it was cancelled before.");
        routes.MapGet("missions", ListAsync).WithName("ListMissions").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List missions")
            .WithDescription("For everybody in the consortium, with the programme.");
        routes.MapGet("missions/{id:guid}", GetAsync).WithName("GetMission").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read a mission")
            .WithDescription(
                "The clean team reads who takes part and who meets whom; a firm its own registration and its own meetings. Send the response's ETag "
                + "as If-Match when you change it.");
    }

    private static async Task<Results<Created<MissionView>, ProblemHttpResult>> AddAsync(
        Request request, MarketingDb db, Caller caller, TimeProvider clock, HttpResponse response, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var today = (await db.ConsortiumAsync(caller.ConsortiumId, ct)).Day(now);
        var errors = new InputErrors();
        var mission = new Mission { Id = Guid.CreateVersion7(), ConsortiumId = caller.ConsortiumId, CreatedAt = now, Version = 1 };
        Fill(mission, request, errors);
        errors.Unless(request.EndsOn >= today, "endsOn", "Must not be over.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Missions.CountAsync(m => m.CancelledAt == null && m.EndsOn >= today, ct) >= MostOpen)
        {
            return new Refusal("MISSION_LIMIT", $"There are {MostOpen} missions to come, as many as there can be.").ToProblem();
        }

        db.Add(mission);
        db.Record("MISSION_PLANNED", mission.Id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(response, mission.Version);
        return TypedResults.Created($"/api/marketing/missions/{mission.Id}", MissionView.Of(mission));
    }

    private static async Task<Results<Ok<MissionView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Request request, HttpContext http, MarketingDb db, CancellationToken ct)
    {
        ProblemHttpResult? refused = null;
        Mission? mission = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                // Who books a meeting at the same moment waits, or is seen.
                await db.LockAsync(db.Missions.Where(m => m.Id == id).Select(m => m.Id).OrderBy(m => m), ct);
                mission = await db.Missions.SingleOrDefaultAsync(m => m.Id == id, ct);
                refused = mission is null ? Refusal.NotFound()
                    : EntityTag.Check(http.Request, mission.Version) ?? mission.RefuseCancelled()?.ToProblem()
                        ?? await FillAsync(mission, request, db, ct);
                if (refused is not null)
                {
                    return false;
                }

                mission!.Version++;
                db.Record("MISSION_CHANGED", id);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        if (refused is not null)
        {
            return refused;
        }

        EntityTag.Write(http.Response, mission!.Version);
        return TypedResults.Ok(await MissionView.OfAsync(mission, db, ct));
    }

    private static async Task<ProblemHttpResult?> FillAsync(Mission mission, Request request, MarketingDb db, CancellationToken ct)
    {
        var errors = new InputErrors();
        Fill(mission, request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var kept = mission.Slots.ConvertAll(s => s.Number);
        if (await db.MissionMeetings.AnyAsync(m => m.MissionId == mission.Id && !kept.Contains(m.Slot), ct))
        {
            return new Refusal("SLOT_BOOKED", "Firms meet buyers in a part that would go: cancel these meetings first.").ToProblem();
        }

        return await db.MissionFirms.CountAsync(f => f.MissionId == mission.Id && f.State == RegistrationState.Confirmed, ct) > mission.Places
            ? new Refusal("PLACES_TAKEN", "More firms are confirmed than that.").ToProblem()
            : null;
    }

    private static async Task<Results<Ok<MissionView>, ProblemHttpResult>> CancelAsync(
        Guid id, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Missions.SingleOrDefaultAsync(m => m.Id == id, ct) is not { } mission)
        {
            return Refusal.NotFound();
        }

        if (mission.RefuseCancelled() is { } refusal)
        {
            return refusal.ToProblem();
        }

        mission.CancelledAt = clock.GetUtcNow().UtcDateTime;
        mission.Version++;
        db.Record("MISSION_CANCELLED", id);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(await MissionView.OfAsync(mission, db, ct));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ListAsync(
        MarketingDb db, CancellationToken ct,
        [Description("Missions a page, 1 to 200; 50 by default.")] int? limit = null,
        [Description("Value of before in the previous page.")] Guid? before = null)
    {
        var (refused, page, most) = await db.Missions.PageAsync(nameof(Mission.CreatedAt), limit, before, _ => true, ct);
        if (refused is not null)
        {
            return refused;
        }

        var missions = await page.ToListAsync(ct);
        return TypedResults.Ok(new Response(missions.ConvertAll(MissionView.Of), missions.Count < most ? null : missions[^1].Id));
    }

    private static async Task<Results<Ok<MissionView>, ProblemHttpResult>> GetAsync(
        Guid id, MarketingDb db, HttpResponse response, CancellationToken ct)
    {
        if (await db.Missions.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, ct) is not { } mission)
        {
            return Refusal.NotFound();
        }

        EntityTag.Write(response, mission.Version);
        return TypedResults.Ok(await MissionView.OfAsync(mission, db, ct));
    }

    private static void Fill(Mission mission, Request request, InputErrors errors)
    {
        errors.Unless(Enum.IsDefined(request.Direction), "direction", "Must be Incoming or Outgoing.");
        var country = request.Country?.Trim().ToUpperInvariant() ?? "";
        errors.Unless(KnownCodes.IsCountry(country), "country", "Must be a country's code, such as DE.");
        errors.Unless(request.Text is null or { Length: <= Mission.LongestText }, "text", $"Must have at most {Mission.LongestText:N0} characters.");
        errors.Unless(
            request.EndsOn >= request.StartsOn && request.EndsOn.DayNumber - request.StartsOn.DayNumber < Mission.MostDays,
            "endsOn", $"Must not be before startsOn, and at most {Mission.MostDays} days in all.");
        errors.Unless(request.RegisterUntil <= request.StartsOn, "registerUntil", "Must not be after the first day.");
        errors.Unless(request.Places is >= 1 and <= MostPlaces, "places", $"Must be 1 to {MostPlaces}.");
        (mission.Direction, mission.Country, mission.Text, mission.Places) = (request.Direction, country, request.Text, request.Places);
        (mission.StartsOn, mission.EndsOn, mission.RegisterUntil) = (request.StartsOn, request.EndsOn, request.RegisterUntil);
        mission.Title = errors.Text(request.Title, "title", Mission.LongestTitle);
        mission.Place = errors.Text(request.Place, "place", Mission.LongestTitle);
        mission.Slots = Slots(request, errors);
    }

    private static List<MissionSlot> Slots(Request request, InputErrors errors)
    {
        var slots = request.Slots ?? [];
        errors.Unless(slots.Count <= Mission.MostSlots, "slots", $"Must be at most {Mission.MostSlots}.");
        errors.Unless(slots.DistinctBy(s => s.Number).Count() == slots.Count, "slots", "Each part needs a number of its own.");
        var checkedSlots = new List<MissionSlot>();
        foreach (var (i, slot) in slots.Take(Mission.MostSlots).Index())
        {
            errors.Unless(slot.Number is >= 1 and <= 10_000, $"slots[{i}].number", "Must be 1 to 10,000.");
            errors.Unless(slot.Day >= request.StartsOn && slot.Day <= request.EndsOn, $"slots[{i}].day", "Must be a day of the mission.");
            errors.Unless(slot.Until > slot.From, $"slots[{i}].until", "Must be later than from.");
            checkedSlots.Add(new(slot.Number, slot.Day, slot.From, slot.Until, errors.Text(slot.Title, $"slots[{i}].title", Mission.LongestTitle)));
        }

        var ordered = checkedSlots.OrderBy(s => s.Day).ThenBy(s => s.From).ToList();
        errors.Unless(
            !ordered.Zip(ordered.Skip(1)).Any(two => two.First.Day == two.Second.Day && two.First.Until > two.Second.From),
            "slots", "Parts must not overlap: many firms can meet buyers in the same one.");
        return ordered;
    }
}
