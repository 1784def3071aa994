using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Platform;

/// <summary>A service of the platform: the same code runs alone in its process, or in one process with the others.</summary>
public interface IServiceModule
{
    /// <summary>Name of the service in lower case: part of its routes, queues, database and connection string.</summary>
    string Name { get; }

    /// <summary>Registers the service's database and its other dependencies.</summary>
    void AddServices(IHostApplicationBuilder builder);

    /// <summary>Registers the consumers.</summary>
    void AddConsumers(IBusRegistrationConfigurator bus);

    /// <summary>Maps the endpoints; <paramref name="routes"/> is already at <c>/api/{name}</c>.</summary>
    void MapEndpoints(IEndpointRouteBuilder routes);

    /// <summary>Maps documents at addresses that a standard prescribes, such as <c>/.well-known</c>.</summary>
    void MapWellKnown(IEndpointRouteBuilder root)
    {
    }
}
