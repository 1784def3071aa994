using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.TradeFairs.Calendar;

/// <summary>A firm's fairs, tasks and deadlines in its own calendar program: an iCalendar file (RFC 5545) at an address that is a secret.</summary>
internal static class SubscribeToCalendar
{
    private const string ContentType = "text/calendar";

    /// <summary>The address.</summary>
    /// <param name="Path">Where the calendar is, below the platform's address. Shown only now: it is stored as a hash.</param>
    public sealed record Response(string Path);

    /// <summary>Whether there is an address.</summary>
    /// <param name="CreatedAt">When the address was made, UTC; absent if there is none.</param>
    /// <param name="EndsAt">When it ends by itself, UTC; absent if there is none.</param>
    public sealed record StateResponse(DateTime? CreatedAt, DateTime? EndsAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("calendar-subscription", SubscribeAsync).WithName(nameof(SubscribeToCalendar)).For(Role.ConsortiumManager, Role.MemberUser)
            .WithSummary("Get the address of the firm's calendar of fairs")
            .WithDescription(
                "For a firm its own fairs, tasks and deadlines; for managers those of the consortium. A new address replaces the one before, which "
                + "ends; it ends by itself after 400 days. Whoever has it can read the calendar: it can't be read again here.");
        routes.MapGet("calendar-subscription", StateAsync).WithName("GetCalendarSubscription").For(Role.ConsortiumManager, Role.MemberUser)
            .WithSummary("Read whether the calendar has an address")
            .WithDescription("For the firm, or for managers; not the address itself.");
        routes.MapDelete("calendar-subscription", EndAsync).WithName("EndCalendarSubscription").For(Role.ConsortiumManager, Role.MemberUser)
            .WithSummary("End the address of the calendar")
            .WithDescription("For the firm, or for managers. 404 if there is none.");
        routes.MapGet("public/calendars/{token}", ReadAsync).WithName("ReadFairCalendar").AllowAnonymous()
            .WithSummary("Read a calendar of fairs by its address")
            .WithDescription(
                "For anybody with the address, as calendar programs ask for it: iCalendar. 404 when it was replaced or has ended, and while "
                + "the firm is not a "
                + "member.")
            .Produces<string>(contentType: ContentType);
    }

    private static async Task<Ok<Response>> SubscribeAsync(TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var (token, owner) = (LinkToken.New(), OwnerOf(caller));
        var subscription = await db.CalendarSubscriptions.SingleOrDefaultAsync(s => s.OwnerId == owner, ct) ?? db.Add(new CalendarSubscription
        {
            OwnerId = owner, ConsortiumId = caller.ConsortiumId, MemberId = caller.MemberId,
        }).Entity;
        (subscription.TokenHash, subscription.CreatedAt) = (LinkToken.HashOf(token), clock.GetUtcNow().UtcDateTime);
        subscription.Version++;
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(new Response($"/api/tradefairs/public/calendars/{token}"));
    }

    private static async Task<Ok<StateResponse>> StateAsync(TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        var owner = OwnerOf(caller);
        var own = await db.CalendarSubscriptions.AsNoTracking().SingleOrDefaultAsync(s => s.OwnerId == owner, ct);
        return TypedResults.Ok(new StateResponse(own?.CreatedAt, own?.EndsAt));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        var owner = OwnerOf(caller);
        if (await db.CalendarSubscriptions.SingleOrDefaultAsync(s => s.OwnerId == owner, ct) is not { } subscription)
        {
            return Refusal.NotFound();
        }

        db.Remove(subscription);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ReadAsync(
        string token, IServiceScopeFactory scopes, TimeProvider clock, HttpResponse response, CancellationToken ct)
    {
        // Nobody is signed in: the platform looks, for whoever has the address.
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TradeFairsDb>();
        var hash = LinkToken.HashOf(token);
        if (await db.CalendarSubscriptions.AsNoTracking().SingleOrDefaultAsync(s => s.TokenHash == hash, ct) is not { } subscription
            || subscription.EndsAt <= clock.GetUtcNow().UtcDateTime
            || (subscription.MemberId is { } member
                && await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == member, ct) is not { Standing: not MemberStanding.Left }))
        {
            return Refusal.NotFound();
        }

        response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Text(await WriteCalendar.OfAsync(subscription, db, clock.GetUtcNow().UtcDateTime, ct), $"{ContentType}; charset=utf-8");
    }

    private static Guid OwnerOf(Caller caller) => caller.MemberId ?? caller.ConsortiumId;
}
