using System.ComponentModel;
using ExportConsortia.Membership.Tokens;

namespace ExportConsortia.Membership.Accounts;

/// <summary>
/// Locks or unlocks an account. Nobody can lock everyone who could object (F-G6): a manager or an auditor is locked by two people or by an operator,
/// and a firm keeps somebody with access.
/// </summary>
internal static class LockAccount
{
    private const int LongestReason = 500;

    /// <summary>Why an account is locked.</summary>
    /// <param name="Reason">The reason, 1 to 500 characters; those who see the account read it.</param>
    public sealed record Request(string Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("accounts/{id:guid}/lock", LockAsync)
            .WithName(nameof(LockAccount))
            .WithSummary("Lock an account")
            .WithDescription("The person's sessions end at once in all services, they can't sign in, and their open invitations are withdrawn. "
                + "Managers lock accounts of firms, as long as the firm keeps somebody with access (409 LAST_OF_FIRM); a firm's people lock "
                + "colleagues; operators lock operators, managers and auditors. A manager or an auditor locks another one only together with a "
                + "second person: the first request proposes it, the second one within 7 days locks (409 SECOND_PERSON when both may be one person), "
                + "and never so that no manager or fewer than two of the clean team are left (409 CLEAN_TEAM_TOO_SMALL). 409 OWN_ACCOUNT for the "
                + "caller's own account.")
            .WithExample(new Request("Left the company on 1 March."))
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser, Role.Operator);
        routes.MapPost("accounts/{id:guid}/unlock", UnlockAsync)
            .WithName("UnlockAccount")
            .WithSummary("Unlock an account")
            .WithDescription("For those who may lock it; a manager or an auditor is unlocked by an operator or by another person of the clean team "
                + "(409 SECOND_PERSON). Withdraws the caller's own proposal to lock it, and ends waits after wrong passwords.")
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
                refusal = Decide(account, all, caller, reason, now);
                if (refusal is not null)
                {
                    return false;
                }

                db.Record(account.LockedAt is null ? "LOCK_PROPOSED" : "ACCOUNT_LOCKED", id, reason, account.ConsortiumId, firm: account.MemberId);
                if (account.LockedAt is not null)
                {
                    all.ForEach(a => a.ForgetProposalOf(id));
                    db.RemoveRange(await db.Invitations.Where(i => i.InvitedBy == id).ToListAsync(ct));
                    await EndSessions.OfAsync(db, id, _ => true, now, ct);
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refusal is null ? TypedResults.Ok(await DescribeAsync(account, db, ct)) : refusal.ToProblem();
    }

    private static async Task<Results<Ok<ListAccounts.Response>, ProblemHttpResult>> UnlockAsync(
        Guid id, MembershipDb db, Caller caller, CancellationToken ct)
    {
        if (await db.Accounts.SingleOrDefaultAsync(a => a.Id == id, ct) is not { } account || !MayDecide(caller, account))
        {
            return Refusal.NotFound();
        }

        if (account.LockedAt is not null && account.MemberId is null && !caller.Is(Role.Operator)
            && !caller.IsTwoPeopleWith(account.Id, account.Controllers))
        {
            return SecondPerson("You and the owner of this account may be one person. Somebody else of the clean team or an operator can do it.")
                .ToProblem();
        }

        if (account.LockedAt is not null)
        {
            db.Record("ACCOUNT_UNLOCKED", id, consortium: account.ConsortiumId, firm: account.MemberId);
        }

        account.ForgetProposalOf(caller.UserId);
        account.Unlock();
        await Attempts.ForgetAsync(db, account.NormalizedEmail!, ct);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(await DescribeAsync(account, db, ct));
    }

    // Who sees an account may decide on it, but for auditors, who decide only on the clean team.
    private static bool MayDecide(Caller caller, Account account) => account.MemberId is null || !caller.Is(Role.Auditor);

    private static Refusal? Decide(Account account, List<Account> peers, Caller caller, string reason, DateTime now)
    {
        var left = peers.FindAll(a => a.Id != account.Id && a.LockedAt is null);
        if (account.MemberId is not null)
        {
            return caller.MemberId is null && left.Count == 0
                ? new("LAST_OF_FIRM", "Nobody else of the firm has access: it could no longer answer or object. Suspend the firm if you must.")
                : Lock();
        }

        if (caller.Is(Role.Operator))
        {
            return Lock();
        }

        if (left.Count < 2 || !left.Exists(a => a.Role == Role.ConsortiumManager))
        {
            return new("CLEAN_TEAM_TOO_SMALL", "A manager and a second person of the clean team must be left. Only an operator can lock it now.");
        }

        if (account.LockProposal is not { } proposal || proposal.At + LockProposal.Lifetime <= now || proposal.By == caller.UserId)
        {
            account.ProposeLock(new(caller.UserId, [.. caller.Controllers], reason, now));
            return null;
        }

        return caller.IsTwoPeopleWith(proposal.By, proposal.Controllers)
            ? Lock()
            : SecondPerson("You and the one who proposed it may be one person. Somebody else of the clean team must agree, or an operator.");

        Refusal? Lock()
        {
            account.Lock(caller.UserId, reason, now);
            return null;
        }
    }

    private static Refusal SecondPerson(string sentence) => new("SECOND_PERSON", sentence);

    private static async Task<ListAccounts.Response> DescribeAsync(Account account, MembershipDb db, CancellationToken ct) =>
        (await ListAccounts.DescribeAsync([account], db, ct))[0];
}
