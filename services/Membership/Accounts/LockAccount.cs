using System.ComponentModel;
using ExportConsortia.Membership.Tokens;

namespace ExportConsortia.Membership.Accounts;

/// <summary>
/// Locks or unlocks an account. Nobody can lock everyone who could object (F-G6): managers, auditors and operators are locked by two people, or by an
/// operator alone while two other people are left, one of them a manager, and a firm keeps somebody with access.
/// </summary>
internal static class LockAccount
{
    private const int LongestReason = 500;

    /// <summary>Why an account is locked or unlocked.</summary>
    /// <param name="Reason">The reason, 1 to 500 characters; those who see the account read it while it is locked.</param>
    public sealed record Request(string Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("accounts/{id:guid}/lock", LockAsync)
            .WithName(nameof(LockAccount))
            .WithSummary("Lock an account")
            .WithDescription("The person's sessions end at once in all services, they can't sign in, and their open invitations are withdrawn. "
                + "Managers and a firm's people lock accounts of firms, as long as the firm keeps somebody with access (409 LAST_OF_FIRM). Managers, "
                + "auditors and operators are locked by two people: the first request proposes it, the second one within 7 days locks (409 "
                + "SECOND_PERSON when both may be one person); managers and auditors never so that no manager or fewer than two of the clean team "
                + "are left (409 CLEAN_TEAM_TOO_SMALL), unless two operators do it. An operator alone locks an operator whom it invited, and a "
                + "manager or an auditor as long as two other people are left, one of them a manager. 409 OWN_ACCOUNT for the caller's own account.")
            .WithExample(new Request("Left the company on 1 March."))
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser, Role.Operator);
        routes.MapPost("accounts/{id:guid}/unlock", UnlockAsync)
            .WithName("UnlockAccount")
            .WithSummary("Unlock an account")
            .WithDescription("For those who may lock it, with a reason; of managers, auditors and operators only for another person (409 "
                + "SECOND_PERSON). Whom somebody of the firm locked, only the firm unlocks (409 FIRM_UNLOCKS). Withdraws the caller's own proposal "
                + "to lock it, and, among colleagues, ends waits after wrong passwords.")
            .WithExample(new Request("Came back on 1 April."))
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser, Role.Operator);
    }

    private static async Task<Results<Ok<ListAccounts.Response>, ProblemHttpResult>> LockAsync(
        Guid id, [Description("Why.")] Request? request, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (id == caller.UserId)
        {
            return new Refusal("OWN_ACCOUNT", "You can't lock your own account. Ask another manager or an operator.").ToProblem();
        }

        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, ct) is not { } wanted || !MayDecide(caller, wanted))
        {
            return Refusal.NotFound();
        }

        var errors = new InputErrors();
        var reason = errors.Text(request?.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var (account, refusal) = (wanted, (Refusal?)null);
        await db.InOneTransactionAsync(
            async () =>
            {
                // Those who could object are locked one at a time: two at once could leave nobody.
                var peers = db.Accounts.Where(a => a.ConsortiumId == wanted.ConsortiumId && a.MemberId == wanted.MemberId);
                await db.LockAsync(peers.Select(a => a.Id).OrderBy(peer => peer), ct);
                var all = await peers.ToListAsync(ct);
                account = all.Single(a => a.Id == id);
                if (account.LockedAt is not null)
                {
                    return true;
                }

                var now = clock.GetUtcNow().UtcDateTime;
                refusal = await DecideAsync(account, all, caller, reason, now, db, ct);
                if (refusal is not null)
                {
                    return false;
                }

                db.Record(account.LockedAt is null ? "LOCK_PROPOSED" : "ACCOUNT_LOCKED", id, reason, account.ConsortiumId, firm: account.MemberId);
                if (account.LockedAt is not null)
                {
                    all.ForEach(a => a.ForgetProposalOf(id));
                    // Also those that the caller can't see.
                    db.RemoveRange(await db.Invitations.IgnoreQueryFilters([MembershipDb.Readers]).Where(i => i.InvitedBy == id).ToListAsync(ct));
                    await EndSessions.OfAsync(db, id, _ => true, now, ct);
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refusal is null ? TypedResults.Ok(await DescribeAsync(account, db, ct)) : refusal.ToProblem();
    }

    private static async Task<Results<Ok<ListAccounts.Response>, ProblemHttpResult>> UnlockAsync(
        Guid id, [Description("Why.")] Request? request, MembershipDb db, Caller caller, CancellationToken ct)
    {
        if (await db.Accounts.SingleOrDefaultAsync(a => a.Id == id, ct) is not { } account || !MayDecide(caller, account))
        {
            return Refusal.NotFound();
        }

        var errors = new InputErrors();
        var reason = errors.Text(request?.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (account.LockedAt is not null)
        {
            if (await RefuseToUnlockAsync(account, caller, db, ct) is { } refusal)
            {
                return refusal.ToProblem();
            }

            db.Record("ACCOUNT_UNLOCKED", id, reason, account.ConsortiumId, firm: account.MemberId);
        }

        // A manager who ended the waits of a firm's people could guess their passwords faster; a colleague who does it again and again is seen.
        if (caller.MemberId == account.MemberId)
        {
            if (account.LockedAt is null)
            {
                db.Record("WAITS_ENDED", id, reason, account.ConsortiumId, firm: account.MemberId);
            }

            await Attempts.ForgetAsync(db, account.NormalizedEmail!, ct);
        }

        account.ForgetProposalOf(caller.UserId);
        account.Unlock();

        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(await DescribeAsync(account, db, ct));
    }

    private static async Task<Refusal?> RefuseToUnlockAsync(Account account, Caller caller, MembershipDb db, CancellationToken ct)
    {
        if (account.MemberId is null)
        {
            return caller.IsTwoPeopleWith(account.Id, account.Controllers)
                || (caller.Is(Role.Operator) && caller.UserId != account.Id && !await SecondPerson.AreThereTwoAsync(db, ct))
                ? null
                : SecondPerson.Missing("You and the owner of this account may be one person. Somebody else or another operator can do it.");
        }

        // The firm locked somebody who left: nobody else lets them in again.
        return caller.MemberId is not null || caller.UserId == account.LockedBy
            || await db.Accounts.AnyAsync(by => by.Id == account.LockedBy && by.MemberId == null, ct)
            ? null
            : new("FIRM_UNLOCKS", "Somebody of the firm locked this account: only the firm can unlock it.");
    }

    // Who sees an account may decide on it, but for auditors, who decide only on the clean team.
    private static bool MayDecide(Caller caller, Account account) => account.MemberId is null || !caller.Is(Role.Auditor);

    private static async Task<Refusal?> DecideAsync(
        Account account, List<Account> peers, Caller caller, string reason, DateTime now, MembershipDb db, CancellationToken ct)
    {
        var left = peers.FindAll(a => a.Id != account.Id && a.LockedAt is null);
        if (account.MemberId is not null)
        {
            return left.Count == 0
                ? new("LAST_OF_FIRM", "Nobody else of the firm has access: it could no longer answer or object. Suspend the firm if you must.")
                : Lock();
        }

        if (caller.Is(Role.Operator))
        {
            // Whom an operator invited doesn't count: two other people must be left, one of them a manager.
            var others = left.FindAll(a => caller.IsTwoPeopleWith(a.Id, a.Controllers));
            var mayAlone = account.Role == Role.Operator
                ? account.Controllers.Contains(caller.UserId)
                : others.Count >= 2 && others.Exists(a => a.Role == Role.ConsortiumManager);
            if (mayAlone || (account.Role != Role.Operator && !await SecondPerson.AreThereTwoAsync(db, ct)))
            {
                return Lock();
            }
        }
        else if (left.Count < 2 || !left.Exists(a => a.Role == Role.ConsortiumManager))
        {
            return new("CLEAN_TEAM_TOO_SMALL", "A manager and a second person of the clean team must be left. Only two operators can lock it now.");
        }

        if (account.LockProposal is not { } proposal || proposal.At + LockProposal.Lifetime <= now || proposal.By == caller.UserId)
        {
            account.ProposeLock(new(caller.UserId, [.. caller.Controllers], reason, now));
            return null;
        }

        return caller.IsTwoPeopleWith(proposal.By, proposal.Controllers)
            || (caller.Is(Role.Operator) && !await SecondPerson.AreThereTwoAsync(db, ct))
            ? Lock()
            : SecondPerson.Missing("You and the one who proposed it may be one person. Somebody else must agree.");

        Refusal? Lock()
        {
            account.Lock(caller.UserId, reason, now);
            return null;
        }
    }

    private static async Task<ListAccounts.Response> DescribeAsync(Account account, MembershipDb db, CancellationToken ct) =>
        (await ListAccounts.DescribeAsync([account], db, ct))[0];
}
