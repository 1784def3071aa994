using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.TradeFairs.Leads;

/// <summary>
/// Keeps what Marketing says of leads: that it has one that came from a fair, which firm works on it, that it became an order. These come in any
/// order, and most leads come from no fair. What Marketing has forgotten, since it was restored from a backup, goes here too.
/// </summary>
internal sealed class FollowLeads(TradeFairsDb db)
    : IConsumer<FairLeadKept>, IConsumer<LeadAssigned>, IConsumer<LeadReturned>, IConsumer<LeadWon>, IConsumer<LeadsSnapshot>
{
    public async Task Consume(ConsumeContext<FairLeadKept> context)
    {
        var (kept, ct) = (context.Message, context.CancellationToken);
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        if (await db.FairLeads.SingleOrDefaultAsync(l => l.ConsortiumId == kept.ConsortiumId && l.Id == kept.FairLeadId, ct) is { } lead)
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
    }

    public Task Consume(ConsumeContext<LeadAssigned> context) => KeepAsync(
        context, context.Message.ConsortiumId, context.Message.LeadId,
        trace => trace.Assigned(context.Message.MemberId, context.Message.OccurredAt));

    public Task Consume(ConsumeContext<LeadReturned> context) => KeepAsync(
        context, context.Message.ConsortiumId, context.Message.LeadId, trace => trace.Returned(context.Message.OccurredAt));

    public Task Consume(ConsumeContext<LeadWon> context) => KeepAsync(
        context, context.Message.ConsortiumId, context.Message.LeadId,
        trace => trace.Won(context.Message.MemberId, context.Message.ValueMinor, context.Message.Currency, context.Message.OccurredAt));

    public async Task Consume(ConsumeContext<LeadsSnapshot> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (part, ct) = (context.Message, context.CancellationToken);
        await db.ReplaceAsync(
            Copy.OfLeads, part.ConsortiumId, part.Epoch, part.Parts,
            async copy =>
            {
                var ids = part.Leads.Select(l => l.LeadId).ToList();
                var known = await db.LeadTraces.Where(t => ids.Contains(t.LeadId)).ToDictionaryAsync(t => t.LeadId, ct);
                var editions = part.Leads.Select(l => l.EditionId).Distinct().ToList();
                var ours = await db.Editions.Where(e => e.ConsortiumId == part.ConsortiumId && editions.Contains(e.Id)).Select(e => e.Id)
                    .ToListAsync(ct);
                foreach (var lead in part.Leads)
                {
                    copy.Count(Keep(known.GetValueOrDefault(lead.LeadId), lead, part, lead.EditionId is { } id && ours.Contains(id)));
                }
            },
            async (copy, _) =>
            {
                var gone = await db.LeadTraces.Where(t => t.ConsortiumId == part.ConsortiumId && t.Epoch < part.Epoch).ToListAsync(ct);
                db.RemoveRange(gone);
                copy.Count(Kept.Removed, gone.Count);
            },
            ct);
    }

    private Kept Keep(LeadTrace? known, LeadNow lead, LeadsSnapshot part, bool isOurs)
    {
        var trace = known ?? db.Add(new LeadTrace { LeadId = lead.LeadId, ConsortiumId = part.ConsortiumId }).Entity;
        var before = Said(trace);
        trace.Enter(part.Epoch);
        if (isOurs)
        {
            trace.CameFrom(lead.EditionId!.Value, lead.CameAt ?? part.OccurredAt);
        }

        if (lead is { MemberId: { } member, Since: { } assigned })
        {
            trace.Assigned(member, assigned);
        }
        else if (lead.Since is { } returned)
        {
            trace.Returned(returned);
        }

        if (lead.WonMinor is { } value)
        {
            trace.Won(lead.MemberId, value, lead.WonCurrency, lead.WonAt ?? part.OccurredAt);
        }

        return known is null ? Kept.Added : Said(trace) != before ? Kept.Changed : Kept.AsItWas;

        static (Guid?, Guid?, long?, string?) Said(LeadTrace trace) => (trace.EditionId, trace.MemberId, trace.WonMinor, trace.WonCurrency);
    }

    private async Task KeepAsync(ConsumeContext context, Guid consortiumId, Guid leadId, Action<LeadTrace> keep)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var ct = context.CancellationToken;
        if (!await db.IsOutdatedAsync(Copy.OfLeads, consortiumId, context.Epoch, ct))
        {
            keep(await TraceAsync(consortiumId, leadId, context.Epoch, ct));
        }

        await db.SaveChangesAsync(ct);
    }

    private async Task<LeadTrace> TraceAsync(Guid consortiumId, Guid leadId, long epoch, CancellationToken ct)
    {
        var trace = await db.LeadTraces.SingleOrDefaultAsync(t => t.LeadId == leadId, ct)
            ?? db.Add(new LeadTrace { LeadId = leadId, ConsortiumId = consortiumId }).Entity;
        trace.Enter(epoch);
        return trace;
    }
}
