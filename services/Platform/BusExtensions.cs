using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Platform;

/// <summary>A queue of this process and the messages it takes.</summary>
public sealed record Subscription(string Name, IReadOnlyList<Type> MessageTypes);

/// <summary>The one way on to the bus.</summary>
public static class BusExtensions
{
    /// <summary>
    /// Gives the use case a queue of the service's own, <c>service-use-case</c>: two services with like-named use cases never share one.
    /// </summary>
    public static void Add<TConsumer>(this IBusRegistrationConfigurator bus, string service)
        where TConsumer : class, IConsumer
    {
        var queue = $"{service}-{KebabCaseEndpointNameFormatter.Instance.SanitizeName(typeof(TConsumer).Name)}";
        bus.AddConsumer<TConsumer>().Endpoint(endpoint => endpoint.Name = queue);
        bus.AddSingleton(new Subscription(queue, [.. typeof(TConsumer).GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(i => i.GetGenericArguments()[0])]));
    }

    /// <summary>RabbitMQ where <c>ConnectionStrings:rabbitmq</c> is set, else the bus inside this process.</summary>
    internal static void AddBus(this IHostApplicationBuilder builder, IReadOnlyList<IServiceModule> modules)
    {
        var rabbit = builder.Configuration.GetConnectionString("rabbitmq");
        if (rabbit is not null && (!Uri.TryCreate(rabbit, UriKind.Absolute, out var address) || address.Scheme is not ("amqp" or "amqps")))
        {
            throw new WrongSettingException("ConnectionStrings:rabbitmq must look like amqp://user:password@host:5672/.");
        }

        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            foreach (var module in modules)
            {
                module.AddConsumers(bus);
            }

            if (rabbit is null)
            {
                bus.AddSingleton<Deliveries>();
                bus.AddConsumeObserver(services => services.GetRequiredService<Deliveries>());
                bus.AddConfigureEndpointsCallback((_, endpoint) =>
                {
                    // The outbox row is still there: it sends again, so nothing need be kept in memory.
                    endpoint.DiscardFaultedMessages();
                    endpoint.PublishFaults = false;
                });
                bus.UsingInMemory((context, cfg) => cfg.ConfigureEndpoints(context));
                return;
            }

            bus.AddConfigureEndpointsCallback((_, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
                {
                    queue.SetQuorumQueue();
                    queue.SetQueueArgument("x-delivery-limit", 20);
                }

                endpoint.PrefetchCount = 32;
                endpoint.PublishFaults = false;
                // A conflict passes at once; a store or broker that restarts needs minutes. What still fails goes to the error queue.
                endpoint.UseMessageRetry(retry => retry.Intervals(20, 100, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 60_000));
            });
            bus.UsingRabbitMq((context, cfg) =>
            {
                cfg.Host(new Uri(rabbit));
                cfg.ConfigureEndpoints(context);
            });
        });
        builder.Services.TryAddSingleton<OutboxSignal>();
        builder.Services.Configure<MassTransitHostOptions>(o => o.WaitUntilStarted = rabbit is null);
    }
}
