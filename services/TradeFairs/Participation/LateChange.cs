using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Participation;

/// <summary>Where a request for an exception stands.</summary>
public enum LateChangeState
{
    /// <summary>The manager is to decide.</summary>
    Asked,

    /// <summary>The firm may change its commitment once, until the exception expires.</summary>
    Approved,

    /// <summary>It may not.</summary>
    Refused,
}

/// <summary>
/// A firm asks to change its commitment after the deadline, and the manager decides (FAIR-12). An approved exception is this firm's alone, for one
/// change, until it expires: it opens the door to nobody else.
/// </summary>
internal sealed class LateChange
{
    public const int LongestReason = 1000;
    public const int MostOfFirm = 10;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    public LateChangeState State { get; set; }

    /// <summary>Why, as the firm wrote.</summary>
    public required string Reason { get; init; }

    public required DateTime AskedAt { get; init; }

    /// <summary>Account of the manager who decided.</summary>
    public Guid? DecidedBy { get; set; }

    public DateTime? DecidedAt { get; set; }

    /// <summary>Why it was decided so.</summary>
    public string? Answer { get; set; }

    /// <summary>Until when it holds, UTC, exclusive.</summary>
    public DateTime? Until { get; set; }

    /// <summary>When the firm changed its commitment by it.</summary>
    public DateTime? UsedAt { get; set; }

    public long Version { get; set; }

    /// <summary>True: the firm can change its commitment by it at this instant.</summary>
    public bool Holds(DateTime now) => State == LateChangeState.Approved && UsedAt is null && now < Until;

    /// <summary>The exception of this firm that holds now; of several, the one that expires first.</summary>
    public static Task<LateChange?> ThatHoldsAsync(FairEdition edition, Guid memberId, TradeFairsDb db, DateTime now, CancellationToken ct) =>
        db.LateChanges.Where(l => l.EditionId == edition.Id && l.MemberId == memberId && l.State == LateChangeState.Approved && l.UsedAt == null
            && l.Until > now).OrderBy(l => l.Until).ThenBy(l => l.Id).FirstOrDefaultAsync(ct);
}
