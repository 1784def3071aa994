namespace ExportConsortia.TradeFairs.Meetings;

/// <summary>
/// When firms and buyers can meet at an edition, and which buyers come. The clean team and the firms that take part read it: they must know whom they
/// can wish to meet.
/// </summary>
internal sealed class MeetingSchedule
{
    public required Guid EditionId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>In order of time; they don't overlap.</summary>
    public List<MeetingSlot> Slots { get; set; } = [];

    public List<MeetingBuyer> Buyers { get; set; } = [];

    /// <summary>When the plan was made, UTC; null: there is none.</summary>
    public DateTime? PlannedAt { get; set; }

    /// <summary>Priorities of all meetings of the plan together.</summary>
    public long Value { get; set; }

    /// <summary>No plan is worth more than this; computed with it.</summary>
    public long Bound { get; set; }

    public long Version { get; set; }
}

/// <summary>A time for meetings, in local time of the fair.</summary>
/// <param name="Number">1, 2, 3 …; stays the same when others change.</param>
/// <param name="Day">A day of the fair.</param>
/// <param name="From">It begins then.</param>
/// <param name="Until">It ends then, later the same day.</param>
internal sealed record MeetingSlot(int Number, DateOnly Day, TimeOnly From, TimeOnly Until);

/// <summary>A buyer who comes.</summary>
/// <param name="Number">1, 2, 3 …; stays the same when others change.</param>
/// <param name="Name">The firm, 1 to 120 characters; no person.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="Interest">What it looks for, at most 200 characters.</param>
/// <param name="Away">Numbers of the slots when it is not there.</param>
/// <param name="Wants">The firms that it asked to meet.</param>
internal sealed record MeetingBuyer(
    int Number, string Name, string? Country, string? Interest, IReadOnlyList<int> Away, IReadOnlyList<Guid> Wants);

/// <summary>Whom a firm would like to meet, and when it can't. Only the firm and the clean team read it.</summary>
internal sealed class MeetingWishes
{
    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>Numbers of the slots when nobody of the firm is free.</summary>
    public List<int> Away { get; set; } = [];

    /// <summary>Numbers of buyers, the dearest first: a firm orders its wishes and can't make all of them dear.</summary>
    public List<int> Buyers { get; set; } = [];

    /// <summary>Of the last plan: wishes that are not met, and why.</summary>
    public List<UnmetWish> NotMet { get; set; } = [];

    public long Version { get; set; }
}

/// <summary>A wish that is not met.</summary>
/// <param name="Buyer">Number of the buyer.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="CommonSlots">In so many slots both are there; 0: they never are at once.</param>
/// <param name="FirmBusy">In so many of those the firm meets others.</param>
/// <param name="BuyerBusy">In so many of those the buyer meets others.</param>
/// <param name="LeastInTheWay">To fit it in, meetings worth at least so much would go.</param>
internal sealed record UnmetWish(int Buyer, int Priority, int CommonSlots, int FirmBusy, int BuyerBusy, long LeastInTheWay);

/// <summary>A firm meets a buyer in a slot; the table's indexes let neither be in two meetings at once. The firm reads its own.</summary>
internal sealed class FairMeeting
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    public required int Slot { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>Number of the buyer.</summary>
    public required int Buyer { get; init; }

    public required int Priority { get; init; }

    /// <summary>Its place among the firm's wishes: 1 is the dearest.</summary>
    public required int Rank { get; init; }
}
