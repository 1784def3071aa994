namespace ExportConsortia.TradeFairs.Fairs;

/// <summary>How far the participation in an edition of a fair has come.</summary>
public enum FairState
{
    /// <summary>Somebody has proposed it; nobody has been asked.</summary>
    Proposed,

    /// <summary>The firms are asked: they say that they are interested, and commit themselves until the deadline.</summary>
    CallForInterest,

    /// <summary>The area is allotted among the firms that committed themselves.</summary>
    Committed,

    /// <summary>The contract with the organiser is signed.</summary>
    Contracted,

    /// <summary>The fair is on.</summary>
    Running,

    /// <summary>It is over; its actual costs are being settled.</summary>
    Settling,

    /// <summary>Everything is settled.</summary>
    Closed,

    /// <summary>The consortium does not take part.</summary>
    Cancelled,
}

/// <summary>
/// One edition of a fair and the consortium's participation in it. Everybody in the consortium reads it; what a firm asks for stands in its own
/// <see cref="Participation.FairCommitment"/>.
/// </summary>
internal sealed class FairEdition
{
    public const int MostDeadlines = 50;
    public const int LongestReason = 1000;

    private static readonly Dictionary<FairState, FairState[]> Moves = new()
    {
        [FairState.Proposed] = [FairState.CallForInterest, FairState.Cancelled],
        [FairState.CallForInterest] = [FairState.Committed, FairState.Cancelled],
        [FairState.Committed] = [FairState.Contracted, FairState.Cancelled],
        [FairState.Contracted] = [FairState.Running, FairState.Cancelled],
        [FairState.Running] = [FairState.Settling],
        [FairState.Settling] = [FairState.Closed],
        [FairState.Closed] = [],
        [FairState.Cancelled] = [],
    };

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid FairId { get; init; }

    /// <summary>For example <c>2027</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The fair's zone, fixed when the edition is made: penalties don't move when somebody corrects the fair.</summary>
    public required string TimeZone { get; init; }

    /// <summary>First day, in the fair's zone.</summary>
    public DateOnly OpensOn { get; set; }

    /// <summary>Last day, in the fair's zone, inclusive.</summary>
    public DateOnly ClosesOn { get; set; }

    /// <summary>ISO 4217 code of all its money.</summary>
    public string Currency { get; set; } = "";

    public FairState State { get; private set; }

    /// <summary>Until when firms commit themselves, UTC, exclusive; null until the call is open.</summary>
    public DateTime? CommitUntil { get; set; }

    /// <summary>The whole stand, in square decimetres: 1 m² is 100. It contains <see cref="CommonAreaDm2"/>.</summary>
    public long StandAreaDm2 { get; set; }

    /// <summary>The part of it that all use together .</summary>
    public long CommonAreaDm2 { get; set; }

    /// <summary>What the organiser wants and until when, the next one first.</summary>
    public List<FairDeadline> Deadlines { get; set; } = [];

    public required DateTime CreatedAt { get; init; }

    /// <summary>Account of the manager who cancelled it; null unless it was cancelled, and in older rows.</summary>
    public Guid? CancelledBy { get; set; }

    /// <summary>Why, as all firms read it.</summary>
    public string? CancelReason { get; set; }

    public long Version { get; set; }

    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var known) ? known : TimeZoneInfo.Utc;

    /// <summary>Calendar days from the fair's day at an instant to the opening day: 0 on that day, negative after it .</summary>
    public int DaysToOpening(DateTime now) => OpensOn.DayNumber - Zone.DayAt(now).DayNumber;

    /// <summary>True: firms can answer the call at this instant.</summary>
    public bool CallIsOpen(DateTime now) => State == FairState.CallForInterest && now < CommitUntil;

    /// <summary>True: there are firms at the stand, or will be.</summary>
    public bool HasStand => State is FairState.Committed or FairState.Contracted or FairState.Running or FairState.Settling or FairState.Closed;

    public Refusal? RefuseEarlierEnd(DateTime until) =>
        until < CommitUntil ? new("CALL_SHORTENED", "Firms rely on the end that was announced: it can be later, not earlier.") : null;

    public Refusal? RefuseEnded() =>
        State is FairState.Closed or FairState.Cancelled ? new("EDITION_ENDED", $"This participation is {State}: it stays as it is.") : null;

    /// <summary>Moves on, if that is a move of the table above.</summary>
    public Refusal? MoveTo(FairState next)
    {
        if (!Moves[State].Contains(next))
        {
            return new("WRONG_STATE", $"A participation that is {State} can't become {next}.");
        }

        (State, Version) = (next, Version + 1);
        return null;
    }
}

/// <summary>Something that the organiser wants until an instant.</summary>
/// <param name="Number">1, 2, 3 …; stays the same when others change.</param>
/// <param name="Title">For example <c>Catalogue entry</c>.</param>
/// <param name="DueAt">UTC, exclusive.</param>
/// <param name="OfEachFirm">True: each firm at the stand has to do it, and it stands in its checklist; false: the manager does it for all.</param>
/// <param name="Uid">Id in the organiser's calendar, if it came from one.</param>
internal sealed record FairDeadline(int Number, string Title, DateTime DueAt, bool OfEachFirm = false, string? Uid = null)
{
    /// <summary>The next one first.</summary>
    public static List<FairDeadline> InOrder(IEnumerable<FairDeadline> deadlines) => [.. deadlines.OrderBy(d => d.DueAt).ThenBy(d => d.Number)];
}
