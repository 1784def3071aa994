using System.Diagnostics.CodeAnalysis;

namespace ExportConsortia.Portal.Api;

// What the pages read of the answers that every service gives, under the same names as in its interface; a test compares them.

[SuppressMessage("Naming", "CA1711", Justification = "The name in the interface.")]
public sealed record FailedMessagesQueue(string Name, long Count, IReadOnlyList<string> Reasons);

public sealed record FailedMessagesResent(int Messages);

public sealed record ReadTracesPage(IReadOnlyList<ReadTracesResponse> Traces, Guid? Before);

public sealed record ReadTracesResponse(DateTime At, Guid AuthorId, string What, Guid? AboutId, string? Reason, int Count);

public sealed record ServiceStatusResponse(
    string Replica, string Version, DateTime StartedAt, bool Ready, IReadOnlyDictionary<string, string> Checks,
    IReadOnlyList<FailedMessagesQueue>? FailedMessages);

// The gateway has no document of its own: these are named like their types there.

public sealed record GatewayStatusResponse(string Replica, string Version, DateTime StartedAt, IReadOnlyList<GatewayStatusService> Services);

public sealed record GatewayStatusService(string Name, bool Ready, IReadOnlyList<GatewayStatusDestination> Replicas);

public sealed record GatewayStatusDestination(string Address, string Health);
