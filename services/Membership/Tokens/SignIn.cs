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
            + "unknown, the password is wrong or the account is locked; 429 TOO_MANY_ATTEMPTS, with Retry-After, after five wrong passwords from a "
            + "network, which then waits, 2 seconds at first and 15 minutes at most. Networks from which nobody has signed in to the account wait "
            + "together after 20, the others never for a stranger's attempts. 403 MEMBER_LEFT when the person's firm has left, 403 CLEAN_TEAM_ONLY "
            + "when the account breaks F-C3. An account has at most 50 sessions: at one more sign-in, the one unused for longest ends.")
        .WithExample(new Request("manager@vtf.example", "a long passphrase"))
        .RequireRateLimiting(Edge.SignInLimit)
        .AllowAnonymous();

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Request request,
        [FromHeader(Name = "User-Agent"), Description("Tells the person's sessions apart; the first 200 characters are kept.")] string? userAgent,
        HttpContext http, MembershipDb db, UserManager<Account> users, AccessTokens tokens, Attempts attempts, RepeatedTraces traces,
        IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        var password = request.Password is { Length: <= 200 } text ? text : "";
        var email = request.Email?.Trim() ?? "";
        var account = await users.FindByEmailAsync(email);
        var network = Attempts.NetworkOf(http);
        var isKnown = account is not null && await db.KnownNetworks.AnyAsync(n => n.AccountId == account.Id && n.Network == network, ct);
        var outcome = await attempts.TryAsync(db, http, users.NormalizeEmail(email), isKnown, async () =>
        {
            if (account is null)
            {
                users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
                return false;
            }

            return await users.CheckPasswordAsync(account, password) && account.LockedAt is null;
        }, ct);
        if (outcome is not Attempts.Outcome.Right)
        {
            if (account is not null)
            {
                traces.Note("membership", "SIGN_IN_REFUSED", Guid.Empty, account.ConsortiumId, account.Id, account.MemberId);
            }

            return outcome is Attempts.Outcome.Wrong ? WrongCredentials() : Attempts.TooMany();
        }

        if (await RefuseAsync(account!, scopes, ct) is { } refusal)
        {
            return refusal;
        }

        Response? response = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                response = await OpenAsync(account!, request.Session, userAgent, network, db, tokens, clock.GetUtcNow().UtcDateTime, ct);
                return response is not null;
            },
            ct);
        return response is null ? WrongCredentials() : TypedResults.Ok(response);
    }

    private static async Task<Response?> OpenAsync(
        Account account, SessionKind kind, string? userAgent, string network, MembershipDb db, AccessTokens tokens, DateTime now,
        CancellationToken ct)
    {
        // Who locks the account, or replaces its password, waits until the session is there to be ended, or has done it by now.
        var row = db.Accounts.IgnoreQueryFilters([MembershipDb.Readers]).Where(a => a.Id == account.Id);
        await db.LockAsync(row.Select(a => a.Id).OrderBy(id => id), ct, shared: true);
        if (!await row.AnyAsync(a => a.SecurityStamp == account.SecurityStamp, ct))
        {
            return null;
        }

        var sessions = db.Sessions.Where(s => s.AccountId == account.Id);
        await sessions.Where(s => s.ExpiresAt < now).ExecuteDeleteAsync(ct);
        var tooMany = await sessions.OrderByDescending(s => s.UsedAt).ThenBy(s => s.Id).Skip(Session.MostPerAccount - 1).Select(s => s.Id)
            .ToListAsync(ct);
        if (tooMany.Count > 0)
        {
            await EndSessions.OfAsync(db, account.Id, s => tooMany.Contains(s.Id), now, ct);
        }

        var session = Session.Open(account, kind, userAgent, now, out var refreshToken);
        db.Add(session);
        var accessToken = await tokens.SignAsync(account, session.Id, db, ct);
        await NoteNetworkAsync(account.Id, network, db, now, ct);
        await db.SaveChangesAsync(ct);
        return new Response(accessToken, "Bearer", (int)AccessTokens.Lifetime.TotalSeconds, refreshToken, session.ExpiresAt);
    }

    /// <summary>Notes that the account's owner was in this network.</summary>
    internal static async Task NoteNetworkAsync(Guid account, string network, MembershipDb db, DateTime now, CancellationToken ct)
    {
        var networks = db.KnownNetworks.Where(n => n.AccountId == account);
        var noted = await networks.Where(n => n.Network == network).Select(n => (DateTime?)n.UsedAt).SingleOrDefaultAsync(ct);
        if (noted is null)
        {
            db.RemoveRange(await networks.OrderByDescending(n => n.UsedAt).Skip(KnownNetwork.MostPerAccount - 1).ToListAsync(ct));
            db.Add(new KnownNetwork { AccountId = account, Network = network, UsedAt = now });
        }
        else if (now - noted > TimeSpan.FromDays(1))
        {
            await networks.Where(n => n.Network == network).ExecuteUpdateAsync(set => set.SetProperty(n => n.UsedAt, now), ct);
        }
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
