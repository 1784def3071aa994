using ExportConsortia.Membership.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Membership.Accounts;

/// <summary>
/// Runs at every start, after the migrations: makes sure that there is a key to sign tokens with, and creates the first operator's account from
/// <c>Membership:Operator:Email</c> and <c>Membership:Operator:Password</c> if there is none.
/// </summary>
internal sealed class FirstStart(IServiceScopeFactory scopes, IConfiguration configuration, AccessTokens tokens, TimeProvider clock)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var scope = scopes.CreatePlatformScope();
                var db = scope.ServiceProvider.GetRequiredService<MembershipDb>();
                await tokens.SigningKeyAsync(db, cancellationToken);
                await OpenOperatorAsync(db, scope.ServiceProvider.GetRequiredService<UserManager<Account>>(), cancellationToken);
                return;
            }
            catch (DbUpdateException) when (attempt < 5)
            {
                // Another replica started at the same time and was faster: use its key and its operator.
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task OpenOperatorAsync(MembershipDb db, UserManager<Account> users, CancellationToken ct)
    {
        var (email, password) = (configuration["Membership:Operator:Email"], configuration["Membership:Operator:Password"]);
        if (email is null || await db.Accounts.AnyAsync(a => a.Role == Role.Operator, ct))
        {
            return;
        }

        var errors = new InputErrors();
        var account = Account.Open(
            email, "Operator", Role.Operator, null, null, worksInSales: false, errors, clock.GetUtcNow().UtcDateTime, "Membership:Operator:");
        await account.CheckPasswordAsync(users, password, errors, "Membership:Operator:Password");
        if (errors.Any)
        {
            throw new WrongSettingException(errors.ToString());
        }

        await users.CreateAsync(account, password!);
    }
}
