namespace ExportConsortia.Allocation.Members;

/// <summary>
/// A member firm's place in the rotation of a product family: next is the firm that was served longest ago. A firm has a row once it was
/// served.
/// </summary>
internal sealed class RotationTurn
{
    public required Guid MemberId { get; init; }

    public required string Family { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>
    /// When it was last offered pieces in its turn, or let them expire; null if it keeps the place from before it was first served.
    /// </summary>
    public DateTime? ServedAt { get; set; }

    /// <summary><see cref="ServedAt"/> before <see cref="OfferId"/>: a firm that declines with a reason returns to this place.</summary>
    public DateTime? ServedBefore { get; set; }

    /// <summary>The offer that moved it to the end of the queue.</summary>
    public Guid OfferId { get; set; }

    /// <summary>How many of this family's offers the firm has declined since it last took one .</summary>
    public int DeclinesInARow { get; set; }

    /// <summary>Concurrency token: of two runs that serve the same firm at the same moment one retries.</summary>
    public long Version { get; set; }
}
