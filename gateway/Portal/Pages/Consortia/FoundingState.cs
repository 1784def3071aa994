using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Consortia;

/// <summary>What just happened on the page of consortia.</summary>
public sealed record FoundingState
{
    /// <summary>The form that was refused.</summary>
    public FormState? Form { get; init; }

    /// <summary>The consortium that was just founded.</summary>
    public ListConsortiaResponse? Founded { get; init; }

    /// <summary>E-mail address of its first manager.</summary>
    public string? Email { get; init; }

    /// <summary>The manager's first password.</summary>
    public string? Password { get; init; }
}
