using System.Globalization;
using ExportConsortia.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client.Exceptions;

namespace ExportConsortia.Platform.Messaging;

/// <summary>How services use the bus.</summary>
public static class BusExtensions
{
    /// <summary>
    /// Gives a consumer its own queue, <c>service-consumer-class</c>: two services with consumers of the same name never share one.
    /// What a message starts is the platform's own work.
    /// </summary>
    public static void Add<TConsumer>(this IBusRegistrationConfigurator bus, string service)
        where TConsumer : class, IConsumer =>
        bus.Add<TConsumer>(service, KebabCaseEndpointNameFormatter.Instance.SanitizeName(typeof(TConsumer).Name));

    /// <summary>The same with a name for the queue of a generic consumer, <c>service-name</c>.</summary>
    public static void Add<TConsumer>(this IBusRegistrationConfigurator bus, string service, string name)
        where TConsumer : class, IConsumer
    {
        var queue = $"{service}-{name}";
        if (queue.Length > 100 || bus.Any(other => other.ImplementationInstance is Subscription taken && taken.Name == queue))
        {
            throw new InvalidOperationException($"The queue name {queue} is taken or has over 100 characters: rename {typeof(TConsumer)}.");
        }

        bus.AddConsumer<TConsumer>().Endpoint(endpoint => endpoint.Name = queue);
        bus.AddScoped(scope =>
        {
            scope.BePlatform();
            return ActivatorUtilities.CreateInstance<TConsumer>(scope);
        });
        bus.AddSingleton(new Subscription(queue, typeof(TConsumer), [.. typeof(TConsumer).GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(i => i.GetGenericArguments()[0])]));
    }

    extension(ConsumeContext context)
    {
        /// <summary>Name of the queue that delivered the message.</summary>
        internal string Queue => context.ReceiveContext.InputAddress.AbsolutePath.Split('/')[^1];

        /// <summary>The epoch of the sender's store when it sent the message; 0: it has begun none.</summary>
        public long Epoch =>
            long.TryParse(context.Headers.Get<string>(Messaging.Epoch.Header), CultureInfo.InvariantCulture, out var epoch) ? epoch : 0;

        /// <summary>What a receiver keeps as the version of what the message says: it also orders the versions of different epochs.</summary>
        public long Rank(long version) => Messaging.Epoch.Rank(context.Epoch, version);
    }

    /// <summary>
    /// RabbitMQ if <c>ConnectionStrings:rabbitmq</c> is set, else the bus inside this process. On RabbitMQ a message that meets a conflict, or a
    /// store or broker that can't be reached, is retried for <c>Bus:RetrySeconds</c> (180); what still fails, or fails otherwise, goes to the error
    /// queue.
    /// </summary>
    internal static void AddBus(this IHostApplicationBuilder builder, IReadOnlyList<IServiceModule> modules)
    {
        var rabbit = builder.Configuration.GetConnectionString("rabbitmq");
        if (rabbit is not null && (!Uri.TryCreate(rabbit, UriKind.Absolute, out var address) || address.Scheme is not ("amqp" or "amqps")))
        {
            throw new WrongSettingException("ConnectionStrings:rabbitmq must look like amqp://user:password@host:5672/.");
        }

        // Each pause is twice the last one, up to a minute, until the time is used up.
        var pauses = new List<int>();
        var left = builder.Configuration.GetValue("Bus:RetrySeconds", 180) * 1000;
        for (var pause = 20; left > 0; pause = Math.Min(2 * pause, 60_000))
        {
            pauses.Add(pause);
            left -= pause;
        }

        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.ConfigureHealthCheckOptions(health =>
            {
                health.Name = "bus";
                health.MinimalFailureStatus = HealthStatus.Unhealthy;
            });
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
                    // The outbox row is still there and is retried: nothing need be kept in memory.
                    endpoint.DiscardFaultedMessages();
                    endpoint.PublishFaults = false;
                });
                bus.UsingInMemory((context, cfg) => cfg.ConfigureEndpoints(context));
                return;
            }

            bus.AddReceiveObserver<CountFailures>();
            bus.AddBusObserver<DeclareQueues>();
            bus.UsingRabbitMq((context, cfg) => Configure(context, cfg, new Uri(rabbit), [.. pauses]));
        });
        builder.Services.TryAddSingleton<OutboxSignal>();
        builder.Services.Configure<MassTransitHostOptions>(o => o.WaitUntilStarted = rabbit is null);
    }

    private static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus, Uri address, int[] pauses)
    {
        bus.Host(address);
        bus.SendTopology.ConfigureErrorSettings = error =>
        {
            // Listing failed messages takes them and puts them back: that must not count as a failed delivery.
            error.SetQueueArgument("x-queue-type", "quorum");
            error.SetQueueArgument("x-delivery-limit", 1_000_000);
        };
        foreach (var (name, consumer, _) in context.GetServices<Subscription>())
        {
            bus.ReceiveEndpoint(name, endpoint =>
            {
                foreach (var (argument, value) in DeclareQueues.Arguments)
                {
                    endpoint.SetQueueArgument(argument, value);
                }

                endpoint.PrefetchCount = 32;
                endpoint.PublishFaults = false;
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Intervals(pauses);
                    retry.Handle<Exception>(IsTransient);
                });
                endpoint.ConfigureConsumer(context, consumer);
            });
        }
    }

    // A conflict is over at once, a restarting store or broker within minutes. Retrying anything else would only hold up other messages.
    private static bool IsTransient(Exception e) =>
        e.IsConflict()
        || e.IsStoreAway()
        || e is RabbitMQClientException or BrokerUnreachableException or MassTransit.ConnectionException
        || e is OperationCanceledException;   // the process is stopping: the message is redelivered
}
