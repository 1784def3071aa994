using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace ExportConsortia.Platform;

/// <summary>Makes one more bus of this process, with the same queues and consumers.</summary>
internal delegate IBusControl NewBus();

/// <summary>
/// The bus of this process. Of the channels of a lost RabbitMQ connection some may never be told of the loss (decision record 13): their queues
/// are consumed no more, what is sent over them is never confirmed, and they call themselves ready. Then a new bus takes the place of this one.
/// </summary>
public sealed class LiveBus(IServiceProvider services, TimeProvider clock, ILogger<LiveBus> log) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(5);

    private volatile IBusControl? _replacement;
    private volatile Watch _watch = new(clock);

    /// <summary>The bus to send with, at this moment.</summary>
    public IBusControl Current => _replacement ?? services.GetRequiredService<IBusControl>();

    internal Watch First => _watch;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = Current.CheckHealth();
        return Task.FromResult(health.Status == BusHealthStatus.Healthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(health.Description));
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_replacement is { } replacement)
        {
            await replacement.StopAsync(cancellationToken);
        }
    }

    /// <summary>Says that of what was sent nothing was confirmed in all the time that it had.</summary>
    public void NothingConfirmed() => _ = _watch.Lost();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (patience, replacedAt) = (Patience, DateTimeOffset.MinValue);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Look, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_watch.LostFor() < patience)
            {
                continue;
            }

            log.LogWarning("The connection to RabbitMQ was lost and did not wholly come back; a new one takes its place");
            // A broker that is away for long, or that takes nothing for want of room, is no reason to hurry.
            patience = clock.GetUtcNow() - replacedAt > LongPatience * 2 ? Patience : TimeSpan.FromTicks(Math.Min(patience.Ticks * 2, LongPatience.Ticks));
            replacedAt = clock.GetUtcNow();
            Replace(stoppingToken);
        }
    }

    private void Replace(CancellationToken ct)
    {
        var (old, watch, fresh) = (Current, new Watch(clock), services.GetRequiredService<NewBus>()());
        fresh.ConnectReceiveEndpointObserver(watch);
        fresh.ConnectReceiveObserver(watch);
        fresh.ConnectReceiveObserver(new CountFailures());
        (_watch, _replacement) = (watch, fresh);
        // Neither is waited for: the old one's dead channels take their time, and the broker may still be away. What both take at once, the inbox takes once.
        _ = Told(fresh.StartAsync(ct), "started");
        _ = Told(old.StopAsync(TimeSpan.FromMinutes(2)), "stopped");

        async Task Told(Task work, string what)
        {
            try
            {
                await work;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                log.LogWarning(e, "A bus could not be {What} in order", what);
                if (what == "started")
                {
                    _ = watch.Lost();
                }
            }
        }
    }

    /// <summary>Knows since when a bus has been without a part of its connection.</summary>
    internal sealed class Watch(TimeProvider clock) : IReceiveEndpointObserver, IReceiveObserver
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<Uri, DateTimeOffset> _ready = [];
        private DateTimeOffset? _lost;
        private IConnection? _connection;

        public Task Lost()
        {
            lock (_lock)
            {
                _lost ??= clock.GetUtcNow();
            }

            return Task.CompletedTask;
        }

        /// <summary>All queues of a process share one connection: a loss is over when every one of them has come back since.</summary>
        public TimeSpan LostFor()
        {
            lock (_lock)
            {
                if (_connection is { IsOpen: false })
                {
                    _lost ??= clock.GetUtcNow();
                }

                if (_lost is null || _ready.Values.All(at => at > _lost))
                {
                    (_lost, _connection) = (null, null);
                    return TimeSpan.Zero;
                }

                return clock.GetUtcNow() - _lost.Value;
            }
        }

        public Task Ready(ReceiveEndpointReady ready)
        {
            lock (_lock)
            {
                if (ready.IsStarted)
                {
                    _ready[ready.InputAddress] = clock.GetUtcNow();
                }
            }

            return Task.CompletedTask;
        }

        public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

        public Task Completed(ReceiveEndpointCompleted completed) => Lost();

        public Task Faulted(ReceiveEndpointFaulted faulted) => Lost();

        public Task PreReceive(ReceiveContext context)
        {
            if (context.TryGetPayload(out ChannelContext? channel))
            {
                lock (_lock)
                {
                    _connection = channel.ConnectionContext.Connection;
                }
            }

            return Task.CompletedTask;
        }

        public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
    }
}
