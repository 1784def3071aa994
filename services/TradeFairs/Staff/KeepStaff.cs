using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Staff;

/// <summary>Firms and the manager say who is at the stand and when: one rota and one list of badges for many firms (FAIR-09).</summary>
internal static class KeepStaff
{
    private const int MostOfFirm = 40;
    private const int DaysAround = 7;

    /// <summary>A person at the stand.</summary>
    /// <param name="Name">As on the badge, 1 to 120 characters.</param>
    /// <param name="Duty">What the person does there, at most 120 characters.</param>
    /// <param name="NeedsBadge">True: the organiser is asked for a badge.</param>
    /// <param name="Shifts">At most 60, which don't overlap; from a week before the fair to a week after it.</param>
    public sealed record Request(string Name, string? Duty = null, bool NeedsBadge = true, List<ShiftRequest>? Shifts = null);

    /// <summary>Hours at the stand, in local time of the fair.</summary>
    /// <param name="Day">The day.</param>
    /// <param name="From">From then.</param>
    /// <param name="Until">Until then, later the same day.</param>
    public sealed record ShiftRequest(DateOnly Day, TimeOnly From, TimeOnly Until);

    /// <summary>Who is at the stand.</summary>
    /// <param name="Staff">By firm and name.</param>
    /// <param name="Badges">So many need a badge.</param>
    /// <param name="Empty">Only for the clean team: days of the fair on which nobody is at the stand.</param>
    public sealed record Response(IReadOnlyList<StaffView> Staff, int Badges, IReadOnlyList<DateOnly>? Empty);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var example = new Request("Somchai Vong", "Sales", Shifts: [new(new(2027, 1, 18), new(9, 0), new(13, 0))]);
        routes.MapPost("editions/{id:guid}/staff", AddAsync).WithName("AddFairStaff").For(Role.MemberUser, Role.ConsortiumManager)
            .WithSummary("Say who is at the stand")
            .WithDescription("For firms that take part, and for the manager's own people. 409 NOT_TAKING_PART; STAFF_LIMIT at 40 people of a firm.")
            .WithExample(example);
        routes.MapPut("staff/{id:guid}", ChangeAsync).WithName("ChangeFairStaff").For(Role.MemberUser, Role.ConsortiumManager)
            .WithSummary("Change a person's hours or badge")
            .WithDescription("By the person's firm, or by the manager, who keeps the rota of all.")
            .WithExample(example).WithIfMatch();
        routes.MapDelete("staff/{id:guid}", RemoveAsync).WithName("RemoveFairStaff").For(Role.MemberUser, Role.ConsortiumManager)
            .WithSummary("Take a person off the list")
            .WithDescription("By the person's firm, or by the manager.");
        routes.MapGet("editions/{id:guid}/staff", ListAsync).WithName("ListFairStaff").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read the rota and the list of badges")
            .WithDescription("The clean team reads everybody; a firm its own people.");
    }

    private static async Task<Results<Created<StaffView>, ProblemHttpResult>> AddAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, TimeProvider clock, HttpResponse response, CancellationToken ct)
    {
        ProblemHttpResult? refused = null;
        FairStaff? person = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockAsync(db.Editions.Where(e => e.Id == id).Select(e => e.Id).OrderBy(e => e), ct);
                var edition = await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct);
                refused = edition is null ? Refusal.NotFound()
                    : caller.MemberId is { } firm && !await db.Commitments.AnyAsync(
                        c => c.EditionId == id && c.MemberId == firm && c.State == CommitmentState.Committed, ct)
                        ? new Refusal("NOT_TAKING_PART", "Your firm doesn't take part in this fair.").ToProblem()
                    : await db.Staff.CountAsync(s => s.EditionId == id && s.MemberId == caller.MemberId, ct) >= MostOfFirm
                        ? new Refusal("STAFF_LIMIT", $"There are {MostOfFirm} people on the list, as many as can be.").ToProblem()
                    : null;
                if (refused is not null)
                {
                    return false;
                }

                person = new FairStaff
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = caller.ConsortiumId, EditionId = id, MemberId = caller.MemberId,
                    CreatedAt = clock.GetUtcNow().UtcDateTime, Version = 1,
                };
                refused = Fill(person, request, edition!);
                if (refused is not null)
                {
                    return false;
                }

                db.Add(person);
                RecordByManager(db, person);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        if (refused is not null)
        {
            return refused;
        }

        EntityTag.Write(response, person!.Version);
        return TypedResults.Created($"/api/tradefairs/staff/{person.Id}", StaffView.Of(person));
    }

    private static async Task<Results<Ok<StaffView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, CancellationToken ct)
    {
        if (await db.Staff.SingleOrDefaultAsync(s => s.Id == id, ct) is not { } person)
        {
            return Refusal.NotFound();
        }

        var edition = await db.Editions.AsNoTracking().SingleAsync(e => e.Id == person.EditionId, ct);
        if ((EntityTag.Check(http.Request, person.Version) ?? Fill(person, request, edition)) is { } refused)
        {
            return refused;
        }

        person.Version++;
        RecordByManager(db, person);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, person.Version);
        return TypedResults.Ok(StaffView.Of(person));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, TradeFairsDb db, CancellationToken ct)
    {
        if (await db.Staff.SingleOrDefaultAsync(s => s.Id == id, ct) is not { } person)
        {
            return Refusal.NotFound();
        }

        db.Remove(person);
        RecordByManager(db, person);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ListAsync(Guid id, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        var staff = await db.Staff.AsNoTracking().Where(s => s.EditionId == id).OrderBy(s => s.MemberId).ThenBy(s => s.Name).ThenBy(s => s.Id)
            .ToListAsync(ct);
        var covered = staff.SelectMany(s => s.Shifts).Select(s => s.Day).ToHashSet();
        var days = Enumerable.Range(0, edition.ClosesOn.DayNumber - edition.OpensOn.DayNumber + 1).Select(edition.OpensOn.AddDays);
        return TypedResults.Ok(new Response(
            staff.ConvertAll(StaffView.Of), staff.Count(s => s.NeedsBadge), caller.IsCleanTeam ? [.. days.Where(d => !covered.Contains(d))] : null));
    }

    // What a firm does itself is its own.
    private static void RecordByManager(TradeFairsDb db, FairStaff person)
    {
        if (db.IsForCleanTeam)
        {
            db.Record("FAIR_STAFF_CHANGED", person.MemberId ?? person.Id, firm: person.MemberId);
        }
    }

    private static ProblemHttpResult? Fill(FairStaff person, Request request, FairEdition edition)
    {
        var errors = new InputErrors();
        var shifts = request.Shifts ?? [];
        errors.Unless(shifts.Count <= FairStaff.MostShifts, "shifts", $"Must be at most {FairStaff.MostShifts}.");
        foreach (var (i, shift) in shifts.Take(FairStaff.MostShifts).Index())
        {
            errors.Unless(
                shift.Day >= edition.OpensOn.AddDays(-DaysAround) && shift.Day <= edition.ClosesOn.AddDays(DaysAround), $"shifts[{i}].day",
                "Must be within a week of the fair.");
            errors.Unless(shift.Until > shift.From, $"shifts[{i}].until", "Must be later than from.");
        }

        var ordered = shifts.OrderBy(s => s.Day).ThenBy(s => s.From).ToList();
        errors.Unless(
            !ordered.Zip(ordered.Skip(1)).Any(two => two.First.Day == two.Second.Day && two.First.Until > two.Second.From), "shifts",
            "Must not overlap: nobody is at the stand twice.");
        person.Name = errors.Text(request.Name, "name", TradeFair.LongestName);
        person.Duty = string.IsNullOrWhiteSpace(request.Duty) ? null : errors.Text(request.Duty, "duty", TradeFair.LongestName);
        (person.NeedsBadge, person.Shifts) = (request.NeedsBadge, ordered.ConvertAll(s => new StaffShift(s.Day, s.From, s.Until)));
        return errors.Any ? errors.ToProblem() : null;
    }
}

/// <summary>A person at the stand.</summary>
/// <param name="Id">The entry.</param>
/// <param name="MemberId">The firm; null: the consortium's own.</param>
/// <param name="Name">As on the badge.</param>
/// <param name="Duty">What the person does there.</param>
/// <param name="NeedsBadge">True: the organiser is asked for a badge.</param>
/// <param name="Shifts">The hours, in local time of the fair.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
public sealed record StaffView(
    Guid Id, Guid? MemberId, string Name, string? Duty, bool NeedsBadge, IReadOnlyList<ShiftView> Shifts, long Version)
{
    internal static StaffView Of(FairStaff s) => new(
        s.Id, s.MemberId, s.Name, s.Duty, s.NeedsBadge, s.Shifts.ConvertAll(one => new ShiftView(one.Day, one.From, one.Until)), s.Version);
}

/// <summary>Hours at the stand.</summary>
/// <param name="Day">The day.</param>
/// <param name="From">From then, in local time of the fair.</param>
/// <param name="Until">Until then.</param>
public sealed record ShiftView(DateOnly Day, TimeOnly From, TimeOnly Until);
