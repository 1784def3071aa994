using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Notices;

/// <summary>Notices of a consortium's manager to its member firms.</summary>
public sealed class NoticesModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => "notices";

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes) => PostNotice.Map(routes);

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus) => bus.AddRoster<NoticesDb>(Name);

    /// <inheritdoc/>
    public void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddServiceDb<NoticesDb>(Name);
        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "Notices of a consortium's manager to its member firms."));
    }
}
