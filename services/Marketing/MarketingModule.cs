using ExportConsortia.Marketing.Catalogue;
using ExportConsortia.Marketing.Products;
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
        // Catalogue: editions, search, what the public reads
        KeepCatalogueSettings.Map(routes);   // the manager decides how the consortium appears
        PublishEdition.Map(routes);          // and freezes an edition of what is approved
        GetEditions.Map(routes);
        ListHidden.Map(routes);              // of which some is hidden for a while
        RebuildCatalogue.Map(routes);
        ReadCatalogue.Map(routes);           // what is not is read by anybody
        DownloadCatalogue.Map(routes);
        // Brand: regulations, licences, sanctions
        // Buyers and leads
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
        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "The joint catalogue, the collective brand, buyers, leads and quotations."));
    }
}
