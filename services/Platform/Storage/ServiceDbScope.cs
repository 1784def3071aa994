using ExportConsortia.Platform.Messaging;

namespace ExportConsortia.Platform.Storage;

/// <summary>What every service's database needs from its surroundings.</summary>
public sealed record ServiceDbScope(Caller Caller, TimeProvider Clock, OutboxSignal Signal, Gates Gates);
