using System.Diagnostics;
using System.Diagnostics.Metrics;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.SealedPrices;

namespace ExportConsortia.Allocation.Runs;

/// <summary>
/// Splits what is open of an order, or of several together, among the members able to make it, reserves their capacity and offers each its part. A run that
/// needs sealed prices asks for them first, and comes back here when they may be opened. Nothing is locked while the split is calculated; if what it rests on is no longer so when it is saved, nothing of it is saved and the work is to be done again.
/// </summary>
internal sealed class CarryOutRun(AllocationDb db, PriceSecret secret, TimeProvider clock)
{
    private static readonly Histogram<double> Duration = Telemetry.Meter.CreateHistogram<double>("allocation.run.duration", "s", "Time to split an order, or several together.");
    private static readonly Counter<long> Issued = Telemetry.Meter.CreateCounter<long>("allocation.offers.issued", "{offer}", "Offers issued.");

    /// <summary>What to do when another run has offered members pieces of the same families since the snapshot was taken.</summary>
    public enum IfStale
    {
        /// <summary>Throw the split away: both would favour the same members.</summary>
        BeginAnew,

        /// <summary>Keep it: it has been begun anew often enough, and the accounts make up for it with the next order.</summary>
        Keep,
    }

    /// <summary>Those of the orders that are still in the run, the one that came in first first.</summary>
    public static async Task<List<Order>> OrdersAsync(AllocationDb db, Guid runId, IReadOnlyList<Guid> together, CancellationToken ct)
    {
        var orders = await db.Orders.Where(o => together.Contains(o.Id)).ToListAsync(ct);
        return [.. orders.Where(o => o.Run?.RunId == runId).OrderBy(o => o.ReceivedAt).ThenBy(o => o.Id)];
    }

