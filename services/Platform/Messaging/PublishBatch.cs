using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MassTransit;

namespace ExportConsortia.Platform.Messaging;

/// <summary>
/// Publishes a batch of outbox rows: the aggregates side by side, the messages of one aggregate one after the other. A message that fails holds up
/// the later ones of its aggregate only.
/// </summary>
internal sealed class PublishBatch(IBus bus, TimeProvider clock, Deliveries? deliveries)
{
    private static readonly TimeSpan BatchTimeout = TimeSpan.FromSeconds(30);
    private static readonly ConcurrentDictionary<string, Type> Contracts = new(StringComparer.Ordinal);

    // Many threads that start to publish at once contend for the client's locks: so one starts after the other; they still wait at the same time.
    private static readonly TaskScheduler OneAtATime = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

    /// <summary>Publishes; ends when all are delivered or have failed, or after the timeout.</summary>
    public async Task<Outcome> PublishAsync(List<OutboxMessage> rows, long epoch, CancellationToken ct)
    {
        if (rows.Count == 0)
        {
            return new([], []);
        }

        // One timeout for the batch: a timer for each message would cost as much as the message.
        using var timeout = new CancellationTokenSource(BatchTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        var delivered = new ConcurrentBag<long>();
        var failed = new ConcurrentBag<Failure>();
        var publishing = Task.Factory.StartNew(
            () => Task.WhenAll(rows.GroupBy(m => m.AggregateId)
                .Select(aggregate => PublishInSequenceAsync(aggregate, epoch, delivered, failed, either.Token))),
            CancellationToken.None, TaskCreationOptions.None, OneAtATime).Unwrap();
        // Not every send over a dead channel observes its token.
        await publishing.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        long[] done = [.. delivered];
        var failures = failed.ToList();
        if (timeout.IsCancellationRequested)
        {
            var error = new TimeoutException($"Not delivered within {BatchTimeout.TotalSeconds} s.");
            failures.AddRange(rows.ExceptBy(done, m => m.Sequence).DistinctBy(m => m.AggregateId)
                .ExceptBy(failures.Select(f => f.Row.Sequence), m => m.Sequence).Select(first => new Failure(first, error)));
        }

        return new(done, failures);
    }

    private async Task PublishInSequenceAsync(
        IEnumerable<OutboxMessage> aggregate, long epoch, ConcurrentBag<long> delivered, ConcurrentBag<Failure> failed, CancellationToken ct)
    {
        foreach (var row in aggregate)
        {
            try
            {
                await PublishAsync(row, epoch, ct);
                delivered.Add(row.Sequence);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;   // the process stops, or the batch timed out
            }
            catch (Exception e)
            {
                failed.Add(new(row, e));
                return;
            }
        }
    }

    private async Task PublishAsync(OutboxMessage row, long epoch, CancellationToken ct)
    {
        var type = Contracts.GetOrAdd(row.Type, name => Type.GetType(name, throwOnError: true)!);
        var message = JsonSerializer.Deserialize(row.Body, type)!;
        using var activity = Telemetry.Source.StartActivity($"outbox {type.Name}", ActivityKind.Internal, row.TraceParent);
        var publish = () => bus.Publish(message, type, Pipe.Execute<PublishContext>(context =>
        {
            context.MessageId = row.MessageId;
            if (epoch > 0)
            {
                context.Headers.Set(Epoch.Header, epoch.ToString(CultureInfo.InvariantCulture));
            }
        }), ct);
        await (deliveries is null ? publish() : deliveries.HandledAsync(row.MessageId, type, publish, ct));
    }

    /// <summary>A message that was not delivered, and why.</summary>
    public sealed record Failure(OutboxMessage Row, Exception Error);

    /// <summary>The sequences of the delivered messages, and the first failed message of each aggregate that has one.</summary>
    public sealed record Outcome(long[] Delivered, List<Failure> Failures);
}
