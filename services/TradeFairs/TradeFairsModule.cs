using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.TradeFairs;

/// <summary>Fairs that firms go to together: from the first call for interest over the joint stand to the last cent of its costs.</summary>
public sealed class TradeFairsModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => "tradefairs";

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        // fairs and the joint stand

        // costs, grants, withdrawals, settlement

        // at the fair: leads, meetings, exhibits, staff
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.Add<KeepMembers>(Name);   // Membership says who the firms are

        // costs, grants, withdrawals, settlement

        // at the fair: leads, meetings, exhibits, staff
    }

    /// <inheritdoc/>
    public void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddServiceDb<TradeFairsDb>(Name);

        // costs, grants, withdrawals, settlement

        // at the fair: leads, meetings, exhibits, staff

        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "Trade fairs: calls, the joint stand, shared costs, and what happens at the fair."));
    }
}
