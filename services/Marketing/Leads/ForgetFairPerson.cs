using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// A person whom somebody met at a fair took the consent back. That consent counts no more; a person who agreed to nothing else is erased, and so is
/// what it said. Whoever agreed at another firm's stand too, or asked by itself, is kept for that.
/// </summary>
internal sealed class ForgetFairPerson(MarketingDb db, TimeProvider clock) : IConsumer<FairConsentWithdrawn>
{
    public async Task Consume(ConsumeContext<FairConsentWithdrawn> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (withdrawn, now, ct) = (context.Message, clock.GetUtcNow().UtcDateTime, context.CancellationToken);
        if (await db.Leads.SingleOrDefaultAsync(l => l.ConsortiumId == withdrawn.ConsortiumId && l.Id == withdrawn.LeadId, ct) is { } lead
            && lead.Captures.Find(c => c.Fair?.FairLeadId == withdrawn.FairLeadId) is { } capture)
        {
            lead.ForgetSaid(capture);
            await ForgetAsync(lead, capture, now, ct);
        }

        await db.SaveChangesAsync(ct);
    }

    private async Task ForgetAsync(Lead lead, LeadCapture capture, DateTime now, CancellationToken ct)
    {
        var buyer = await db.Buyers.SingleAsync(b => b.Id == lead.BuyerId, ct);
        if (buyer.Contacts.Find(c => c.Id == capture.ContactId) is not { ErasedAt: null } person)
        {
            return;   // the buyer had no place for the person, or it was erased before
        }

        var less = person with { Consents = [.. person.Consents.Select(c => c.At == capture.Fair!.ConsentAt ? c with { Given = false } : c)] };
        var agreedElsewhere = less.Consents.Any(c => c.Given);
        buyer.Replace(agreedElsewhere ? less : less.Erased(now));
        if (agreedElsewhere)
        {
            return;
        }

        foreach (var one in await db.Leads.Where(l => l.ConsortiumId == lead.ConsortiumId && l.BuyerId == buyer.Id).ToListAsync(ct))
        {
            one.Forget(person.Id);
        }
    }
}
