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
        // Brand: regulations, licences, sanctions
        // Buyers and leads
        // Quotations
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.Add<KeepMembers>(Name);    // Membership says who the firms are and what they can make
        bus.Add<KeepProducts>(Name);   // and which products there are
    }

    /// <inheritdoc/>
    public void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddServiceDb<MarketingDb>(Name);
        builder.Services.AddSingleton(ChooseImageStore.Of(builder.Configuration));
        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "The joint catalogue, the collective brand, buyers, leads and quotations."));
    }
}
