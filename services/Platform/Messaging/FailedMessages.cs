using System.ComponentModel;
using System.Text;
using ExportConsortia.Contracts;
using ExportConsortia.Platform.Http;
using ExportConsortia.Platform.Storage;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ExportConsortia.Platform.Messaging;

/// <summary>
/// Messages that a service could not handle. The operator sees why in the service's status and resends them once the cause is gone. In the
/// distributed shape they are in the error queues; in the embedded one they wait in the outbox, which retries them by itself.
/// </summary>
internal static class FailedMessages
{
    private const int ReasonsShown = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A queue with failed messages.</summary>
    public sealed record Queue(
        [property: Description("Name of the queue.")] string Name,
        [property: Description("Number of failed messages.")] long Count,
        [property: Description("Why the first of them failed, at most 5 reasons.")] IReadOnlyList<string> Reasons);

    /// <summary>What was resent.</summary>
    public sealed record Resent([property: Description("Number of messages resent.")] int Messages);

    public static void Map(IEndpointRouteBuilder routes, string service) =>
        routes.MapPost("failed-messages/resend", (HttpContext http, CancellationToken ct) => ResendAsync(http.RequestServices, service, ct))
            .WithName($"ResendFailedMessages-{service}")
            .WithSummary("Resend failed messages")
            .WithDescription("For operators, once the cause is gone: resends all failed messages of this service.")
            .For(Role.Operator);

    /// <summary>The queues of a service with failed messages, its outbox among them; null if the broker doesn't answer.</summary>
    public static async Task<IReadOnlyList<Queue>?> FindAsync(IServiceProvider services, string service, CancellationToken ct)
    {
        var found = new List<Queue>();
        if (services.GetKeyedService<ServiceDb>(service) is { } db)
        {
            var failed = db.Outbox.Where(m => m.Attempts > 0);
            var reasons = await failed.OrderBy(m => m.Sequence).Take(ReasonsShown).Select(m => m.LastError!).ToListAsync(ct);
            found.Add(new Queue($"{service}-outbox", await failed.CountAsync(ct), reasons));
        }

        try
        {
            await EachErrorQueueAsync(services, service, async (channel, queue, count) =>
            {
                var reasons = new List<string>();
                while (reasons.Count < ReasonsShown && await channel.BasicGetAsync(ErrorQueue(queue), autoAck: false, ct) is { } message)
                {
                    reasons.Add(Header(message, MessageHeaders.FaultMessage) ?? "Unknown.");
                }

                // Closing the channel puts the messages back.
                found.Add(new Queue(queue, count, reasons));
            }, ct);
        }
        catch (Exception e) when (e is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException)
        {
            return null;
        }

        return [.. found.Where(q => q.Count > 0)];
    }

    private static async Task<Ok<Resent>> ResendAsync(IServiceProvider services, string service, CancellationToken ct)
    {
        var resent = 0;
        if (services.GetKeyedService<ServiceDb>(service) is { } db)
        {
            await db.InOneTransactionAsync(async () =>
            {
                resent += await db.Outbox.Where(m => m.Attempts > 0)
                    .ExecuteUpdateAsync(set => set.SetProperty(m => m.DueAt, (DateTime?)null), ct);
                return true;
            }, ct);
            services.GetRequiredService<OutboxSignal>().Raise(db.GetType());
        }

        await EachErrorQueueAsync(services, service, async (channel, queue, count) =>
        {
            // No more than there were: what fails again is queued behind them.
            for (; count > 0 && await channel.BasicGetAsync(ErrorQueue(queue), autoAck: false, ct) is { } message; count--)
            {
                var properties = new BasicProperties(message.BasicProperties)
                {
                    Headers = message.BasicProperties.Headers?
                        .Where(h => !h.Key.StartsWith("MT-", StringComparison.Ordinal) && h.Key != "x-delivery-count")
                        .ToDictionary(h => h.Key, h => h.Value),
                };
                await channel.BasicPublishAsync("", queue, mandatory: true, properties, message.Body, ct);   // returns when the broker has it
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
                resent++;
            }
        }, ct);
        return TypedResults.Ok(new Resent(resent));
    }

    private static string ErrorQueue(string queue) => $"{queue}_error";

    private static async Task EachErrorQueueAsync(
        IServiceProvider services, string service, Func<IChannel, string, uint, Task> work, CancellationToken ct)
    {
        if (services.GetRequiredService<IConfiguration>().GetConnectionString("rabbitmq") is not { } rabbit)
        {
            return;
        }

        var factory = new ConnectionFactory { Uri = new Uri(rabbit), RequestedConnectionTimeout = Patience };
        await using var connection = await factory.CreateConnectionAsync(ct);
        var queues = services.GetServices<Subscription>().Select(s => s.Name);
        foreach (var queue in queues.Where(q => q.StartsWith($"{service}-", StringComparison.Ordinal)))
        {
            await using var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
            try
            {
                await work(channel, queue, await channel.MessageCountAsync(ErrorQueue(queue), ct));
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                // No message of this queue has ever failed.
            }
        }
    }

    private static string? Header(BasicGetResult message, string name) =>
        message.BasicProperties.Headers?.TryGetValue(name, out var value) == true && value is byte[] text ? Encoding.UTF8.GetString(text) : null;
}
