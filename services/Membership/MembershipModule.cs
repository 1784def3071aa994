using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Capacity;
using ExportConsortia.Membership.Consortia;
using ExportConsortia.Membership.Invitations;
using ExportConsortia.Membership.Members;
using ExportConsortia.Membership.Products;
using ExportConsortia.Membership.Rulebook;
using ExportConsortia.Membership.Tokens;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ExportConsortia.Membership;

/// <summary>
/// Consortia and their member firms: who belongs, who may sign in, which products they have, what each firm can make, and by which
/// rules they share orders.
/// </summary>
public sealed class MembershipModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => "membership";

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        FoundConsortium.Map(routes);       // 1  an operator sets up a consortium and invites its first manager
        ListConsortia.Map(routes);
        StateParty.Map(routes);            //    which states the party that it trades as
        ActivateRulebook.Map(routes);      // 2  the manager sets the rules that split orders
        ListRulebook.Map(routes);
        AddProduct.Map(routes);            // 3  and the list of products that buyers order, each with its unit
        ChangeProduct.Map(routes);
        ListProducts.Map(routes);
        AdmitMember.Map(routes);           // 4  firms join, are suspended, return, leave
        ChangeStanding.Map(routes);
        ListMembers.Map(routes);
        Invite.Map(routes);                // 5  people are invited by a link, with the consent of those who must give it,
        InviteToNewPassword.Map(routes);   //    also who forgot the password,
        ListInvitations.Map(routes);
        DecideInvitation.Map(routes);
        IssueFirmCode.Map(routes);         //    a firm's first one with the code that the firm got outside the platform,
        AcceptInvitation.Map(routes);      //    and set their passwords alone
        ListAccounts.Map(routes);
        ListManagers.Map(routes);
        LockAccount.Map(routes);
        ChangePassword.Map(routes);
        OwnAccount.Map(routes);            //    which they look after themselves
        OwnSessions.Map(routes);
        SignIn.Map(routes);                // 6  and sign in
        RefreshTokens.Map(routes);
        SignOut.Map(routes);
        RotateSigningKeys.Map(routes);
        DeclareCapabilities.Map(routes);   // 7  each firm declares which of the products it can make
        DeclareCapacity.Map(routes);       //    and how much of it, period by period
        UploadCapacity.Map(routes);
        ListCapacity.Map(routes);
        Republish.Map(routes);             //    publishes everything again, for a service that has to catch up
    }

    /// <inheritdoc/>
    public void MapWellKnown(IEndpointRouteBuilder root) => PublishKeys.Map(root);

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        // Membership publishes and consumes nothing.
    }

    /// <inheritdoc/>
    public void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddServiceDb<MembershipDb>(Name);
        builder.Services.AddIdentityCore<Account>(Account.Rules)
            .AddUserStore<AccountStore>();
        builder.Services.AddSingleton(new KeySecret(builder.Configuration));
        builder.Services.AddSingleton(new DeclarationLimit(builder.Configuration));
        builder.Services.AddSingleton<AccessTokens>();
        builder.Services.AddSingleton<Attempts>();
        builder.Services.AddSingleton<OwnKeys>();
        builder.Services.AddSingleton<IConfigurationManager<OpenIdConnectConfiguration>>(services => services.GetRequiredService<OwnKeys>());
        builder.Services.AddHostedService<FirstStart>();
        builder.Services.AddOpenApi(Name, OpenApi.Of(
            Name, "Consortia, member firms, accounts and tokens, products, capabilities, capacity and the rulebook."));
    }
}
