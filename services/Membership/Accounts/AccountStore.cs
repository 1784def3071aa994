using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace ExportConsortia.Membership.Accounts;

/// <summary>Lets Identity search all accounts: an e-mail address is unique in the installation, and at sign-in the caller is not known yet.</summary>
internal sealed class AccountStore(MembershipDb db, IdentityErrorDescriber describer) : UserOnlyStore<Account, MembershipDb, Guid>(db, describer)
{
    public override IQueryable<Account> Users => base.Users.IgnoreQueryFilters([MembershipDb.Readers]);

    public override Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken = default) =>
        Guid.TryParse(userId, out var id) ? Users.SingleOrDefaultAsync(a => a.Id == id, cancellationToken) : Task.FromResult<Account?>(null);
}
