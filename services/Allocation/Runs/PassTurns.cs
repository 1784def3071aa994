using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Runs;

/// <summary>Moves firms in the queues of the policy <c>Rotation</c> (R-614).</summary>
internal static class PassTurns
{
    /// <summary>Up to this many declines in a row, a firm keeps its place .</summary>
    private const int DeclinesAllowed = 3;

    /// <summary>Firms that were offered pieces go to the end of the queue, in the order in which the run served them.</summary>
    public static void ToOffered(
        AllocationSnapshot snapshot, IReadOnlyCollection<(SnapshotLine Line, Order Order, Offer Offer)> offers, AllocationDb db, DateTime now)
    {
        foreach (var family in snapshot.Lines.Where(line => line.Turns is not null).GroupBy(line => line.Family))
        {
            var places = family.First().Turns!.ToDictionary(turn => turn.MemberId, turn => turn.Place);
            var end = places.Count;
            foreach (var line in family.OrderBy(line => line.Position))
            {
                foreach (var offer in offers.Where(o => o.Line == line).Select(o => o.Offer).OrderBy(o => places[o.MemberId]))
                {
                    // Only rows that the snapshot saw: one that another run has added since is a conflict, and this run is retried.
                    var turn = db.Turns.Local.FirstOrDefault(t => t.MemberId == offer.MemberId && t.Family == family.Key)
                        ?? db.Add(new RotationTurn { MemberId = offer.MemberId, Family = family.Key, ConsortiumId = snapshot.ConsortiumId }).Entity;
                    places[offer.MemberId] = ++end;
                    (turn.ServedBefore, turn.ServedAt, turn.OfferId) = (turn.ServedAt, now.AddMicroseconds(end - places.Count), offer.Id);
                    turn.Version++;
                }
            }
        }
    }

    /// <summary>
    /// A firm that declines with a reason, or whose offer is withdrawn, keeps its old place; a silent one stays at the end. So does a firm that
    /// declines more than three offers of the family in a row: once, until it takes one again.
    /// </summary>
    public static async Task AfterEndAsync(IReadOnlyCollection<(Order Order, Offer Offer)> ended, AllocationDb db, CancellationToken ct)
    {
        foreach (var (order, offer) in ended.Where(o => o.Offer.State == OfferState.Declined && IsByRun(o.Offer)))
        {
            await DeclinedAsync(offer, order.Line(offer.LineId)!.Family, db, ct);
        }

        foreach (var (member, family) in ended.Where(o => o.Offer.Accepted > 0 && IsByRun(o.Offer))
            .Select(o => (o.Offer.MemberId, o.Order.Line(o.Offer.LineId)!.Family)).Distinct())
        {
            await db.Turns.AcrossMembers().Where(t => t.MemberId == member && t.Family == family && t.DeclinesInARow > 0)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.DeclinesInARow, 0).SetProperty(t => t.Version, t => t.Version + 1), ct);
        }

        if (Ids(OfferState.Withdrawn) is { Count: > 0 } keep)
        {
            await db.Turns.AcrossMembers().Where(t => keep.Contains(t.OfferId))
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.ServedAt, t => t.ServedBefore).SetProperty(t => t.Version, t => t.Version + 1), ct);
        }

        if (Ids(OfferState.Expired) is { Count: > 0 } silent)
        {
            var at = ended.First(o => o.Offer.State == OfferState.Expired).Offer.AnsweredAt;
            await db.Turns.AcrossMembers().Where(t => silent.Contains(t.OfferId))
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.ServedAt, at).SetProperty(t => t.Version, t => t.Version + 1), ct);
        }

        List<Guid> Ids(OfferState state) => [.. ended.Where(o => o.Offer.State == state).Select(o => o.Offer.Id)];
    }

    // All values on the right are those before the update. A later offer that the firm still has open mustn't restore a place from before.
    private static Task<int> DeclinedAsync(Offer offer, string? family, AllocationDb db, CancellationToken ct)
    {
        var (id, at) = (offer.Id, offer.AnsweredAt);
        return db.Turns.AcrossMembers().Where(t => t.MemberId == offer.MemberId && t.Family == family)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(
                        t => t.ServedAt,
                        t => t.DeclinesInARow == DeclinesAllowed ? at : t.OfferId == id ? t.ServedBefore : t.ServedAt)
                    .SetProperty(t => t.ServedBefore, t => t.DeclinesInARow == DeclinesAllowed ? at : t.ServedBefore)
                    .SetProperty(t => t.DeclinesInARow, t => t.DeclinesInARow + 1)
                    .SetProperty(t => t.Version, t => t.Version + 1),
                ct);
    }

    // Not a subcontractor's pieces, nor parts set by hand: these aren't offered in turn.
    private static bool IsByRun(Offer offer) => offer.Kind is OfferKind.Normal or OfferKind.OverConcentration or OfferKind.Probation;
}
