using ExportConsortia.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ExportConsortia.Platform.Messaging;

/// <summary>Wakes the relay when another replica has saved a message: in PostgreSQL a trigger on the outbox notifies at commit.</summary>
internal sealed class OutboxListener<TDb>(
    string service, IServiceScopeFactory scopes, OutboxSignal signal, TimeProvider clock, ILogger<OutboxListener<TDb>> log) : BackgroundService
    where TDb : ServiceDb
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreatePlatformScope();
                var database = scope.ServiceProvider.GetRequiredService<TDb>().Database;
                if (!database.IsNpgsql())
                {
                    return;
                }

                await ListenAsync(new NpgsqlConnectionStringBuilder(database.GetConnectionString()) { KeepAlive = 10 }, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(e, "Not listening to the outbox of {Service}; polling continues", service);
                await Task.Delay(RetryInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(NpgsqlConnectionStringBuilder database, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        connection.Notification += (_, _) => signal.Raise(typeof(TDb));
        await connection.OpenAsync(ct);
        await using (var listen = new NpgsqlCommand("LISTEN outbox", connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }

        signal.Raise(typeof(TDb));   // for what was saved before
        while (!ct.IsCancellationRequested)
        {
            await connection.WaitAsync(ct);
        }
    }
}
