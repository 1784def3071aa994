using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Accounts;

/// <summary>What just happened on the page of accounts.</summary>
public sealed record AccountsState
{
    /// <summary>What was done: <c>locked</c> or <c>unlocked</c>.</summary>
    public string? Done { get; init; }

    /// <summary>The form that was refused.</summary>
    public FormState? Form { get; init; }

    /// <summary>The account that was just opened.</summary>
    public ListAccountsResponse? Opened { get; init; }

    /// <summary>Its first password.</summary>
    public string? Password { get; init; }
}
