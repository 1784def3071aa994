using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ExportConsortia.Platform.Messaging;

/// <summary>
/// Declares the queues of this process before its bus starts, one process after the other. The bus would let two replicas declare a new queue at the
/// same moment. RabbitMQ 4.0 ends the connection of the one that consumes before the queue runs, and then the bus never gets some of its consumers
/// (docs/decisions/0045).
/// </summary>
internal sealed class DeclareQueues(
    IConfiguration settings, IEnumerable<Subscription> subscriptions, IHostApplicationLifetime process, TimeProvider clock,
    ILogger<DeclareQueues> log) : IBusObserver
{
    /// <summary>What a queue is declared with, here and by the bus. A message that the process doesn't survive is delivered 20 times.</summary>
    public static readonly Dictionary<string, object?> Arguments = new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = 20,
    };

    // Only one connection at a time has it, and it goes with the connection.
    private const string Turn = "declaring-queues";

    /// <inheritdoc/>
    public async Task PreStart(IBus bus)
    {
        var ct = process.ApplicationStopping;
        var broker = new ConnectionFactory { Uri = new Uri(settings.GetConnectionString("rabbitmq")!), AutomaticRecoveryEnabled = false };
        while (true)
        {
            try
            {
                await using var connection = await broker.CreateConnectionAsync(ct);
                await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
                await channel.QueueDeclareAsync(Turn, durable: false, exclusive: true, autoDelete: true, cancellationToken: ct);
                foreach (var queue in subscriptions)
                {
                    await channel.QueueDeclareAsync(queue.Name, durable: true, exclusive: false, autoDelete: false, Arguments, cancellationToken: ct);
                }

                return;
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, ct);   // it is another process's turn
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                log.LogWarning("RabbitMQ can't be used yet ({Reason}); trying again in 5 s", (e.InnerException ?? e).Message);
                await Task.Delay(TimeSpan.FromSeconds(5), clock, ct);
            }
        }
    }

    /// <inheritdoc/>
    public void PostCreate(IBus bus)
    {
    }

    /// <inheritdoc/>
    public void CreateFaulted(Exception exception)
    {
    }

    /// <inheritdoc/>
    public Task PostStart(IBus bus, Task<BusReady> busReady) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task PreStop(IBus bus) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task PostStop(IBus bus) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;
}
