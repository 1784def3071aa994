namespace ExportConsortia.Allocation.Members;

/// <summary>A capacity declaration and how much of it is reserved: never more than it declares (F-Q4). One conditional statement reserves.</summary>
internal sealed class CapacityBucket
{
    /// <summary>The declaration's id.</summary>
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string Family { get; init; }

    public required DateOnly From { get; init; }

    /// <summary>First day after the period.</summary>
    public required DateOnly To { get; init; }

    public long Declared { get; set; }

    /// <summary>UN/ECE code of the unit of <see cref="Declared"/>; null in rows from before there were units, which are in pieces.</summary>
    public string? Unit { get; set; }

    public long Reserved { get; set; }

    public DateTime DeclaredAt { get; set; }

    public long DeclarationVersion { get; set; }
}
