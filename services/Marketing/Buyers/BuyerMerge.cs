namespace ExportConsortia.Marketing.Buyers;

/// <summary>Two buyers turned out to be one; what moved is on record, so that it can move back.</summary>
internal sealed class BuyerMerge
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>The buyer that is one no more.</summary>
    public required Guid FromId { get; init; }

    /// <summary>The buyer that it is part of.</summary>
    public required Guid IntoId { get; init; }

    public required DateTime MergedAt { get; init; }

    public required Guid MergedBy { get; init; }

    /// <summary>The leads that moved.</summary>
    public required List<Guid> Leads { get; init; }

    /// <summary>The contacts that moved.</summary>
    public required List<Guid> Contacts { get; init; }

    public DateTime? UndoneAt { get; set; }

    public Guid? UndoneBy { get; set; }

    public long Version { get; set; }
}
