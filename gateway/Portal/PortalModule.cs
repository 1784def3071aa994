using System.IO.Compression;
using System.Text.Unicode;
using ExportConsortia.Platform;
using ExportConsortia.Platform.Http;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages;
using ExportConsortia.Portal.Pages.Account;
using ExportConsortia.Portal.Pages.Accounts;
using ExportConsortia.Portal.Pages.AtTheFair;
using ExportConsortia.Portal.Pages.Brand;
using ExportConsortia.Portal.Pages.Buyers;
using ExportConsortia.Portal.Pages.Campaigns;
using ExportConsortia.Portal.Pages.Capacity;
using ExportConsortia.Portal.Pages.Catalogue;
using ExportConsortia.Portal.Pages.Certificates;
using ExportConsortia.Portal.Pages.Consortia;
using ExportConsortia.Portal.Pages.FairCosts;
using ExportConsortia.Portal.Pages.Fairness;
using ExportConsortia.Portal.Pages.Fairs;
using ExportConsortia.Portal.Pages.House;
using ExportConsortia.Portal.Pages.Invitations;
using ExportConsortia.Portal.Pages.Leads;
using ExportConsortia.Portal.Pages.Markets;
using ExportConsortia.Portal.Pages.Members;
using ExportConsortia.Portal.Pages.Missions;
using ExportConsortia.Portal.Pages.Offers;
using ExportConsortia.Portal.Pages.Operations;
using ExportConsortia.Portal.Pages.Orders;
using ExportConsortia.Portal.Pages.Products;
using ExportConsortia.Portal.Pages.Quotations;
using ExportConsortia.Portal.Pages.Rulebook;
using ExportConsortia.Portal.Pages.Sheets;
using ExportConsortia.Portal.Pages.Traces;
using ExportConsortia.Portal.Session;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Portal;

/// <summary>
/// The web pages for managers, member firms, auditors and operators. Each is a client of the public interface, with the token of the person who looks
/// at it: nothing here can do more than that person can.
/// </summary>
public sealed class PortalModule : IPages
{
    /// <summary>The authentication scheme of the pages: a cookie. The interface doesn't accept it: no other site can call with it.</summary>
    public const string Scheme = "pages";

