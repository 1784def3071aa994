using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// A lead that its firm hasn't contacted within 10 working days goes back to the pool. A timer looks every ten seconds; working on a
/// lead looks too.
/// </summary>
internal sealed class ReturnUnworkedLeads(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ReturnUnworkedLeads> log)
    : RepeatedWork(TimeSpan.FromSeconds(10), clock, log)
{
    private const string Unworked = "No contact was recorded in time.";

    private readonly PutOff _putOff = new();

    /// <summary>Takes the lead back and saves it, if its time is up.</summary>
    public static async Task EndDueAsync(Lead lead, MarketingDb db, DateTime now, CancellationToken ct)
    {
        if (lead.State == LeadState.Assigned && lead.ReturnAt <= now)
        {
            await LeadDesk.ReturnAsync(lead, Unworked, db, now, ct);
            await db.SaveChangesAsync(ct);
        }
    }

    protected override async Task WorkAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreatePlatformScope();
        var putOff = _putOff.At(now);
        var due = await scope.ServiceProvider.GetRequiredService<MarketingDb>().Leads
            .Where(l => l.ReturnAt <= now && !putOff.Contains(l.Id)).OrderBy(l => l.ReturnAt).Select(l => l.Id).Take(200).ToListAsync(ct);
        foreach (var id in due)
        {
            await using var one = scopes.CreatePlatformScope();
            var db = one.ServiceProvider.GetRequiredService<MarketingDb>();
            try
            {
                await EndDueAsync(await db.Leads.SingleAsync(l => l.Id == id, ct), db, now, ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // The firm was faster, or another replica: the next look decides.
            }
            catch (Exception e) when (!ct.IsCancellationRequested && !e.IsStoreAway())
            {
                _putOff.Add(id, now);
                Log.LogError(e, "Could not take unworked lead {Lead} back; retrying in a minute", id);
            }
        }
    }
}
