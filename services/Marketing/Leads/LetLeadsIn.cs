using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// What a firm captured at fairs beyond its places in the pool waits, and enters the pool in the order of its arrival as others leave it: one firm
/// with three fairs must not hide everybody else's leads.
/// </summary>
internal sealed class LetLeadsIn(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LetLeadsIn> log)
    : RepeatedWork(TimeSpan.FromSeconds(5), clock, log)
{
    protected override async Task WorkAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        var firms = await scope.ServiceProvider.GetRequiredService<MarketingDb>().Leads
            .Where(l => l.CapturedFor != null && l.State == LeadState.Waiting).Select(l => l.CapturedFor!.Value).Distinct().ToListAsync(ct);
        foreach (var firm in firms)
        {
            await using var one = scopes.CreatePlatformScope();
            try
            {
                await LetInAsync(firm, one.ServiceProvider.GetRequiredService<MarketingDb>(), ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Somebody else met the buyer, or another replica was faster: the next look decides.
            }
        }
    }

    private async Task LetInAsync(Guid firm, MarketingDb db, CancellationToken ct)
    {
        var room = LeadDesk.MostAtFairsOfFirm - await LeadDesk.AtFairsOfAsync(firm, db, ct);
        if (room <= 0)
        {
            return;
        }

        var now = Clock.GetUtcNow().UtcDateTime;
        foreach (var lead in await db.Leads.Where(l => l.CapturedFor == firm && l.State == LeadState.Waiting).OrderBy(l => l.ArrivedAt)
            .ThenBy(l => l.Id).Take(room).ToListAsync(ct))
        {
            lead.Enter(await LeadDesk.AssignByAsync(lead.ConsortiumId, db, now, ct));
        }

        await db.SaveChangesAsync(ct);
    }
}
