namespace ExportConsortia.TradeFairs.Checklist;

/// <summary>Where a declaration stands.</summary>
public enum DeclarationState
{
    /// <summary>The firm has declared itself; the organiser does not know yet.</summary>
    Declared,

    /// <summary>The manager has registered the firm with the organiser.</summary>
    Registered,
}

/// <summary>
/// What the organiser wants to know of a firm at a joint stand, for the catalogue and the hall. The firm and the clean team read it.
/// </summary>
internal sealed class CoExhibitorDeclaration
{
    public const int LongestText = 200;

    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public DeclarationState State { get; set; }

    public string LegalName { get; set; } = "";

    public string Address { get; set; } = "";

    /// <summary>ISO 3166-1 alpha-2 code.</summary>
    public string Country { get; set; } = "";

    public string ContactName { get; set; } = "";

    public string ContactEmail { get; set; } = "";

    /// <summary>Products as the organiser's catalogue shows them.</summary>
    public string Products { get; set; } = "";

    public DateTime DeclaredAt { get; set; }

    public DateTime? RegisteredAt { get; set; }

    public long Version { get; set; }
}
