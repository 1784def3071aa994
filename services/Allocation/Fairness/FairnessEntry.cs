using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>Why an entry stands in a fairness account.</summary>
public enum FairnessReason
{
    /// <summary>The first run over a line, or the first claim of it: its pieces are shared out by entitlement.</summary>
    LineTakenOn,

    /// <summary>The firm accepted pieces: they are its own for good (F-Q6).</summary>
    Accepted,

    /// <summary>Pieces of the line will not be made: nobody is entitled to them any more.</summary>
    ShortClosed,

    /// <summary>The order was blocked or cancelled: what was booked for it is taken back.</summary>
    OrderEnded,
}

/// <summary>One line of the ledger behind the fairness accounts; never changed, a correction is another entry. Quantities in pieces.</summary>
internal sealed class FairnessEntry
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string Family { get; init; }

    /// <summary>The calendar year of the line: all entries of a line are of the year in which it was taken on.</summary>
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
    /// The firm may know at once: it received the pieces itself, or it was asked about the line with so many others that the size of the line is no
    /// secret (H2). Else it sees the entry when it is 90 days old, and not of which order it is.
    /// </summary>
    public required bool Told { get; init; }
}

/// <summary>What entitlements go by: the rules and the firms of the consortium.</summary>
internal sealed record FairnessBasis(Rulebook Rulebook, List<MemberFirm> Firms)
{
    public static async Task<FairnessBasis> OfAsync(Guid consortiumId, DateTime at, AllocationDb db, CancellationToken ct) =>
        new(await db.RulebookAsync(consortiumId, at, ct), await db.FirmsAsync(consortiumId, ct));
}

/// <summary>Which account of a consortium: a firm's, of a product family and a year.</summary>
internal sealed record AccountKey(string Family, Guid MemberId, int Year);

/// <summary>The running sum of a firm's entries of a product family and year: a run reads one row, however long the history is.</summary>
internal sealed class FairnessBalance
{
    public required Guid ConsortiumId { get; init; }

    public required string Family { get; init; }

    public required Guid MemberId { get; init; }

    public required int Year { get; init; }

    public long Carried { get; set; }

    public long Entitled { get; set; }

    public long Received { get; set; }

    public AccountYear ToYear() => new(Year, Carried, Entitled, Received);
}
