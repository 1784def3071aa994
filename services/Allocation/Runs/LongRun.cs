namespace ExportConsortia.Allocation.Runs;

/// <summary>A run that takes long, while it waits for a replica to carry it out and while one does. The row goes with the save that ends the run.</summary>
internal sealed class LongRun
{
    public required Guid RunId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>The orders that it plans together.</summary>
    public required List<Guid> Orders { get; init; }

    public required DateTime StartedAt { get; init; }

    /// <summary>How far it is, 0 to 100.</summary>
    public int Percent { get; init; }

    /// <summary>Who carries it out: a new name with each claim.</summary>
    public Guid? ClaimedBy { get; init; }

    /// <summary>When that one was last heard of, UTC; silent for long, and another replica begins the run anew.</summary>
    public DateTime SeenAt { get; init; }

    /// <summary>How often it has failed for another reason than that something changed meanwhile.</summary>
    public int Failures { get; init; }
}
