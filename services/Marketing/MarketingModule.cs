using ExportConsortia.Marketing.Products;
using ExportConsortia.Marketing.Quotations;
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
        // Brand: regulations, licences, sanctions
        // Buyers and leads
        // Quotations
        StateHomeMarket.Map(routes);     //    nothing is quoted at home
        OpenQuotation.Map(routes);       // 1  the manager opens a quotation for a buyer
        AskForPrices.Map(routes);        // 2  and asks firms for sealed prices
        HandInPrice.Map(routes);         // 3  which they hand in
        IssueVersion.Map(routes);        // 5  the service composes the buyer's price; a version goes out with a link
        WithdrawQuotation.Map(routes);
        AnswerQuotation.Map(routes);     // 6  the buyer accepts it by the link: it is an order now
        ReadQuotations.Map(routes);
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
        builder.Services.AddSingleton(new PriceSecret(builder.Configuration));
        builder.Services.AddHostedService<CloseQuotations>();   // 4  prices open at their deadline; a version that nobody answered ends
        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "The joint catalogue, the collective brand, buyers, leads and quotations."));
    }
}
