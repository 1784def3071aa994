using ExportConsortia.Membership.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Membership.Tokens;

/// <summary>
/// Exchanges a refresh token for a new pair. A program's token that is used twice has leaked, so the session ends; a web session keeps its token.
/// </summary>
internal static class RefreshTokens
{
    /// <summary>The refresh token of the last response.</summary>
    /// <param name="RefreshToken">The token as issued.</param>
    public sealed record Request(string RefreshToken);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("tokens/refresh", HandleAsync)
        .WithName(nameof(RefreshTokens))
        .WithSummary("Refresh tokens")
        .WithDescription("Issues a new pair of tokens; each refresh token is valid once. Used again within 10 seconds (a double click, two tabs): "
            + "409 REFRESHED_ALREADY, and the session continues with the other response's tokens. Used again later: 401 TOKEN_REUSED, and the "
            + "session ends for all holders. A web session gets a new access token and keeps its refresh token, which can be used any number of "
            + "times. 401 TOKEN_ENDED for any other invalid token, or when the account was locked or its password changed.")
        .WithExample(new Request("2q0m1nYp6Q7y3g1xv0cV5kq8m3l9c2b7a6d5e4f3g2h1i0j9k8l7m6n5o4p3q2r1"))
        .RequireRateLimiting(Edge.SignInLimit)
        .AllowAnonymous();

    private static async Task<Results<Ok<SignIn.Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, UserManager<Account> users, AccessTokens tokens, IServiceScopeFactory scopes, TimeProvider clock,
        CancellationToken ct)
    {
        var id = Session.IdOf(request.RefreshToken);
        if (await db.Sessions.SingleOrDefaultAsync(s => s.Id == id, ct) is not { } session)
        {
            return Ended();
        }

        switch (session.Refresh(request.RefreshToken, clock.GetUtcNow().UtcDateTime, out var next))
        {
            case Session.Outcome.Repeated:
                return new Refusal("REFRESHED_ALREADY", "This refresh token was used a moment ago. Use the tokens of that response.").ToProblem();
            case Session.Outcome.Reused:
                await EndSessions.OfAsync(db, session.AccountId, s => s.Id == id, clock.GetUtcNow().UtcDateTime, ct);
                var owner = await users.FindByIdAsync(session.AccountId.ToString());
                db.Record("TOKEN_REUSED", session.AccountId, consortium: owner?.ConsortiumId, firm: owner?.MemberId);
                await db.SaveChangesAsync(ct);
                return Refusal.Problem(StatusCodes.Status401Unauthorized, "TOKEN_REUSED",
                    "This refresh token was used before, so the session was ended for safety. Sign in again.");
            case Session.Outcome.Ended:
                return Ended();
        }

        var account = await users.FindByIdAsync(session.AccountId.ToString());
        if (account is null || account.LockedAt is not null || account.SecurityStamp != session.Stamp)
        {
            return Ended();
        }

        if (await SignIn.RefuseAsync(account, scopes, ct) is { } refusal)
        {
            return refusal;
        }

        var accessToken = await tokens.SignAsync(account, session.Id, db, ct);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(new SignIn.Response(accessToken, "Bearer", (int)AccessTokens.Lifetime.TotalSeconds, next!, session.ExpiresAt));
    }

    private static ProblemHttpResult Ended() => Refusal.Problem(
        StatusCodes.Status401Unauthorized, "TOKEN_ENDED", "This refresh token is no longer valid. Sign in again.");
}
