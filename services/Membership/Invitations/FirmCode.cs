using System.Security.Cryptography;

namespace ExportConsortia.Membership.Invitations;

/// <summary>
/// The code with which a firm confirms its first account. An operator gives it to the firm outside the platform, so a manager who invites somebody in
/// a firm's name doesn't have it. It is valid once, for 30 days; only its hash is stored.
/// </summary>
internal sealed class FirmCode
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    // No letters or digits that are taken for each other: 5 bits each.
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public required Guid MemberId { get; init; }

    public required string Hash { get; init; }

    public required Guid IssuedBy { get; init; }

    /// <summary>The accounts behind the operator.</summary>
    public required List<Guid> Controllers { get; init; }

    public required DateTime IssuedAt { get; init; }

    /// <summary>A new code of 80 bits, in groups of four.</summary>
    public static string New() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => new string(RandomNumberGenerator.GetItems<char>(Letters, 4))));

    /// <summary>What is stored of it; small letters, blanks and hyphens don't matter.</summary>
    public static string HashOf(string code) => LinkToken.HashOf(string.Concat(code.ToUpperInvariant().Where(Letters.Contains)));

    public bool Is(string? code, DateTime now) => code is not null && now < IssuedAt + Lifetime && HashOf(code) == Hash;
}
