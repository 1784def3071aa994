namespace ExportConsortia.Portal.Pages;

/// <summary>An account to open, as the interface wants it.</summary>
internal sealed record NewAccount(
    string Email, string Password, string? Role, string? Name, Guid? MemberId, bool Sales, Guid? ConsortiumId = null)
{
    /// <summary>Where accounts are opened.</summary>
    public const string Address = "/api/membership/accounts";

    /// <summary>What was typed; says what is missing. Whoever opens the page sets role and firm.</summary>
    public static NewAccount Read(FormState form, Words words)
    {
        var email = form.Needed("email", words["accounts.email.needed"]);
        var password = FirstPassword.Read(form, words);
        return new(email, password, null, form["name"] is { Length: > 0 } name ? name : null, null, form["sales"] == "true");
    }
}
