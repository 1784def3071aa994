using System.Collections.Concurrent;
using MassTransit;

namespace ExportConsortia.Platform.Messaging;

/// <summary>
/// The embedded bus keeps messages in memory only. There a message counts as delivered when every queue that takes it has handled it;
/// until then its row stays in the outbox and is published again, also after a restart.
/// </summary>
public sealed class Deliveries(IEnumerable<Subscription> queues) : IConsumeObserver
{
    private readonly ConcurrentDictionary<Guid, Delivery> _awaited = new();
    private readonly ILookup<Type, string> _queues =
        queues.SelectMany(q => q.MessageTypes.Select(t => (Type: t, q.Name))).ToLookup(x => x.Type, x => x.Name);

    /// <summary>Publishes, and returns when all consumers have handled the message, or throws what one of them threw.</summary>
    internal async Task HandledAsync(Guid messageId, Type type, Func<Task> publish, CancellationToken ct)
    {
        var delivery = new Delivery([.. _queues[type]]);
        _awaited[messageId] = delivery;
        try
        {
            await publish();
            await delivery.Task.WaitAsync(ct);
        }
        finally
        {
            _awaited.TryRemove(messageId, out _);
        }
    }

    /// <inheritdoc/>
    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    /// <inheritdoc/>
    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        Of(context)?.HandledBy(context.Queue);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class
    {
        Of(context)?.Failed(exception);
        return Task.CompletedTask;
    }

    private Delivery? Of(ConsumeContext context) => _awaited.GetValueOrDefault(context.MessageId ?? Guid.Empty);

    // By name, not by count: a queue that handles the message twice doesn't stand for another queue.
    private sealed class Delivery
    {
        private readonly HashSet<string> _open;
        private readonly TaskCompletionSource _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Delivery(HashSet<string> open)
        {
            _open = open;
            if (open.Count == 0)
            {
                _handled.SetResult();
            }
        }

        public Task Task => _handled.Task;

        public void HandledBy(string queue)
        {
            lock (_open)
            {
                if (_open.Remove(queue) && _open.Count == 0)
                {
                    _handled.TrySetResult();
                }
            }
        }

        public void Failed(Exception exception) => _handled.TrySetException(exception);
    }
}
