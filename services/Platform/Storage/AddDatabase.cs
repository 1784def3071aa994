using ExportConsortia.Platform.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Platform.Storage;

/// <summary>PostgreSQL or a SQLite file: the same model, the same migrations.</summary>
public static class AddDatabase
{
    /// <summary>
    /// Registers the service's database: PostgreSQL if <c>ConnectionStrings:{service}</c> is set, else <c>{Data:Folder}/{service}.db</c>.
    /// It is migrated at start, its outbox is relayed, and its health is part of <c>/health/ready</c>.
    /// </summary>
    public static IHostApplicationBuilder AddServiceDb<TDb>(this IHostApplicationBuilder builder, string service)
        where TDb : ServiceDb
    {
        var postgres = builder.Configuration.GetConnectionString(service);
        if (postgres is null && builder.Configuration.GetConnectionString("rabbitmq") is not null)
        {
            throw new WrongSettingException(
                $"ConnectionStrings:{service} is missing: set it to a PostgreSQL database, or remove ConnectionStrings:rabbitmq to run embedded.");
        }

        var folder = builder.Configuration["Data:Folder"] ?? "data";
        builder.Services.AddDbContext<TDb>(options =>
        {
            // The schema test compares the migrations with the model on both stores; EF's own check knows one store only.
            options.ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
            if (postgres is not null)
            {
                options.UseNpgsql(postgres);
            }
            else
            {
                options.UseSqlite($"Data Source={Path.Combine(folder, service + ".db")}");
            }
        }, optionsLifetime: ServiceLifetime.Singleton);
        builder.Services.TryAddSingleton<Gates>();
        builder.Services.TryAddSingleton<RepeatedTraces>();
        builder.Services.AddScoped<ServiceDbScope>();
        builder.Services.AddKeyedScoped<ServiceDb>(service, (services, _) => services.GetRequiredService<TDb>());
        // Not AddHostedService, which registers a type once: in one process each service has a store.
        builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<StoreStart>(services, service));
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<OutboxListener<TDb>>(services, service));
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<OutboxRelay<TDb>>(services, service));
        builder.Services.AddHealthChecks().AddCheck<StoreCheck<TDb>>($"store-{service}", tags: ["ready"]);
        return builder;
    }
}
