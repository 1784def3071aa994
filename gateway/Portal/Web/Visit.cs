using System.Security.Claims;

namespace ExportConsortia.Portal.Web;

/// <summary>Who looks at a page, in which time zone, and what the frame around the page shows.</summary>
public sealed class Visit(IHttpContextAccessor accessor, TimeProvider clock)
{
    /// <summary>Cookie that keeps the language.</summary>
    public const string LanguageCookie = "language";

    /// <summary>Cookie in which the script says the browser's time zone.</summary>
    public const string ZoneCookie = "zone";

    /// <summary>Claim of the session with the person's name.</summary>
    public const string NameClaim = "name";

    /// <summary>Claim with the name of their firm or consortium.</summary>
    public const string HouseClaim = "house";

    /// <summary>Claim with the consortium's time zone.</summary>
    public const string ZoneClaim = "zone";

    /// <summary>Claim with the time zone that the person chose.</summary>
    public const string OwnZoneClaim = "own-zone";

    private TimeZoneInfo? _zone;

    private HttpContext Http => accessor.HttpContext!;

    /// <summary>The person, or nobody.</summary>
    public ClaimsPrincipal User => Http.User;

    /// <summary>True for a person who is signed in.</summary>
    public bool SignedIn => User.Identity is { IsAuthenticated: true, AuthenticationType: PortalModule.Scheme };

    /// <summary>The person's role; of several the first.</summary>
    public string RoleName => User.FindFirstValue("role") ?? "";

    /// <summary>True for managers and auditors, who see the data of all member firms.</summary>
    public bool IsCleanTeam => Role.CleanTeam.Any(User.IsInRole);

    /// <summary>True for managers.</summary>
    public bool IsManager => User.IsInRole(Role.ConsortiumManager);

    /// <summary>True for people of a member firm.</summary>
    public bool IsMember => User.IsInRole(Role.MemberUser);

    /// <summary>Id of the person's account.</summary>
    public Guid UserId => Guid.TryParse(User.FindFirstValue("sub"), out var id) ? id : default;

    /// <summary>Id of the consortium that the person belongs to.</summary>
    public Guid Consortium => Guid.TryParse(User.FindFirstValue("consortium"), out var id) ? id : default;

    /// <summary>Id of the member firm that the person works for.</summary>
    public Guid Member => Guid.TryParse(User.FindFirstValue("member"), out var id) ? id : default;

    /// <summary>The person's name.</summary>
    public string Name => User.FindFirstValue(NameClaim) ?? "";

    /// <summary>The consortium's or firm's name.</summary>
    public string House => User.FindFirstValue(HouseClaim) ?? "";

    /// <summary>The time zone of the reader: what the person chose, else what the browser says, else the consortium's, else UTC.</summary>
    public TimeZoneInfo Zone => _zone ??= Find(User.FindFirstValue(OwnZoneClaim)) ?? Find(Http.Request.Cookies[ZoneCookie])
        ?? Find(User.FindFirstValue(ZoneClaim)) ?? TimeZoneInfo.Utc;

    /// <summary>Now, UTC.</summary>
    public DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>The page that the reader is on, with its query; while a form is answered, the page it stood on. Sign-in leads back to it.</summary>
    public string Page => HttpMethods.IsGet(Http.Request.Method) ? Asked
        : Uri.TryCreate(Http.Request.Headers.Referer, UriKind.Absolute, out var page) ? page.PathAndQuery : "/";

    /// <summary>What the browser shows as its address: a form that the script sends leaves it. Links within the page begin with it.</summary>
    public string Here => Http.Request.Headers.Accept.ToString().Contains("blazor-enhanced-nav", StringComparison.Ordinal) ? Page : Asked;

    /// <summary>How many things wait for this person, by the address of the page that shows them: numbers in the navigation.</summary>
    public Dictionary<string, int> Waiting { get; } = [];

    private string Asked => Http.Request.Path + Http.Request.QueryString;

    /// <summary>An instant in the reader's zone.</summary>
    public DateTime Local(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), Zone);

    private static TimeZoneInfo? Find(string? id) =>
        id is { Length: > 0 and < 60 } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;
}
