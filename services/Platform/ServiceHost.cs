using System.Text.Json.Serialization;
using ExportConsortia.Platform.Http;
using ExportConsortia.Platform.Messaging;
using ExportConsortia.Platform.Roster;
using ExportConsortia.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ExportConsortia.Platform;

/// <summary>The host of one service or of all, with the same health checks, errors, tokens and telemetry.</summary>
public static class ServiceHost
{
    /// <summary>
    /// Runs until stopped. A wrong setting ends it with one sentence and exit code 2. With <c>migrate</c> as its first argument it brings its
    /// databases to this version and ends: a step of its own before replicas are replaced.
    /// </summary>
    public static async Task RunAsync(string[] args, params IServiceModule[] modules) => await (args is ["migrate", .. var rest]
        ? RunAsync(() => Build(rest, modules), app => Migrate.RunAsync(app.Services))
        : RunAsync(() => Build(args, modules)));

    /// <summary>Builds an application and runs it until stopped. A wrong setting or a taken port ends it with one sentence and exit code 2.</summary>
    public static Task RunAsync(Func<WebApplication> build) => RunAsync(build, app => app.RunAsync());

    private static async Task RunAsync(Func<WebApplication> build, Func<WebApplication, Task> run)
    {
        try
        {
            await using var app = build();
            await run(app);
        }
        catch (Exception e) when (e is WrongSettingException or OptionsValidationException or IOException { InnerException: AddressInUseException })
        {
            await Console.Error.WriteLineAsync(e.Message);
            Environment.ExitCode = 2;
        }
    }

    /// <summary>
    /// Builds the host without starting it, with the web pages if there are any; <paramref name="adapt"/> is for tests, which for example replace the
    /// clock.
    /// </summary>
    public static WebApplication Build(
        string[] args, IReadOnlyList<IServiceModule> modules, Action<WebApplicationBuilder>? adapt = null, IPages? pages = null)
    {
        var builder = CreateBuilder(args, modules.Count == 1 ? modules[0].Name : "all-in-one");
        var embedded = builder.Configuration.GetConnectionString("rabbitmq") is null;
        builder.AddTokens();
        foreach (var module in modules)
        {
            module.AddServices(builder);
        }

        builder.Services.AddSingleton(new AnswerSecret(builder.Configuration));
        builder.Services.AddOutputCache();
        builder.AddBus(modules);
        pages?.AddServices(builder);
        adapt?.Invoke(builder);
        var app = builder.Build();
        UseBasics(app);
        pages?.Use(app);
        app.UseRouting();   // first, so that limits and time-outs know the route and its metadata
        app.Use(next => http => DecodeSlashes(http, next));
        app.UseAuthentication();
        if (embedded)
        {
            app.UseEdge(modules.Select(m => m.Name));
        }

        app.UseRequestTimeouts();   // here in both shapes: the gateway doesn't know how long a route may take
        app.UseAuthorization();
        app.UseOutputCache();
        app.Use(next => http => OneAtATime.InvokeAsync(http, next));
        app.Use(next => http => Idempotency.InvokeAsync(http, next));
        foreach (var module in modules)
        {
            var routes = app.MapGroup($"/api/{module.Name}").WithMetadata(new RouteOfService(module.Name))
                .AddEndpointFilter(ForeignIds.WatchAsync).AddEndpointFilter(RetryOnConflictAsync(module.Name)).AddEndpointFilterFactory(Input.Check)
                .WithTags(module.Name).Describe();
            module.MapEndpoints(routes);
            FailedMessages.Map(routes, module.Name);
            ServiceStatus.Map(routes, module);
            Rosters.Map(routes, module.Name);
            ReadTraces.Map(routes, module.Name);
            module.MapWellKnown(app);
        }

        pages?.Map(app);
        // Making a document takes a second of a processor, and anybody may ask for it.
        app.MapOpenApi("/api/{documentName}/openapi.json").CacheOutput(new MadeOnce()).AllowAnonymous();
        return app;
    }

    /// <summary>What the gateway and the services have in common: settings, errors, health, telemetry.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args, string service)
    {
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.None);   // retried, or logged with the request
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);   // RunAsync reports why a start failed
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Edge.MaxBody;
        });
        builder.Services.TryAddSingleton<TimeProvider>(_ => new StoreClock());
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new Input.NameConverters());
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
        });
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        builder.Services.AddProblemDetails();
        builder.Services.AddHealthChecks();
        builder.AddEdge();
        builder.AddTelemetry(service);
        return builder;
    }

    // The server leaves %2F in a path as it is: a buyer's id of a line may hold a slash.
    private static Task DecodeSlashes(HttpContext http, RequestDelegate next)
    {
        const string Slash = "%2F";
        if (http.Request.Path.Value!.Contains(Slash, StringComparison.OrdinalIgnoreCase))
        {
            foreach (var (name, value) in http.Request.RouteValues.ToList())
            {
                http.Request.RouteValues[name] = (value as string)?.Replace(Slash, "/", StringComparison.OrdinalIgnoreCase) ?? value;
            }
        }

        return next(http);
    }

    /// <summary>Forwarded addresses, headers, errors and health: the outermost layer of every process.</summary>
    public static void UseBasics(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = http => ExplainErrors.AnswerAsync(http, http.Features.Get<IExceptionHandlerFeature>()!.Error),
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,   // the caller's mistake, not ours
        });
        app.UseStatusCodePages(pages => TypedResults.Problem(statusCode: pages.HttpContext.Response.StatusCode).ExecuteAsync(pages.HttpContext));
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            ResponseWriter = (http, report) => http.Response.WriteAsJsonAsync(new
            {
                status = report.Status.ToString(),
                checks = ServiceStatus.Describe(report),
            }),
        }).AllowAnonymous();
    }

    // Two requests changed the same thing at the same moment: the second one is retried on the new state.
    private static Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> RetryOnConflictAsync(string service) =>
        async (context, next) =>
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await next(context);
                }
                catch (DbUpdateException e) when (attempt < 30 && e.IsConflict())
                {
                    Telemetry.Retried(service, (context.HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
                    context.HttpContext.RequestServices.GetKeyedService<ServiceDb>(service)?.ChangeTracker.Clear();
                    // Of many at the same moment one succeeds at a time: the others retry at random intervals, not all at once.
                    await Task.Delay(Random.Shared.Next(5 * Math.Min(attempt, 10)), context.HttpContext.RequestAborted);
                }
            }
        };
}
