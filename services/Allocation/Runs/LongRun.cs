namespace ExportConsortia.Allocation.Runs;

/// <summary>A long run that waits for a replica, or that a replica carries out. The save that ends the run deletes the row.</summary>
internal sealed class LongRun
{
    public required Guid RunId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>The orders that it plans together.</summary>
    public required List<Guid> Orders { get; init; }

    public required DateTime StartedAt { get; init; }

    /// <summary>Progress, 0 to 100.</summary>
    public int Percent { get; init; }

    /// <summary>Who carries it out: a new id with each claim.</summary>
    public Guid? ClaimedBy { get; init; }

    /// <summary>Its last heartbeat, UTC; if that is too old, another replica starts the run again.</summary>
    public DateTime SeenAt { get; init; }

    /// <summary>How often it has failed, conflicts not counted.</summary>
    public int Failures { get; init; }
}
