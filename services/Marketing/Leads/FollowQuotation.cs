using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Quotations;

namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// A lead follows the quotation that came of it: a version went out to the buyer, the buyer accepted one. What it is worth then is the buyer's price,
/// which only the clean team reads.
/// </summary>
internal static class FollowQuotation
{
    private const string Quoted = "The consortium made the buyer a quotation before the claim was decided.";

    /// <summary>A version is with the buyer; saved with it.</summary>
    public static async Task IssuedAsync(Quotation quotation, MarketingDb db, DateTime now, CancellationToken ct)
    {
        if (await LeadOfAsync(quotation, db, ct) is { IsClosed: false } lead)
        {
            lead.Work(LeadState.Quoted, quotation.Number, now);
            await ProtectLeads.CloseAsync(lead.Id, Quoted, db, now, ct);
        }
    }

    /// <summary>The buyer accepted: whatever the firm had said became of it, it became this order. Saved with the acceptance.</summary>
    public static async Task AcceptedAsync(Quotation quotation, MarketingDb db, DateTime now, CancellationToken ct)
    {
        if (await LeadOfAsync(quotation, db, ct) is { } lead)
        {
            (lead.WonMinor, lead.WonCurrency) = (quotation.Versions[^1].Read().TotalMinor, quotation.Currency);
            lead.Work(LeadState.Won, quotation.Number, now);
            await ProtectLeads.CloseAsync(lead.Id, Quoted, db, now, ct);
            db.Publish(lead.Id, new LeadWon(lead.ConsortiumId, lead.Id, lead.MemberId, lead.WonMinor.Value, lead.WonCurrency, now));
        }
    }

    private static Task<Lead?> LeadOfAsync(Quotation quotation, MarketingDb db, CancellationToken ct) =>
        db.Leads.SingleOrDefaultAsync(l => l.Id == quotation.LeadId && l.ConsortiumId == quotation.ConsortiumId, ct);
}
