using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Fairs;

/// <summary>An edition of a fair and the consortium's participation in it.</summary>
/// <param name="Id">The edition.</param>
/// <param name="FairId">The fair.</param>
/// <param name="FairName">Its name.</param>
/// <param name="Organiser">Who organises it.</param>
/// <param name="Place">The city or venue.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="Name">The edition's name, for example <c>2027</c>.</param>
/// <param name="TimeZone">IANA name of the zone in which its days are counted.</param>
/// <param name="OpensOn">First day, in the fair's zone.</param>
/// <param name="ClosesOn">Last day, in the fair's zone, inclusive.</param>
/// <param name="DaysToOpening">Calendar days from today, in the fair's zone, to the first day; negative after it.</param>
/// <param name="Currency">ISO 4217 code of its money.</param>
/// <param name="State">How far it has come.</param>
/// <param name="CommitUntil">Until when firms commit themselves, UTC, exclusive; absent until the call is open.</param>
/// <param name="CallIsOpen">True: firms can answer the call now.</param>
/// <param name="StandAreaDm2">
/// The whole stand, in square decimetres: 1 m² is 100. It contains the common area. Absent for a firm: less its own area it is what the others have.
/// </param>
/// <param name="CommonAreaDm2">The part of it that all use together, in square decimetres; absent for a firm.</param>
/// <param name="Deadlines">What the organiser wants, the next first.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
/// <param name="Commitments">What firms ask for and got: the clean team reads all, a firm its own; not in lists.</param>
/// <param name="CancelledBy">Account of the manager who cancelled the participation; absent unless it was cancelled.</param>
/// <param name="CancelReason">Why; absent unless it was cancelled.</param>
/// <param name="Own">In lists, for a firm: what it asks for and got; absent if it has not answered.</param>
public sealed record EditionView(
    Guid Id, Guid FairId, string FairName, string Organiser, string Place, string Country, string Name, string TimeZone, DateOnly OpensOn,
    DateOnly ClosesOn, int DaysToOpening, string Currency, FairState State, DateTime? CommitUntil, bool CallIsOpen, long? StandAreaDm2,
    long? CommonAreaDm2, IReadOnlyList<DeadlineView> Deadlines, long Version, IReadOnlyList<CommitmentView>? Commitments, CommitmentView? Own,
    Guid? CancelledBy, string? CancelReason)
{
    internal static EditionView Of(FairEdition e, TradeFair fair, DateTime now, bool forCleanTeam) => new(
        e.Id, e.FairId, fair.Name, fair.Organiser, fair.Place, fair.Country, e.Name, e.TimeZone, e.OpensOn, e.ClosesOn, e.DaysToOpening(now),
        e.Currency, e.State, e.CommitUntil, e.CallIsOpen(now), forCleanTeam ? e.StandAreaDm2 : null,
        forCleanTeam ? e.CommonAreaDm2 : null, e.Deadlines.ConvertAll(d => DeadlineView.Of(d, e.Zone)), e.Version, null, null, e.CancelledBy,
        e.CancelReason);

    /// <summary>With the commitments that the caller may read: the clean team all, a firm its own.</summary>
    internal static async Task<EditionView> OfAsync(FairEdition edition, TradeFairsDb db, DateTime now, CancellationToken ct)
    {
        var fair = await db.Fairs.AsNoTracking().SingleAsync(f => f.Id == edition.FairId, ct);
        return Of(edition, fair, now, db.IsForCleanTeam) with { Commitments = await CommitmentView.ListAsync(edition, db, ct) };
    }
}
