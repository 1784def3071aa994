using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Members;

/// <summary>What just happened on the page of a firm.</summary>
public sealed record MemberState
{
    /// <summary>What was done: the end of the key of the sentence that says it.</summary>
    public string? Done { get; init; }

    /// <summary>The form that was refused; the prefix of its ids tells which one it is.</summary>
    public FormState? Form { get; init; }

    /// <summary>The account that was just opened.</summary>
    public ListAccountsResponse? Opened { get; init; }

    /// <summary>Its first password.</summary>
    public string? Password { get; init; }

    /// <summary>The form with this prefix: as it was sent, or a fresh one.</summary>
    public FormState Of(string prefix) => Form is not null && Form.Id("") == prefix ? Form : new(prefix);
}