    /// <summary>Builds the program of the pages alone; they call the gateway at <c>Portal:Api</c>.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = ServiceHost.CreateBuilder(args, "portal");
        Require(builder.Configuration, ApiAddress.Setting, "the gateway's address, such as http://gateway:8080");
        Require(builder.Configuration, PortalSecret.Setting, "at least 32 random characters, the same for all replicas");
        var portal = new PortalModule();
        portal.AddServices(builder);
        builder.Services.AddAuthentication(Scheme);   // here, where nothing else is
        var app = builder.Build();
        ServiceHost.UseBasics(app);
        portal.Use(app);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        portal.Map(app);
        return app;
    }

    /// <inheritdoc/>
    public void AddServices(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // A form's cookie that another secret encrypted is a stale form, which the page says, and no error of ours.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical);
        services.AddHttpContextAccessor();
        services.AddMemoryCache();
        services.AddRazorComponents();
        services.AddWebEncoders(options => options.TextEncoderSettings = new(UnicodeRanges.All));   // é, not &#xE9;
        services.AddResponseCompression(options => (options.EnableForHttps, options.MimeTypes) = (true, ["text/html"]));
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.AddScoped<Words>();
        services.AddScoped<Visit>();
        services.AddScoped<Act>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<IErrorPage, PageFrame>();
        services.AddHttpClient<ApiClient>((provider, http) => (http.BaseAddress, http.Timeout) = (ApiAddress.Of(provider), Timeout.InfiniteTimeSpan))
            .RemoveAllLoggers()   // a line for each call, with the tokens of the links of buyers in it (F-C6)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(2), AllowAutoRedirect = false, UseCookies = false,
            });
        var secure = builder.Configuration["Auth:Issuer"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true;
        AddCookies(services, secure);
        OpenIdProvider.Add(services.AddAuthentication(), builder.Configuration, secure);
    }

    /// <inheritdoc/>
    public void Use(WebApplication app)
    {
        // A page that another site asked for is not compressed: its length would give away its content (BREACH).
        app.UseWhen(http => http.Request.Headers["Sec-Fetch-Site"] != "cross-site", own => own.UseResponseCompression());
        app.Use(next => http => PageFrame.InvokeAsync(http, next));
    }

    /// <inheritdoc/>
    public void Map(WebApplication app)
    {
        app.UseAntiforgery();
        Files.Map(app);
        // Open pages too know who asks, where the interface in the same process has another scheme for its callers.
        var pages = PageRoutes.For(app.MapGroup("").AsPages()).ExcludeFromDescription();
        pages.AddEndpointFilter(PageRoutes.RefuseForgedAsync);
        if (app.Services.GetService<OpenIdProvider>() is null)
        {
            SignIn.Map(pages);
            FollowInvitation.Map(pages);
        }
        else
        {
            SignInElsewhere.Map(pages);
        }

        ChooseLanguage.Map(pages);
        Start.Map(pages);
        KeepAccount.Map(pages);       // everybody
        AnswerOffers.Map(pages);      // a member firm
        Today.Map(pages);             // a manager: what is to be done
        ReadOrders.Map(pages);        //    orders, and where every piece of them is
        ImportOrders.Map(pages);
        ActOnOrder.Map(pages);
        WhatIf.Map(pages);
        SplitByHand.Map(pages);
        KeepMembers.Map(pages);       // the consortium: its firms,
        ProductsMade.Map(pages);
        WorkOfMember.Map(pages);
        RateMember.Map(pages);
        KeepAccounts.Map(pages);      //   its own people,
        ShowTraces.Map(pages);        //   what everybody did,
        KeepProducts.Map(pages);      //   its products,
        ReadRulebook.Map(pages);      //   its rules,
        EditRulebook.Map(pages);
        KeepLeads.Map(pages);         //   its market: who asks for what,
        NewLead.Map(pages);
        OwnCustomers.Map(pages);
        WorkingDays.Map(pages);
        KeepBuyers.Map(pages);
        KeepBrand.Map(pages);         //   who may use its brand,
        StateParty.Map(pages);        //   and whom it trades as
        FoundConsortium.Map(pages);   // an operator
        Operate.Map(pages);
        AcceptSeveral.Map(pages);
        HandInPrice.Map(pages);
        ClaimPieces.Map(pages);
        PassedOver.Map(pages);
        OurFirm.Map(pages);
        StateProducts.Map(pages);
        KeepCapacity.Map(pages);      // and the clean team, of all firms
        UploadCapacity.Map(pages);
        ShowFairness.Map(pages);
        KeepCatalogue.Map(pages);     // what the consortium shows together
        ShowCatalogue.Map(pages);     //    to everybody
        KeepSheets.Map(pages);        // what the firms show: a firm's sheets, which the manager approves,
        ImportSheets.Map(pages);
        DecideSheet.Map(pages);
        KeepCertificates.Map(pages);  //   and its certificates
        NewQuotation.Map(pages);      // the clean team: quotations for buyers,
        KeepQuotations.Map(pages);
        QuotationPrices.Map(pages);   //    for which firms hand in prices
        BuyersQuotation.Map(pages);   //    and which a buyer answers by a link
        KeepCampaigns.Map(pages);     // campaigns, which people
        Unsubscribe.Map(pages);       //    can end by a link,
        KeepMissions.Map(pages);      //    missions
        KeepMarkets.Map(pages);       //    and target markets
        ListFairs.Map(pages);         // fairs: the calendar,
        ShowFair.Map(pages);          //    one fair,
        ManageFair.Map(pages);        //    what the manager does for it,
        FairDates.Map(pages);         //    what the organiser wants until when,
        JoinFair.Map(pages);          //    what a firm does,
        ShowAllotment.Map(pages);     //    how the stand is divided,
        ShowEarlierPlan.Map(pages);   //    who was to stand where,
        FairFirm.Map(pages);          //    one firm at the stand,
        KeepFairCosts.Map(pages);     //    what it costs: all shares for the clean team,
        FairCostRules.Map(pages);     //    by which numbers,
        FairWeights.Map(pages);
        FairWhatIf.Map(pages);        //    and what if,
        KeepFairAid.Map(pages);       //    which aid firms took,
        OwnFairShare.Map(pages);      //    its own for a firm,
        CaptureLeads.Map(pages);      //    leads at the stand, also without a network,
        StandCode.Map(pages);         //    the code on the stand,
        ReadFairLeads.Map(pages);
        FairMeetings.Map(pages);      //    meetings,
        FairExhibits.Map(pages);      //    goods,
        FairStaff.Map(pages);         //    people,
        FairReport.Map(pages);        //    and what it brought
    }

    private static void Require(ConfigurationManager settings, string key, string value) =>
        _ = settings[key] ?? throw new WrongSettingException($"{key} is missing: set it to {value}.");

    private static void AddCookies(IServiceCollection services, bool secure)
    {
        services.AddDataProtection().SetApplicationName("exportconsortia-pages").DisableAutomaticKeyGeneration();
        services.AddSingleton<PortalSecret>();
        services.AddOptions<KeyManagementOptions>().Configure<PortalSecret>((options, secret) => options.XmlRepository = secret);
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = secure ? "__Host-form" : "form";
            options.Cookie.SameSite = SameSiteMode.Lax;   // Strict: a link in a mail would make a new one, and refuse the forms in other tabs
            options.Cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true;   // every page says it already
        });
        services.AddAuthentication().AddCookie(Scheme, options =>
        {
            options.Cookie.Name = secure ? "__Host-session" : "session";
            options.Cookie.SameSite = SameSiteMode.Lax;   // Strict: whoever follows a link in a mail would have to sign in again
            options.Cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = TimeSpan.FromDays(14);
            options.SlidingExpiration = true;
            options.Events = new CookieAuthenticationEvents
            {
                OnValidatePrincipal = AccessTokens.ValidateAsync,
                OnSigningIn = context =>
                {
                    DevicePerson.Keep(context.HttpContext, context.Principal);
                    return Task.CompletedTask;
                },
                OnSigningOut = context =>
                {
                    DevicePerson.Forget(context.HttpContext);
                    return Task.CompletedTask;
                },
                OnRedirectToLogin = SignIn.AskAsync,
                OnRedirectToAccessDenied = context =>
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;   // what is not for this person is not there (F-C6)
                    return Task.CompletedTask;
                },
            };
        });
        services.AddAuthorization();
    }
}
