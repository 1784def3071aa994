using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.TradeFairs.Leads;

/// <summary>
/// Keeps what Marketing says of leads: that it has one that came from a fair, which firm works on it, that it became an order. These come in any
/// order, and most leads come from no fair.
/// </summary>
internal sealed class FollowLeads(TradeFairsDb db)
    : IConsumer<FairLeadKept>, IConsumer<LeadAssigned>, IConsumer<LeadReturned>, IConsumer<LeadWon>
{
    public async Task Consume(ConsumeContext<FairLeadKept> context)
    {
        var (kept, ct) = (context.Message, context.CancellationToken);
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        await db.InOneTransactionAsync(
            async () =>
            {
                var leads = db.FairLeads.Where(l => l.ConsortiumId == kept.ConsortiumId && l.Id == kept.FairLeadId);
                if (await leads.SingleOrDefaultAsync(ct) is { } lead)
                {
                    lead.Kept(kept.LeadId, kept.PersonKept);
                    if (lead.Withdrawal() is { } withdrawn)
                    {
                        db.Publish(lead.Id, withdrawn);   // it was taken back while the person was on its way
                    }
                }

                // Anybody can send the stand's address with another number in it.
                if (await db.Editions.AnyAsync(e => e.Id == kept.EditionId && e.ConsortiumId == kept.ConsortiumId, ct)
                    && !await db.IsOutdatedAsync(Copy.OfLeads, kept.ConsortiumId, context.Epoch, ct))
                {
                    (await TraceAsync(kept.ConsortiumId, kept.LeadId, context.Epoch, ct)).CameFrom(kept.EditionId, kept.OccurredAt);
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
    }

    public Task Consume(ConsumeContext<LeadAssigned> context) => KeepAsync(
        context, context.Message.ConsortiumId, context.Message.LeadId,
        trace => trace.Assigned(context.Message.MemberId, context.Message.OccurredAt));

    public Task Consume(ConsumeContext<LeadReturned> context) => KeepAsync(
        context, context.Message.ConsortiumId, context.Message.LeadId, trace => trace.Returned(context.Message.OccurredAt));

    public Task Consume(ConsumeContext<LeadWon> context) => KeepAsync(
        context, context.Message.ConsortiumId, context.Message.LeadId,
        trace => trace.Won(context.Message.MemberId, context.Message.ValueMinor, context.Message.Currency, context.Message.OccurredAt));

    private Task KeepAsync(ConsumeContext context, Guid consortiumId, Guid leadId, Action<LeadTrace> keep) =>
        db.KeepOnceAsync(context, Copy.OfLeads, consortiumId, async () =>
            keep(await TraceAsync(consortiumId, leadId, context.Epoch, context.CancellationToken)));

    private async Task<LeadTrace> TraceAsync(Guid consortiumId, Guid leadId, long epoch, CancellationToken ct)
    {
        var trace = await db.LeadTraces.SingleOrDefaultAsync(t => t.LeadId == leadId, ct)
            ?? db.Add(new LeadTrace { LeadId = leadId, ConsortiumId = consortiumId }).Entity;
        trace.Enter(epoch);
        return trace;
    }
}
