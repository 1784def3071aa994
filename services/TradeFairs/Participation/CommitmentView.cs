using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Participation;

/// <summary>What a firm asks for and got.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="MemberName">Its name; empty in lists of editions.</param>
/// <param name="State">Where it stands.</param>
/// <param name="RequestedAreaDm2">What it asks for, in square decimetres; 0 if it is only interested.</param>
/// <param name="AllottedAreaDm2">What it got, in square decimetres; 0 until the area is allotted, and while it waits.</param>
/// <param name="VolumeLitres">Its freight, in litres: 1 m³ is 1,000.</param>
/// <param name="ExhibitCount">How many exhibits it shows.</param>
/// <param name="MeasuredLitres">Its freight as it was measured, in litres: costs are shared by it; absent until somebody measured.</param>
/// <param name="MeasuredExhibits">Its pieces as they were counted; absent until somebody counted.</param>
/// <param name="MeasuredFrom">Where that is from, such as the waybill's number; absent without it.</param>
/// <param name="IsMainExhibitor">True: it signs the contract; the others are its co-exhibitors.</param>
/// <param name="CommittedAt">When it committed itself, UTC; absent if it is only interested.</param>
/// <param name="WaitingPlace">Its place in the waiting list, 1 is the next; absent if it doesn't wait, and in lists of editions.</param>
/// <param name="WithdrawnOn">The fair's day on which it withdrew; absent if it has not.</param>
/// <param name="Proposal">What the manager says about a withdrawal of the firm; absent if nothing, or if it was refused.</param>
/// <param name="Id">The commitment.</param>
/// <param name="Version">Grows by one with each change.</param>
public sealed record CommitmentView(
    Guid Id, Guid MemberId, string MemberName, CommitmentState State, long RequestedAreaDm2, long AllottedAreaDm2, long VolumeLitres,
    int ExhibitCount, long? MeasuredLitres, int? MeasuredExhibits, string? MeasuredFrom, bool IsMainExhibitor, DateTime? CommittedAt,
    int? WaitingPlace, DateOnly? WithdrawnOn, long Version, WithdrawalProposalView? Proposal)
{
    internal static CommitmentView Of(FairCommitment c, string name, int? waitingPlace) => new(
        c.Id, c.MemberId, name, c.State, c.RequestedAreaDm2, c.AllottedAreaDm2, c.VolumeLitres, c.ExhibitCount, c.MeasuredLitres,
        c.MeasuredExhibits, c.MeasuredFrom, c.IsMainExhibitor, c.CommittedAt, waitingPlace, c.WithdrawnOn, c.Version,
        c.Proposal is { } p ? new(p.Reason, p.At) : null);

    /// <summary>Those that the caller may read, in the order in which firms committed themselves.</summary>
    internal static async Task<List<CommitmentView>> ListAsync(FairEdition edition, TradeFairsDb db, CancellationToken ct)
    {
        var commitments = await db.Commitments.AsNoTracking().Where(c => c.EditionId == edition.Id).ToListAsync(ct);
        var ids = commitments.ConvertAll(c => c.MemberId);
        var names = await db.Members.AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        var waiting = commitments.Exists(c => c.State == CommitmentState.Waiting) ? await WaitingList.OfAsync(edition.Id, db, ct) : [];
        return
        [
            .. commitments.OrderBy(c => c.CommittedAt ?? DateTime.MaxValue).ThenBy(c => c.MemberId).Select(c => Of(
                c, names.GetValueOrDefault(c.MemberId, ""), waiting.IndexOf(c.MemberId) is >= 0 and var place ? place + 1 : null)),
        ];
    }
}

/// <summary>A manager says that a firm withdraws; the firm, or an auditor as the second person, has to agree (F-G3).</summary>
/// <param name="Reason">Why.</param>
/// <param name="At">When, UTC.</param>
public sealed record WithdrawalProposalView(string Reason, DateTime At);
