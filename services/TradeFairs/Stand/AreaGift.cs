namespace ExportConsortia.TradeFairs.Stand;

/// <summary>Free area that a firm got after the allotment; it stays on record, with the reason if another firm was passed over.</summary>
internal sealed class AreaGift
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>The firm's area from then on, in square decimetres.</summary>
    public required long AreaDm2 { get; init; }

    public string? Reason { get; init; }

    /// <summary>Account of the manager.</summary>
    public required Guid GivenBy { get; init; }

    public required DateTime GivenAt { get; init; }
}
