namespace ExportConsortia.Membership.Tokens;

/// <summary>A network from which somebody has signed in to an account: strangers elsewhere can't slow it down.</summary>
internal sealed class KnownNetwork
{
    /// <summary>The most of an account; the one unused for longest is forgotten.</summary>
    public const int MostPerAccount = 20;

    public required Guid AccountId { get; init; }

    /// <summary>Hash of the network.</summary>
    public required string Network { get; init; }

    public required DateTime UsedAt { get; init; }
}
