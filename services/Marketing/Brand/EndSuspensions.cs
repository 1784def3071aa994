using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Marketing.Brand;

/// <summary>On the day that a suspension names the licence holds again; whoever keeps licences learns of it.</summary>
internal sealed class EndSuspensions(IServiceScopeFactory scopes, TimeProvider clock, ILogger<EndSuspensions> log)
    : RepeatedWork(TimeSpan.FromSeconds(10), clock, log)
{
    protected override async Task WorkAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreatePlatformScope();
        var due = await scope.ServiceProvider.GetRequiredService<MarketingDb>().BrandLicences
            .Where(l => l.ResumesAt <= now).OrderBy(l => l.ResumesAt).Select(l => l.Id).Take(200).ToListAsync(ct);
        foreach (var id in due)
        {
            await using var one = scopes.CreatePlatformScope();
            var db = one.ServiceProvider.GetRequiredService<MarketingDb>();
            try
            {
                var licence = await db.BrandLicences.SingleAsync(l => l.Id == id, ct);
                if (licence.ResumesAt <= now && licence.Impose(new(SanctionKind.Restoration, now, null, null, null, null), false, null) is null)
                {
                    db.Publish(licence.Id, licence.ToEvent());
                    await db.SaveChangesAsync(ct);
                }
            }
            catch (DbUpdateConcurrencyException)
            {
                // The manager was faster, or another replica: the next look decides.
            }
        }
    }
}
