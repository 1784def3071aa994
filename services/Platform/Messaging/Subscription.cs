namespace ExportConsortia.Platform.Messaging;

/// <summary>A queue of this process, its consumer and the message types that it takes.</summary>
public sealed record Subscription(string Name, Type Consumer, IReadOnlyList<Type> MessageTypes);
