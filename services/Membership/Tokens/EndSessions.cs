using System.Linq.Expressions;
using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Tokens;

/// <summary>Ends sessions before they expire: their refresh tokens here, and their access tokens in every service.</summary>
internal static class EndSessions
{
    /// <summary>With the next save these sessions of an account have ended.</summary>
    public static async Task OfAsync(MembershipDb db, Guid account, Expression<Func<Session, bool>> which, DateTime now, CancellationToken ct)
    {
        var sessions = await db.Sessions.Where(s => s.AccountId == account).Where(which).ToListAsync(ct);
        if (sessions.Count == 0)
        {
            return;
        }

        var ids = sessions.ConvertAll(s => s.Id);
        db.RemoveRange(sessions);
        db.Publish(account, new SessionsEnded(account, ids, now));
        await db.EndSessionsAsync(ids, ct);
    }
}
