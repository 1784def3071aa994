using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Operations;

/// <summary>How a service runs.</summary>
/// <param name="Name">The service.</param>
/// <param name="Status">What the replica says that answered; null if none did.</param>
public sealed record ServiceHealth(string Name, ServiceStatusResponse? Status)
{
    /// <summary>Its queues with failed messages; null if it could not say.</summary>
    public IReadOnlyList<FailedMessagesQueue>? Failed => Status?.FailedMessages;

    /// <summary>Messages that failed, over all queues.</summary>
    public long FailedCount => Failed?.Sum(queue => queue.Count) ?? 0;
}
