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
        if (form.Raw("password").Length < 10)
        {
            form.Wrong("password", words["accounts.password.needed"]);
        }

        return new(email, form.Raw("password"), null, form["name"] is { Length: > 0 } name ? name : null, null, form["sales"] == "true");
    }
}
