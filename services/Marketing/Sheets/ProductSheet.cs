namespace ExportConsortia.Marketing.Sheets;

/// <summary>Where a firm's draft of a sheet stands.</summary>
internal enum SheetState
{
    /// <summary>The firm works on it.</summary>
    Draft,

    /// <summary>The firm approved it; the manager is to approve it too.</summary>
    Submitted,

    /// <summary>Both approved it.</summary>
    Approved,

    /// <summary>The manager sent it back, with a reason.</summary>
    Returned,
}

/// <summary>
/// A member firm's description of a product of the consortium's list: one sheet for a firm and a product. The firm changes the draft; what both it and
/// the manager approved is what catalogues show, until a later draft is approved.
/// </summary>
internal sealed class ProductSheet
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string ProductCode { get; init; }

    public SheetState State { get; set; }

    public required SheetContent Draft { get; set; }

    public SheetContent? Approved { get; set; }

    /// <summary>Number of approvals: 0 before the first.</summary>
    public int ApprovedVersion { get; set; }

    /// <summary>Why the manager sent it back.</summary>
    public string? ReturnedBecause { get; set; }

    public DateTime ChangedAt { get; set; }

    public long Version { get; set; }
}

/// <summary>A firm's certificate, such as FSC chain of custody. It counts in public once the manager has seen it.</summary>
internal sealed class Certificate
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>The kind that searches filter by, such as <c>FSC</c>.</summary>
    public required string Kind { get; set; }

    public required string Number { get; set; }

    public required string Issuer { get; set; }

    public required DateOnly ValidFrom { get; set; }

    /// <summary>Last day, inclusive.</summary>
    public required DateOnly ValidUntil { get; set; }

    public DateTime? ConfirmedAt { get; set; }

    public long Version { get; set; }
}
