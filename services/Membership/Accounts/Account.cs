using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace ExportConsortia.Membership.Accounts;

/// <summary>A person who signs in, with one role in one consortium; an operator belongs to none.</summary>
internal sealed class Account : IdentityUser<Guid>
{
    public const int LongestEmail = 254;

    public static readonly Refusal EmailTaken = new("EMAIL_TAKEN", "There is an account with this e-mail address already.");

    public required string Name { get; init; }

    public required string Role { get; init; }

    public Guid? ConsortiumId { get; init; }

    public Guid? MemberId { get; init; }

    /// <summary>Such a person can't be the only one to clear an order .</summary>
    public bool WorksInSales { get; init; }

    public required DateTime OpenedAt { get; init; }

    /// <summary>Set while a manager or operator keeps the account locked; Identity's own lock-out after wrong passwords is apart from it.</summary>
    public DateTime? LockedAt { get; private set; }

    /// <summary>F-C3: whoever belongs to a member firm is its user and nothing else, and such a user always belongs to one.</summary>
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
        identity.Lockout.MaxFailedAccessAttempts = 5;
        identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
    }

    /// <summary>An account that is not saved yet; what is wrong with it goes to <paramref name="errors"/>.</summary>
    public static Account Open(
        string? email, string? name, string role, Guid? consortium, Guid? member, bool worksInSales, InputErrors errors, DateTime now, string path = "")
    {
        var address = email?.Trim() ?? "";
        errors.Unless(
            address.Length <= LongestEmail && address.Split('@') is [{ Length: > 0 }, { Length: > 0 }] && !address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)),
            path + "email", $"Must be an e-mail address of at most {LongestEmail} characters.");
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

    public void Lock(DateTime now) => LockedAt ??= now;

    public void Unlock()
    {
        (LockedAt, LockoutEnd, AccessFailedCount) = (null, null, 0);
    }
}

/// <summary>How Identity finds accounts: among all of them, for an e-mail address is unique in the installation and who signs in is nobody yet.</summary>
internal sealed class AccountStore(MembershipDb db, IdentityErrorDescriber describer) : UserOnlyStore<Account, MembershipDb, Guid>(db, describer)
{
    public override IQueryable<Account> Users => base.Users.IgnoreQueryFilters([MembershipDb.Readers]);

    public override Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken = default) =>
        Guid.TryParse(userId, out var id) ? Users.SingleOrDefaultAsync(a => a.Id == id, cancellationToken) : Task.FromResult<Account?>(null);
}
