using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.Members;

/// <summary>Keeps the roster. A firm that is suspended or has left loses its open offers.</summary>
internal sealed class KeepMembers(AllocationDb db, TimeProvider clock) : KeepRoster<AllocationDb>(db)
{
    protected override async Task OnStandingLostAsync(MemberFirm firm, CancellationToken ct)
    {
        var asked = Db.MemberOffers.Where(o => o.MemberId == firm.Id && o.State == OfferState.Proposed).Select(o => o.OrderId);
        var behind = Db.Orders.Where(o => asked.Contains(o.Id));
        await Db.LockAsync(behind.Select(o => o.Id).OrderBy(id => id), ct);
        var orders = await behind.ToListAsync(ct);
        orders.ForEach(order => order.Withdraw(firm.Id, clock.GetUtcNow().UtcDateTime));
        await Db.SaveAsync(orders, ct);
    }
}
