using System.ComponentModel;

namespace ExportConsortia.TradeFairs.Fairs;

/// <summary>The manager keeps the fairs of the calendar; everybody in the consortium reads them.</summary>
internal static class KeepFairs
{
    private const int MostFairs = 500;

    /// <summary>A fair.</summary>
    /// <param name="Name">1 to 120 characters.</param>
    /// <param name="Organiser">Who organises it, 1 to 120 characters.</param>
    /// <param name="Place">The city or venue, 1 to 120 characters.</param>
    /// <param name="Country">ISO 3166-1 alpha-2 code.</param>
    /// <param name="TimeZone">IANA name of the zone in which its days are counted, for example <c>Europe/Berlin</c>.</param>
    public sealed record Request(string Name, string Organiser, string Place, string Country, string TimeZone);

    /// <summary>A page of fairs.</summary>
    /// <param name="Fairs">The latest added first.</param>
    /// <param name="Before">Send it as <c>before</c> to read on; absent on the last page.</param>
    public sealed record Response(IReadOnlyList<FairView> Fairs, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var example = new Request("interzum", "Koelnmesse", "Cologne", "DE", "Europe/Berlin");
        routes.MapPost("fairs", AddAsync).WithName("AddFair").For(Role.ConsortiumManager)
            .WithSummary("Add a fair to the calendar")
            .WithDescription("For managers. 409 FAIR_LIMIT at 500.")
            .WithExample(example);
        routes.MapPut("fairs/{id:guid}", ChangeAsync).WithName("ChangeFair").For(Role.ConsortiumManager)
            .WithSummary("Change a fair")
            .WithDescription("For managers. Editions that there are already keep their time zone: their days and penalties don't move.")
            .WithExample(example).WithIfMatch();
        routes.MapGet("fairs", ListAsync).WithName("ListFairs").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List fairs")
            .WithDescription("For everybody in the consortium.");
    }

    private static async Task<Results<Created<FairView>, ProblemHttpResult>> AddAsync(
        Request request, TradeFairsDb db, Caller caller, TimeProvider clock, HttpResponse response, CancellationToken ct)
    {
        var errors = new InputErrors();
        var fair = new TradeFair
        {
            Id = Guid.CreateVersion7(), ConsortiumId = caller.ConsortiumId, CreatedAt = clock.GetUtcNow().UtcDateTime, Version = 1,
        };
        Fill(fair, request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Fairs.CountAsync(ct) >= MostFairs)
        {
            return new Refusal("FAIR_LIMIT", $"There are {MostFairs} fairs, as many as there can be.").ToProblem();
        }

        db.Add(fair);
        db.Record("FAIR_ADDED", fair.Id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(response, fair.Version);
        return TypedResults.Created($"/api/tradefairs/fairs/{fair.Id}", FairView.Of(fair));
    }

    private static async Task<Results<Ok<FairView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, CancellationToken ct)
    {
        if (await db.Fairs.SingleOrDefaultAsync(f => f.Id == id, ct) is not { } fair)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, fair.Version) is { } stale)
        {
            return stale;
        }

        var errors = new InputErrors();
        Fill(fair, request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        fair.Version++;
        db.Record("FAIR_CHANGED", id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, fair.Version);
        return TypedResults.Ok(FairView.Of(fair));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ListAsync(
        TradeFairsDb db, CancellationToken ct,
        [Description("Fairs a page, 1 to 200; 50 by default.")] int? limit = null,
        [Description("Value of before in the previous page.")] Guid? before = null)
    {
        var (refused, page, most) = await db.Fairs.PageAsync(nameof(TradeFair.CreatedAt), limit, before, _ => true, ct);
        if (refused is not null)
        {
            return refused;
        }

        var fairs = await page.ToListAsync(ct);
        return TypedResults.Ok(new Response(fairs.ConvertAll(FairView.Of), fairs.Count < most ? null : fairs[^1].Id));
    }

    private static void Fill(TradeFair fair, Request request, InputErrors errors)
    {
        var country = request.Country.Trim().ToUpperInvariant();
        var zone = request.TimeZone.Trim();
        errors.Unless(KnownCodes.IsCountry(country), "country", "Must be a country's code, such as DE.");
        errors.Unless(
            zone.Length <= TradeFair.LongestTimeZone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) && known.HasIanaId,
            "timeZone", "Must be the IANA name of a time zone, such as Europe/Berlin.");
        fair.Name = errors.Text(request.Name, "name", TradeFair.LongestName);
        fair.Organiser = errors.Text(request.Organiser, "organiser", TradeFair.LongestName);
        fair.Place = errors.Text(request.Place, "place", TradeFair.LongestName);
        (fair.Country, fair.TimeZone) = (country, zone);
    }
}
