using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform;

/// <summary>The roles that a token can carry.</summary>
public static class Role
{
    /// <summary>Neutral, belongs to no member firm (F-C3): sees and steers one consortium.</summary>
    public const string ConsortiumManager = nameof(ConsortiumManager);

    /// <summary>Works for one member firm and sees that firm's data only.</summary>
    public const string MemberUser = nameof(MemberUser);

    /// <summary>Runs the installation: consortia, health, failed messages; no business data.</summary>
    public const string Operator = nameof(Operator);

    /// <summary>Of an outside organisation: reads everything of one consortium, changes nothing; the second person who approves a split by hand (F-G3).</summary>
    public const string Auditor = nameof(Auditor);
}

/// <summary>Who calls: every query on owned data is filtered by this, so that forgetting is impossible (F-C1).</summary>
public sealed class Caller
{
    private readonly HashSet<string> _roles = new(StringComparer.Ordinal);

    private Caller()
    {
    }

    /// <summary>The service itself, at work on a message, by a timer or at its start. Messages carry their own consortium.</summary>
    public static Caller Platform { get; } = new() { IsPlatform = true };

    /// <summary>Not known who: sees nothing and may do nothing.</summary>
    public static Caller Nobody { get; } = new();

    /// <summary>True for <see cref="Platform"/>.</summary>
    public bool IsPlatform { get; private init; }

    /// <summary>The account, or empty for an anonymous caller and for the platform.</summary>
    public Guid UserId { get; private init; }

    /// <summary>The consortium, or empty: then no consortium's data is seen.</summary>
    public Guid ConsortiumId { get; private init; }

    /// <summary>The member firm that the caller works for, if any.</summary>
    public Guid? MemberId { get; private init; }

    /// <summary>True if the account works in sales: such a person can't be the only one to clear an order .</summary>
    public bool WorksInSales { get; private init; }

    /// <summary>True if the caller may see raw data of all member firms of the consortium (clean team: manager or auditor).</summary>
    public bool IsCleanTeam => Is(Role.ConsortiumManager) || Is(Role.Auditor);

    /// <summary>True if the caller has the role.</summary>
    public bool Is(string role) => _roles.Contains(role);

    /// <summary>
    /// Reads the caller from a validated token. Who works for a member firm, by role or by claim, and doesn't name it is nobody: no issuer's mistake opens all firms' data.
    /// </summary>
    public static Caller From(ClaimsPrincipal user)
    {
        var caller = new Caller
        {
            UserId = Id("sub") ?? Guid.Empty,
            ConsortiumId = Id("consortium") ?? Guid.Empty,
            MemberId = Id("member"),
            WorksInSales = user.HasClaim("sales", "true"),
        };
        foreach (var role in user.FindAll("role"))
        {
            caller._roles.Add(role.Value);
        }

        if (caller.MemberId is null && (caller.Is(Role.MemberUser) || user.HasClaim(claim => claim.Type == "member")))
        {
            return Nobody;
        }

        if (caller.MemberId is not null)
        {
            // F-C3: whoever belongs to a member firm is never of the clean team, whatever the token says.
            caller._roles.IntersectWith([Role.MemberUser]);
        }

        return caller;

        Guid? Id(string claim) => Guid.TryParse(user.FindFirstValue(claim), out var id) ? id : null;
    }
}

/// <summary>
/// Who calls in one scope of work: the request's caller; or the platform, where the scope was marked so before anybody asked; or nobody.
/// </summary>
internal sealed class ScopeCaller(IHttpContextAccessor accessor)
{
    private Caller? _caller;

    public Caller Caller => _caller ??= accessor.HttpContext is { } http ? Caller.From(http.User) : Caller.Nobody;

    public void BePlatform() => _caller = _caller is null or { IsPlatform: true }
        ? Caller.Platform
        : throw new InvalidOperationException("Somebody else has begun to work in this scope.");
}

/// <summary>How work that no request asks for, of timers, messages and starts, says that it is the platform's own.</summary>
public static class PlatformScope
{
    /// <summary>A scope in which the platform works, and sees the data of all consortia.</summary>
    public static AsyncServiceScope CreatePlatformScope(this IServiceScopeFactory scopes)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.BePlatform();
        return scope;
    }

    /// <summary>From here on the platform works in this scope.</summary>
    internal static void BePlatform(this IServiceProvider scope) => scope.GetRequiredService<ScopeCaller>().BePlatform();
}

/// <summary>Says on a route which roles may call it.</summary>
public static class RoleExtensions
{
    /// <summary>Only callers with one of the roles pass; on a route with an id the others get 404, elsewhere 403.</summary>
    public static TBuilder For<TBuilder>(this TBuilder endpoint, params string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
            Caller.From(context.User) is var caller && roles.Any(caller.Is)));
}
