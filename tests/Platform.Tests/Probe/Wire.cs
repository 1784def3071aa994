using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ExportConsortia.Platform.Tests.Probe;

/// <summary>Records each copy of a line that passes through the broker, in order.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly IConnection _connection;

    private Wire(IConnection connection) => _connection = connection;

    /// <summary>Message id, sender, line.</summary>
    public ConcurrentQueue<(string MessageId, string Sender, LineWritten Line)> Sent { get; } = new();

    public static async Task<Wire> Listen(string rabbit)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(rabbit) }.CreateConnectionAsync();
        var wire = new Wire(connection);
        var channel = await connection.CreateChannelAsync();
        var exchange = $"{typeof(LineWritten).Namespace}:{nameof(LineWritten)}";
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, exchange, "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            using var envelope = JsonDocument.Parse(delivery.Body);
            wire.Sent.Enqueue((
                envelope.RootElement.GetProperty("messageId").GetString()!,
                envelope.RootElement.GetProperty("sourceAddress").GetString()!,
                envelope.RootElement.GetProperty("message").Deserialize<LineWritten>(JsonSerializerOptions.Web)!));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return wire;
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();
}
