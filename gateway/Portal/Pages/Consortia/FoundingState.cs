using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Consortia;

/// <summary>What just happened on the page of consortia.</summary>
public sealed record FoundingState
{
    /// <summary>The form that was refused.</summary>
    public FormState? Form { get; init; }

    /// <summary>The consortium that was just founded.</summary>
    public FoundConsortiumResponse? Founded { get; init; }

    /// <summary>The link of its first manager's invitation.</summary>
    public string Link { get; init; } = "";
}
