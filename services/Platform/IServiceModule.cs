using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Platform;

/// <summary>One service of the platform: the same code alone in its process or beside the others in one.</summary>
public interface IServiceModule
{
    /// <summary>Name of the service, lower case: its routes, queues, database and connection string carry it.</summary>
    string Name { get; }

    /// <summary>Registers the service's database and what else it needs.</summary>
    void AddServices(IHostApplicationBuilder builder);

    /// <summary>Registers the use cases that a message starts.</summary>
    void AddConsumers(IBusRegistrationConfigurator bus);

    /// <summary>Maps the use cases that a request starts; <paramref name="routes"/> is already at <c>/api/{name}</c>.</summary>
    void MapEndpoints(IEndpointRouteBuilder routes);

    /// <summary>Maps documents whose address is fixed by a standard, such as <c>/.well-known</c>.</summary>
    void MapWellKnown(IEndpointRouteBuilder root)
    {
    }
}
