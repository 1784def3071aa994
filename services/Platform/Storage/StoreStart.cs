using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Platform.Storage;

/// <summary>Migrates the database before anything else starts; waits up to a minute for a store that is still starting.</summary>
internal sealed class StoreStart(string service, IServiceScopeFactory scopes, TimeProvider clock, ILogger<StoreStart> log)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var scope = scopes.CreatePlatformScope();
                var db = scope.ServiceProvider.GetRequiredKeyedService<ServiceDb>(service);
                if (db.Database.IsSqlite())
                {
                    PrivateFile.Prepare(db.Database.GetDbConnection().DataSource);
                }

                await db.Database.MigrateAsync(cancellationToken);
                if (!db.Database.IsNpgsql())
                {
                    await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
                }

                if (clock is StoreClock storeClock && db.Database.IsNpgsql())
                {
                    await storeClock.FollowAsync(db.Database.GetConnectionString()!, cancellationToken);
                }

                return;
            }
            catch (Exception e) when (e.IsStoreAway() && attempt < 60)
            {
                log.LogWarning("The database of {Service} can't be reached yet ({Reason}); retrying in a second", service, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
            }
            catch (Exception e) when (e.IsStoreAway())
            {
                throw new WrongSettingException($"The database of {service} can't be reached: {e.Message}");
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
