using System.ComponentModel.DataAnnotations.Schema;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>An entry of the ledger behind the fairness accounts. Never changed; a correction is another entry. Quantities in pieces.</summary>
internal sealed class FairnessEntry
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string Family { get; init; }

    /// <summary>The calendar year in which the line was taken on: all entries of a line have the same year.</summary>
    public required int Year { get; init; }

    public required Guid OrderId { get; init; }

    public required string LineId { get; init; }

    /// <summary>The run that the entitlement came with.</summary>
    public Guid? RunId { get; init; }

    /// <summary>The offer that was accepted.</summary>
    public Guid? OfferId { get; init; }

    public required FairnessReason Reason { get; init; }

    public long Entitled { get; init; }

    public long Received { get; init; }

    public required DateTime PostedAt { get; init; }

    /// <summary>
    /// The firm may see the entry at once: it received the pieces itself, or it was asked about the line together with enough others that the size of
    /// the line is no secret (H2). Otherwise it sees the entry after 90 days, without the order.
    /// </summary>
    [Column("Told")]
    public required bool VisibleAtOnce { get; init; }
}
