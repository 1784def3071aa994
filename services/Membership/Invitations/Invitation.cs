using ExportConsortia.Membership.Accounts;

namespace ExportConsortia.Membership.Invitations;

/// <summary>
/// An open invitation to an account, or to a new password for one. Its link is shown once to who invites, and only the hash of its secret is stored.
/// It is removed when it is accepted, withdrawn or over; the account keeps who invited.
/// </summary>
internal sealed class Invitation
{
    /// <summary>How long the link is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>The most open invitations of one person.</summary>
    public const int MostPerPerson = 100;

    public required Guid Id { get; init; }

    public required InvitationKind Kind { get; init; }

    public required string Email { get; init; }

    public required string Role { get; init; }

    public Guid? ConsortiumId { get; init; }

    public Guid? MemberId { get; init; }

    public bool WorksInSales { get; init; }

    /// <summary>The account whose password was forgotten.</summary>
    public Guid? AccountId { get; init; }

    public required Guid InvitedBy { get; init; }

    /// <summary>Who could follow the link alone: who invites, and the accounts behind them.</summary>
    public required List<Guid> Controllers { get; init; }

    public required DateTime InvitedAt { get; init; }

    public required DateTime ExpiresAt { get; init; }

    public required string SecretHash { get; init; }

    /// <summary>Who is needed besides.</summary>
    public required Consent Needs { get; set; }

    /// <summary>Who consented.</summary>
    public Guid? ConsentedBy { get; private set; }

    /// <summary>True if the link can be followed, apart from the firm's code.</summary>
    public bool IsConsented => Needs is Consent.Nobody or Consent.FirmCode || ConsentedBy is not null;

    public void ConsentBy(Guid? account) => ConsentedBy = account;

    /// <summary>
    /// Who is needed now. If that is more than when it was made, such as a manager once there is one, what was given until now isn't enough.
    /// </summary>
    /// <returns>True if more is needed.</returns>
    public bool Need(Consent now)
    {
        var isMore = Needs is Consent.Nobody ? now is not Consent.Nobody : Needs is Consent.Member && now is Consent.Manager;
        if (isMore)
        {
            (Needs, ConsentedBy) = (now, null);
        }

        return isMore;
    }

    /// <summary>True if the caller is one of those whose consent is needed; it counts only if they are a second person.</summary>
    public bool AsksFor(Caller caller) => caller.UserId != InvitedBy && caller.UserId != AccountId && Needs switch
    {
        Consent.Manager => caller.Is(Contracts.Role.ConsortiumManager) && caller.ConsortiumId == ConsortiumId,
        Consent.Operator => caller.Is(Contracts.Role.Operator),
        Consent.Member => caller.Is(Contracts.Role.MemberUser) && caller.ConsortiumId == ConsortiumId,
        _ => false,
    };

    /// <summary>
    /// True if the caller may withdraw it: who invites, who would have to consent, whose account it is, a firm for its own people, and every manager
    /// for managers and auditors.
    /// </summary>
    public bool CanBeWithdrawnBy(Caller caller) =>
        caller.UserId == InvitedBy || caller.UserId == AccountId || AsksFor(caller) || (MemberId is not null && caller.MemberId == MemberId)
            || (MemberId is null && ConsortiumId is not null && caller.Is(Contracts.Role.ConsortiumManager) && caller.ConsortiumId == ConsortiumId);

    /// <summary>The account that it leads to, not saved; adds what is invalid to <paramref name="errors"/>.</summary>
    public Account OpenAccount(string? name, Guid? confirmedBy, InputErrors errors, DateTime now)
    {
        var account = Account.Open(Email, name, Role, ConsortiumId, MemberId, WorksInSales, errors, now);
        account.ComeFrom(this, confirmedBy);
        return account;
    }
}
