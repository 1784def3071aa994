namespace ExportConsortia.Platform.Messaging;

/// <summary>Remembers that a consumer has handled a message, so that the same message twice has one effect.</summary>
public sealed class InboxMessage
{
    /// <summary>The message.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The queue of the consumer that handled it.</summary>
    public required string Consumer { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime HandledAt { get; init; }
}
