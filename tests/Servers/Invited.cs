using System.Text.Json.Nodes;

namespace ExportConsortia.Servers;

/// <summary>How accounts come to be in tests, as they do elsewhere: somebody invites, others consent, and the person follows the link.</summary>
public static class Invited
{
    /// <summary>Somebody sends a body to an address of Membership, such as <c>invitations</c>.</summary>
    public delegate Task<Answer> Ask(string path, object body);

    /// <summary>Opens an account.</summary>
    /// <param name="nobody">The person, who has not signed in.</param>
    /// <param name="inviter">Who invites.</param>
    /// <param name="invitation">Whom to what.</param>
    /// <param name="password">The person's password.</param>
    /// <param name="name">The person's name.</param>
    /// <param name="consenting">Who consents, or the operator who gives the firm its code; null: nobody is needed.</param>
    /// <param name="firm">The firm whose first account it is.</param>
    /// <returns>The account's id.</returns>
    public static async Task<Guid> OpenAsync(
        Ask nobody, Ask inviter, object invitation, string password, string? name = null, Ask? consenting = null, Guid? firm = null)
    {
        var invited = (await inviter("invitations", invitation)).Ok;
        string? code = null;
        if (consenting is not null && firm is null)
        {
            _ = (await consenting($"invitations/{invited["id"]}/consent", new { })).Ok;
        }
        else if (consenting is not null)
        {
            code = (await consenting($"members/{firm}/firm-code", new { })).Ok["code"]!.GetValue<string>();
        }

        return await FollowAsync(nobody, invited, password, name, code);
    }

    /// <summary>Follows the link of an invitation.</summary>
    public static async Task<Guid> FollowAsync(Ask nobody, JsonNode invited, string password, string? name = null, string? firmCode = null) =>
        (await nobody("invitations/acceptance", new { secret = invited["secret"]!.GetValue<string>(), password, name, firmCode }))
        .Ok["id"]!.GetValue<Guid>();
}
