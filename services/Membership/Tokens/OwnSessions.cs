namespace ExportConsortia.Membership.Tokens;

/// <summary>A person sees where the own account is signed in, and ends what should not be.</summary>
internal static class OwnSessions
{
    /// <summary>A session of the caller's account.</summary>
    /// <param name="Id">The session; <c>sid</c> in its access tokens.</param>
    /// <param name="Kind"><c>Api</c> for a program, <c>Web</c> for web pages.</param>
    /// <param name="Current">True for the session that asks.</param>
    /// <param name="OpenedAt">When the person signed in, UTC.</param>
    /// <param name="UsedAt">When it was last used, UTC, to the hour, but not before it was opened.</param>
    /// <param name="ExpiresAt">When it ends unless it is used before, UTC.</param>
    /// <param name="UserAgent">What signed in, as it called itself: at most 200 characters; absent if it didn't say.</param>
    public sealed record Response(
        Guid Id, SessionKind Kind, bool Current, DateTime OpenedAt, DateTime UsedAt, DateTime ExpiresAt, string? UserAgent);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("account/sessions", ListAsync)
            .WithName("ListOwnSessions")
            .WithSummary("List your sessions")
            .WithDescription("For everybody: where the own account is signed in, last used first. At most 50.");
        routes.MapDelete("account/sessions/{id:guid}", EndAsync)
            .WithName("EndOwnSession")
            .WithSummary("End one of your sessions")
            .WithDescription("For everybody. Its tokens are no longer valid in any service. 404 for a session of another account.");
        routes.MapDelete("account/sessions/others", EndOthersAsync)
            .WithName("EndOtherOwnSessions")
            .WithSummary("End all your other sessions")
            .WithDescription("For everybody: ends all sessions of the own account but the one that asks, in all services.");
    }

    private static async Task<Ok<List<Response>>> ListAsync(MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var sessions = await db.Sessions.AsNoTracking()
            .Where(s => s.AccountId == caller.UserId && s.ExpiresAt > now
                && db.Accounts.Any(a => a.Id == s.AccountId && a.SecurityStamp == s.Stamp))
            .OrderByDescending(s => s.UsedAt).ThenBy(s => s.Id).ToListAsync(ct);
        return TypedResults.Ok(sessions.ConvertAll(s => new Response(
            s.Id, s.Kind, s.Id == caller.SessionId, s.OpenedAt, UsedAt(s), s.ExpiresAt, s.UserAgent)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(
        Guid id, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        await EndSessions.OfAsync(db, caller.UserId, s => s.Id == id, clock.GetUtcNow().UtcDateTime, ct);
        return await db.SaveChangesAsync(ct) > 0 ? TypedResults.NoContent() : Refusal.NotFound();
    }

    private static async Task<NoContent> EndOthersAsync(MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        await EndSessions.OfAsync(db, caller.UserId, s => s.Id != caller.SessionId, clock.GetUtcNow().UtcDateTime, ct);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static DateTime UsedAt(Session session) =>
        session.UsedAt.AddTicks(-(session.UsedAt.Ticks % TimeSpan.TicksPerHour)) is var hour && hour > session.OpenedAt ? hour : session.OpenedAt;
}
