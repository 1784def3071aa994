namespace ExportConsortia.Marketing.Leads;

/// <summary>By which rule a lead went to a firm.</summary>
public enum LeadRule
{
    /// <summary>The buyer is the firm's own customer .</summary>
    Protection,

    /// <summary>Only this firm can make what was asked for.</summary>
    Capability,

    /// <summary>It was the firm's turn, by the value of what each got this year.</summary>
    Rotation,

    /// <summary>Planned together with other leads, so that values are as even as can be.</summary>
    Together,

    /// <summary>The manager decided, with a reason.</summary>
    ByHand,
}

/// <summary>What became of a firm when a lead was assigned.</summary>
public enum LeadVerdict
{
    /// <summary>It has the lead.</summary>
    Assigned,

    /// <summary>It is suspended or has left.</summary>
    NotInStanding,

    /// <summary>The buyer is another firm's customer.</summary>
    NotProtected,

    /// <summary>It hasn't declared that it can make all that was asked for.</summary>
    NotCapable,

    /// <summary>Its leads of this year are worth more.</summary>
    HasMore,

    /// <summary>Its leads are worth as much, and it got one more recently, or comes later in order.</summary>
    LaterInTurn,

    /// <summary>Of the leads planned together another one makes the values more even.</summary>
    EvenerOtherwise,

    /// <summary>The manager decided for another firm.</summary>
    NotChosen,
}

/// <summary>A lead was assigned: why to this firm. One for each assignment; it is never changed.</summary>
internal sealed class LeadDecision
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid LeadId { get; init; }

    /// <summary>The firm that got it; rows of the member filter.</summary>
    public required Guid MemberId { get; init; }

    public required LeadRule Rule { get; init; }

    /// <summary>What the lead was worth then, in minor units.</summary>
    public required long ValueMinor { get; init; }

    public required DateTime DecidedAt { get; init; }

    public required Guid DecidedBy { get; init; }

    /// <summary>The manager's reason, if decided by hand.</summary>
    public string? Reason { get; init; }

    /// <summary>Everyone who was considered. Members read of it only their own.</summary>
    public required List<ConsideredFirm> Considered { get; init; }
}

/// <summary>A firm when a lead was assigned.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="Code">Its code.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="ValueBeforeMinor">Value of the leads that it got this year before, in minor units.</param>
/// <param name="LastAt">When it got one before, UTC.</param>
internal sealed record ConsideredFirm(Guid MemberId, string Code, LeadVerdict Verdict, long ValueBeforeMinor, DateTime? LastAt);
