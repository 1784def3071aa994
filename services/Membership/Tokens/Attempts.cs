using System.Globalization;

namespace ExportConsortia.Membership.Tokens;

/// <summary>
/// Slows down whoever tries secrets: of one subject, such as an account, from one network, with waits that grow from 2 seconds to 15 minutes. All
/// networks from which nobody has signed in to it are slowed down together after many failures; the others never by a stranger's. So a guesser gets
/// nowhere, and shuts nobody out.
/// </summary>
internal sealed class Attempts(Gates gates, TimeProvider clock)
{
    private const int FreeFromOneNetwork = 5;
    private const int FreeFromUnknownNetworks = 20;
    private const int LongestWait = 15 * 60;

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    public enum Outcome
    {
        Right,
        Wrong,
        TooMany,
    }

    /// <summary>The answer while a network has to wait; it is the same whether there is such an account or not.</summary>
    public static ProblemHttpResult TooMany() => Refusal.Problem(
        StatusCodes.Status429TooManyRequests, "TOO_MANY_ATTEMPTS",
        "Too many wrong attempts from your network. Wait as long as Retry-After says, and try again.");

    /// <summary>What is stored of the caller's network.</summary>
    public static string NetworkOf(HttpContext http) => LinkToken.HashOf(Edge.Network(http));

    /// <summary>Tries a secret, one at a time for a subject: many at once get no more than many in a row.</summary>
    /// <param name="db">The database.</param>
    /// <param name="http">The request; its answer says how long to wait.</param>
    /// <param name="subject">What the secret belongs to.</param>
    /// <param name="isKnown">True if somebody has signed in to it from this network.</param>
    /// <param name="isRight">Checks the secret.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Outcome> TryAsync(
        MembershipDb db, HttpContext http, string subject, bool isKnown, Func<Task<bool>> isRight, CancellationToken ct)
    {
        var (hash, network) = (LinkToken.HashOf(subject), NetworkOf(http));
        List<string> counted = isKnown ? [network] : [network, ""];
        using var turn = await gates.EnterAsync($"attempts {hash}", ct);
        var now = clock.GetUtcNow().UtcDateTime;
        var since = now - Remembered;
        var failed = await db.Attempts.AsNoTracking().Where(a => a.Subject == hash && counted.Contains(a.Network) && a.LastAt > since)
            .ToListAsync(ct);
        var waits = failed.Select(a => a.LastAt + Wait(a) - now).Append(TimeSpan.Zero).Max();
        if (waits > TimeSpan.Zero)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(waits.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Outcome.TooMany;
        }

        if (await isRight())
        {
            if (failed.Exists(a => a.Network == network))
            {
                await db.Attempts.Where(a => a.Subject == hash && a.Network == network).ExecuteDeleteAsync(ct);
            }

            return Outcome.Right;
        }

        foreach (var place in counted)
        {
            await CountAsync(db, hash, place, now, ct);
        }

        return Outcome.Wrong;
    }

    /// <summary>Forgets what was tried in vain at an account: it is unlocked, or has a new password.</summary>
    public static Task ForgetAsync(MembershipDb db, string subject, CancellationToken ct)
    {
        var hash = LinkToken.HashOf(subject);
        return db.Attempts.Where(a => a.Subject == hash).ExecuteDeleteAsync(ct);
    }

    private static TimeSpan Wait(Attempt attempt)
    {
        var over = attempt.Failures - (attempt.Network.Length > 0 ? FreeFromOneNetwork : FreeFromUnknownNetworks);
        return over < 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(over > 8 ? LongestWait : 2 << over);
    }

    private static async Task CountAsync(MembershipDb db, string subject, string network, DateTime now, CancellationToken ct)
    {
        var row = db.Attempts.Where(a => a.Subject == subject && a.Network == network);
        var since = now - Remembered;
        await db.InOneTransactionAsync(
            async () =>
            {
                var counted = await row.ExecuteUpdateAsync(
                    set => set.SetProperty(a => a.Failures, a => a.LastAt > since ? a.Failures + 1 : 1).SetProperty(a => a.LastAt, now), ct);
                if (counted == 0)
                {
                    await db.Attempts.Where(a => a.LastAt < since).ExecuteDeleteAsync(ct);
                    var first = db.Add(new Attempt { Subject = subject, Network = network, Failures = 1, LastAt = now });
                    await db.SaveChangesAsync(ct);
                    first.State = EntityState.Detached;   // the next one counts in the store
                }

                return true;
            },
            ct);
    }
}
