using System.Diagnostics;
using System.Diagnostics.Metrics;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Runs;

/// <summary>
/// Carries out a run: splits the open pieces of an order, or of several together, among the firms able to make them, reserves their capacity and
/// offers each its part. A run that needs sealed prices asks for them first and continues here when they may be opened. Nothing is locked while the
/// split is calculated: if its input has changed by the time it is saved, nothing is saved and the run is retried.
/// </summary>
internal sealed class AllocateOrder(AllocationDb db, PriceSecret secret, TimeProvider clock)
    : IConsumer<AllocationRunStarted>, IConsumer<PriceRoundClosed>
{
    /// <summary>A run with this many lines to plan together takes long: it runs in the background, where no other message waits for it.</summary>
    public const int LinesOfALongRun = 200;

    private static readonly Histogram<double> Duration =
        Telemetry.Meter.CreateHistogram<double>("allocation.run.duration", "s", "Time to split an order, or several together.");

    private static readonly Counter<long> OffersIssued =
        Telemetry.Meter.CreateCounter<long>("allocation.offers.issued", "{offer}", "Offers issued.");

    /// <summary>What to do if another run has offered pieces of the same families since the snapshot was taken.</summary>
    public enum IfStale
    {
        /// <summary>Discard the split: both runs would favour the same firms.</summary>
        Retry,

        /// <summary>Keep it after enough retries: the accounts even it out with the next order.</summary>
        Keep,
    }

    public Task Consume(ConsumeContext<AllocationRunStarted> context) =>
        HandleAsync(context, context.Message.RunId, context.Message.OrderId, context.Message.Together ?? [context.Message.OrderId]);

    public Task Consume(ConsumeContext<PriceRoundClosed> context) =>
        HandleAsync(context, context.Message.RunId, context.Message.OrderId, [context.Message.OrderId]);

    private async Task HandleAsync(ConsumeContext context, Guid runId, Guid orderId, IReadOnlyList<Guid> together)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var ct = context.CancellationToken;
        if (together[0] != orderId)
        {
            // Orders planned together: the first one's message carries out the run for all.
            await db.SaveChangesAsync(ct);
            return;
        }

        var orders = await OrdersInRunAsync(db, runId, together, ct);
        if (await LinesPlannedTogetherAsync(orders, ct) >= LinesOfALongRun)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            db.Add(new LongRun { RunId = runId, ConsortiumId = orders[0].ConsortiumId, Orders = [.. together], StartedAt = now });
            await db.SaveChangesAsync(ct);
            return;
        }

        await CarryOutAsync(orders, isJoint: together.Count > 1, snapshot => Task.FromResult(SplitOrder.Plan(snapshot)), IfStale.Retry, ct);
    }

    /// <summary>The orders that are still in the run, oldest first.</summary>
    public static async Task<List<Order>> OrdersInRunAsync(AllocationDb db, Guid runId, IReadOnlyList<Guid> together, CancellationToken ct)
    {
        var orders = await db.Orders.Where(o => together.Contains(o.Id)).ToListAsync(ct);
        return [.. orders.Where(o => o.Run?.RunId == runId).OrderBy(o => o.ReceivedAt).ThenBy(o => o.Id)];
    }

    /// <summary>Carries out the run and saves it together with all earlier changes of the context.</summary>
    /// <exception cref="DbUpdateConcurrencyException">The snapshot is stale: an order was changed, capacity is gone or a firm was
    /// suspended.</exception>
    public async Task CarryOutAsync(
        List<Order> orders, bool isJoint, Func<AllocationSnapshot, Task<AllocationPlan>> plan, IfStale ifStale, CancellationToken ct)
    {
        // Put on hold after the run was started: no offers until it is clear again. Saved with the rest, else the message would be
        // retried.
        var held = orders.FindAll(o => !o.IsClear());
        held.ForEach(o => o.EndRun([], clock.GetUtcNow().UtcDateTime));
        orders.RemoveAll(held.Contains);
        if (orders.Count == 0)
        {
            await db.SaveAsync(held, ct);
            return;
        }

        var (started, now) = (Stopwatch.GetTimestamp(), clock.GetUtcNow().UtcDateTime);
        var run = orders[0].Run!;
        var rulebook = await db.RulebookAsync(orders[0].ConsortiumId, run.StartedAt, ct);
        var byHand = run.SplitId is null ? null : await db.ProposedSplits.SingleAsync(s => s.Id == run.SplitId, ct);
        var mustWait = byHand is null && !isJoint && await AskForPrices.AskOrOpenAsync(orders[0], run, rulebook, db, secret, now, ct);
        if (mustWait)
        {
            await db.SaveAsync(orders[0], ct);
            return;
        }

        var firms = await db.FirmsAsync(orders[0].ConsortiumId, ct);
        var snapshot = await TakeSnapshot.OfAsync(orders, run.RunId, run.Round, run.Stage, rulebook, db, now, ct, byHand, firms);
        var planning = plan(snapshot);
        // While a long plan is calculated, firms may come or go.
        var basis = planning.IsCompleted ? new FairnessBasis(rulebook, firms) : null;
        await SaveAsync(orders, held, rulebook, snapshot, await planning, basis, ifStale, ct);
        Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private async Task SaveAsync(
        List<Order> orders, List<Order> held, Rulebook rulebook, AllocationSnapshot snapshot, AllocationPlan plan,
        FairnessBasis? basis, IfStale ifStale, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var ids = orders.ConvertAll(o => o.Id);
        var documents = await db.ReceivedDocuments.AsNoTracking().Where(d => ids.Contains(d.OrderId))
            .Select(d => new { d.OrderId, d.Json }).ToDictionaryAsync(d => d.OrderId, d => ReceivedDocument.Read(d.Json), ct);
        var offers = new List<(SnapshotLine Line, Order Order, Offer Offer)>();
        foreach (var (frozen, line) in snapshot.Lines.OrderBy(l => l.Position).Zip(plan.Lines))
        {
            var order = orders.Find(o => o.Id == (line.OrderId ?? snapshot.OrderId))!;
            var rule = rulebook.RuleFor(frozen.Family);
            foreach (var part in line.Parts)
            {
                var offer = OfferOf(part, frozen, order, rule, now);
                offers.Add((frozen, order, offer));
                db.Add(MemberOffer.Of(offer, order, documents[order.Id], rule, line.Parts.Select(p => p.MemberId), part.MemberSteps, now));
            }
        }

        var told = await FirmPassedOver.ToldAsync(ids, db, ct);
        foreach (var order in orders)
        {
            var run = db.Add(AllocationRun.Of(order, orders[0], rulebook, snapshot, plan, now)).Entity;
            db.AddRange(FirmPassedOver.Of(run, plan, told));
            order.MarkLinesSplitByHand(rulebook);
            order.EndRun([.. offers.Where(o => o.Order == order).Select(o => o.Offer)], now);
        }

        PassTurns.ToOffered(snapshot, offers, db, now);
        Func<Task>? require = snapshot.Accounts is { } accounts && ifStale == IfStale.Retry
            ? () => RequireNothingOfferedSinceAsync(snapshot.ConsortiumId, accounts, ct)
            : null;
        await db.SaveReservingAsync([.. orders, .. held], [.. offers.Select(o => o.Offer)], ct, basis, require);
        OffersIssued.Add(offers.Count);
    }

    private static Offer OfferOf(PlannedPart part, SnapshotLine line, Order order, AllocationRule rule, DateTime now)
    {
        var run = order.Run!;
        var seconds = order.Urgent ? rule.UrgentOfferSeconds : rule.OfferSeconds;
        var matchSeconds = part.ToMatchMinor is null ? long.MaxValue : order.PricesFor(line.LineId, run.Stage)!.PriceMatch[line.LineId].Seconds;
        var awarded = part.ToMatch ?? line.Prices?.FirstOrDefault(p => p.MemberId == part.MemberId)?.Price;
        return new Offer
        {
            Id = Guid.CreateVersion7(),
            LineId = line.LineId,
            MemberId = part.MemberId,
            Kind = run.Stage,
            Round = run.Round,
            Quantity = part.Quantity,
            LotSize = rule.LotSize,
            MinLot = rule.MinLot,
            ExpiresAt = now.AddSeconds(Math.Min(seconds, matchSeconds)),
            HeldBefore = order.AcceptedOf(line.LineId, part.MemberId),
            Draws = [.. part.Draws],
            SealedPrice = awarded?.Minor,
            SealedPerQuantity = awarded?.StoredPerQuantity,
            ToMatch = part.ToMatchMinor is not null,
        };
    }

    // Such runs lock the consortium and check one after the other: each sees the offers of the one before.
    private async Task RequireNothingOfferedSinceAsync(Guid consortiumId, IReadOnlyList<MemberAccount> accounts, CancellationToken ct)
    {
        await db.LockAsync(db.Consortia.Where(c => c.Id == consortiumId).Select(c => c.Id).OrderBy(id => id), ct);
        var offered = await LoadFairness.OfferedAsync(consortiumId, accounts.Select(a => a.Family).ToHashSet(), db, ct);
        var before = accounts.ToDictionary(a => (a.Family, a.MemberId), a => a.Offered);
        if (offered.Any(o => o.Pieces > before.GetValueOrDefault((o.Family, o.MemberId))))
        {
            throw new DbUpdateConcurrencyException("Another run has offered pieces of the same families.");
        }
    }

    private async Task<int> LinesPlannedTogetherAsync(List<Order> orders, CancellationToken ct)
    {
        if (orders.Sum(order => order.Lines.Count) < LinesOfALongRun)
        {
            return 0;
        }

        var rulebook = await db.RulebookAsync(orders[0].ConsortiumId, orders[0].Run!.StartedAt, ct);
        return orders.Sum(order => order.Lines.Count(line =>
            rulebook.RuleFor(line.Family).Policy == nameof(Engine.Balanced) && order.UnallocatedOf(line) > 0));
    }
}