    /// <summary>Carries out a run over its orders, and saves all that was changed before in the same breath.</summary>
    /// <exception cref="DbUpdateConcurrencyException">The snapshot is stale: an order was changed, capacity is gone, a firm suspended.</exception>
    public async Task NowAsync(
        List<Order> orders, bool isJoint, Func<AllocationSnapshot, Task<AllocationPlan>> plan, IfStale ifStale, CancellationToken ct)
    {
        // Put on hold after the run was begun: no offer before it is clear again. All is saved in the end, or the message comes again for nothing.
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
        if (byHand is null && !isJoint && await AskForPrices.WaitsAsync(orders[0], run, rulebook, db, secret, now, ct))
        {
            await db.SaveAsync(orders[0], ct);
            return;
        }

        var firms = await db.FirmsAsync(orders[0].ConsortiumId, ct);
        var snapshot = await TakeSnapshot.OfAsync(orders, run.RunId, run.Round, run.Stage, rulebook, db, now, ct, byHand, firms);
        var planning = plan(snapshot);
        // By the time that a long plan is saved, firms may have come or gone.
        var basis = planning.IsCompleted ? new FairnessBasis(rulebook, firms) : null;
        await SaveAsync(orders, held, rulebook, snapshot, await planning, basis, ifStale, ct);
        Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private async Task SaveAsync(
        List<Order> orders, List<Order> held, Rulebook rulebook, AllocationSnapshot snapshot, AllocationPlan plan, FairnessBasis? basis, IfStale ifStale, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var ids = orders.ConvertAll(o => o.Id);
        var papers = await db.OrderPapers.AsNoTracking().Where(p => ids.Contains(p.OrderId))
            .Select(p => new { p.OrderId, p.Json }).ToDictionaryAsync(p => p.OrderId, p => OrderPaper.Read(p.Json), ct);
        var offers = new List<(SnapshotLine Line, Order Order, Offer Offer)>();
        foreach (var (known, line) in snapshot.Lines.OrderBy(l => l.Position).Zip(plan.Lines))
        {
            var order = orders.Find(o => o.Id == (line.OrderId ?? snapshot.OrderId))!;
            var (rule, run) = (rulebook.RuleFor(known.Family), order.Run!);
            var prices = (known.Prices ?? []).ToDictionary(p => p.MemberId, p => (long?)p.PriceMinor);
            foreach (var part in line.Parts)
            {
                var offer = new Offer
                {
                    Id = Guid.CreateVersion7(),
                    LineId = line.LineId,
                    MemberId = part.MemberId,
                    Kind = run.Stage,
                    Round = run.Round,
                    Quantity = part.Quantity,
                    LotSize = rule.LotSize,
                    MinLot = rule.MinLot,
                    ExpiresAt = now.AddSeconds(Math.Min(
                        order.Urgent ? rule.UrgentOfferSeconds : rule.OfferSeconds,
                        part.ToMatchMinor is null ? long.MaxValue : order.PricesFor(line.LineId, run.Stage)!.PriceMatch[line.LineId].Seconds)),
                    HeldBefore = order.AcceptedOf(line.LineId, part.MemberId),
                    Draws = [.. part.Draws],
                    SealedPrice = part.ToMatchMinor ?? prices.GetValueOrDefault(part.MemberId),
                    ToMatch = part.ToMatchMinor is not null,
                };
                offers.Add((known, order, offer));
                db.Add(IssueOffer.ViewOf(offer, order, papers[order.Id], rule, line.Parts.Select(p => p.MemberId), part.MemberSteps, now));
            }
        }

        foreach (var order in orders)
        {
            var run = order.Run!;
            db.Add(new AllocationRun
            {
                Id = order == orders[0] ? run.RunId : Guid.CreateVersion7(),
                OrderId = order.Id,
                ConsortiumId = order.ConsortiumId,
                Round = run.Round,
                Stage = run.Stage,
                RulebookVersion = rulebook.Version,
                StartedAt = run.StartedAt,
                CompletedAt = now,
                PlannedWith = order == orders[0] ? null : run.RunId,
                Snapshot = order == orders[0] ? snapshot.ToCanonicalBytes() : [],
                Plan = order == orders[0] ? plan.ToCanonicalBytes() : [],
            });
            order.Follow(rulebook);
            order.EndRun([.. offers.Where(o => o.Order == order).Select(o => o.Offer)], now);
        }

        PassTurns(snapshot, offers, now);
        await db.SaveReservingAsync(
            [.. orders, .. held], [.. offers.Select(o => o.Offer)], ct, basis,
            snapshot.Accounts is { } accounts && ifStale == IfStale.BeginAnew ? () => RequireNothingOfferedSinceAsync(snapshot.ConsortiumId, accounts, ct) : null);
        Issued.Add(offers.Count);
    }

    // One such run after the other looks; the offers of the one before are seen by the next.
    private async Task RequireNothingOfferedSinceAsync(Guid consortiumId, IReadOnlyList<MemberAccount> accounts, CancellationToken ct)
    {
        await db.LockAsync(db.Consortia.Where(c => c.Id == consortiumId).Select(c => c.Id).OrderBy(id => id), ct);
        var offered = await KeepFairness.OfferedAsync(consortiumId, accounts.Select(a => a.Family).ToHashSet(), db, ct);
        var before = accounts.ToDictionary(a => (a.Family, a.MemberId), a => a.Offered);
        if (offered.Any(o => o.Pieces > before.GetValueOrDefault((o.Family, o.MemberId))))
        {
            throw new DbUpdateConcurrencyException("Another run has offered members pieces of the same families.");
        }
    }

    /// <summary>Who is offered pieces in its turn goes to the end of the queue, in the order in which the run served them .</summary>
    private void PassTurns(AllocationSnapshot snapshot, List<(SnapshotLine Line, Order Order, Offer Offer)> offers, DateTime now)
    {
        foreach (var family in snapshot.Lines.Where(line => line.Turns is not null).GroupBy(line => line.Family))
        {
            var places = family.First().Turns!.ToDictionary(turn => turn.MemberId, turn => turn.Place);
            var end = places.Count;
            foreach (var line in family.OrderBy(line => line.Position))
            {
                foreach (var offer in offers.Where(o => o.Line == line).Select(o => o.Offer).OrderBy(o => places[o.MemberId]))
                {
                    // Only what the snapshot saw: a row that another run made since is a conflict, and this run begins anew.
                    var turn = db.Turns.Local.FirstOrDefault(t => t.MemberId == offer.MemberId && t.Family == family.Key)
                        ?? db.Add(new RotationTurn { MemberId = offer.MemberId, Family = family.Key, ConsortiumId = snapshot.ConsortiumId }).Entity;
                    places[offer.MemberId] = ++end;
                    (turn.ServedBefore, turn.ServedAt, turn.OfferId) = (turn.ServedAt, now.AddMicroseconds(end - places.Count), offer.Id);
                    turn.Version++;
                }
            }
        }
    }
}
