using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Platform;

/// <summary>Work that a service does again and again from its start on. A turn that fails is logged, and the next one comes all the same.</summary>
/// <param name="every">From one turn to the next.</param>
/// <param name="clock">The service's clock.</param>
/// <param name="log">Learns of turns that fail.</param>
public abstract class RepeatedWork(TimeSpan every, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>The service's clock.</summary>
    protected TimeProvider Clock { get; } = clock;

    /// <summary>The log of the work.</summary>
    protected ILogger Log { get; } = log;

    /// <summary>One turn.</summary>
    protected abstract Task WorkAsync(CancellationToken ct);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, Clock);
        do
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.LogWarning(e, "{Work} failed and will be tried again", GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
