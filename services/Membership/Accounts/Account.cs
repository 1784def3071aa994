using ExportConsortia.Membership.Invitations;
using Microsoft.AspNetCore.Identity;

namespace ExportConsortia.Membership.Accounts;

/// <summary>A person who signs in, with one role in one consortium; an operator belongs to none.</summary>
internal sealed class Account : IdentityUser<Guid>
{
    public const int LongestEmail = 254;

    /// <summary>The controllers of accounts from before it was kept who opened them: they may all be one person's.</summary>
    public static readonly List<Guid> Unknown = [Guid.Empty];

    public static readonly Refusal EmailTaken = new("EMAIL_TAKEN", "An account with this e-mail address already exists.");

    public required string Name { get; set; }

    public required string Role { get; init; }

    public Guid? ConsortiumId { get; init; }

    public Guid? MemberId { get; init; }

    /// <summary>A person in sales can't be the only one to clear an order .</summary>
    public bool WorksInSales { get; init; }

    /// <summary>The language in which the person reads, such as <c>fr</c>; null until they choose one.</summary>
    public string? Language { get; set; }

    /// <summary>IANA time zone of the person; null: their consortium's.</summary>
    public string? TimeZone { get; set; }

    public required DateTime OpenedAt { get; init; }

    /// <summary>Who invited the person; null for an account that the settings opened, and for those from before this was kept.</summary>
    public Guid? InvitedBy { get; private set; }

    /// <summary>Who else was needed: consented to the invitation, or gave the firm the code that confirms it.</summary>
    public Guid? ConfirmedBy { get; private set; }

    /// <summary>The other accounts of which each held the link to this one, or stands behind one that did (<see cref="TwoPeople"/>).</summary>
    public List<Guid> Controllers { get; private set; } = [];

    /// <summary>Who last invited to a new password, after the old one was forgotten.</summary>
    public Guid? NewPasswordBy { get; private set; }

    /// <summary>When that password was set, UTC.</summary>
    public DateTime? NewPasswordAt { get; private set; }

    /// <summary>Set while the account is kept locked.</summary>
    public DateTime? LockedAt { get; private set; }

    public Guid? LockedBy { get; private set; }

    public string? LockReason { get; private set; }

    /// <summary>Somebody wants the account locked, and a second person must agree.</summary>
    public LockProposal? LockProposal { get; private set; }

    /// <summary>F-C3: a person of a member firm has the role MemberUser, and nobody else has it.</summary>
    public bool IsCleanlySeparated => (Role == Contracts.Role.MemberUser) == MemberId.HasValue;

    public static void Rules(IdentityOptions identity)
    {
        identity.User.RequireUniqueEmail = true;
        identity.User.AllowedUserNameCharacters = "";
        identity.Password.RequiredLength = 10;
        identity.Password.RequiredUniqueChars = 5;
        identity.Password.RequireDigit = false;
        identity.Password.RequireLowercase = false;
        identity.Password.RequireUppercase = false;
        identity.Password.RequireNonAlphanumeric = false;
    }

    /// <summary>Creates an account without saving it; adds what is invalid to <paramref name="errors"/>.</summary>
    public static Account Open(
        string? email, string? name, string role, Guid? consortium, Guid? member, bool worksInSales,
        InputErrors errors, DateTime now, string path = "")
    {
        var address = Address(email, errors, path + "email");
        return new Account
        {
            Id = Guid.CreateVersion7(),
            UserName = address,
            Email = address,
            Name = string.IsNullOrWhiteSpace(name) ? address : errors.Text(name, path + "name", 200),
            Role = role,
            ConsortiumId = consortium,
            MemberId = member,
            WorksInSales = worksInSales,
            OpenedAt = now,
        };
    }

    /// <summary>An e-mail address; wrong if it can't be one.</summary>
    public static string Address(string? email, InputErrors errors, string field)
    {
        var address = email?.Trim() ?? "";
        errors.Unless(
            address.Length <= LongestEmail && address.Split('@') is [{ Length: > 0 }, { Length: > 0 }]
                && !address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)),
            field, $"Must be an e-mail address of at most {LongestEmail} characters.");
        return address;
    }

    /// <summary>The account was opened through this invitation: who held its link stands behind it.</summary>
    public void ComeFrom(Invitation invitation, Guid? confirmedBy)
    {
        (InvitedBy, ConfirmedBy) = (invitation.InvitedBy, confirmedBy);
        StandBehind(invitation.Controllers);
    }

    /// <summary>A forgotten password is replaced: who held the link could have taken the account over. All sessions end.</summary>
    public void RenewPassword(Invitation invitation, string hash, DateTime now)
    {
        (NewPasswordBy, NewPasswordAt, PasswordHash) = (invitation.InvitedBy, now, hash);
        StandBehind(invitation.Controllers);
        EndSignIns();
    }

    public async Task CheckPasswordAsync(UserManager<Account> users, string? password, InputErrors errors, string field)
    {
        errors.Unless(password is null or { Length: <= 200 }, field, "Must have at most 200 characters.");
        foreach (var rule in users.PasswordValidators)
        {
            foreach (var error in (await rule.ValidateAsync(users, this, password ?? "")).Errors)
            {
                errors.Add(field, error.Description);
            }
        }
    }

    /// <summary>Locks the account and ends its sessions for good: once unlocked, the person signs in again.</summary>
    public void Lock(Guid by, string reason, DateTime now)
    {
        (LockedAt, LockedBy, LockReason, LockProposal) = (now, by, reason, null);
        EndSignIns();
    }

    public void ProposeLock(LockProposal proposal)
    {
        LockProposal = proposal;
        ConcurrencyStamp = Guid.CreateVersion7().ToString();
    }

    /// <summary>Whoever is locked, or no longer wants it, proposes nothing.</summary>
    public void ForgetProposalOf(Guid account)
    {
        if (LockProposal?.By == account)
        {
            LockProposal = null;
            ConcurrencyStamp = Guid.CreateVersion7().ToString();
        }
    }

    /// <summary>Whoever signs in at this moment gets no session: they have lost what let them in.</summary>
    public void EndSignIns()
    {
        SecurityStamp = Guid.CreateVersion7().ToString();
        ConcurrencyStamp = Guid.CreateVersion7().ToString();
    }

    public void Unlock()
    {
        (LockedAt, LockedBy, LockReason) = (null, null, null);
        ConcurrencyStamp = Guid.CreateVersion7().ToString();
    }

    private void StandBehind(IEnumerable<Guid> accounts) => Controllers = [.. Controllers.Union(accounts).Where(account => account != Id)];
}
