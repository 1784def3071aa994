using System.Buffers.Text;
using System.Security.Cryptography;
using ExportConsortia.Membership.Accounts;

namespace ExportConsortia.Membership.Tokens;

/// <summary>
/// A sign-in and its chain of refresh tokens, of which only the latest is valid. If an older one is used again, two parties hold the chain, and
/// the session ends. Only the SHA-256 of a token is stored.
/// </summary>
internal sealed class Session
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    /// <summary>How long a repeated request (a double click, two tabs) is not taken for theft.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public enum Outcome
    {
        Rotated,
        Repeated,
        Reused,
        Ended,
    }

    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>The account's security stamp: a new password ends the session.</summary>
    public required string Stamp { get; init; }

    public required DateTime OpenedAt { get; init; }

    public string TokenHash { get; private set; } = "";

    public string? FormerHash { get; private set; }

    public DateTime RotatedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    public static Session Open(Account account, DateTime now, out string token)
    {
        var id = new Guid(RandomNumberGenerator.GetBytes(16));
        var session = new Session { Id = id, AccountId = account.Id, Stamp = account.SecurityStamp!, OpenedAt = now };
        token = session.NextToken(now);
        return session;
    }

    /// <summary>The session that a token belongs to, or empty if it isn't one of our tokens.</summary>
    public static Guid IdOf(string? token)
    {
        Span<byte> bytes = stackalloc byte[48];
        return token is { Length: 64 } && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var written) && written == 48
            ? new Guid(bytes[..16])
            : Guid.Empty;
    }

    public Outcome Rotate(string token, DateTime now, out string? next)
    {
        next = null;
        if (now >= ExpiresAt)
        {
            return Outcome.Ended;
        }

        var hash = Hash(token);
        if (Same(hash, TokenHash))
        {
            FormerHash = TokenHash;
            next = NextToken(now);
            return Outcome.Rotated;
        }

        return FormerHash is not null && Same(hash, FormerHash) && now - RotatedAt <= Grace ? Outcome.Repeated : Outcome.Reused;
    }

    private string NextToken(DateTime now)
    {
        var token = Base64Url.EncodeToString([.. Id.ToByteArray(), .. RandomNumberGenerator.GetBytes(32)]);
        (TokenHash, RotatedAt, ExpiresAt) = (Hash(token), now, now + Lifetime);
        return token;
    }

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token)));

    private static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(
        System.Text.Encoding.ASCII.GetBytes(a), System.Text.Encoding.ASCII.GetBytes(b));
}
