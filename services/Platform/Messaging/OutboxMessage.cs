namespace ExportConsortia.Platform.Messaging;

/// <summary>A message that was saved together with the change it reports, and waits for <see cref="OutboxRelay{TDb}"/>.</summary>
public sealed class OutboxMessage
{
    /// <summary>Order of saving; the relay keeps it within one aggregate.</summary>
    public long Sequence { get; init; }

    /// <summary>Identity on the bus: the receivers' inboxes recognise duplicates by it.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The aggregate that the message is about.</summary>
    public required Guid AggregateId { get; init; }

    /// <summary>CLR name of the contract, without version.</summary>
    public required string Type { get; init; }

    /// <summary>The message as JSON.</summary>
    public required string Body { get; init; }

    /// <summary>W3C trace context of the work that saved it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>It waits with others of its kind, behind which nothing else waits: it is long, or one person can cause many.</summary>
    public bool Bulk { get; init; }

    /// <summary>When it was saved, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>After a failed attempt: not retried before this instant, UTC.</summary>
    public DateTime? DueAt { get; init; }

    /// <summary>Failed attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; init; }
}
