using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.TradeFairs.Leads;

/// <summary>Replaces what is kept of leads with what Marketing knows: what it has forgotten, since it was restored, goes here too.</summary>
internal sealed class ReplaceLeads(TradeFairsDb db) : IConsumer<LeadsSnapshot>
{
    public Task Consume(ConsumeContext<LeadsSnapshot> context)
    {
        var (part, ct) = (context.Message, context.CancellationToken);
        return db.ReplaceAsync(
            context, Copy.OfLeads, part.ConsortiumId, part.Epoch, part.Parts,
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
            });
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
}
