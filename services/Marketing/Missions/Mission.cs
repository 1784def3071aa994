namespace ExportConsortia.Marketing.Missions;

/// <summary>Who travels.</summary>
public enum MissionDirection
{
    /// <summary>Buyers come to the firms.</summary>
    Incoming,

    /// <summary>Firms go to buyers.</summary>
    Outgoing,
}

/// <summary>A trade mission (MKT-08): who travels where and when, and its programme. Everybody in the consortium may read it.</summary>
internal sealed class Mission
{
    public const int LongestTitle = 120;
    public const int LongestText = 4000;
    public const int MostSlots = 200;
    public const int MostDays = 60;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public MissionDirection Direction { get; set; }

    public string Title { get; set; } = "";

    /// <summary>ISO 3166-1 alpha-2 code.</summary>
    public string Country { get; set; } = "";

    public string Place { get; set; } = "";

    public string? Text { get; set; }

    public DateOnly StartsOn { get; set; }

    /// <summary>Last day, inclusive.</summary>
    public DateOnly EndsOn { get; set; }

    /// <summary>Last day on which firms register, inclusive.</summary>
    public DateOnly RegisterUntil { get; set; }

    /// <summary>The most firms that the manager may confirm.</summary>
    public int Places { get; set; }

    /// <summary>Its parts in order of time, which don't overlap.</summary>
    public List<MissionSlot> Slots { get; set; } = [];

    public DateTime? CancelledAt { get; set; }

    public required DateTime CreatedAt { get; init; }

    public long Version { get; set; }

    public Refusal? RefuseCancelled() => CancelledAt is null ? null : new("MISSION_CANCELLED", "The mission was cancelled.");
}

/// <summary>A part of the programme, in local time of the place.</summary>
/// <param name="Number">1, 2, 3 …; stays the same when others change.</param>
/// <param name="Day">A day of the mission.</param>
/// <param name="From">It begins then.</param>
/// <param name="Until">It ends then, later the same day.</param>
/// <param name="Title">What it is, 1 to 120 characters.</param>
internal sealed record MissionSlot(int Number, DateOnly Day, TimeOnly From, TimeOnly Until, string Title);

/// <summary>Where a firm's registration stands.</summary>
public enum RegistrationState
{
    /// <summary>The manager is to decide.</summary>
    Registered,

    /// <summary>It takes part.</summary>
    Confirmed,

    /// <summary>It does not.</summary>
    Declined,
}

/// <summary>A firm wants to take part in a mission; it reads its own registration only.</summary>
internal sealed class MissionFirm
{
    public required Guid MissionId { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public RegistrationState State { get; set; }

    /// <summary>Who travels and what the firm hopes for, as it wrote.</summary>
    public string? Note { get; set; }

    public required DateTime RegisteredAt { get; init; }

    /// <summary>The manager who decided whether it takes part; null: nobody did, or it was before this was kept.</summary>
    public Guid? DecidedBy { get; set; }

    /// <summary>Why.</summary>
    public string? DecidedBecause { get; set; }

    public long Version { get; set; }
}

/// <summary>A buyer takes part; only the clean team reads who, and a firm whom it meets.</summary>
internal sealed class MissionBuyer
{
    public required Guid MissionId { get; init; }

    public required Guid BuyerId { get; init; }

    public required Guid ConsortiumId { get; init; }
}

/// <summary>A firm meets a buyer in a slot: neither is in two meetings of a slot. The firm reads its own.</summary>
internal sealed class MissionMeeting
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MissionId { get; init; }

    public required int Slot { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid BuyerId { get; init; }
}
