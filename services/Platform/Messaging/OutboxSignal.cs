using System.Collections.Concurrent;
using System.Threading.Channels;

namespace ExportConsortia.Platform.Messaging;

/// <summary>Wakes the relay of a database as soon as there is something to send. Bulk messages have a lane of their own.</summary>
public sealed class OutboxSignal
{
    private readonly ConcurrentDictionary<(Type Db, bool Bulk), Channel<bool>> _channels = new();

    /// <summary>There is something to send, bulk or not.</summary>
    public void Raise(Type db)
    {
        Raise(db, bulk: false);
        Raise(db, bulk: true);
    }

    /// <summary>There is something to send in one of the two lanes.</summary>
    public void Raise(Type db, bool bulk) => Of(db, bulk).Writer.TryWrite(true);

    /// <summary>Waits until there is something to send, or for the poll interval.</summary>
    internal async Task WaitAsync(Type db, bool bulk, TimeSpan pollInterval, TimeProvider clock, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(pollInterval, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            await Of(db, bulk).Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Poll even though nobody raised the signal.
        }
    }

    private Channel<bool> Of(Type db, bool bulk) => _channels.GetOrAdd((db, bulk), _ =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }));
}
