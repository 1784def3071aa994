using System.Collections.Concurrent;
using System.Threading.Channels;

namespace ExportConsortia.Platform.Messaging;

/// <summary>Wakes the relay of a database as soon as there is something to send.</summary>
public sealed class OutboxSignal
{
    private readonly ConcurrentDictionary<Type, Channel<bool>> _channels = new();

    /// <summary>There is something to send.</summary>
    public void Raise(Type db) => Of(db).Writer.TryWrite(true);

    /// <summary>Waits until there is something to send, or for the poll interval.</summary>
    internal async Task WaitAsync(Type db, TimeSpan pollInterval, TimeProvider clock, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(pollInterval, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            await Of(db).Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Poll even though nobody raised the signal.
        }
    }

    private Channel<bool> Of(Type db) => _channels.GetOrAdd(db, _ =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }));
}
