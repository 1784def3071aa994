using System.Diagnostics;
using System.Diagnostics.Metrics;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Contracts;
using ExportConsortia.Platform;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Orders;

/// <summary>
/// Splits what is open of an order among the members able to make it, reserves their capacity and offers each its part. A run that needs sealed prices
/// asks for them first, and comes back here when they may be opened.
/// </summary>
internal sealed class AllocateOrder(AllocationDb db, PriceSecret secret, TimeProvider clock) : IConsumer<AllocationRunStarted>, IConsumer<PriceRoundClosed>
{
    private static readonly Histogram<double> Duration = Telemetry.Meter.CreateHistogram<double>("allocation.run.duration", "s", "Time to split one order.");
    private static readonly Counter<long> Issued = Telemetry.Meter.CreateCounter<long>("allocation.offers.issued", "{offer}", "Offers issued.");

    public Task Consume(ConsumeContext<AllocationRunStarted> context) => GoOnAsync(context, context.Message.OrderId, context.Message.RunId);

    public Task Consume(ConsumeContext<PriceRoundClosed> context) => GoOnAsync(context, context.Message.OrderId, context.Message.RunId);

    private async Task GoOnAsync(ConsumeContext context, Guid orderId, Guid runId)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var ct = context.CancellationToken;
        var order = await db.OrderBehindAsync(orderId, ct);
        if (order.Run is { } run && run.RunId == runId)
        {
            if (!order.IsClear())
            {
                // Put on hold after the run was begun: no offer before it is clear again.
                order.EndRun([], clock.GetUtcNow().UtcDateTime);
                await db.SaveAsync(order, [], ct);
                return;
            }

            var started = Stopwatch.GetTimestamp();
            await RunAsync(order, run, ct);
            Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        else
        {
            await db.SaveChangesAsync(ct);
        }
    }

    private async Task RunAsync(Order order, RunInProgress run, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var rulebook = await db.RulebookAsync(order.ConsortiumId, run.StartedAt, ct);
        if (await AskForPrices.WaitsAsync(order, run, rulebook, db, secret, now, ct))
        {
            await db.SaveAsync(order, [], ct);
            return;
        }

        var snapshot = await TakeSnapshot.OfAsync(order, run.RunId, run.Round, run.Stage, rulebook, db, now, ct);
        var plan = SplitOrder.Plan(snapshot);
        var prices = snapshot.Lines.ToDictionary(l => l.LineId, l => (l.Prices ?? []).ToDictionary(p => p.MemberId, p => (long?)p.UnitPriceMinor));
        var document = (await db.OrderPapers.IgnoreQueryFilters().AsNoTracking().SingleAsync(p => p.OrderId == order.Id, ct)).Document;

        var offers = new List<Offer>();
        foreach (var line in plan.Lines)
        {
            var rule = rulebook.RuleFor(order.Line(line.LineId)!.Family);
            var expires = now.AddSeconds(order.Urgent ? rule.UrgentOfferSeconds : rule.OfferSeconds);
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
                    ExpiresAt = expires,
                    HeldBefore = order.AcceptedOf(line.LineId, part.MemberId),
                    Draws = [.. part.Draws],
                };
                offers.Add(offer);
                db.Add(IssueOffer.ViewOf(offer, order, document, line.Parts.Select(p => p.MemberId), part.MemberSteps, now, prices[line.LineId].GetValueOrDefault(part.MemberId)));
            }
        }

        db.Add(new AllocationRun
        {
            Id = run.RunId,
            OrderId = order.Id,
            ConsortiumId = order.ConsortiumId,
            Round = run.Round,
            Stage = run.Stage,
            RulebookVersion = rulebook.Version,
            StartedAt = run.StartedAt,
            CompletedAt = now,
            Snapshot = snapshot.ToCanonicalBytes(),
            Plan = plan.ToCanonicalBytes(),
        });
        PassTurns(snapshot, offers, now);
        order.EndRun(offers, now);
        await db.SaveReservingAsync(order, offers, ct);
        Issued.Add(offers.Count);
    }

    /// <summary>Who is offered pieces in its turn goes to the end of the queue, in the order in which the run served them .</summary>
    private void PassTurns(AllocationSnapshot snapshot, List<Offer> offers, DateTime now)
    {
        foreach (var family in snapshot.Lines.Where(line => line.Turns is not null).GroupBy(line => line.Family))
        {
            var places = family.First().Turns!.ToDictionary(turn => turn.MemberId, turn => turn.Place);
            var end = places.Count;
            foreach (var line in family.OrderBy(line => line.Position))
            {
                foreach (var offer in offers.Where(o => o.LineId == line.LineId).OrderBy(o => places[o.MemberId]))
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
