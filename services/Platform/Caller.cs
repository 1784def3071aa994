using System.Security.Claims;
using ExportConsortia.Contracts;

namespace ExportConsortia.Platform;

/// <summary>Who calls. Every query on owned data is filtered by the caller, so that nobody can forget to (F-C1).</summary>
public sealed class Caller
{
    private readonly HashSet<string> _roles = new(StringComparer.Ordinal);
    private readonly ClaimsPrincipal _user = new();

    private Caller()
    {
    }

    /// <summary>The service itself, working on a message, a timer or its start. Messages carry their own consortium.</summary>
    public static Caller Platform { get; } = new() { IsPlatform = true };

    /// <summary>An unknown caller: sees nothing and may do nothing.</summary>
    public static Caller Nobody { get; } = new();

    /// <summary>True for <see cref="Platform"/>.</summary>
    public bool IsPlatform { get; private init; }

    /// <summary>The account, or empty for an anonymous caller and for the platform.</summary>
    public Guid UserId { get; private init; }

    /// <summary>The caller's session, or empty if the token's issuer doesn't name it.</summary>
    public Guid SessionId { get; private init; }

    /// <summary>The consortium, or empty: then the caller sees no consortium's data.</summary>
    public Guid ConsortiumId { get; private init; }

    /// <summary>The member firm that the caller works for, if any.</summary>
    public Guid? MemberId { get; private init; }

    /// <summary>
    /// The other accounts, of which each could have made the caller's account, or taken it over, alone (<see cref="TwoPeople"/>). A decision that may
    /// need a second person keeps them beside <see cref="UserId"/>.
    /// </summary>
    public IReadOnlyList<Guid> Controllers { get; private init; } = [];

    /// <summary>The same, to be kept beside a decision: null if there are none, so that nothing is stored.</summary>
    public IReadOnlyList<Guid>? Behind => Controllers is { Count: > 0 } ? Controllers : null;

    /// <summary>True if the caller and this account are two people.</summary>
    /// <param name="account">The account.</param>
    /// <param name="controllers">Its controllers.</param>
    public bool IsTwoPeopleWith(Guid account, IEnumerable<Guid> controllers) => TwoPeople.Are(UserId, Controllers, account, controllers);

    /// <summary>True if the caller may see the raw data of all member firms of the consortium.</summary>
    public bool IsCleanTeam => Role.CleanTeam.Any(Is);

    /// <summary>True if the caller has the role.</summary>
    public bool Is(string role) => _roles.Contains(role);

    /// <summary>True if the caller's token has this claim.</summary>
    public bool HasClaim(string claim, string value) => _user.HasClaim(claim, value);

    /// <summary>
    /// Reads the caller from a validated token. A person who works for a member firm, by role or by claim, but whose token doesn't name it, is
    /// nobody: an issuer's mistake must not open all firms' data.
    /// </summary>
    public static Caller From(ClaimsPrincipal user)
    {
        var caller = new Caller(user);
        if (caller.MemberId is null && (caller.Is(Role.MemberUser) || user.HasClaim(claim => claim.Type == ClaimName.Member)))
        {
            return Nobody;
        }

        if (caller.Controllers.Contains(Guid.Empty) && ControllersOf(user).Any(id => !Guid.TryParse(id, out _)))
        {
            return Nobody;   // who can't be told apart from others must not count as a person of their own
        }

        if (caller.MemberId is not null)
        {
            // F-C3: nobody who belongs to a member firm is in the clean team, whatever the token says.
            caller._roles.IntersectWith([Role.MemberUser]);
        }

        return caller;
    }

    private Caller(ClaimsPrincipal user)
    {
        _user = user;
        UserId = Id("sub") ?? Guid.Empty;
        SessionId = Id(ClaimName.Session) ?? Guid.Empty;
        ConsortiumId = Id(ClaimName.Consortium) ?? Guid.Empty;
        MemberId = Id(ClaimName.Member);
        Controllers = [.. ControllersOf(user).Select(id => Guid.TryParse(id, out var controller) ? controller : Guid.Empty)];
        _roles.UnionWith(user.FindAll(ClaimName.Role).Select(role => role.Value));

        Guid? Id(string claim) => Guid.TryParse(user.FindFirstValue(claim), out var id) ? id : null;
    }

    private static IEnumerable<string> ControllersOf(ClaimsPrincipal user) =>
        user.FindAll(ClaimName.Controllers).SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
