using System.Diagnostics.Metrics;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Orders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Allocation.Offers;

/// <summary>
/// At its deadline an unanswered offer expires: the firm gets a strike and the pieces are open again. A timer checks every second; reading or
/// changing an order checks too, so it doesn't depend on the timer (F-T2).
/// </summary>
internal sealed class ExpireOffers(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ExpireOffers> log)
    : RepeatedWork(TimeSpan.FromSeconds(1), clock, log)
{
    private static readonly Counter<long> Failures = Telemetry.Meter.CreateCounter<long>(
        "allocation.expiry.failed", "{order}", "Failed attempts to end what is past its deadline on an order.");

    private static readonly TimeSpan SoonBefore = TimeSpan.FromHours(6);

    private static long _open;
    private static long _expiring;
    private readonly PutOff _putOff = new();

    static ExpireOffers()
    {
        Telemetry.Meter.CreateObservableGauge("allocation.offers.open", () => Volatile.Read(ref _open), "{offer}", "Offers that wait for an answer.");
        Telemetry.Meter.CreateObservableGauge(
            "allocation.offers.expiring", () => Volatile.Read(ref _expiring), "{offer}",
            "Offers that wait for an answer and expire within six hours, though they were issued more than six hours ago.");
    }

    /// <summary>Ends what is past its deadline on this order and saves it.</summary>
    public static async Task EndDueAsync(Order order, AllocationDb db, DateTime now, CancellationToken ct)
    {
        if (EndDue(order, db, now))
        {
            await db.SaveAsync(order, ct);
        }
    }

    /// <summary>The same without saving. False if nothing is past its deadline.</summary>
    public static bool EndDue(Order order, AllocationDb db, DateTime now)
    {
        if (order.NextDeadline is null || now < order.NextDeadline)
        {
            return false;
        }

        db.AddRange(order.Expire(now).Select(o => new Strike(o.Id, order.ConsortiumId, o.MemberId, now)));
        return true;
    }

    protected override async Task WorkAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreatePlatformScope();
        var all = scope.ServiceProvider.GetRequiredService<AllocationDb>();
        if (now.Second % 15 == 0)
        {
            var open = all.MemberOffers.Where(o => o.State == OfferState.Proposed);
            var (soon, past) = (now + SoonBefore, now - SoonBefore);
            Volatile.Write(ref _open, await open.LongCountAsync(ct));
            Volatile.Write(ref _expiring, await open.LongCountAsync(o => o.ExpiresAt <= soon && o.IssuedAt <= past, ct));
        }

        var putOff = _putOff.At(now);
        var due = await all.Orders
            .Where(o => o.NextDeadline <= now && !putOff.Contains(o.Id)).OrderBy(o => o.NextDeadline).Select(o => o.Id).Take(200).ToListAsync(ct);
        foreach (var id in due)
        {
            await using var one = scopes.CreatePlatformScope();
            var db = one.ServiceProvider.GetRequiredService<AllocationDb>();
            try
            {
                // Without a turn: the deadlines of other orders don't wait until a long order has been answered.
                await EndDueAsync(await db.OrderBehindAsync(id, ct), db, now, ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // A firm answered, or another replica was faster: the next check decides.
            }
            catch (Exception e) when (!ct.IsCancellationRequested && !e.IsStoreAway())
            {
                _putOff.Add(id, now);
                Failures.Add(1);
                Log.LogError(e, "Could not end what is past its deadline on order {Order}; retrying in a minute", id);
            }
        }
    }
}
