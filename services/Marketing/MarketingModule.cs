using ExportConsortia.Marketing.Brand;
using ExportConsortia.Marketing.Buyers;
using ExportConsortia.Marketing.Campaigns;
using ExportConsortia.Marketing.Catalogue;
using ExportConsortia.Marketing.Images;
using ExportConsortia.Marketing.Leads;
using ExportConsortia.Marketing.Markets;
using ExportConsortia.Marketing.Missions;
using ExportConsortia.Marketing.Products;
using ExportConsortia.Marketing.Quotations;
using ExportConsortia.Marketing.Sheets;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Marketing;

/// <summary>One catalogue, one brand and one desk for buyers: what the firms of a consortium show and offer together.</summary>
public sealed class MarketingModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => "marketing";

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        WriteSheet.Map(routes);             //  1  a firm describes a product in a sheet, which it approves itself first
        ImportSheets.Map(routes);           //     or all of them in a spreadsheet
        ExportSheets.Map(routes);
        UploadImage.Map(routes);            //     with images
        ReadImage.Map(routes);
        KeepCertificates.Map(routes);       //     and certificates, which the manager confirms
        ApproveSheet.Map(routes);           //  2  the manager approves the sheet or sends it back
        ReadSheets.Map(routes);
        KeepRegulations.Map(routes);        //     who may use the collective brand, and under which rules
        GrantLicence.Map(routes);
        SanctionLicence.Map(routes);
        KeepCatalogueSettings.Map(routes);  //     how the consortium appears in public
        PublishEdition.Map(routes);         //  3  an edition freezes what is approved
        GetEditions.Map(routes);
        ListHidden.Map(routes);             //     some of it may be hidden for a while
        RebuildCatalogue.Map(routes);
        ReadCatalogue.Map(routes);          //  4  anybody reads what is not hidden
        DownloadCatalogue.Map(routes);
        RegisterBuyer.Map(routes);          //     buyers: one register, people, links to the catalogue
        GetBuyers.Map(routes);
        MergeBuyers.Map(routes);
        KeepContacts.Map(routes);
        KeepLinks.Map(routes);
        AskForProducts.Map(routes);         //  5  a buyer asks: a lead
        CaptureLead.Map(routes);            //     or somebody captures its interest
        ProtectLeads.Map(routes);           //     firms keep their own customers
        AssignLeads.Map(routes);            //  6  the manager assigns the lead
        WorkOnLead.Map(routes);             //  7  and the firm works on it
        GetLeads.Map(routes);
        DeclareSale.Map(routes);
        KeepWorkingDays.Map(routes);
        StateHomeMarket.Map(routes);        //     nothing is quoted at home
        OpenQuotation.Map(routes);          //  8  the manager opens a quotation for a buyer
        AskForPrices.Map(routes);           //  9  and asks firms for sealed prices
        HandInPrice.Map(routes);            // 10  which they hand in
        IssueVersion.Map(routes);           // 12  the service composes the buyer's price; a version goes out with a link
        WithdrawQuotation.Map(routes);
        AnswerQuotation.Map(routes);        // 13  the buyer accepts it by the link: it is an order now
        ReadQuotations.Map(routes);
        KeepCampaigns.Map(routes);          //     campaigns: messages to buyers' people who agreed,
        ShareBudget.Map(routes);            //     whose cost firms share,
        StartCampaign.Map(routes);
        Unsubscribe.Map(routes);
        CampaignCosts.Map(routes);          //     and which bring leads
        KeepMissions.Map(routes);           //     missions: firms and buyers meet
        JoinMission.Map(routes);
        BookMeetings.Map(routes);
        KeepMarkets.Map(routes);            //     target markets, studies, and what sheets lack for them
        MarketAccess.Map(routes);
        Republish.Map(routes);              //     publishes licences, names and leads again, for a service that has to catch up
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddRoster<MarketingDb>(Name);  // Membership says who the firms are and what they can make
        bus.Add<KeepProducts>(Name);   // and which products there are
        bus.Add<ReplaceProducts>(Name);
        bus.Add<KeepFairs>(Name);      // there are fairs that firms go to
        bus.Add<ReplaceFairs>(Name);
        bus.Add<KeepFairLead>(Name);   // what is captured at fairs are leads too
        bus.Add<ForgetFairPerson>(Name);   // until the person takes the consent back
        bus.Add<FillCatalogue>(Name);  // the published catalogue follows editions and what hides their items
    }

    /// <inheritdoc/>
    public void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddServiceDb<MarketingDb>(Name);
        builder.AddPublishedCatalogue();
        builder.Services.AddHostedService<ReturnUnworkedLeads>();  //     leads that nobody works on go back to the pool
        builder.Services.AddHostedService<LetLeadsIn>();           //     of one firm's leads from fairs so many are in the pool at a time
        builder.Services.AddHostedService<EndSuspensions>();       //     licences hold again on their day
        builder.Services.AddSingleton(ChooseImageStore.Of(builder.Configuration));
        builder.Services.AddSingleton(new PriceSecret(builder.Configuration));
        builder.Services.AddHostedService<CloseQuotations>();      // 11  prices open at their deadline; a version that nobody answered ends
        builder.Services.AddSingleton(new MailServer(builder.Configuration));
        builder.Services.AddHostedService<SendCampaigns>();        //     messages of campaigns go out
        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "The joint catalogue, the collective brand, buyers, leads and quotations."));
    }
}
