namespace ExportConsortia.Membership.Tokens;

/// <summary>How often a secret was tried in vain: from one network, or from all that never succeeded together.</summary>
internal sealed class Attempt
{
    /// <summary>Hash of what the secret belongs to, such as an e-mail address, whether there is such an account or not.</summary>
    public required string Subject { get; init; }

    /// <summary>Hash of the network; empty: all networks from which nobody has signed in to it yet.</summary>
    public required string Network { get; init; }

    public required int Failures { get; init; }

    public required DateTime LastAt { get; init; }
}
