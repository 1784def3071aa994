using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Operations;

/// <summary>How a service runs.</summary>
/// <param name="Name">The service.</param>
/// <param name="Status">What the replica says that answered; null if none did.</param>
/// <param name="Failed">Its queues with failed messages; null if it could not say.</param>
public sealed record ServiceHealth(string Name, ServiceStatusResponse? Status, IReadOnlyList<FailedMessagesQueue>? Failed)
{
    /// <summary>Messages that failed, over all queues.</summary>
    public long FailedCount => Failed?.Sum(queue => queue.Count) ?? 0;
}
