using ExportConsortia.Membership.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Membership.Accounts;

/// <summary>
/// Runs at every start, after the migrations: makes sure that there is a key to sign tokens with, and creates the first operator's account from
/// <c>Membership:Operator:Email</c> and <c>Membership:Operator:Password</c> if there is none. <c>Membership:SecondOperator</c>, which may be left
/// out, is another person: nobody invited either, so those whom they invite can be two people.
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
                var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
                if (!await db.Accounts.AnyAsync(a => a.Role == Role.Operator, cancellationToken))
                {
                    await OpenOperatorAsync(configuration.GetSection("Membership:Operator"), "Operator", users);
                }

                await OpenOperatorAsync(configuration.GetSection("Membership:SecondOperator"), "Second operator", users);
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

    private async Task OpenOperatorAsync(IConfigurationSection settings, string name, UserManager<Account> users)
    {
        var (email, password) = (settings["Email"], settings["Password"]);
        if (string.IsNullOrWhiteSpace(email) || await users.FindByEmailAsync(email.Trim()) is not null)
        {
            return;
        }

        var errors = new InputErrors();
        var account = Account.Open(
            email, name, Role.Operator, null, null, worksInSales: false, errors, clock.GetUtcNow().UtcDateTime, $"{settings.Path}:");
        await account.CheckPasswordAsync(users, password, errors, $"{settings.Path}:Password");
        if (errors.Any)
        {
            throw new WrongSettingException(errors.ToString());
        }

        await users.CreateAsync(account, password!);
    }
}
