namespace ExportConsortia.Marketing.Leads;

/// <summary>The manager says on which days the consortium works.</summary>
internal static class KeepWorkingDays
{
    /// <summary>The days without work.</summary>
    /// <param name="Weekend">Days of the week without work, at most 6; Saturday and Sunday unless you say otherwise.</param>
    /// <param name="Holidays">Single days without work, at most 400.</param>
    public sealed record Request(List<DayOfWeek> Weekend, List<DateOnly> Holidays);

    /// <summary>The days without work.</summary>
    /// <param name="Weekend">Days of the week without work.</param>
    /// <param name="Holidays">Single days without work, in order.</param>
    /// <param name="Version">Grows by one with each change; 0 until the first. Same as the <c>ETag</c>.</param>
    public sealed record Response(IReadOnlyList<DayOfWeek> Weekend, IReadOnlyList<DateOnly> Holidays, long Version);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("working-days", GetAsync).WithName("GetWorkingDays").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read on which days the consortium works")
            .WithDescription("For everybody in the consortium: deadlines of leads are counted in working days, at the consortium's seat (R-511).");
        routes.MapPut("working-days", PutAsync).WithName(nameof(KeepWorkingDays)).For(Role.ConsortiumManager)
            .WithSummary("Say on which days the consortium works")
            .WithDescription("For managers. Deadlines that run already stay as they are.")
            .WithExample(new Request([DayOfWeek.Saturday, DayOfWeek.Sunday], [new(2027, 4, 14), new(2027, 4, 15)]))
            .WithIfMatch();
    }

    /// <summary>The days of a consortium; Saturday and Sunday are free where nothing else was said.</summary>
    public static async Task<WorkingDays> OfAsync(Guid consortiumId, MarketingDb db, CancellationToken ct) =>
        await db.WorkingDays.AsNoTracking().SingleOrDefaultAsync(w => w.ConsortiumId == consortiumId, ct) ?? new() { ConsortiumId = consortiumId };

    private static async Task<Ok<Response>> GetAsync(HttpResponse response, MarketingDb db, Caller caller, CancellationToken ct) =>
        Answer(await OfAsync(caller.ConsortiumId, db, ct), response);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> PutAsync(
        Request request, HttpContext http, MarketingDb db, Caller caller, CancellationToken ct)
    {
        var known = await db.WorkingDays.SingleOrDefaultAsync(w => w.ConsortiumId == caller.ConsortiumId, ct);
        if (EntityTag.Check(http.Request, known?.Version ?? 0) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        errors.Unless(request.Weekend.Distinct().Count() <= 6, "weekend", "Must leave a day of the week for work.");
        errors.Unless(
            request.Holidays.Count <= WorkingDays.MostHolidays, "holidays", $"Must be at most {WorkingDays.MostHolidays} days.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var days = known ?? db.Add(new WorkingDays { ConsortiumId = caller.ConsortiumId }).Entity;
        (days.Weekend, days.Holidays) = ([.. request.Weekend.Distinct().Order()], [.. request.Holidays.Distinct().Order()]);
        days.Version++;
        db.Record("WORKING_DAYS_CHANGED");
        await db.SaveChangesAsync(ct);
        return Answer(days, http.Response);
    }

    private static Ok<Response> Answer(WorkingDays days, HttpResponse response)
    {
        EntityTag.Write(response, days.Version);
        return TypedResults.Ok(new Response(days.Weekend, days.Holidays, days.Version));
    }
}
