using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Invitations;

/// <summary>An invitation to make, as the interface wants it.</summary>
internal sealed record NewInvitation(string Email, string? Role, Guid? MemberId, bool Sales, Guid? ConsortiumId = null)
{
    /// <summary>Where invitations are made.</summary>
    public const string Address = "/api/membership/invitations";

    /// <summary>What was typed; says what is missing. Whoever opens the page sets role and firm.</summary>
    public static NewInvitation Read(FormState form, Words words) =>
        new(form.Needed("email", words["accounts.email.needed"]), null, null, form["sales"] == "true");

    /// <summary>The address of the page where the invited person sets the password.</summary>
    public static string LinkOf(HttpContext http, InviteByLinkResponse invited) =>
        $"{http.Request.Scheme}://{http.Request.Host}/invitation/{invited.Secret}";
}
