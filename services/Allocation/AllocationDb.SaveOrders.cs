using System.Diagnostics.Metrics;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation;

/// <content>Saves orders with everything that follows from their changes.</content>
internal sealed partial class AllocationDb
{
    private static readonly Counter<long> OrdersAllocated =
        Telemetry.Meter.CreateCounter<long>("allocation.orders.allocated", "{order}", "Orders allocated to the last piece.");

    /// <summary>
    /// Saves orders that change together (possibly none) with all that follows from their changes: events, the member firms' views, fairness accounts
    /// and released capacity. All or nothing.
    /// </summary>
    public Task SaveAsync(IReadOnlyCollection<Order> orders, CancellationToken ct, FairnessBasis? basis = null) =>
        SaveAsync(orders, null, basis, null, ct);

    /// <inheritdoc cref="SaveAsync(IReadOnlyCollection{Order}, CancellationToken, FairnessBasis)"/>
    public Task SaveAsync(Order order, CancellationToken ct) => SaveAsync([order], null, null, null, ct);

    /// <summary>
    /// The same for orders whose new offers reserve capacity. If a declaration has no capacity left (F-Q4) or a firm was just suspended, nothing is
    /// saved and the caller must retry.
    /// </summary>
    /// <param name="orders">The orders.</param>
    /// <param name="offers">Their new offers.</param>
    /// <param name="ct">Cancels the save.</param>
    /// <param name="basis">Input of the fairness accounts, if it was read before.</param>
    /// <param name="require">Runs first in the transaction; throws if the orders must not be saved.</param>
    public Task SaveReservingAsync(
        IReadOnlyCollection<Order> orders, IReadOnlyCollection<Offer> offers, CancellationToken ct,
        FairnessBasis? basis = null, Func<Task>? require = null) =>
        SaveAsync(orders, offers, basis, require, ct);

    // Locks are always taken in the same order, so there are no deadlocks: consortium, firms, orders by id, turns, accounts, capacity by id.
    private async Task SaveAsync(
        IReadOnlyCollection<Order> orders, IReadOnlyCollection<Offer>? offers, FairnessBasis? basis, Func<Task>? require, CancellationToken ct)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        var changes = orders.ToDictionary(o => o, o => o.TakeChanges());
        foreach (var (order, @event) in changes.SelectMany(c => c.Value.Events, (c, e) => (c.Key, e)))
        {
            Publish(order.Id, @event);
        }

        foreach (var (order, act) in changes.SelectMany(c => c.Value.Acts, (c, act) => (c.Key, act)))
        {
            Record(act.What, order.Id, act.Reason, order.ConsortiumId, act.By);
        }

        var ended = changes.Values.SelectMany(c => c.Ended).ToList();
        await UpdateMemberViewsAsync([.. ended, .. changes.Values.SelectMany(c => c.Waiting)], [.. changes.Values.SelectMany(c => c.Rounds)], ct);
        var booked = await BookFairness.BookAsync(changes, basis, this, now, ct);
        var reserved = changes.Values.SelectMany(c => c.Released).Select(d => (d.BucketId, Quantity: -d.Quantity))
            .Concat((offers ?? []).SelectMany(o => o.Draws).Select(d => (d.BucketId, d.Quantity)))
            .GroupBy(d => d.BucketId, d => d.Quantity).Select(d => (d.Key, d.Sum())).ToList();
        if (offers is null && require is null && ended.Count == 0 && booked.Count == 0 && reserved.Count == 0)
        {
            await SaveChangesAsync(ct);
        }
        else
        {
            await InOneTransactionAsync(
                async () =>
                {
                    await (require?.Invoke() ?? Task.CompletedTask);
                    await RequireFirmsAsync([.. (offers ?? []).Select(o => o.MemberId).Distinct()], ct);
                    await SaveChangesAsync(ct);
                    await PassTurns.AfterEndAsync([.. changes.SelectMany(c => c.Value.Ended, (c, offer) => (c.Key, offer))], this, ct);
                    await BookFairness.AddUpAsync(booked, this, now, ct);
                    await MoveReservationsAsync(reserved, ct);
                    return true;
                },
                ct);
        }

        OrdersAllocated.Add(changes.Values.Sum(c => c.Events.Count(e => e is OrderAllocated)));
    }

    // Each member firm reads its own copies of its offers and price invitations.
    private async Task UpdateMemberViewsAsync(List<Offer> ended, List<PriceRound> rounds, CancellationToken ct)
    {
        if (ended.Count > 0)
        {
            // The view of the offer being answered is loaded already.
            var views = MemberOffers.Local.ToDictionary(v => v.Id);
            var others = ended.Select(o => o.Id).Where(id => !views.ContainsKey(id)).ToList();
            foreach (var view in others.Count == 0 ? [] : await MemberOffers.AcrossMembers().Where(o => others.Contains(o.Id)).ToListAsync(ct))
            {
                views.Add(view.Id, view);
            }

            ended.ForEach(offer => views[offer.Id].CopyAnswerFrom(offer));
        }

        if (rounds.Count > 0)
        {
            var ids = rounds.Select(r => r.Id).Distinct().ToList();
            foreach (var invitation in await PriceInvitations.AcrossMembers().Where(i => ids.Contains(i.RoundId)).ToListAsync(ct))
            {
                invitation.CopyStateFrom(rounds.Find(r => r.Id == invitation.RoundId)!);
            }
        }
    }

    // A shared lock: a suspension is either seen here or waits for us and then withdraws these offers. Other runs don't wait.
    private async Task RequireFirmsAsync(List<Guid> firms, CancellationToken ct)
    {
        var offerable = Members.Where(m => firms.Contains(m.Id) && (m.Standing == MemberStanding.Active || m.Standing == MemberStanding.Probation));
        if (firms.Count > 0 && await LockAsync(offerable.Select(m => m.Id).OrderBy(id => id), ct, shared: true) != firms.Count)
        {
            throw new DbUpdateConcurrencyException("A firm can no longer be offered anything.");
        }
    }
}
