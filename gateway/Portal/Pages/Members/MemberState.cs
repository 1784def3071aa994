using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Members;

/// <summary>What just happened on the page of a firm.</summary>
public sealed record MemberState
{
    /// <summary>What was done: the end of the key of the sentence that says it.</summary>
    public string? Done { get; init; }

    /// <summary>The form that was refused; the prefix of its ids tells which one it is.</summary>
    public FormState? Form { get; init; }

    /// <summary>The invitation that was just made.</summary>
    public InviteByLinkResponse? Invited { get; init; }

    /// <summary>Its link.</summary>
    public string Link { get; init; } = "";

    /// <summary>The form with this prefix: as it was sent, or a fresh one.</summary>
    public FormState Of(string prefix) => Form is not null && Form.Id("") == prefix ? Form : new(prefix);
}
