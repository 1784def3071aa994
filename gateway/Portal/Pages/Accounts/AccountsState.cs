using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Accounts;

/// <summary>What just happened on a page with accounts.</summary>
public sealed record AccountsState
{
    /// <summary>What was done: the end of the key of the sentence that says it.</summary>
    public string? Done { get; init; }

    /// <summary>The form that was refused.</summary>
    public FormState? Form { get; init; }

    /// <summary>The invitation that was just made.</summary>
    public InviteByLinkResponse? Invited { get; init; }

    /// <summary>Its link.</summary>
    public string Link { get; init; } = "";

    /// <summary>The code that was just made for a firm.</summary>
    public IssueFirmCodeResponse? Code { get; init; }

    /// <summary>200, or 422 after a refusal.</summary>
    internal int Status => Form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}
