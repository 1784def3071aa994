using System.Collections.Concurrent;
using MassTransit;

namespace ExportConsortia.Servers;

/// <summary>Records what a service publishes and what its consumers handle.</summary>
internal sealed class BusLog : IPublishObserver, IConsumeObserver
{
    private readonly List<Delivery> _deliveries = [];

    public ConcurrentQueue<(Guid Id, object Message)> Published { get; } = new();

    public ConcurrentQueue<(Guid Id, object Message)> Consumed { get; } = new();

    /// <summary>Follows the next delivery of a message to these queues: true when all have handled it, false when one failed.</summary>
    public Task<bool> Follow(Guid id, IEnumerable<string> queues)
    {
        var delivery = new Delivery(id, [.. queues]);
        lock (_deliveries)
        {
            _deliveries.Add(delivery);
        }

        return delivery.Handled.Task;
    }

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class
    {
        Published.Enqueue((context.MessageId!.Value, context.Message));
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        Consumed.Enqueue((context.MessageId!.Value, context.Message));
        return Record(context, handled: true);
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => Record(context, handled: false);

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    private Task Record(ConsumeContext context, bool handled)
    {
        var queue = context.ReceiveContext.InputAddress.AbsolutePath.Split('/')[^1];
        lock (_deliveries)
        {
            // The same message may be under way several times: each outcome counts for the oldest delivery that still lacks it.
            var delivery = _deliveries.Find(d => d.Id == context.MessageId && d.Queues.Contains(queue));
            if (delivery is not null && (!handled || (delivery.Queues.Remove(queue) && delivery.Queues.Count == 0)))
            {
                _deliveries.Remove(delivery);
                delivery.Handled.SetResult(handled);
            }
        }

        return Task.CompletedTask;
    }

    private sealed record Delivery(Guid Id, HashSet<string> Queues)
    {
        public TaskCompletionSource<bool> Handled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
