using System.ComponentModel;
using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Members;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Membership.Tokens;

/// <summary>
/// Signs a person in. Unknown address, wrong password and locked account get the same response in about the same time, so that nobody learns
/// who has an account.
/// </summary>
internal static class SignIn
{
    /// <summary>Who signs in.</summary>
    /// <param name="Email">E-mail address of the account; case-insensitive.</param>
    /// <param name="Password">Its password.</param>
    /// <param name="Session">
    /// <c>Api</c> for programs: each refresh token is valid once. <c>Web</c> for web pages that keep it in an encrypted cookie: it stays the same.
    /// </param>
    public sealed record Request(string Email, string Password, SessionKind Session = SessionKind.Api);

    /// <summary>A pair of tokens.</summary>
    /// <param name="AccessToken">A JWT signed with ES256; sent to every service as <c>Authorization: Bearer …</c>.</param>
    /// <param name="TokenType">Always <c>Bearer</c>.</param>
    /// <param name="ExpiresIn">Lifetime of the access token in seconds: 900.</param>
    /// <param name="RefreshToken">Valid for one new pair; in a web session until the session ends.</param>
    /// <param name="RefreshExpiresAt">
    /// When the refresh token expires, UTC: 14 days from now. A web session moves it on as it is used, once an hour, to at most 90 days after the
    /// sign-in.
    /// </param>
    public sealed record Response(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken, DateTime RefreshExpiresAt);

    private static readonly Account Nobody = new() { Name = "", Role = "", OpenedAt = default };
    private static readonly string NobodysHash = new PasswordHasher<Account>().HashPassword(Nobody, Guid.CreateVersion7().ToString());

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("tokens", HandleAsync)
        .WithName(nameof(SignIn))
        .WithSummary("Sign in")
        .WithDescription("Issues an access token for 15 minutes and a refresh token for 14 days. 401 WRONG_CREDENTIALS when the e-mail address is "
            + "unknown, the password is wrong or the account is locked; five wrong passwords lock it out for 15 minutes. 403 MEMBER_LEFT when the "
            + "person's firm has left, 403 CLEAN_TEAM_ONLY when the account breaks F-C3. An account has at most 50 sessions: at one more sign-in, "
            + "the one unused for longest ends.")
        .WithExample(new Request("manager@vtf.example", "a long passphrase"))
        .RequireRateLimiting(Edge.SignInLimit)
        .AllowAnonymous();

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Request request,
        [FromHeader(Name = "User-Agent"), Description("Tells the person's sessions apart; the first 200 characters are kept.")] string? userAgent,
        MembershipDb db, UserManager<Account> users, AccessTokens tokens, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        var password = request.Password is { Length: <= 200 } text ? text : "";
        if (await users.FindByEmailAsync(request.Email?.Trim() ?? "") is not { } account)
        {
            users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
            return WrongCredentials();
        }

        var right = await users.CheckPasswordAsync(account, password);
        if (account.LockedAt is not null || await users.IsLockedOutAsync(account))
        {
            return WrongCredentials();
        }

        if (!right)
        {
            await CountFailureAsync(account, users, db);
            return WrongCredentials();
        }

        if (await RefuseAsync(account, scopes, ct) is { } refusal)
        {
            return refusal;
        }

        if (account.AccessFailedCount > 0)
        {
            await users.ResetAccessFailedCountAsync(account);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var sessions = db.Sessions.Where(s => s.AccountId == account.Id);
        await sessions.Where(s => s.ExpiresAt < now).ExecuteDeleteAsync(ct);
        await sessions.OrderByDescending(s => s.UsedAt).ThenBy(s => s.Id).Skip(Session.MostPerAccount - 1).ExecuteDeleteAsync(ct);
        var session = Session.Open(account, request.Session, userAgent, now, out var refreshToken);
        db.Add(session);
        var accessToken = await tokens.SignAsync(account, session.Id, db, ct);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(new Response(accessToken, "Bearer", (int)AccessTokens.Lifetime.TotalSeconds, refreshToken, session.ExpiresAt));
    }

    /// <summary>Why a person with the right password, or with a valid refresh token, is still refused.</summary>
    internal static async Task<ProblemHttpResult?> RefuseAsync(Account account, IServiceScopeFactory scopes, CancellationToken ct)
    {
        if (!account.IsCleanlySeparated)
        {
            return Refusal.Problem(StatusCodes.Status403Forbidden, "CLEAN_TEAM_ONLY",
                "This account has both a clean-team role and a member firm, which F-C3 forbids. Ask the consortium's manager.");
        }

        return account.MemberId is { } firm && await HasLeftAsync(firm, scopes, ct)
            ? Refusal.Problem(StatusCodes.Status403Forbidden, "MEMBER_LEFT", "Your firm has left the consortium.")
            : null;
    }

    /// <summary>Counts a wrong password, also when several requests are concurrent.</summary>
    internal static async Task CountFailureAsync(Account account, UserManager<Account> users, MembershipDb db)
    {
        for (var attempt = 1; attempt < 20 && await users.AccessFailedAsync(account) is { Succeeded: false }; attempt++)
        {
            db.ChangeTracker.Clear();
            if (await users.FindByIdAsync(account.Id.ToString()) is not { } fresh || await users.IsLockedOutAsync(fresh))
            {
                return;
            }

            account = fresh;
        }
    }

    // A caller who isn't signed in yet can't see any firm, so this reads in a platform scope.
    private static async Task<bool> HasLeftAsync(Guid firm, IServiceScopeFactory scopes, CancellationToken ct)
    {
        await using var platform = scopes.CreatePlatformScope();
        var db = platform.ServiceProvider.GetRequiredService<MembershipDb>();
        return await db.Members.AnyAsync(m => m.Id == firm && m.Standing == Standing.Left, ct);
    }

    private static ProblemHttpResult WrongCredentials() => Refusal.Problem(
        StatusCodes.Status401Unauthorized, "WRONG_CREDENTIALS", "The e-mail address or the password is wrong, or the account is locked.");
}
