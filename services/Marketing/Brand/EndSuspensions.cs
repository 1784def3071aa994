using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Marketing.Brand;

/// <summary>On the day that a suspension names the licence holds again; whoever keeps licences learns of it.</summary>
internal sealed class EndSuspensions(IServiceScopeFactory scopes, TimeProvider clock, ILogger<EndSuspensions> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        do
        {
            try
            {
                await EndAllDueAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(e, "Could not end suspensions of licences; retrying in a second");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task EndAllDueAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
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
