using System.Buffers.Text;
using System.Security.Cryptography;
using ExportConsortia.Membership.Accounts;

namespace ExportConsortia.Membership.Tokens;

/// <summary>
/// A sign-in and its refresh tokens. Of a program's chain of tokens only the latest is valid: if an older one is used again, two parties hold the
/// chain, and the session ends. A web session has one token. Only the SHA-256 of a token is stored.
/// </summary>
internal sealed class Session
{
    /// <summary>How long a session lasts after it was last used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    /// <summary>How long a web session lasts however much it is used.</summary>
    public static readonly TimeSpan LongestWeb = TimeSpan.FromDays(90);

    /// <summary>How long a repeated request (a double click, two tabs) is not taken for theft.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>The use of a web session is noted at most this often: its refreshes read the store and rarely write.</summary>
    public static readonly TimeSpan NotedEvery = TimeSpan.FromHours(1);

    /// <summary>The sessions of one account; at one more sign-in, the one unused for longest ends.</summary>
    public const int MostPerAccount = 50;

    public const int LongestUserAgent = 200;

    public enum Outcome
    {
        Refreshed,
        Repeated,
        Reused,
        Ended,
    }

    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    public required SessionKind Kind { get; init; }

    /// <summary>The account's security stamp: a new password or a lock ends the session.</summary>
    public required string Stamp { get; init; }

    public required DateTime OpenedAt { get; init; }

    /// <summary>What signed in, as it called itself: tells a person's sessions apart.</summary>
    public string? UserAgent { get; init; }

    public string TokenHash { get; private set; } = "";

    public string? FormerHash { get; private set; }

    /// <summary>When it last gave an access token; of a web session noted once an hour.</summary>
    public DateTime UsedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    public static Session Open(Account account, SessionKind kind, string? userAgent, DateTime now, out string token)
    {
        var session = new Session
        {
            Id = new Guid(RandomNumberGenerator.GetBytes(16)),
            AccountId = account.Id,
            Kind = kind,
            Stamp = account.SecurityStamp!,
            OpenedAt = now,
            UserAgent = Shortened(userAgent),
        };
        token = session.NextToken();
        session.NoteUse(now);
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

    /// <summary>Uses a refresh token; <paramref name="next"/> is the one to use next time, of a web session the same.</summary>
    public Outcome Refresh(string token, DateTime now, out string? next)
    {
        next = null;
        if (now >= ExpiresAt)
        {
            return Outcome.Ended;
        }

        var hash = Hash(token);
        var isLatest = Same(hash, TokenHash);
        if (Kind == SessionKind.Web)
        {
            if (isLatest && now - UsedAt >= NotedEvery)
            {
                NoteUse(now);
            }

            next = token;
            return isLatest ? Outcome.Refreshed : Outcome.Ended;
        }

        if (isLatest)
        {
            FormerHash = TokenHash;
            next = NextToken();
            NoteUse(now);
            return Outcome.Refreshed;
        }

        return FormerHash is not null && Same(hash, FormerHash) && now - UsedAt <= Grace ? Outcome.Repeated : Outcome.Reused;
    }

    private string NextToken()
    {
        var token = Base64Url.EncodeToString([.. Id.ToByteArray(), .. RandomNumberGenerator.GetBytes(32)]);
        TokenHash = Hash(token);
        return token;
    }

    private void NoteUse(DateTime now)
    {
        UsedAt = now;
        ExpiresAt = Kind == SessionKind.Web && OpenedAt + LongestWeb < now + Lifetime ? OpenedAt + LongestWeb : now + Lifetime;
    }

    private static string? Shortened(string? userAgent)
    {
        var text = userAgent is { Length: > LongestUserAgent } ? userAgent[..LongestUserAgent] : userAgent;
        return text is { Length: > 0 } && Input.IsText(text) ? text : null;
    }

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token)));

    private static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(
        System.Text.Encoding.ASCII.GetBytes(a), System.Text.Encoding.ASCII.GetBytes(b));
}
