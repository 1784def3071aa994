namespace ExportConsortia.Membership.Tokens;

/// <summary>Signs a person out: ends the session and its refresh tokens.</summary>
internal static class SignOut
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("tokens/revocation", HandleAsync)
        .WithName(nameof(SignOut))
        .WithSummary("Sign out")
        .WithDescription("Ends the session of the refresh token, and its access tokens in all services. 204 even if the token was no longer valid.")
        .WithExample(new RefreshTokens.Request("2q0m1nYp6Q7y3g1xv0cV5kq8m3l9c2b7a6d5e4f3g2h1i0j9k8l7m6n5o4p3q2r1"))
        .RequireRateLimiting(Edge.SignInLimit)
        .AllowAnonymous();

    private static async Task<NoContent> HandleAsync(RefreshTokens.Request request, MembershipDb db, TimeProvider clock, CancellationToken ct)
    {
        var id = Session.IdOf(request.RefreshToken);
        var hash = Session.Hash(request.RefreshToken);
        // Any token of a program's chain will do; of a web session, whose id is no secret, only its one token.
        var account = await db.Sessions.Where(s => s.Id == id && (s.Kind == SessionKind.Api || s.TokenHash == hash)).Select(s => s.AccountId)
            .SingleOrDefaultAsync(ct);
        await EndSessions.OfAsync(db, account, s => s.Id == id, clock.GetUtcNow().UtcDateTime, ct);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }
}
