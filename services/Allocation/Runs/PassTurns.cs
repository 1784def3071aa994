using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Runs;

/// <summary>Moves firms in the queues of the policy <c>Rotation</c> (R-614).</summary>
internal static class PassTurns
{
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

    /// <summary>A firm that declines with a reason, or whose offer is withdrawn, keeps its old place; a silent one stays at the end.</summary>
    public static async Task AfterEndAsync(IReadOnlyCollection<Offer> ended, AllocationDb db, CancellationToken ct)
    {
        if (Ids(OfferState.Declined, OfferState.Withdrawn) is { Count: > 0 } keep)
        {
            await db.Turns.AcrossMembers().Where(t => keep.Contains(t.OfferId))
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.ServedAt, t => t.ServedBefore).SetProperty(t => t.Version, t => t.Version + 1), ct);
        }

        if (Ids(OfferState.Expired) is { Count: > 0 } silent)
        {
            var at = ended.First(o => o.State == OfferState.Expired).AnsweredAt;
            await db.Turns.AcrossMembers().Where(t => silent.Contains(t.OfferId))
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.ServedAt, at).SetProperty(t => t.Version, t => t.Version + 1), ct);
        }

        List<Guid> Ids(params OfferState[] states) => [.. ended.Where(o => states.Contains(o.State)).Select(o => o.Id)];
    }
}
