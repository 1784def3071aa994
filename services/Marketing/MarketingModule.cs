using ExportConsortia.Marketing.Catalogue;
using ExportConsortia.Marketing.Brand;
using ExportConsortia.Marketing.Buyers;
using ExportConsortia.Marketing.Leads;
using ExportConsortia.Marketing.Images;
using ExportConsortia.Marketing.Products;
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
        // Sheets: a firm describes what it makes
        WriteSheet.Map(routes);        // 1  in a sheet for each product, which it approves itself first
        ImportSheets.Map(routes);      //    or in a spreadsheet of all
        ExportSheets.Map(routes);
        UploadImage.Map(routes);       //    with images
        ReadImage.Map(routes);
        KeepCertificates.Map(routes);  //    and certificates, which the manager confirms
        ApproveSheet.Map(routes);      // 2  the manager approves it or sends it back
        ReadSheets.Map(routes);
        // Catalogue: editions, search, what the public reads
        KeepCatalogueSettings.Map(routes);   // the manager decides how the consortium appears
        PublishEdition.Map(routes);          // and freezes an edition of what is approved
        GetEditions.Map(routes);
        ListHidden.Map(routes);              // of which some is hidden for a while
        RebuildCatalogue.Map(routes);
        ReadCatalogue.Map(routes);           // what is not is read by anybody
        DownloadCatalogue.Map(routes);
        KeepRegulations.Map(routes);    // Brand: regulations, licences, sanctions
        GrantLicence.Map(routes);
        SanctionLicence.Map(routes);
        RegisterBuyer.Map(routes);      // Buyers: one register, contacts, links to the catalogue
        GetBuyers.Map(routes);
        MergeBuyers.Map(routes);
        KeepContacts.Map(routes);
        KeepLinks.Map(routes);
        AskForProducts.Map(routes);     // Leads: a buyer asks,
        CaptureLead.Map(routes);        //    or somebody captures its interest,
        ProtectLeads.Map(routes);       //    firms keep their own customers,
        AssignLeads.Map(routes);        //    the manager assigns it,
        WorkOnLead.Map(routes);         //    and the firm works on it
        GetLeads.Map(routes);
        DeclareSale.Map(routes);
        KeepWorkingDays.Map(routes);
        // Quotations
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.Add<KeepMembers>(Name);    // Membership says who the firms are and what they can make
        bus.Add<KeepProducts>(Name);   // and which products there are
        bus.Add<FillCatalogue>(Name);  // The published catalogue follows editions and what hides their items
    }

    /// <inheritdoc/>
    public void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddServiceDb<MarketingDb>(Name);
        builder.AddPublishedCatalogue();
        builder.Services.AddHostedService<ReturnUnworkedLeads>();   // leads that nobody works on go back to the pool
        builder.Services.AddHostedService<EndSuspensions>();        // licences hold again on their day
        builder.Services.AddSingleton(ChooseImageStore.Of(builder.Configuration));
        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "The joint catalogue, the collective brand, buyers, leads and quotations."));
    }
}
